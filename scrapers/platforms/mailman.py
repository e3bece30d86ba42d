"""Mailing lists of Mailman 2: the list's information page, and from when to when its Pipermail archive reaches.

How many receive the list and who made it is not shown. Months alone are read of the archive; messages are never asked for.
Archives at addresses of their own (also those of mod_mbox, which lists months alike) are known by their lists of months.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from urllib.parse import unquote, urljoin

from bs4 import Tag

from scrapers.adapter import Adapter, Profile, Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.parse import HtmlDocument, ParseFailed, gap, looked_at, one_line, unreadable
from scrapers.refs import GroupRef
from scrapers.snapshot import Activity, Created, Link, Reading, Snapshot, Steward
from scrapers.text import html_to_text, links
from scrapers.urls import Address, Url

ELSEWHERE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}
# Mailman's own sentences, by how one joins; the first that stands there.
JOINING = {"held for approval": "approval", "sent email requesting confirmation": "open"}
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MAX_OWNERS = 10
FIRST_LISTS = 1971  # no archive of mail is older

_path = re.compile(
    r"^(?P<base>(?:/[\w-]+)*?)/(?:mailman/(?:listinfo|private|subscribe|options|roster)|pipermail)/(?P<name>[\w.+-]{1,100})(?:/.*)?$",
    re.ASCII,
)
_month = re.compile(rf"(?:^|/)(?P<year>\d{{4}})-(?P<month>{'|'.join(MONTHS)})/", re.ASCII)
_mbox = re.compile(r"(?:^|/)(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])\.mbox/", re.ASCII)
_view = re.compile(rf"\d{{4}}-(?:{'|'.join(MONTHS)})/thread\.html|\d{{4}}(?:0[1-9]|1[0-2])\.mbox/thread", re.ASCII)
_name_of_list = re.compile(r"[\w.+-]{1,100}", re.ASCII)
_heading = re.compile(rf"The (?P<name>{_name_of_list.pattern}) Archives", re.ASCII)


class Mailman(Adapter):
    platform = "mailman"
    profile = Profile(
        title="Mailman",
        never_shown=frozenset(
            {
                "founder", "rules", "rules_updated_at", "platform_rules", "members", "topics", "adult", "sanction", "marks",
                "stewards.since", "stewards.last_seen_at", "stewards.account_created_at", "activity.online_now",
            }
        ),
        stewards_take_messages=True,
    )  # fmt: skip

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        found = _path.match(unquote(url.path)) if url is not None and not url.central else None
        if found is None or url is None:
            return None
        name = found["name"].lower()
        page = f"{url.scheme}://{url.netloc}{found['base']}/mailman/listinfo/{name}"
        return GroupRef(self.platform, f"{url.netloc_without_www}/{name}", page)

    def recognise(self, page: Capture) -> GroupRef | None:
        """The list whose archive the page is: as the information page that it leads to names it, else by its heading."""
        try:
            document = looked_at(page)
        except ParseFailed:
            return None
        if not _is_archive(document):
            return None
        url = Url.parse(page.final_url)
        named = document.text("h1").value or ""
        heading, folder = _heading.fullmatch(named), next(reversed(url.segments), "")
        name = (heading["name"] if heading else folder).lower()
        own = (
            GroupRef(self.platform, f"{url.netloc_without_www}/{name}", url.href)
            if _name_of_list.fullmatch(name)
            else None
        )
        return self._about_page(document) or own

    def _about_page(self, archive: HtmlDocument) -> GroupRef | None:
        """By the information page on the same host that the archive leads to."""
        link = archive.first("a[href*='/mailman/listinfo/']")
        try:
            there = Address.parse(urljoin(archive.capture.final_url, str(link["href"]))) if link is not None else None
        except (AddressRefused, ValueError):
            return None
        here = Url.parse(archive.capture.final_url)
        return self.claim(there) if there and there.url and there.url.netloc == here.netloc else None

    def read(self, ref: GroupRef) -> Reader:
        asked = [(yield Request(ref.canonical_url, "list"))]
        about, archive = _about(asked[0], ref), _opened(asked[0])
        if archive is None or not _is_archive(archive):
            archive_at = _archive_at(about, ref)
            if archive_at:
                asked.append((yield Request(archive_at, "archive")))
            archive = _opened(asked[1]) if archive_at else None
        months = _months(archive)
        if about is None and not months:
            refusals = [answer.outcome for answer in asked if answer.outcome not in ELSEWHERE]
            raise unreadable(refusals[0], self.profile.title) if refusals else WrongPlatform
        return _snapshot(ref, asked[0], about, archive, months)


def _opened(answer: Capture) -> HtmlDocument | None:
    try:
        return HtmlDocument(answer) if answer.ok else None
    except ParseFailed:
        return None


def _is_archive(page: HtmlDocument) -> bool:
    """True for a page that leads to the threads of a month in its own folder, as an archive's first page does."""
    return any(_view.fullmatch(str(link["href"])) for link in page.soup.select("a[href]"))


def _about(answer: Capture, ref: GroupRef) -> HtmlDocument | None:
    """The information page, if it is one: it offers to subscribe to this very list."""
    page, name = _opened(answer), ref.key.rpartition("/")[2]
    forms = page.soup.select("form[action*='/subscribe/']") if page else ()
    return (
        page if any(str(form["action"]).rstrip("/").lower().endswith(f"/subscribe/{name}") for form in forms) else None
    )


def _archive_link(page: HtmlDocument | None) -> Tag | None:
    return page.first("a[href*='/pipermail/'], a[href*='/private/']") if page else None


def _archive_at(page: HtmlDocument | None, ref: GroupRef) -> str:
    """Where the page says the archive is, if that is on the same host; else the usual place. Empty for a private one."""
    here, link = Url.parse(ref.canonical_url), _archive_link(page)
    usual = f"{here.scheme}://{here.netloc}/pipermail/{ref.key.rpartition('/')[2]}/"
    try:
        there = Url.parse(urljoin(ref.canonical_url, str(link["href"]))) if link is not None else None
    except (AddressRefused, ValueError):
        return usual
    if there is None or there.netloc != here.netloc:
        return usual
    return "" if "/private/" in there.path else there.href


def _months(archive: HtmlDocument | None) -> list[tuple[int, int]]:
    """Years and months of the archive's volumes, oldest first; their names are English whatever the list's language."""
    found = set()
    for link in archive.soup.select("a[href]") if archive else ():
        href = str(link["href"])
        named, numbered = _month.search(href), _mbox.search(href)
        if named:
            found.add((int(named["year"]), MONTHS[named["month"]]))
        elif numbered:
            found.add((int(numbered["year"]), int(numbered["month"])))
    return sorted(month for month in found if month[0] >= FIRST_LISTS)


def _snapshot(
    ref: GroupRef,
    answer: Capture,
    about: HtmlDocument | None,
    archive: HtmlDocument | None,
    months: list[tuple[int, int]],
) -> Snapshot:
    kept = gap(answer.outcome if not answer.ok else Outcome.PARSE_ERROR)
    dated = archive.source("a[href]") if archive and months else None
    return Snapshot(
        ref=ref,
        taken_at=answer.at,
        software="mailman",
        native_id=ref.key.rpartition("/")[2],
        name=_name(about) if about else _archive_name(archive),
        description=_described(about) if about else kept,
        rules_text=_described(about) if about else kept,
        created=Reading.of(_existed_by(*months[0]), dated) if dated else Reading.unread("not_stated"),
        activity=Reading.of(Activity(last_post_at=datetime(*months[-1], 1, tzinfo=UTC)), dated)
        if dated
        else Reading.unread("not_stated"),
        visibility=_visibility(about, archive),
        joining=_joining(about) if about else kept,
        stewards=_owners(about) if about else kept,
        stewards_complete=about is not None,
        contacts=_contacts(about) if about else kept,
        links=_links(about) if about else kept,
    )


def _existed_by(year: int, month: int) -> Created:
    last = calendar.monthrange(year, month)[1]
    return Created(datetime(year, month, last, tzinfo=UTC), "oldest_post", exact=False)


def _name(about: HtmlDocument) -> Reading[str]:
    """The heading, "Name -- what it is for"; else the title without its ending."""
    heading = next((cell for cell in about.soup.select("td b") if " -- " in cell.get_text(" ")), None)
    if heading is not None:
        return Reading.of(one_line(heading.get_text(" ")).partition(" -- ")[0], about.source("td b"))
    return about.text("title")


def _archive_name(archive: HtmlDocument | None) -> Reading[str]:
    return archive.text("h1") if archive else Reading.unread("missing")


def _own(about: HtmlDocument) -> Tag | None:
    """The cell with the owner's own text, at whose end Mailman links to the archive."""
    link = _archive_link(about)
    return link.find_parent("td") if link is not None else None


def _described(about: HtmlDocument) -> Reading[str]:
    """The one line of the heading, and the owner's own text up to the line with the link to the archive."""
    heading = next(
        (one_line(cell.get_text(" ")) for cell in about.soup.select("td b") if " -- " in cell.get_text(" ")), ""
    )
    link, cell = _archive_link(about), _own(about)
    before = (
        html_to_text(str(cell)).partition(one_line(link.get_text(" ")))[0]
        if cell is not None and link is not None
        else ""
    )
    text = "\n\n".join(filter(None, (heading.partition(" -- ")[2], "\n".join(before.splitlines()[:-1]).strip())))
    return Reading.of(text, about.source("td")) if text else Reading.absent(about.source("td"))


def _visibility(about: HtmlDocument | None, archive: HtmlDocument | None) -> Reading[str]:
    """By where the archive is kept: Mailman serves private ones under another address."""
    link = _archive_link(about)
    if about and link is not None and "/private/" in str(link["href"]):
        return Reading.of("private", about.source("a[href*='/private/']"))
    return Reading.of("public", archive.source("title")) if archive else Reading.unread("not_stated")


def _joining(about: HtmlDocument) -> Reading[str]:
    """By Mailman's own words, which are looked for outside the owner's."""
    cell = _own(about)
    text, own = about.soup.get_text(" "), cell.get_text(" ") if cell is not None else ""
    said = one_line(text.replace(own, " ") if own else text).lower()
    found = next((joining for words, joining in JOINING.items() if words in said), "")
    return Reading.of(found, about.source("form")) if found else Reading.unread("not_stated")


def _written_to(about: HtmlDocument) -> list[Tag]:
    return about.soup.select("address a[href^='mailto:'], hr ~ a[href^='mailto:']")[:MAX_OWNERS]


def _owners(about: HtmlDocument) -> Reading[tuple[Steward, ...]]:
    """Whoever the page says runs the list, by the address that it publishes."""
    names = [one_line(part) for link in _written_to(about) for part in link.get_text(" ").split(",")]
    team = tuple(Steward(name, "owner") for name in dict.fromkeys(filter(None, names)))[:MAX_OWNERS]
    return Reading.of(team, about.source("a[href^='mailto:']")) if team else Reading.unread("not_stated")


def _contacts(about: HtmlDocument) -> Reading[tuple[str, ...]]:
    found = dict.fromkeys(str(link["href"]).removeprefix("mailto:").partition("?")[0] for link in _written_to(about))
    return Reading.of(tuple(found), about.source("a[href^='mailto:']")) if found else Reading.unread("not_stated")


def _links(about: HtmlDocument) -> Reading[tuple[Link, ...]]:
    """Links of the owner's own text; Mailman's are not the group's."""
    found = links(str(_own(about) or ""), about.capture.final_url)
    own = tuple(link for link in found if not re.search(r"/(?:mailman|pipermail)/", link.url))
    return Reading.of(own, about.source("td a")) if own else Reading.absent(about.source("td"))


ADAPTER = Mailman()
