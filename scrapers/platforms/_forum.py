"""Adapters of forum software that serves its pages as HTML: what they share. Each engine's file declares what is its own.

Read are the index, or the index and one board, one page of rules and one of the team. Topics, profiles and lists of members
are never asked for. Forums live on hosts nobody knows beforehand, so they are recognised by their pages alone.

Where the index is shut for good, the very page by which the forum was recognised is read in its place: only for what a forum
says of itself on every page, for the rest of an inner page is what members wrote.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
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
from scrapers.recorded import FRONT, NOT_CAPTURED
from scrapers.refs import GroupRef
from scrapers.snapshot import Reading, Snapshot, State, Steward
from scrapers.urls import Url

NEVER_SHOWN = frozenset(
    {"founder", "sanction", "rules", "rules_updated_at", "topics", "stewards.since", "stewards.last_seen_at"}
)
MAX_RULES_PAGES = 3
ELSEWHERE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}
CLOSED = {Outcome.LOGIN_WALL, Outcome.GATED}
# Asking for the index again at another time would not help.
SHUT = {Outcome.LOGIN_WALL, Outcome.NEEDS_AUTH, Outcome.ROBOTS_DISALLOWED, Outcome.CHALLENGE}
# Asking for any page again at another time may help.
FOR_NOW = {Outcome.UNAVAILABLE, Outcome.RATE_LIMITED}
# What a forum would show to those whom it lets in.
INSIDE = ("description", "stewards", "rules_text", "members", "activity", "joining", "adult", "contacts", "links")
MISSED = {
    "missing": "not where it used to stand",
    pages.DEFAULT_TERMS: "only the terms that the software comes with, nothing of the group's own",
}
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

    def possible(self, url: Url) -> Iterator[GroupRef]:
        for folder in url.folders:
            root = replace(url, path=folder, query="", fragment="")
            ref, below = self._holding(url, root), _below(url, root)
            if split(ref)[1] or _is_start(url, root) or self.engine.discussions.search(below):
                yield ref

    def read(self, ref: GroupRef) -> Reader:
        root, board = split(ref)
        answer = yield Request(root, "forum's index")
        found = ForumPage.of(self.engine, answer)
        instead: Snapshot | None = yield from self._without_index(ref, root, shut_for_good(answer, found))
        if instead:
            return instead
        ref = replace(ref, inner_url="")
        index = self._checked(found, answer)
        if index.refusal in CLOSED or answer.outcome is Outcome.LOGIN_WALL:
            return self._closed(ref, index)
        rules = yield from self._rules(index, root)
        stewards, complete = yield from self._team(index, root)
        snapshot = self._snapshot(ref, index, rules, stewards, complete=complete)
        if not board:
            return snapshot
        return self._of_board(snapshot, board, (yield Request(ref.canonical_url, "board")))

    def _without_index(self, ref: GroupRef, root: str, shut: str) -> Asking:
        """The snapshot by the board or inner page that the ref leads to, where the index is `shut` (the reason; else empty); None
        where that page does not show itself either. Raises GroupUnreadable where it may another time.
        """
        board = split(ref)[1]
        address = ref.canonical_url if board else ref.inner_url
        if not shut or not address:
            return None
        answer = yield Request(address, "board" if board else "inner page")
        page = ForumPage.of(self.engine, answer)
        if answer.outcome in FOR_NOW and not shut_for_good(answer, page):
            raise unreadable(answer.outcome, self.profile.title)
        if page is None or not answer.ok or page.refusal:
            return None
        rules = yield from self._rules(None, root)
        stewards, complete = yield from self._team(page, root)
        snapshot = self._inner(ref, page, shut, rules, stewards, complete=complete)
        return self._of_board(snapshot, board, answer) if board else snapshot

    def _ref(self, page: ForumPage) -> GroupRef:
        root = page.root()
        ref = self._holding(page.url, root)
        is_own = split(ref)[1] or _is_start(page.url, root)
        return ref if is_own else replace(ref, inner_url=page.url.href)

    def _holding(self, url: Url, root: Url) -> GroupRef:
        """The board that the address names below the forum's start, else the whole forum."""
        whole = self._at(root)
        board = self.engine.board(_below(url, root))
        return GroupRef(self.platform, f"{whole.key}#f{board[0]}", f"{root.href}{board[1]}") if board else whole

    def _at(self, root: Url) -> GroupRef:
        """The whole forum whose start is there."""
        host = root.bare_host if root.port is None else f"{root.bare_host}:{root.port}"
        return GroupRef(self.platform, f"{host}{root.path.rstrip('/')}", root.href)

    def _checked(self, index: ForumPage | None, answer: Capture) -> ForumPage:
        """Raises WrongPlatform where something else answers, GroupUnreadable where nothing about the forum came."""
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

    def _rules(self, index: ForumPage | None, root: str) -> Asking:
        """The first of the candidates that holds text; else what was said of the most telling one."""
        linked, terms = pages.rules_links(index) if index else ([], [])
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
        default = [reading for reading in found if reading.reason == pages.DEFAULT_TERMS]
        return first_of(*default, *found, Reading.unread("not_offered"))

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

    def _inner(
        self,
        ref: GroupRef,
        page: ForumPage,
        shut: str,
        rules: Reading[str],
        stewards: Reading[tuple[Steward, ...]],
        *,
        complete: bool,
    ) -> Snapshot:
        """What the page says of the whole forum: neither its title nor its text nor its links do."""
        behind = gap(shut)
        told: dict[str, Any] = dict.fromkeys(("description", "members", "activity", "links"), behind)
        walled = shut == Outcome.LOGIN_WALL and not split(ref)[1]
        return Snapshot(
            ref=ref,
            taken_at=page.document.capture.at,
            scope="site",
            software=self.platform,
            software_version=pages.version(page),
            name=pages.stated_name(page),
            language=pages.language(page),
            stewards=stewards,
            stewards_complete=complete,
            rules_text=rules,
            visibility=behind if walled else pages.visibility_inside(page),
            joining=pages.joining(page),
            contacts=pages.contacts(page, mail=False),
            warnings=(without_index(shut), *drift(page=page.document), *_missed(rules=rules, stewards=stewards)),
            **told,
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
            name=board.words(self.engine.board_name),
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


def _is_start(url: Url, root: Url) -> bool:
    return FRONT.sub("", url.href).rstrip("/") == root.href.rstrip("/")


def _below(url: Url, root: Url) -> str:
    """Path and query below the forum's start, with a slash before them."""
    return f"/{url.href.removeprefix(f'{url.scheme}://{url.netloc}').removeprefix(root.path)}"


def without_index(shut: str) -> str:
    """The warning of a snapshot that was made without the forum's index."""
    return f"index: not read ({shut}), only what other pages tell"


def shut_for_good(answer: Capture, index: ForumPage | None) -> str:
    """Why the index cannot be had, now and later; empty where it came, may come another time, or is something else.

    Behind an age gate is every page, and the gate itself is a fact of the forum.
    """
    if index and index.refusal == Outcome.LOGIN_WALL:
        return index.refusal
    if answer.outcome in SHUT or answer.detail == NOT_CAPTURED:
        return answer.detail if answer.detail == NOT_CAPTURED else str(answer.outcome)
    return str(answer.outcome) if answer.status == 403 and not (index and index.refusal) else ""


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
    """Pages that came whole but did not hold what they hold elsewhere, or nothing that the group has written."""
    return tuple(f"{name}: {MISSED[reading.reason]}" for name, reading in readings.items() if reading.reason in MISSED)
