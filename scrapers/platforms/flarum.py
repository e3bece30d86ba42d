"""Flarum: JSON:API at `/api`, and its first page for whatever its owner links to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from scrapers.adapter import Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.parse import JsonDocument, as_flag, as_moment, as_text, drift, first_of, gap, opened, unreadable
from scrapers.platforms import _forum_pages as pages
from scrapers.platforms._forum import ELSEWHERE, Forum, of_part, profile, shut_for_good, split
from scrapers.platforms._forum_engine import Engine, pattern
from scrapers.platforms._forum_pages import ForumPage
from scrapers.refs import GroupRef
from scrapers.snapshot import Reading, Snapshot, Steward
from scrapers.text import html_to_text

T = TypeVar("T")

# Numbers of the groups that every Flarum has.
STAFF = {"1": "admin", "4": "moderator"}
AT = "data.attributes"


class Flarum(Forum):
    platform = "flarum"
    profile = profile("Flarum", shown={"stewards.last_seen_at"})
    engine = Engine(
        marks=pattern(r"""\bid=["']flarum-(?:json-payload|content|loading)["'] | \bflarum\.core\b"""),
        declared=pattern(r"""["']baseUrl["']:\s*["']([^"']+)["']"""),
        roots=(pattern(r"(.*?/)(?:assets/forum|d/|t/|u/|all$|tags$)"), pattern(r"(.*/)$")),
        boards=(pattern(r"/(?P<page>t/(?P<id>[\w-]+))"),),
        discussions=pattern(r"/d/\d | /u/"),
        rules=("p/1-rules",),
        main=("#flarum-content .container", "#flarum-content", ".Page-content"),
    )

    def read(self, ref: GroupRef) -> Reader:
        root, tag = split(ref)
        answer = yield Request(f"{root}api", "forum")
        forum = opened(answer)
        if forum.get("data.type") != "forums":
            instead: Snapshot | None = yield from self._without_index(ref, root, shut_for_good(answer, None))
            if instead:
                return instead
            raise WrongPlatform if answer.outcome in ELSEWHERE else unreadable(answer.outcome, self.profile.title)
        ref = replace(ref, inner_url="")
        people = yield Request(f"{root}api/users?filter[q]=group:1,4", "team")
        first = yield Request(root, "forum's index")
        index = ForumPage.of(self.engine, first) if first.ok else None
        rules = (yield from self._rules(index, root)) if index else gap(str(first.outcome))
        snapshot = _site(ref, forum, _stewards(people), rules, index)
        if not tag:
            return snapshot
        return self._of_tag(snapshot, tag, opened((yield Request(f"{root}api/tags/{tag}", "tag"))))

    def _of_tag(self, site: Snapshot, tag: str, document: JsonDocument) -> Snapshot:
        if document.capture.outcome is Outcome.NOT_FOUND:
            raise unreadable(Outcome.NOT_FOUND, self.profile.title)
        return replace(
            of_part(site, tag),
            name=document.text(f"{AT}.name"),
            description=document.optional(f"{AT}.description", as_text),
            warnings=site.warnings + drift(tag=document),
        )


def _site(
    ref: GroupRef,
    forum: JsonDocument,
    stewards: Reading[tuple[Steward, ...]],
    rules: Reading[str],
    index: ForumPage | None,
) -> Snapshot:
    def shown(read: Callable[[ForumPage], Reading[T]]) -> Reading[T]:
        return read(index) if index else Reading.unread("not_offered")

    return Snapshot(
        ref=ref,
        taken_at=forum.capture.at,
        scope="site",
        software="flarum",
        software_version=forum.optional(f"{AT}.version", as_text).value or "",
        name=forum.text(f"{AT}.title"),
        description=first_of(
            forum.optional(f"{AT}.description", as_text), forum.optional(f"{AT}.welcomeMessage", _html)
        ),
        language=shown(pages.language),
        stewards=stewards,
        stewards_complete=stewards.known,
        rules_text=rules,
        visibility=_visibility(forum),
        joining=forum.read(f"{AT}.allowSignUp", lambda allowed: "open" if as_flag(allowed) else "closed"),
        contacts=shown(pages.contacts),
        links=shown(pages.outgoing),
        warnings=drift(forum=forum),
    )


def _html(value: Any) -> str | None:
    return html_to_text(as_text(value) or "") or None


def _visibility(forum: JsonDocument) -> Reading[str]:
    """Whether guests may see the forum; the field was called canView before 1.0."""
    name = "canViewForum" if isinstance(forum.get(f"{AT}.canViewForum"), bool) else "canView"
    return forum.read(f"{AT}.{name}", lambda seen: "public" if as_flag(seen) else "private")


def _stewards(answer: Capture) -> Reading[tuple[Steward, ...]]:
    """Admins and moderators, where guests may list them; most forums let nobody."""
    if answer.status in (401, 403):
        return Reading.withheld("hidden_by_admin")
    people = opened(answer)
    if not answer.ok:
        return gap(str(answer.outcome))
    return people.read("data", lambda users: tuple(filter(None, map(_steward, users))) or None)


def _steward(user: dict[str, Any]) -> Steward | None:
    """None for whoever is in neither of the two groups: a forum that ignores the filter lists all its members."""
    groups = {group["id"] for group in user.get("relationships", {}).get("groups", {}).get("data", ())}
    role = next((STAFF[number] for number in STAFF if number in groups), None)
    attributes = user["attributes"]
    handle = as_text(attributes["username"])
    if role is None or handle is None:
        return None
    shown = as_text(attributes.get("displayName") or "") or ""
    joined, seen = attributes.get("joinTime"), attributes.get("lastSeenAt")
    return Steward(
        handle,
        role,
        display_name=shown if shown != handle else "",
        account_created_at=as_moment(joined) if joined else None,
        last_seen_at=as_moment(seen) if seen else None,
    )


ADAPTER = Flarum()
