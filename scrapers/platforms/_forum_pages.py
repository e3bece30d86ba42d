"""Pages of a forum, read by its engine's declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from urllib.parse import urljoin

from bs4 import ResultSet, Tag

from scrapers.capture import Capture, Outcome
from scrapers.errors import AddressRefused
from scrapers.parse import HtmlDocument, ParseFailed, as_moment, decoded, first_of, gap
from scrapers.platforms import _forum_engine as known
from scrapers.platforms import _forum_words as words
from scrapers.platforms._forum_engine import Engine
from scrapers.recorded import FRONT
from scrapers.snapshot import Activity, Link, Members, Reading, State, Steward
from scrapers.text import MAX_CHARACTERS, clean, html_to_text, links
from scrapers.urls import MAX_LENGTH, Url

SHORT = 1_600  # characters on a page that says only "log in", "not found" or "closed"
LONGEST_EXCUSE = 400  # characters of the text itself; rules are longer or make no excuse
LEAST_RULES = 40  # characters; less is a heading, a button or an empty page
LONGEST_LABEL = 40  # characters; a longer one is a topic's title
DEFAULT_TERMS = "default_terms"  # why a page of terms is no rules: the software came with them
MAX_PEOPLE = 500
MAX_TITLE = 300  # characters
MAX_NAME = 100  # characters of a logo's words; more is a slogan
SITE_NAME = "meta[property='og:site_name']"
LOGO = "[id*=logo i], [class*=logo i], [class*=brand i], [class*=site-title i]"
MAX_STATISTICS = 5_000  # characters
MAX_TERMS = 50
MAX_SCOPES = 50
MAX_LINKS = 50
MAX_CONTACTS = 5
MAX_ADDRESSES = 2_000
MAX_DECLARED = 5
# Makers of forum software and of what it is built with: their marks in the footer say nothing about a group.
# fmt: off
MAKERS = frozenset({
    "phpbb.com", "phpbb.de", "phpbb-fr.com", "xenforo.com", "vbulletin.com", "simplemachines.org", "mybb.com",
    "invisionpower.com", "invisioncommunity.com", "woltlab.com", "vanillaforums.com", "vanillaforums.org", "bbpress.org",
    "wordpress.org", "nodebb.org", "flarum.org", "misago-project.org", "flaskbb.org", "spirit-project.com", "tapatalk.com",
    "w3.org", "php.net", "mysql.com", "cloudflare.com",
})
# fmt: on
EXCUSES = (
    (known.is_closed, Outcome.UNAVAILABLE),
    (known.asks_login, Outcome.LOGIN_WALL),
    (known.asks_age, Outcome.GATED),
    (known.is_missing, Outcome.NOT_FOUND),
)
_session = re.compile(r"(?<=[?&;])(?:sid|s|phpsessid)=[^&;#?]*[&;]?", re.IGNORECASE)
# What software adds to a forum's name in its logo: "Lantern Room Forum Index", "Lantern Room - Powered by vBulletin".
_added = re.compile(r"\s+index(?: page)?$|\s*[-–|:]\s*powered by\b.*$", re.IGNORECASE)
_zoned = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$|^\d{9,11}$")


@dataclass(frozen=True)
class ForumPage:
    """A fetched page that is this engine's."""

    engine: Engine
    document: HtmlDocument
    source: str

    @classmethod
    def of(cls, engine: Engine, capture: Capture) -> ForumPage | None:
        """None for what is not a page of this engine. A page that came with an error's status is one all the same."""
        source = decoded(capture)[:MAX_CHARACTERS] if capture.body else ""
        if not engine.marks.search(source):
            return None
        try:
            return cls(engine, HtmlDocument(capture), source)
        except ParseFailed:
            return None

    @property
    def url(self) -> Url:
        return Url.parse(self.document.capture.final_url)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """What a reader can click, without session ids, absolute."""
        found = links(self.source, self.document.capture.final_url)
        return tuple(Link(without_session(link.url), link.text) for link in found if len(link.url) <= MAX_LENGTH)

    @cached_property
    def text(self) -> str:
        return html_to_text(self.source)

    @cached_property
    def contents(self) -> int:
        """How many boards, topics and members the page leads to: none where the forum is shut."""
        led = (self.engine.board(link.url) or self.engine.discussions.search(link.url) for link in self.links)
        return sum(map(bool, led)) + bool(self.element((*self.engine.total, *self.engine.statistics)))

    @cached_property
    def whole(self) -> bool:
        """False where the page breaks off: a number at its end may have lost digits, and what is missing may be there."""
        return "</body" in self.source or "</html" in self.source

    @cached_property
    def refusal(self) -> str:
        """Why the page shows no forum, though it is the forum's: a log-in, an age gate, closed doors, nothing there."""
        return "" if self.contents or not self.whole else self.notice

    @cached_property
    def notice(self) -> str:
        """What a short page says in place of what was asked for."""
        return excuse(self.text) if len(self.text) <= SHORT else ""

    def addresses(self) -> Iterator[Url]:
        """Addresses at the page's own host, those that it declares as its root first."""
        matches = islice(self.engine.declared.finditer(self.source), MAX_DECLARED)
        declared = [_group(match).replace("\\/", "/") for match in matches]
        tags = self.document.soup.select("[href], [src]", limit=MAX_ADDRESSES)
        base = next((str(tag["href"]) for tag in tags if tag.name == "base" and tag.get("href")), "")
        origin = urljoin(self.url.href, base)
        for address in [*declared, *(str(tag.get("href") or tag.get("src")) for tag in tags)]:
            if len(address) > MAX_LENGTH:
                continue
            try:
                url = Url.parse(urljoin(origin, address))
            except (AddressRefused, ValueError):
                continue
            if url.bare_host == self.url.bare_host and url.port == self.url.port:
                yield url

    def root(self) -> Url:
        """Address of the forum's start, with a slash at its end: the folder that the page's own places stand in."""
        urls = [*self.addresses(), self.url]
        for place in self.engine.roots:
            for url in urls:
                match = place.match(url.path)
                if match and self.url.path.startswith(match[1]):
                    return Url(self.url.scheme, url.host, url.port, match[1], "")
        return Url(self.url.scheme, self.url.host, self.url.port, "/", "")

    def element(self, selectors: tuple[str, ...]) -> tuple[Tag, str] | None:
        """The first match of the first selector that matches anything, with the selector."""
        for selector in selectors:
            element = self.document.first(selector)
            if element is not None:
                return element, selector
        return None

    def words(self, selectors: tuple[str, ...]) -> Reading[str]:
        """Text (or a meta element's content) of the first place that holds any."""
        readings = (
            self.document.text(selector, "content" if selector.startswith("meta") else "") for selector in selectors
        )
        return first_of(*readings, Reading.unread("missing"))


def without_session(address: str) -> str:
    """The address without what identifies one visit (`sid`, `s`, `PHPSESSID`) and without fragment."""
    return _session.sub("", address.partition("#")[0]).rstrip("?&;")


def excuse(text: str) -> str:
    """The outcome that a few words tell in place of a page; nothing where they tell none."""
    return next((str(outcome) for phrase, outcome in EXCUSES if phrase.search(text)), "")


def name(page: ForumPage) -> Reading[str]:
    given = page.words(page.engine.names)
    if given.state is State.VALUE:
        return given
    title = page.document.text("title")
    match = page.engine.title.search((title.value or "")[:MAX_TITLE])
    return Reading.of(match[1].strip(), *title.sources) if match and match[1].strip() else title


def stated_name(page: ForumPage) -> Reading[str]:
    """The forum's name where an inner page says it of the site: in markup or by its logo. A title is the page's own."""
    return first_of(page.words((*page.engine.names, SITE_NAME)), _logo(page))


def _logo(page: ForumPage) -> Reading[str]:
    """The words of the logo that leads to the start page."""
    source = page.document.source(LOGO)
    homes = {page.root().href.rstrip("/"), f"{page.url.scheme}://{page.url.netloc}"}
    for place in page.document.soup.select(LOGO, limit=MAX_SCOPES):
        link = place if place.name == "a" else place.find_parent("a") or place.select_one("a[href]")
        if link is None or _address(page, link) not in homes:
            continue
        image = link.select_one("img[alt]")
        label = _added.sub("", clean(link.get_text(" ")) or clean(str(image["alt"]) if image else ""))
        if label and len(label) <= MAX_NAME and not known.names_nothing.search(label):
            return Reading.of(label, source)
    return Reading.unread("missing", source)


def _address(page: ForumPage, link: Tag) -> str:
    """Where the link leads, without what the software calls its start page."""
    try:
        there = urljoin(page.url.href, str(link.get("href") or ""))
    except ValueError:
        return ""
    return FRONT.sub("", without_session(there)).rstrip("/")


def language(page: ForumPage) -> Reading[str]:
    html = page.document.first("html")
    code = clean(str((html.get("lang") or html.get("xml:lang")) if html else "") or "")
    source = page.document.source("html[lang]")
    return Reading.of(code, source) if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w{2,8})*", code) else Reading.absent(source)


def version(page: ForumPage) -> str:
    match = page.engine.version.search(page.source)
    return _group(match) if match else ""


def members(page: ForumPage) -> Reading[Members]:
    """The total that the forum states. A place that holds no number we understand is reported."""
    place = page.element((*page.engine.total, *page.engine.statistics))
    if place is None:
        return Reading.unread("missing")
    if not page.whole:
        return Reading.unread("parse_error")
    element, locator = place
    found = _totals(element, alone=locator in page.engine.total)
    if len(found) == 1:
        return Reading.of(found.pop(), page.document.source(locator))
    page.document.warnings.append(f"number of members not understood in {locator}")
    return Reading.unread("parse_error", page.document.source(locator))


def _totals(element: Tag, *, alone: bool) -> set[Members]:
    text = clean(element.get_text(" "))[:MAX_STATISTICS]
    if alone:
        counted = words.members_of(text)
        return {counted} if counted else set()
    terms = element.select("dt", limit=MAX_TERMS)
    pairs = [(term, term.find_next_sibling("dd")) for term in terms]
    listed = [(clean(dt.get_text(" ")), clean(dd.get_text(" "))) for dt, dd in pairs if dd]
    return words.members_listed(listed) or words.members_in(text)


def activity(page: ForumPage) -> Reading[Activity]:
    """When the index last saw a post, where it says so for machines and with a time zone."""
    if not page.whole:
        return Reading.unread("parse_error")
    tags = page.document.soup.select(page.engine.times) if page.engine.times else ()
    past = [at for at in map(_moment, tags) if at and at <= page.document.capture.at]
    if not past:
        return Reading.unread("not_offered")
    return Reading.of(Activity(last_post_at=max(past)), page.document.source(page.engine.times))


def _moment(tag: Tag) -> datetime | None:
    written = str(tag.get("datetime") or tag.get("data-time") or tag.get("title") or "")
    try:
        return as_moment(int(written) if written.isdecimal() else written) if _zoned.search(written) else None
    except (ValueError, OverflowError, OSError):
        return None


def visibility(page: ForumPage) -> Reading[str]:
    """Public where a reader who is not logged in is led to boards and topics."""
    source = page.document.source("a[href]")
    return Reading.of("public", source) if page.contents else Reading.unread("not_offered", source)


def visibility_inside(page: ForumPage) -> Reading[str]:
    """Public where this page is a board or a topic that shows itself; what the others lead to may be shut."""
    address = page.url.href
    led = page.engine.board(address) or page.engine.discussions.search(address)
    return (
        visibility(page)
        if led and not known.is_person.search(address)
        else Reading.unread("not_offered", page.document.source("a[href]"))
    )


def joining(page: ForumPage) -> Reading[str]:
    """Open where the forum invites readers to register; what happens to the registration only the applicant sees."""
    if not page.whole:
        return Reading.unread("parse_error")
    offered = any(page.engine.register.search(link.url) for link in page.links)
    return Reading.of("open", page.document.source("a[href]")) if offered else Reading.unread("not_offered")


def contacts(page: ForumPage, *, mail: bool = True) -> Reading[tuple[str, ...]]:
    """Addresses under which the forum can be reached: mail (on inner pages it may be a member's), contact form, imprint."""
    found: dict[str, None] = {}
    for link in page.links:
        scheme, _, rest = link.url.partition(":")
        if scheme == "mailto" and mail:
            found[rest.partition("?")[0]] = None
        elif scheme in ("http", "https") and known.is_contact.search(link.url) and _own_domain(page, link.url):
            found[link.url] = None
    source = page.document.source("a[href]")
    return Reading.of(tuple(found)[:MAX_CONTACTS], source) if found else Reading.unread("not_offered", source)


def outgoing(page: ForumPage) -> Reading[tuple[Link, ...]]:
    """Links of the index that lead to other sites, without those of the software's makers."""
    found = [link for link in page.links if link.url.startswith("http") and not _own_domain(page, link.url)]
    kept = tuple(link for link in found if _domain(link.url) not in MAKERS)[:MAX_LINKS]
    source = page.document.source("a[href]")
    return Reading.of(kept, source) if kept else Reading.absent(source)


def rules_links(page: ForumPage) -> tuple[list[str], list[str]]:
    """The forum's own pages that it calls rules, and those that it calls terms; never a board or a topic."""
    own = [link for link in page.links if link.url.startswith("http") and _is_own_page(page, link)]
    rules = [link.url for link in own if known.called_rules.search(link.text)]
    terms = [link.url for link in own if known.called_terms.search(link.text)]
    return rules, terms


def _is_own_page(page: ForumPage, link: Link) -> bool:
    engine = page.engine
    led = engine.discussions.search(link.url) or engine.board(link.url)
    return not led and len(link.text) <= LONGEST_LABEL and _same_host(page, link.url)


def main_text(engine: Engine, capture: Capture, root: str) -> Reading[str]:
    """The text for whose sake a page was asked, or why there is none: a log-in, the start page, an excuse."""
    page = ForumPage.of(engine, capture)
    if not capture.ok:
        return gap(page.notice if page and page.notice == Outcome.LOGIN_WALL else str(capture.outcome))
    if page is None:
        return Reading.unread(Outcome.PARSE_ERROR)
    if page.document.capture.final_url.rstrip("/") == root.rstrip("/"):
        return Reading.unread(Outcome.NOT_FOUND)
    for selector in engine.main:
        element = page.document.first(selector)
        text = html_to_text(element.decode_contents()) if element else ""
        if len(text) >= LEAST_RULES:
            return _written(page, text, selector)
    return gap(page.notice or "missing")


def _written(page: ForumPage, text: str, locator: str) -> Reading[str]:
    """The text, unless it is an excuse, without what the software itself has written."""
    told = excuse(text) if len(text) < LONGEST_EXCUSE else ""
    own = page.engine.terms.without(text) if page.engine.terms else text
    if told:
        return gap(told)
    source = page.document.source(locator)
    return Reading.of(own, source) if own else Reading.unread(DEFAULT_TERMS, source)


def team(engine: Engine, capture: Capture) -> Reading[tuple[Steward, ...]]:
    """The people of a team page in its order, with the role that the heading above them or their own line names."""
    page = ForumPage.of(engine, capture)
    if page is None or not capture.ok:
        refused = page.notice if page else ""
        return gap(refused or str(capture.outcome if not capture.ok else Outcome.PARSE_ERROR))
    matched = (
        (scopes, selector)
        for selector in engine.people
        if (scopes := page.document.soup.select(selector, limit=MAX_SCOPES))
    )
    scopes, locator = next(matched, (ResultSet(None), ""))
    source = page.document.source(locator)
    people = _people(engine, scopes)
    if people:
        return Reading.of(people, source)
    if any(engine.nobody.search(scope.get_text(" ")) for scope in scopes):
        return Reading.absent(source)
    return gap(page.notice or "missing")


def named_moderators(page: ForumPage) -> Reading[tuple[Steward, ...]]:
    """Those whom the boards name as their moderators."""
    selector = page.engine.moderators
    found: dict[str, Steward] = {}
    for line in page.document.soup.select(selector, limit=MAX_PEOPLE) if selector else ():
        for anchor in line.select(page.engine.person):
            handle = clean(anchor.get_text(" "))
            if handle:
                found.setdefault(handle, Steward(handle, "moderator"))
    source = page.document.source(selector)
    return Reading.of(tuple(found.values())[:MAX_PEOPLE], source) if found else Reading.unread("missing", source)


def _people(engine: Engine, scopes: Sequence[Tag]) -> tuple[Steward, ...]:
    found: dict[str, Steward] = {}
    for scope in scopes:
        headings = {id(tag) for tag in scope.select(engine.heading)}
        persons = {id(tag) for tag in scope.select(engine.person, limit=MAX_PEOPLE)}
        heading = ""
        for tag in scope.find_all(lambda tag: id(tag) in headings or id(tag) in persons):  # noqa: B023 - used at once
            if id(tag) in headings:
                heading = _heading(tag)
            else:
                steward = _steward(engine, tag, heading)
                found.setdefault(steward.handle, steward)
    found.pop("", None)
    return tuple(found.values())[:MAX_PEOPLE]


def _heading(tag: Tag) -> str:
    """Its words without what stands beside them in the same cell (folding buttons, names of columns)."""
    inner = tag.select("a, strong")
    return clean((inner[-1] if inner and inner[-1].get_text().strip() else tag).get_text(" "))


def _steward(engine: Engine, tag: Tag, heading: str) -> Steward:
    row = tag.find_parent(list(engine.row))
    ranks = [clean(rank.get_text(" ")) for rank in row.select(engine.rank)] if row else []
    title = ", ".join(dict.fromkeys(filter(None, ranks))) or heading
    return Steward(clean(tag.get_text(" ")), words.role_of(heading, *ranks) or "moderator", title=title)


def _group(match: re.Match[str]) -> str:
    """The group of the alternative that matched."""
    return next(filter(None, match.groups()), "")


def _own_domain(page: ForumPage, address: str) -> bool:
    return _domain(address) == page.url.registrable_domain


def _domain(address: str) -> str:
    try:
        return Url.parse(address).registrable_domain
    except AddressRefused:
        return ""


def _same_host(page: ForumPage, address: str) -> bool:
    try:
        return Url.parse(address).bare_host == page.url.bare_host
    except AddressRefused:
        return False
