"""Meetup's groups: by its GraphQL API with the operator's credential, else by the data inside the group's public page.

The page carries the same entities that the API answers with (Apollo's cache), so both are read by one set of names. The
organizer of today need not be who founded the group. Members, events and messages are never asked for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scrapers.adapter import Adapter, Profile, Reader, ReadyToken
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.parse import (
    MISSING,
    HtmlDocument,
    JsonDocument,
    ParseFailed,
    as_flag,
    as_integer,
    as_moment,
    as_text,
    drift,
    gap,
    opened,
    unreadable,
)
from scrapers.refs import GroupRef
from scrapers.snapshot import Created, Members, Reading, Snapshot, SourceKind, Steward
from scrapers.text import markdown_links, markdown_to_text
from scrapers.urls import Address, Url

API = "https://api.meetup.com/gql-ext"
QUERY = """query ($urlname: String!) { groupByUrlname(urlname: $urlname) {
  id name description urlname foundedDate joinMode isPrivate
  stats { memberCounts { all } } organizer { id name } topicCategory { name }
} }"""
JOINING = {"OPEN": "open", "APPROVAL": "approval", "CLOSED": "closed"}
# fmt: off
# First parts of a path that are Meetup's own pages.
RESERVED = frozenset({
    "about", "account", "api", "apps", "blog", "cities", "create", "dashboard", "events", "find", "graphql", "group", "groups",
    "help", "home", "invite", "join", "jobs", "l", "login", "logout", "lp", "media", "meetup_api", "members", "messages", "mu_api",
    "notifications", "privacy", "pro", "register", "search", "settings", "start", "static", "terms", "topics", "your-events",
    "your-groups",
})
# Languages by country; other names of groups look like them.
LOCALES = frozenset({
    "da-dk", "de-de", "en-au", "en-gb", "en-us", "es-es", "fr-fr", "id-id", "it-it", "ja-jp", "ko-kr", "nl-nl", "pl-pl", "pt-br",
    "ru-ru", "sv-se", "th-th", "tr-tr", "vi-vn", "zh-cn", "zh-tw",
})
# fmt: on
_language = re.compile(r"[a-z]{2}", re.IGNORECASE)
_urlname = re.compile(r"[\w-]{3,100}")


class Meetup(Adapter):
    platform = "meetup"
    profile = Profile(
        title="Meetup",
        never_shown=frozenset(
            {
                "founder", "rules", "rules_text", "rules_updated_at", "platform_rules", "activity", "adult", "sanction", "marks",
                "stewards.since", "stewards.account_created_at", "stewards.last_seen_at", "stewards.bio", "contacts", "language",
            }
        ),
        auth="meetup",
        stewards_take_messages=True,
    )  # fmt: skip
    auth_schemes = {"meetup": ReadyToken(settings=("MEETUP_ACCESS_TOKEN",))}  # noqa: RUF012 - a constant

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        if url is not None and url.on("meetu.ps"):
            raise AddressRefused(
                "This short link hides which group it leads to.",
                code="short_link",
                remedy="Open it and paste the group's address (meetup.com/…).",
            )
        if url is None or not url.on("meetup.com"):
            return None
        parts = url.segments[1:] if url.segments and _is_locale(url.segments[0]) else url.segments
        return _named(parts[0] if parts and url.bare_host == "meetup.com" else "")

    def recognise(self, page: Capture) -> GroupRef | None:
        """The group that an answer of the API describes: every group's is given at one address."""
        name = opened(page).get("data.groupByUrlname.urlname")
        described = isinstance(name, str) and opened(page).get("data.groupByUrlname.description") is not MISSING
        return _named(name) if described and Url.parse(page.final_url).on("meetup.com") else None

    def read(self, ref: GroupRef) -> Reader:
        body = json.dumps({"query": QUERY, "variables": {"urlname": ref.key}}).encode()
        headers = {"Content-Type": "application/json"}
        answer = yield Request(API, "group", "POST", headers, body, auth="meetup")
        api = opened(answer)
        if api.get("data.groupByUrlname") is None and api.get("errors") is MISSING:
            raise unreadable(Outcome.NOT_FOUND, self.profile.title)
        if isinstance(api.get("data.groupByUrlname"), dict):
            return _snapshot(_Group(api, "data.groupByUrlname"), ref)
        page = yield Request(ref.canonical_url, "page")
        if not page.ok:
            raise unreadable(page.outcome, self.profile.title)
        return _snapshot(_in_page(page, ref.key), ref)


def _is_locale(part: str) -> bool:
    return part.lower() in LOCALES or _language.fullmatch(part) is not None


def _named(name: str) -> GroupRef:
    if name.lower() in RESERVED or not _urlname.fullmatch(name):
        raise AddressRefused(
            "This is a page of Meetup's, but not of a group.",
            code="not_a_group",
            remedy="Paste the group's address, of the form meetup.com/name.",
        )
    return GroupRef("meetup", name.lower(), f"https://www.meetup.com/{quote(name.lower())}/")


@dataclass(frozen=True)
class _Group:
    """One group entity: `at` is its path in the document; what it refers to stands in the document too."""

    document: JsonDocument
    at: str

    def value(self, path: str) -> Any:
        """Like `JsonDocument.get`, through Apollo's references."""
        found: Any = self.document.get(self.at)
        for step in path.split("."):
            found = found.get(step, MISSING) if isinstance(found, dict) else MISSING
            if isinstance(found, dict) and isinstance(found.get("__ref"), str):
                found = self.document.root.get(found["__ref"], MISSING)
        return found

    def __getitem__(self, path: str) -> str:
        return f"{self.at}.{path}"


def _in_page(page: Capture, name: str) -> _Group:
    """The group's entity in the page's data. Raises GroupUnreadable where the page does not carry it."""
    try:
        script = HtmlDocument(page).first("script#__NEXT_DATA__")
        state = json.loads(script.get_text())["props"]["pageProps"]["__APOLLO_STATE__"] if script else {}
    except (ParseFailed, ValueError, TypeError, LookupError, RecursionError):
        state = {}
    for entity, group in state.items() if isinstance(state, dict) else ():
        described = isinstance(group, dict) and group.get("__typename") == "Group" and "description" in group
        if described and "." not in entity and str(group.get("urlname")).lower() == name:
            return _Group(_State(page, state), entity)
    raise unreadable(Outcome.PARSE_ERROR, Meetup.profile.title)


class _State(JsonDocument):
    """Apollo's cache inside a page, read as a document of its own."""

    def __init__(self, page: Capture, state: dict[str, Any]) -> None:
        self.capture, self.kind = page, SourceKind.HTML
        self.warnings: list[str] = []
        self.root = state


def _snapshot(group: _Group, ref: GroupRef) -> Snapshot:
    document = group.document
    urlname, number = group.value("urlname"), group.value("id")
    if not isinstance(urlname, str) or not _urlname.fullmatch(urlname):
        raise unreadable(Outcome.PARSE_ERROR, Meetup.profile.title)
    shut = group.value("isPrivate") not in (False, MISSING)  # then name and count are put out of sight
    return Snapshot(
        ref=_named(urlname) if urlname.lower() != ref.key else ref,
        taken_at=document.capture.at,
        software="meetup",
        native_id=number if isinstance(number, str) else "",
        name=gap(Outcome.PRIVATE) if shut else document.text(group["name"]),
        description=document.optional(group["description"], lambda text: markdown_to_text(as_text(text) or "") or None),
        topics=_through(group, "topicCategory.name", lambda name: (as_text(name) or "",)),
        created=document.optional(group["foundedDate"], lambda at: Created(as_moment(at), "platform")),
        stewards=_through(group, "organizer.name", lambda name: (Steward(as_text(name) or "", "organizer"),)),
        members=gap(Outcome.PRIVATE) if shut else _members(group),
        visibility=_offered(group, "isPrivate", lambda shut: "private" if as_flag(shut) else "public"),
        joining=_offered(group, "joinMode", lambda mode: JOINING[mode]),
        links=document.optional(
            group["description"], lambda text: markdown_links(as_text(text) or "", ref.canonical_url) or None
        ),
        warnings=drift(group=document),
    )


def _offered(group: _Group, path: str, convert: Any) -> Reading[Any]:
    """For fields that the query or the page may leave out: nobody has said anything then."""
    return Reading.unread("not_offered") if group.value(path) is MISSING else _through(group, path, convert)


def _through(group: _Group, path: str, convert: Any) -> Reading[Any]:
    """Like `JsonDocument.read`, through Apollo's references."""
    source, value = group.document.source(group[path]), group.value(path)
    if value is MISSING or value is None:
        return Reading.unread("missing", source) if value is MISSING else Reading.absent(source)
    try:
        converted = convert(value)
    except (TypeError, ValueError, LookupError):
        group.document.warnings.append(f"unexpected value in {group[path]}")
        return Reading.unread("parse_error", source)
    return Reading.of(converted, source)


def _members(group: _Group) -> Reading[Members]:
    path = next((p for p in ("stats.memberCounts.all", "memberships.totalCount") if group.value(p) is not MISSING), "")
    return (
        _through(group, path, lambda count: Members(as_integer(count), "joined"))
        if path
        else Reading.unread("not_offered")
    )


ADAPTER = Meetup()
