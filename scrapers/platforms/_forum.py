"""Adapters of forum software that serves its pages as HTML: what they share. Each engine's file declares what is its own.

Read are the index, or the index and one board, one page of rules and one of the team. Topics, profiles and lists of members
are never asked for. Forums live on hosts nobody knows beforehand, so they are recognised by their pages alone.
"""

from __future__ import annotations

from collections.abc import Generator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapers.adapter import Adapter, Profile, Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.parse import drift, first_of, gap, unreadable
from scrapers.platforms import _forum_pages as pages
from scrapers.platforms._forum_engine import Engine
from scrapers.platforms._forum_pages import ForumPage
from scrapers.refs import GroupRef
from scrapers.snapshot import Reading, Snapshot, State, Steward
from scrapers.urls import Url

NEVER_SHOWN = frozenset(
    {"founder", "sanction", "rules", "rules_updated_at", "topics", "stewards.since", "stewards.last_seen_at"}
)
MAX_RULES_PAGES = 3
ELSEWHERE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}
CLOSED = {Outcome.LOGIN_WALL, Outcome.GATED}
# What a forum would show to those whom it lets in.
INSIDE = ("description", "stewards", "rules_text", "members", "activity", "joining", "adult", "contacts", "links")
NOT_THE_BOARDS = ("members", "created", "activity")

Asking = Generator[Request, Capture, Any]


def profile(title: str, *, hidden: AbstractSet[str] = frozenset(), shown: AbstractSet[str] = frozenset()) -> Profile:
    """What is true of every forum, with what this engine hides or shows besides."""
    return Profile(title=title, never_shown=(NEVER_SHOWN | hidden) - shown, delay=3.0, pseudonymous=True)


class Forum(Adapter):
    """A forum's adapter; subclasses set `platform`, `profile` and `engine`."""

    engine: ClassVar[Engine]

    def recognise(self, page: Capture) -> GroupRef | None:
        found = ForumPage.of(self.engine, page)
        return self._ref(found) if found else None

    def read(self, ref: GroupRef) -> Reader:
        root, board = split(ref)
        answer = yield Request(root, "forum's index")
        index = self._opened(answer)
        if index.refusal in CLOSED or answer.outcome is Outcome.LOGIN_WALL:
            return self._closed(ref, index)
        rules = yield from self._rules(index, root)
        stewards, complete = yield from self._team(index, root)
        snapshot = self._snapshot(ref, index, rules, stewards, complete=complete)
        if not board:
            return snapshot
        return self._of_board(snapshot, board, (yield Request(ref.canonical_url, "board")))

    def _ref(self, page: ForumPage) -> GroupRef:
        root = page.root()
        host = root.bare_host if root.port is None else f"{root.bare_host}:{root.port}"
        key = f"{host}{root.path.rstrip('/')}"
        below = page.url.href.removeprefix(f"{page.url.scheme}://{page.url.netloc}").removeprefix(root.path)
        board = self.engine.board(f"/{below}")
        if board:
            return GroupRef(self.platform, f"{key}#f{board[0]}", f"{root.href}{board[1]}")
        return GroupRef(self.platform, key, root.href)

    def _opened(self, answer: Capture) -> ForumPage:
        """Raises WrongPlatform where something else answers, GroupUnreadable where nothing about the forum came."""
        index = ForumPage.of(self.engine, answer)
        if index is None:
            raise WrongPlatform if answer.outcome in ELSEWHERE else unreadable(answer.outcome, self.profile.title)
        if index.refusal == Outcome.UNAVAILABLE:
            raise unreadable(Outcome.UNAVAILABLE, self.profile.title)
        if not answer.ok and answer.outcome is not Outcome.LOGIN_WALL and index.refusal not in CLOSED:
            raise unreadable(answer.outcome, self.profile.title)
        return index

    def _closed(self, ref: GroupRef, index: ForumPage) -> Snapshot:
        """A forum that shows only its door: its name, and that the rest is behind it."""
        gated = index.refusal == Outcome.GATED
        behind = gap(str(Outcome.GATED if gated else Outcome.LOGIN_WALL))
        told = index.document.source("body")
        hidden: dict[str, Any] = dict.fromkeys(set(INSIDE) - self.profile.never_shown, behind)
        return replace(
            Snapshot(ref=ref, taken_at=index.document.capture.at, scope="site", software=self.platform, **hidden),
            name=pages.name(index),
            language=pages.language(index),
            visibility=behind if gated else Reading.of("private", told),
            adult=Reading.of(True, told) if gated else behind,
        )

    def _rules(self, index: ForumPage, root: str) -> Asking:
        """The first of the candidates that holds text; else what was said of the most telling one."""
        linked, terms = pages.rules_links(index)
        if not linked and self.engine.directory:
            listed = ForumPage.of(self.engine, (yield Request(urljoin(root, self.engine.directory), "list of rules")))
            linked = pages.rules_links(listed)[0] if listed else []
        declared = [urljoin(root, place) for place in self.engine.rules]
        candidates = [*linked, *declared[:1], *terms, *declared[1:]]
        found: list[Reading[str]] = []
        for address in list(dict.fromkeys(candidates))[:MAX_RULES_PAGES]:
            found.append(pages.main_text(self.engine, (yield Request(address, "rules")), root))
            if found[-1].state is State.VALUE:
                break
        return first_of(*found, Reading.unread("not_offered"))

    def _team(self, index: ForumPage, root: str) -> Asking:
        """The team page's people, then the boards' moderators, and whether the team page was read."""
        named = pages.named_moderators(index)
        read: list[Reading[tuple[Steward, ...]]] = []
        for place in self.engine.staff:
            read.append(pages.team(self.engine, (yield Request(urljoin(root, place), "team page"))))
            if read[-1].known:
                break
        listed = first_of(*read, Reading.unread("not_offered"))
        if listed.state is not State.VALUE and named.state is not State.VALUE:
            return listed, listed.known
        return _both(listed, named), listed.known

    def _snapshot(
        self,
        ref: GroupRef,
        index: ForumPage,
        rules: Reading[str],
        stewards: Reading[tuple[Steward, ...]],
        *,
        complete: bool,
    ) -> Snapshot:
        members = pages.members(index)
        return Snapshot(
            ref=ref,
            taken_at=index.document.capture.at,
            scope="site",
            software=self.platform,
            software_version=pages.version(index),
            name=pages.name(index),
            description=index.words(self.engine.description),
            language=pages.language(index),
            stewards=stewards,
            stewards_complete=complete,
            rules_text=rules,
            members=members,
            activity=pages.activity(index),
            visibility=pages.visibility(index),
            joining=pages.joining(index),
            contacts=pages.contacts(index),
            links=pages.outgoing(index),
            warnings=drift(index=index.document) + _missed(rules=rules, stewards=stewards),
        )

    def _of_board(self, site: Snapshot, number: str, answer: Capture) -> Snapshot:
        """The board's own name, description and moderators, over what the forum says of itself."""
        board = ForumPage.of(self.engine, answer)
        missing = answer.outcome is Outcome.NOT_FOUND or (board is not None and board.refusal == Outcome.NOT_FOUND)
        if missing:
            raise unreadable(Outcome.NOT_FOUND, self.profile.title)
        site = of_part(site, number)
        if board is None or not answer.ok or board.refusal:
            reason = (board.refusal if board else "") or str(answer.outcome)
            shut = gap(reason if reason != Outcome.OK else str(Outcome.PARSE_ERROR))
            private = Reading.of("private", board.document.source("body")) if board else shut
            return replace(
                site, name=shut, description=shut, visibility=private if reason == Outcome.LOGIN_WALL else shut
            )
        own = pages.named_moderators(board)
        return replace(
            site,
            name=board.words((*self.engine.board_name, "title")),
            description=board.words(self.engine.board_description or self.engine.description),
            stewards=_both(own, site.stewards) if own.state is State.VALUE else site.stewards,
            warnings=site.warnings + drift(board=board.document),
        )


def split(ref: GroupRef) -> tuple[str, str]:
    """Address of the forum with a slash at its end, and the board's id or nothing."""
    place, _, board = ref.key.partition("#f")
    path = place.partition("/")[2]
    url = Url.parse(ref.canonical_url)
    return f"{url.scheme}://{url.netloc}/{path}{'/' if path else ''}", board


def of_part(site: Snapshot, number: str) -> Snapshot:
    """The forum's snapshot for one board of it: what the forum counts of all of itself is not the board's."""
    own: dict[str, Any] = dict.fromkeys(NOT_THE_BOARDS, Reading.unread("not_offered"))
    return replace(site, scope="group", native_id=number, **own)


def _both(first: Reading[tuple[Steward, ...]], second: Reading[tuple[Steward, ...]]) -> Reading[tuple[Steward, ...]]:
    """Everyone of both lists, each once, with all their sources."""
    people = {steward.handle: steward for steward in (*(second.value or ()), *reversed(first.value or ()))}
    ordered = [*(s.handle for s in first.value or ()), *(s.handle for s in second.value or ())]
    everyone = tuple(people[handle] for handle in dict.fromkeys(ordered))
    return Reading.of(everyone, *first.sources, *second.sources)


def _missed(**readings: Reading[Any]) -> tuple[str, ...]:
    """Pages that came whole but did not hold what they hold elsewhere."""
    return tuple(
        f"{name}: not where it used to stand" for name, reading in readings.items() if reading.reason == "missing"
    )
