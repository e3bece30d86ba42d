"""HyperKitty, the archives of Mailman 3: a list's own account of itself, and how many wrote in the last month.

Owners and rules are not shown there. Messages are never asked for.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from scrapers.adapter import Adapter, Profile, Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.parse import (
    HtmlDocument,
    ParseFailed,
    as_integer,
    as_moment,
    as_text,
    drift,
    first_of,
    gap,
    looked_at,
    opened,
    unreadable,
)
from scrapers.refs import GroupRef
from scrapers.snapshot import PAST, READINGS, Activity, Created, Reading, Snapshot, Source, SourceKind
from scrapers.urls import Address, Url

LIST = "archive_policy created_at description display_name name"
LIST_IGNORED = "emails subject_prefix threads url"
ELSEWHERE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}

_archive = re.compile(
    r"^(?P<base>(?:/[^/]+)*?)(?:/api)?/list/(?P<list>[^/@\s]{1,100}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?:/.*)?$"
)
# Where installations put the archives; at other places they are known by their pages.
_usual = re.compile(r"^(?:/[\w-]+)?/(?:hyperkitty|archives)$")


class HyperKitty(Adapter):
    platform = "hyperkitty"
    profile = Profile(
        title="HyperKitty",
        never_shown=frozenset(
            {
                "founder", "stewards", "rules", "rules_text", "rules_updated_at", "platform_rules", "members", "joining", "topics",
                "language", "adult", "sanction", "marks", "contacts", "links", "funding", "activity.online_now",
            }
        ),
    )  # fmt: skip

    def claim(self, address: Address) -> GroupRef | None:
        if address.url is None or address.url.central:
            return None
        ref, base = _in_path(address.url)
        return ref if _usual.match(base) else None

    def recognise(self, page: Capture) -> GroupRef | None:
        try:
            document = looked_at(page)
        except ParseFailed:
            return None
        return _in_path(Url.parse(page.final_url))[0] if _marked(document) else None

    def read(self, ref: GroupRef) -> Reader:
        root, _, name = ref.canonical_url.rstrip("/").rpartition("/list/")
        answer = yield Request(f"{root}/api/list/{name}/", "list")
        if answer.status in {401, 403} and _told(answer):
            return _private(ref, answer)
        shown = yield Request(ref.canonical_url, "page")
        about, page = opened(answer), _page(shown)
        if about.get("name") != unquote(name) and page is None:
            outcomes = [o for o in (answer.outcome, shown.outcome) if o not in ELSEWHERE]
            if answer.outcome is Outcome.NOT_FOUND and _told(answer):
                outcomes = [Outcome.NOT_FOUND]
            raise unreadable(outcomes[0], self.profile.title) if outcomes else WrongPlatform
        about.expect("", handled=LIST.split(), ignored=LIST_IGNORED.split())
        return Snapshot(
            ref=ref,
            taken_at=answer.at,
            software="hyperkitty",
            native_id=unquote(name),
            name=first_of(about.optional("display_name", as_text), about.text("name"), _text(page, "#title h1, h1")),
            description=first_of(about.optional("description", as_text), _text(page, "#description")),
            created=about.read("created_at", lambda at: Created(as_moment(at), "platform")),
            visibility=about.read("archive_policy", lambda policy: {"public": "public", "private": "private"}[policy]),
            activity=_activity(page) if page else gap(shown.outcome),
            warnings=drift(list=about),
        )


def _in_path(url: Url) -> tuple[GroupRef | None, str]:
    """The list that an address below the archives names, and where the archives are."""
    found = _archive.match(unquote(url.path))
    if found is None:
        return None, ""
    name, base = found["list"].lower(), found["base"]
    page = f"{url.scheme}://{url.netloc}{quote(base)}/list/{quote(name, safe='@')}/"
    return GroupRef("hyperkitty", f"{url.netloc_without_www}{base}#{name}", page), base


def _marked(document: HtmlDocument) -> bool:
    return document.first("link[href*='/hyperkitty/'], script[src*='/hyperkitty/']") is not None


def _told(answer: Capture) -> bool:
    """True where the API itself gives a reason, whatever the status."""
    return isinstance(opened(replace(answer, outcome=Outcome.OK)).get("detail"), str)


def _page(answer: Capture) -> HtmlDocument | None:
    try:
        document = HtmlDocument(answer) if answer.ok else None
    except ParseFailed:
        return None
    return document if document and _marked(document) else None


def _text(page: HtmlDocument | None, selector: str) -> Reading[str]:
    return page.text(selector) if page else Reading.unread("missing")


def _private(ref: GroupRef, answer: Capture) -> Snapshot:
    """The archive is there and shut: that is a fact about the list."""
    source = Source(answer.digest, answer.final_url, answer.at, SourceKind.API, "$.detail")
    fields: dict[str, Any] = {name: gap(Outcome.PRIVATE) for name in READINGS if name not in PAST}
    fields["visibility"] = Reading.of("private", source)
    return Snapshot(ref=ref, taken_at=answer.at, software="hyperkitty", **fields)


def _activity(page: HtmlDocument) -> Reading[Activity]:
    """Who wrote in the last 30 days; discussions are counted there too, but a discussion is not a message."""
    icon = page.first(".list-stats i.fa-user")
    written = icon.parent.get_text(" ").split() if icon is not None and icon.parent is not None else []
    try:
        people = as_integer(written[0])
    except (ValueError, IndexError):
        return Reading.unread("missing", page.source(".list-stats"))
    return Reading.of(Activity(active_users_30d=people), page.source(".list-stats i.fa-user"))


ADAPTER = HyperKitty()
