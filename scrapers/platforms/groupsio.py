"""Groups.io: mailing lists with a page that says who may read and join.

The page's statistics stand in a list of short sentences; whatever is worded otherwise stays unread. Messages and members
are never asked for.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from scrapers.adapter import Adapter, Profile, Reader
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.parse import HtmlDocument, ParseFailed, one_line, unreadable
from scrapers.platforms._counts import counted
from scrapers.refs import GroupRef
from scrapers.snapshot import Created, Members, Reading, Snapshot
from scrapers.text import html_to_text, links
from scrapers.urls import Address, Url

# Groups.io's settings, in its own words.
VISIBILITY = {
    "archive is visible to anyone": "public",
    "archives are visible to anyone": "public",
    "archive is visible to members only": "private",
    "archives are visible to members only": "private",
}
JOINING = {
    "subscriptions to this group do not require approval from the moderators": "open",
    "subscriptions to this group require approval from the moderators": "approval",
    "this group is restricted": "approval",
    "this group is locked": "closed",
}
MAIN = "main"

_name = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_members = re.compile(r"(?:^|\s)(?P<count>\d[\d,.]{0,15})\s+Members?\b")
_started = re.compile(r"\bStarted on (?P<day>[A-Z][a-z]{2,8} \d{1,2}, \d{4})")


class GroupsIo(Adapter):
    platform = "groupsio"
    profile = Profile(
        title="Groups.io",
        never_shown=frozenset(
            {
                "founder", "stewards", "rules", "rules_updated_at", "platform_rules", "topics", "language", "adult", "sanction",
                "marks", "activity.active_users_7d", "activity.active_users_30d", "activity.online_now",
            }
        ),
        stewards_take_messages=True,
    )  # fmt: skip

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        return _named(url) if url is not None and url.on("groups.io") else None

    def read(self, ref: GroupRef) -> Reader:
        answer = yield Request(ref.canonical_url, "page")
        if not answer.ok:
            raise unreadable(answer.outcome, self.profile.title)
        page = _opened(answer)
        if page is None:
            raise unreadable(Outcome.PARSE_ERROR, self.profile.title)
        return _snapshot(ref, page)


def _named(url: Url) -> GroupRef:
    """A group of its own domain is its main group. Raises AddressRefused for the site's own pages."""
    domain = url.bare_host.removesuffix("groups.io").rstrip(".")
    kind, name = (*(part.lower() for part in url.segments), "", "")[:2]
    if domain and not kind:
        kind, name = "g", MAIN
    if kind != "g" or not _name.fullmatch(name) or (domain and not _name.fullmatch(domain)):
        raise AddressRefused(
            "This is a page of Groups.io, but not a group's.",
            code="not_a_group",
            remedy="Paste an address of the form groups.io/g/name.",
        )
    host = f"{domain}.groups.io" if domain else "groups.io"
    return GroupRef("groupsio", f"{domain}/{name}" if domain else name, f"https://{host}/g/{name}")


def _opened(answer: Capture) -> HtmlDocument | None:
    """The page, if it is a group's: it names the address to which one writes."""
    try:
        page = HtmlDocument(answer)
    except ParseFailed:
        return None
    return page if page.first("a[href^='mailto:'][href*='groups.io']") is not None and page.first("h1") else None


def _snapshot(ref: GroupRef, page: HtmlDocument) -> Snapshot:
    described = page.first("#description, .group-description, [itemprop=description]")
    own = (
        str(described.extract()) if described is not None else ""
    )  # else a group could state settings in its own words
    description, found = html_to_text(own), links(own, ref.canonical_url)
    text = one_line(page.soup.get_text(" "))
    owners = sorted(
        {str(a["href"])[7:].partition("?")[0] for a in page.soup.select("a[href^='mailto:'][href*='+owner@']")}
    )
    return Snapshot(
        ref=ref,
        taken_at=page.capture.at,
        software="groups.io",
        name=page.text("h1"),
        description=Reading.of(description, page.source("#description"))
        if description
        else page.text("meta[property='og:description']", "content"),
        created=_created(page, text),
        members=_counted(page, text),
        visibility=_said(page, text, VISIBILITY),
        joining=_said(page, text, JOINING),
        contacts=Reading.of(tuple(owners), page.source("a[href^='mailto:']")) if owners else Reading.unread("missing"),
        links=Reading.of(found, page.source("#description a")) if found else Reading.absent(page.source("h1")),
        warnings=tuple(page.warnings),
    )


def _said(page: HtmlDocument, text: str, sentences: dict[str, str]) -> Reading[str]:
    """What the sentence found means; unread where none stands there, or two that disagree."""
    lowered = text.lower()
    found = {meaning for sentence, meaning in sentences.items() if sentence in lowered}
    return Reading.of(found.pop(), page.source("Group Settings")) if len(found) == 1 else Reading.unread("not_stated")


def _counted(page: HtmlDocument, text: str) -> Reading[Members]:
    written = _members.search(text)
    try:
        count, precision = counted(written["count"] if written else "")
    except ValueError:
        return Reading.unread("not_stated")
    return Reading.of(Members(count, "subscribers", precision), page.source("Group Information"))


def _created(page: HtmlDocument, text: str) -> Reading[Created]:
    """Only dates with a named month: of others nobody can tell day and month apart."""
    written = _started.search(text)
    for form in ("%b %d, %Y", "%B %d, %Y") if written else ():
        try:
            at = datetime.strptime(written["day"], form).replace(tzinfo=UTC) if written else None
        except ValueError:
            continue
        if at is not None:
            return Reading.of(Created(at, "platform"), page.source("Group Information"))
    return Reading.unread("not_stated")


ADAPTER = GroupsIo()
