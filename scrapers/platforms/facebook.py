"""Facebook's groups. Nothing of them is read automatically: robots.txt and the terms of use ask machines to stay away.

The group's page is asked for all the same, so that the answer is the fetcher's ("robots_disallowed"), or that of a capture file
that a person has given. On such a page a logged-out reader sees name, description and who may see the group.
"""

from __future__ import annotations

import re

from scrapers.adapter import Adapter, Profile, Reader
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.parse import HtmlDocument, ParseFailed, one_line
from scrapers.refs import GroupRef
from scrapers.snapshot import Reading, Snapshot
from scrapers.urls import Address, Url

HOSTS = ("facebook.com", "fb.com")
# What Facebook itself says, in English pages, of who may see a group.
VISIBILITY = {
    "anyone can see who's in the group and what they post": "public",
    "only members can see who's in the group and what they post": "private",
}
RESERVED = frozenset({"browse", "create", "discover", "feed", "joins", "search", "category", "categories"})

_number = re.compile(r"[0-9]{5,20}")
_vanity = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9.]{2,80}")
_title = re.compile(r"^(?P<name>.+?)(?:\s+(?P<kind>public|private) group)?(?:\s+\|\s+facebook)?$", re.IGNORECASE)
_app = re.compile(r"^fb://group/(?:\?id=)?(?P<id>[0-9]{5,20})")
_wall = re.compile(r"^(?:log ?in|sign up|anmelden|connexion|inicia)\b", re.IGNORECASE)


class Facebook(Adapter):
    platform = "facebook"
    profile = Profile(
        title="Facebook",
        never_shown=frozenset(
            {
                "created", "founder", "stewards", "rules", "rules_text", "rules_updated_at", "platform_rules", "members",
                "activity", "joining", "adult", "sanction", "topics", "contacts", "links", "funding", "marks",
            }
        ),
        delay=10.0,
        stewards_take_messages=True,
    )  # fmt: skip

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        if url is None or not url.on(*HOSTS, "fb.me", "messenger.com"):
            return None
        if url.on("fb.me") or (url.on(*HOSTS) and url.segments[:1] == ("share",)):
            raise AddressRefused(
                "This share link hides which group it leads to.",
                code="short_link",
                remedy="Open it and paste the address that it leads to, of the form facebook.com/groups/name.",
            )
        return _named(url) if url.on(*HOSTS) else _refuse()

    def read(self, ref: GroupRef) -> Reader:
        answer = yield Request(ref.canonical_url, "page")
        outcome = answer.outcome
        try:
            page = HtmlDocument(answer) if answer.ok else None
        except ParseFailed:
            page, outcome = None, Outcome.PARSE_ERROR
        if page is None:
            raise _unread(outcome)
        title = _title.match(page.text("meta[property='og:title']", "content").value or "")
        if title is None or title["name"].lower() == "facebook" or _wall.search(title["name"]):
            raise _unread(Outcome.LOGIN_WALL)
        return _snapshot(ref, page, title)


def _named(url: Url) -> GroupRef:
    """Raises AddressRefused for what is no group's address."""
    kind, name = (*url.segments, "", "")[:2]
    if kind == "group.php" or (kind == "groups" and not name):
        name, kind = url.parameters.get("id") or url.parameters.get("gid", ""), "groups"
    if kind != "groups" or name.lower() in RESERVED:
        return _refuse()
    if _number.fullmatch(name):
        return _group(name)
    return _group(name.lower()) if _vanity.fullmatch(name) else _refuse()


def _group(name: str) -> GroupRef:
    return GroupRef("facebook", f"group/{name}", f"https://www.facebook.com/groups/{name}/")


def _refuse() -> GroupRef:
    raise AddressRefused(
        "This is a page on Facebook, but not a group's.",
        code="not_a_group",
        remedy="Paste an address of the form facebook.com/groups/name.",
    )


def _unread(outcome: Outcome) -> GroupUnreadable:
    """The two other ways by which a report on a group can come about."""
    return GroupUnreadable(
        "We do not read Facebook automatically: it asks machines to stay away, and shows most groups only to people logged in.",
        code=outcome,
        remedy=(
            "A moderator or members can contribute what they see of the group, or the group can describe itself on a web site "
            "of its own in /.well-known/support-group.json."
        ),
    )


def _snapshot(ref: GroupRef, page: HtmlDocument, title: re.Match[str]) -> Snapshot:
    number = page.text("meta[property='al:android:url']", "content")
    settled = _app.match(number.value or "")
    source = page.source("meta[property='og:title']")
    return Snapshot(
        ref=_settled(ref, page.capture, settled["id"] if settled else ""),
        taken_at=page.capture.at,
        software="facebook",
        native_id=settled["id"] if settled else "",
        name=Reading.of(title["name"], source),
        description=page.text("meta[property='og:description']", "content"),
        language=page.text("html", "lang"),
        visibility=_visibility(page, title),
        warnings=tuple(page.warnings),
    )


def _settled(ref: GroupRef, capture: Capture, number: str) -> GroupRef:
    """The number as the key where a page of Facebook's own tells it; else what was asked for."""
    told = number and Url.parse(capture.final_url).on(*HOSTS)
    return _group(number) if told and not _number.fullmatch(ref.key.removeprefix("group/")) else ref


def _visibility(page: HtmlDocument, title: re.Match[str]) -> Reading[str]:
    """From the words in the page's title, else from Facebook's sentence; unread where there is neither."""
    heading = _title.match(one_line(page.text("title").value or ""))
    kind = title["kind"] or (heading["kind"] if heading else None)
    if kind:
        return Reading.of(kind.lower(), page.source("title"))
    text = page.soup.get_text(" ").lower().replace("’", "'")
    found = {visibility for sentence, visibility in VISIBILITY.items() if sentence in text}
    return Reading.of(found.pop(), page.source("body")) if len(found) == 1 else Reading.unread("not_stated")


ADAPTER = Facebook()
