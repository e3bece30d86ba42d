"""What a public web archive kept of the group: since when it knows the page, and how the rules read in earlier years.

Few requests: one list of the page's captures, one of the rules page's, and at most two archived rules pages. The Internet
Archive allows 24 requests a minute and shuts out who goes on after a 429 (https://github.com/edgi-govdata-archiving/wayback,
notes of 0.5.1): the pace is below that, and after one refusal nothing more is asked.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from soupsieve import SelectorSyntaxError

from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.pages import main_text, section
from scrapers.parse import HtmlDocument, JsonDocument, ParseFailed, gap
from scrapers.past import Collection, Look, PastSource
from scrapers.registries.cdx import (
    INTERNET_ARCHIVE,
    Dialect,
    Index,
    Row,
    is_blocked,
    memento,
    moment,
    months,
    read_index,
)
from scrapers.snapshot import Archive, PastRules, Reading, Source, SourceKind
from scrapers.text import html_to_text
from scrapers.urls import Url

DELAY = 2.6  # seconds: 23 requests a minute
AVAILABLE = "https://archive.org/wayback/available"
YEAR = timedelta(days=365)
# How long ago an earlier version of the rules is looked for: (at least, about, at most).
AGES = ((YEAR / 2, YEAR, 3 * YEAR / 2), (3 * YEAR / 2, 3 * YEAR, 9 * YEAR / 2))
ALIKE = 0.8  # share of words in which our reading of today's page must agree with the adapter's
# Their pages answer the same whether there is such a group or not, so that an archived one proves nothing.
TELLS_NOTHING = ("t.me", "telegram.me", "discord.gg", "discord.com", "discordapp.com", "facebook.com", "matrix.to")

Asked = Generator[Request, Capture, "Listing"]


@dataclass(frozen=True)
class Listing:
    """What came of asking for a page's captures: the index with its source, or the reason why there is none."""

    index: Index
    source: Source | None = None
    reason: str = ""
    dialect: str = ""

    @property
    def archive(self) -> Reading[Archive]:
        rows = self.index.shown
        if self.source is None:
            return Reading.withheld(self.reason) if self.reason == HIDDEN else gap(self.reason)
        if not rows:
            return Reading.absent(self.source)
        return Reading.of(Archive(rows[0].at, rows[-1].at, months(rows), self.dialect), self.source)


NOTHING = Index(())
HIDDEN = "hidden_by_admin"


class WebArchive(PastSource):
    name = "archive"

    def __init__(self, dialect: Dialect, available: str = "") -> None:
        """`available` is asked where the index does not answer; it knows the first capture alone."""
        self.dialect, self.available = dialect, available

    def read(self, group: Collection) -> Look:
        page = public_page(group.snapshot.ref.canonical_url)
        if not page:
            return group.snapshot
        listing = yield from self._listing(page)
        snapshot = replace(group.snapshot, archive=listing.archive)
        today = rules_page(group)
        if today is None or listing.source is None:
            return snapshot
        rules = listing if today.address == page else (yield from self._listing(today.address))
        if rules.source is None:
            return replace(snapshot, past_rules=gap(rules.reason))
        past = yield from self._past_rules(rules.index.shown, today, snapshot.taken_at)
        return replace(snapshot, past_rules=past)

    def _listing(self, page: str) -> Asked:
        """The captures of a page; the last one is asked for by itself where the list is cut off."""
        answer = yield self._request(self.dialect.listing(page), "archive’s list")
        listing = self._listed(answer)
        if listing.index.resume_key:
            last = self._listed((yield self._request(self.dialect.last(page), "archive’s last capture")))
            return replace(listing, index=Index((*listing.index.rows, *last.index.rows)))
        if listing.source or not self.available or listing.reason not in (Outcome.UNAVAILABLE, Outcome.PARSE_ERROR):
            return listing
        query = urlencode({"url": page, "timestamp": "19960101"})
        return _available((yield self._request(f"{self.available}?{query}", "archive’s first capture"))) or listing

    def _listed(self, answer: Capture) -> Listing:
        if is_blocked(answer):
            return Listing(NOTHING, reason=HIDDEN)
        if not answer.ok:
            return Listing(NOTHING, reason=str(answer.outcome))
        try:
            index = read_index(answer)
        except ParseFailed:
            return Listing(NOTHING, reason=Outcome.PARSE_ERROR)
        return Listing(index, _source(answer), dialect=self.dialect.name)

    def _past_rules(
        self, rows: tuple[Row, ...], today: RulesPage, at: datetime
    ) -> Generator[Request, Capture, Reading[tuple[PastRules, ...]]]:
        """Up to two earlier versions, oldest first; one that could not be had does not hide the other."""
        found: list[tuple[PastRules, Source]] = []
        reason = "not_archived"
        for row in earlier_versions(rows, at):
            answer = yield self._request(self.dialect.replay(row), "archived rules")
            version = today.as_of(answer)
            if version:
                found.append((version, _source(answer, today.way)))
            else:
                reason = Outcome.PARSE_ERROR if answer.ok else str(answer.outcome)
            if answer.outcome is Outcome.RATE_LIMITED and memento(answer) is None:
                break
        if found:
            return Reading.of(tuple(version for version, _ in found), *(source for _, source in found))
        return gap(reason)

    def _request(self, url: str, purpose: str) -> Request:
        return Request(url, purpose, delay=DELAY)


@dataclass(frozen=True)
class RulesPage:
    """The page on which the group's rules stand today, and the way in which their text is found on it."""

    address: str
    way: str

    def as_of(self, capture: Capture) -> PastRules | None:
        """The rules of an archived page; None where it is no archived page of this site, or holds none."""
        archived = memento(capture)
        if archived is None or archived.status != 200 or _site(archived.original) != _site(self.address):
            return None
        text = _text(capture, self.way)
        return PastRules(archived.at, text) if text else None


def rules_page(group: Collection) -> RulesPage | None:
    """Where the rules were read on a web page; None where they were not, or where no way of ours finds what the adapter read.

    Earlier versions are read in the way that gives today's text from today's page: only like is compared with like.
    """
    snapshot = group.snapshot
    text = rules_text(snapshot.rules_text, snapshot.rules)
    for source in (*snapshot.rules_text.sources, *snapshot.rules.sources):
        capture = group.by_digest.get(source.digest)
        page = public_page(source.url)
        if source.kind is SourceKind.HTML and capture and page:
            for way in (source.locator, SECTION, MAIN):
                if _alike(_text(capture, way), text):
                    return RulesPage(page, way)
    return None


def rules_text(prose: Reading[str], single: Reading[tuple[Any, ...]]) -> str:
    """All that a reading holds of the group's own rules."""
    rules = [f"{rule.title} {rule.text}" for rule in single.value or ()]
    return "\n".join([*rules, prose.value or ""]).strip()


def earlier_versions(rows: tuple[Row, ...], at: datetime) -> list[Row]:
    """About a year and about three years before `at`, the capture nearest to it, oldest first; the same bytes only once."""
    found: dict[str, Row] = {}
    for least, about, most in reversed(AGES):
        near = [row for row in rows if least <= at - row.at < most]
        if near:
            row = min(near, key=lambda row: (abs(at - row.at - about), row.at))
            found.setdefault(row.digest or str(row.at), row)
    return list(found.values())


def public_page(address: str) -> str:
    """The address under which an archive may know the group; empty where what is archived there could not be told from others."""
    try:
        url = Url.parse(address)
    except AddressRefused:
        return ""
    unnamed = "." not in url.host or re.fullmatch(r"[\d.]+", url.host) or url.host.startswith("[")
    return "" if unnamed or url.fragment or url.on(*TELLS_NOTHING) else url.href


SECTION = "section headed as rules"
MAIN = "the page's main text"


def _text(capture: Capture, way: str) -> str:
    """The rules on a page, found in this way; empty where it finds nothing."""
    try:
        soup = HtmlDocument(capture).soup
    except ParseFailed:
        return ""
    if way == SECTION:
        return section(soup, "rules")
    return main_text(soup)[0] if way == MAIN else _selected(soup, way)


def _selected(soup: BeautifulSoup, selector: str) -> str:
    try:
        element = soup.select_one(selector) if selector else None
    except SelectorSyntaxError:
        return ""
    return html_to_text(element.decode_contents()) if element else ""


def _alike(text: str, wanted: str) -> bool:
    ours, theirs = _words(text), _words(wanted)
    return bool(ours) and len(ours & theirs) >= ALIKE * len(ours | theirs)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _available(answer: Capture) -> Listing | None:
    """The one capture that the availability service names: the nearest to the archive's beginning, so the first."""
    try:
        document = JsonDocument(answer)
    except ParseFailed:
        return None
    closest = document.get("archived_snapshots.closest")
    if not answer.ok or not isinstance(closest, dict):
        return None
    at = moment(closest.get("timestamp"))
    if at is None or str(closest.get("status")) != "200":
        return None
    return Listing(Index((Row(at, str(closest.get("url")), 200, ""),)), _source(answer), dialect="availability")


def _source(answer: Capture, locator: str = "") -> Source:
    return Source(answer.digest, answer.final_url, answer.at, SourceKind.ARCHIVE, locator)


def _site(address: str) -> str:
    try:
        return Url.parse(address if "://" in address else f"http://{address}").bare_host
    except AddressRefused:
        return ""


PAST = WebArchive(INTERNET_ARCHIVE, AVAILABLE)
