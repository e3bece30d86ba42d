"""Any public web page: what it says of a group in markup and in prose, and on its pages of rules, team and contact.

The fallback for what no other platform claims. The key is the host without "www." and the path: many groups may live
under one registrable domain (subdomains of a hosting service, folders of a federation's site); they are not one group.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TypeVar

from scrapers.adapter import Adapter, Profile, Reader
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.metadata import Metadata, Person, Stated, read_metadata
from scrapers.pages import (
    WORDS,
    joining,
    kind_of,
    main_text,
    plain,
    rel_of,
    says,
    section,
    sentence_with,
    stewards_in,
    updated_at,
)
from scrapers.parse import CONSENT_WALL, HtmlDocument, ParseFailed, first_of, gap, joined, unreadable
from scrapers.refs import GroupRef
from scrapers.self_description import PATH, SelfDescription, read_self_description
from scrapers.snapshot import Created, Founder, Link, Reading, Snapshot, Source, SourceKind, Steward
from scrapers.text import clean, links
from scrapers.urls import Address, Url

T = TypeVar("T")
# Beside the page and the self-description, at most one page of each kind: five requests.
KINDS = ("rules", "team", "contact")
MAX_LINKS = 200
MAX_CONTACTS = 50
FOUNDERS = frozenset({"founder", "founders"})
TEAM = FOUNDERS | {"employee", "employees", "member", "members"}
# Labels for adults: RTA's, and the words of the "rating" meta element.
ADULT_LABELS = frozenset({"adult", "mature", "restricted", "rta-5042-1996-1400-1577-rta"})
WALL_TEXT = 400  # characters; a page with a login form and less text than this is the form

_index = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_consent = re.compile(r"^(?:consent|cookie-?wall)\.|/(?:consent|cookie-?wall)(?:[/?]|$)", re.IGNORECASE)


class Web(Adapter):
    platform = "web"
    profile = Profile(title="this site")

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        if url is None or url.route:
            return None
        path, query = _index.sub("/", url.path), f"?{url.query}" if url.query else ""
        # Software that tells its pages apart by the query may answer only at the file's name.
        page = url.href if query else f"{url.scheme}://{url.netloc}{path}"
        return GroupRef(self.platform, f"{url.bare_netloc}{path.rstrip('/')}{query}", page)

    def read(self, ref: GroupRef) -> Reader:
        page = _Page.opened((yield Request(ref.canonical_url, "page")))
        if isinstance(page, str):
            raise unreadable(page, self.profile.title)
        home = Url.parse(page.address)
        well_known = yield Request(f"{home.scheme}://{home.netloc}{PATH}", "self-description")
        declared = read_self_description(well_known, ref.canonical_url)
        others = yield from _others(page, declared)
        return _snapshot(ref, page, others, declared)


@dataclass(frozen=True)
class _Page:
    """One page that has come, with all that is read from it."""

    document: HtmlDocument
    metadata: Metadata
    links: tuple[Link, ...]
    text: str
    place: str

    @property
    def address(self) -> str:
        return self.document.capture.final_url

    @classmethod
    def opened(cls, capture: Capture) -> _Page | str:
        """The page, or why there is none: what was refused, a wall, a page that says "not found"."""
        if not capture.ok:
            return capture.outcome
        try:
            document = HtmlDocument(capture)
        except ParseFailed:
            return Outcome.PARSE_ERROR
        text, place = main_text(document.soup)
        wall = _wall(document, text)
        html = str(document.soup)
        return wall or cls(
            document, read_metadata(html, capture.final_url), links(html, capture.final_url), text, place
        )

    def source(self, locator: str) -> Source:
        return self.document.source(locator)

    def stated(self, stated: Stated[T] | None) -> Reading[T]:
        if stated is None:
            return Reading.unread("not_stated")
        kind = SourceKind.JSONLD if stated.syntax == "json-ld" else SourceKind.HTML
        return Reading.of(stated.value, replace(self.source(f"{stated.syntax} {stated.locator}"), kind=kind))

    def prose(self, value: T | None) -> Reading[T]:
        """What the text says; unread where it says nothing, for other pages may."""
        return Reading.of(value, self.source(self.place)) if value else Reading.unread("not_stated")


def _wall(document: HtmlDocument, text: str) -> str | None:
    title = plain(clean(document.soup.title.get_text()) if document.soup.title else "")
    if title.startswith("just a moment"):
        return Outcome.CHALLENGE
    if _consent.search(document.capture.final_url.partition("://")[2]):
        return CONSENT_WALL
    if len(text) < WALL_TEXT and document.first("input[type=password]"):
        return Outcome.LOGIN_WALL
    if len(text) < WALL_TEXT and says(text, WORDS["age_gate"]):
        return Outcome.GATED
    return Outcome.NOT_FOUND if len(text) < WALL_TEXT and says(title, WORDS["not_found"]) else None


Others = dict[str, _Page | str]


def _others(page: _Page, declared: SelfDescription | None) -> Generator[Request, Capture, Others]:
    """The pages of rules, team and contact on the same site, each by the first link that says so."""
    addresses: dict[str, str] = {}
    for link in page.links:
        if _same_site(link.url, page.address):
            addresses.setdefault(kind_of(link), link.url.partition("#")[0])
    if declared and declared.rules.value and _same_site(declared.rules.value, page.address):
        addresses["rules"] = declared.rules.value
    found: Others = {}
    for kind in KINDS:
        address = addresses.get(kind, "")
        if address and address != page.address:
            found[kind] = _Page.opened((yield Request(address, f"{kind} page")))
    return found


def _same_site(address: str, page: str) -> bool:
    try:
        there, here = Url.parse(address), Url.parse(page)
    except AddressRefused:
        return False
    return (there.bare_host, there.port) == (here.bare_host, here.port)


def _snapshot(ref: GroupRef, page: _Page, others: Others, declared: SelfDescription | None) -> Snapshot:
    pages = [page, *(other for other in others.values() if isinstance(other, _Page))]
    said = declared or NOTHING_DECLARED
    meta = page.metadata
    rules, rules_updated_at = _rules(page, others.get("rules"))
    return Snapshot(
        ref=ref,
        taken_at=page.document.capture.at,
        name=first_of(page.stated(meta.name), _title(page), said.name),
        description=first_of(
            page.stated(meta.description), page.document.text("meta[name=description]", "content"), said.purpose
        ),
        language=first_of(page.document.text("html", "lang"), page.stated(meta.language), said.language),
        created=_created(first_of(page.stated(meta.founded), said.founded)),
        founder=_founder(pages),
        stewards=_stewards(pages, others.get("team"), said),
        rules_text=joined(rules, said.hours, said.urgent_help),
        rules_updated_at=rules_updated_at,
        adult=_adult(pages),
        joining=first_of(*(each.prose(joining(each.text)) for each in pages)),
        contacts=_contacts(pages, said),
        links=_links(page),
        funding=first_of(*(each.prose(sentence_with(each.text, WORDS["funding"])) for each in pages), said.funding),
    )


def _title(page: _Page) -> Reading[str]:
    return first_of(page.document.text("title"), page.document.text("h1"))


def _created(founded: Reading[datetime]) -> Reading[Created]:
    """What a site states of its founding; it may be the organisation's and not the group's, so it is not exact."""
    if founded.value is None:
        return Reading.unread("not_stated")
    exact = any(source.kind is SourceKind.DECLARED for source in founded.sources)
    return Reading.of(Created(founded.value, "platform", exact=exact), *founded.sources)


def _founder(pages: list[_Page]) -> Reading[Founder]:
    for page in pages:
        if page.metadata.founder:
            marked = page.stated(page.metadata.founder)
            return Reading.of(Founder(page.metadata.founder.value, "declared"), *marked.sources)
    for page in pages:
        for steward in stewards_in(page.text):
            if steward.role == "owner":
                return Reading.of(Founder(steward.handle, "declared"), page.source(page.place))
    return Reading.unread("not_stated")


def _stewards(pages: list[_Page], team: _Page | str | None, said: SelfDescription) -> Reading[tuple[Steward, ...]]:
    """Persons of markup and prose, and those that the group declares, each once; the first statement stands."""
    found: dict[str, Steward] = {}
    sources: list[Source] = []
    for page in pages:
        marked = [stated for stated in page.metadata.persons if _of_team(stated.value, page is team)]
        named = [*map(_steward, marked), *stewards_in(page.text)]
        sources += [source for stated in marked for source in page.stated(stated).sources]
        sources += [page.source(page.place)] if len(named) > len(marked) else []
        for steward in named:
            found.setdefault(steward.handle, steward)
    for steward in said.run_by.value or ():
        found.setdefault(steward.handle, steward)
    if found:
        return Reading.of(tuple(found.values()), *sources, *said.run_by.sources)
    return gap(team) if isinstance(team, str) else Reading.unread("not_stated")


def _of_team(person: Person, on_team_page: bool) -> bool:  # noqa: FBT001 - a predicate of two facts
    return person.relation in TEAM or (on_team_page and not person.relation)


def _steward(stated: Stated[Person]) -> Steward:
    person = stated.value
    claims = filter(None, (person.name, person.suffix, person.job_title, *person.credentials, person.description))
    role = "owner" if person.relation in FOUNDERS else "contact"
    return Steward(person.name, role, person.name, person.job_title, bio=", ".join(claims))


def _rules(page: _Page, rules: _Page | str | None) -> tuple[Reading[str], Reading[datetime]]:
    """The rules page's text, else the section of the page that is headed as rules; and the date that stands with it."""
    if isinstance(rules, _Page):
        return rules.prose(rules.text), rules.prose(updated_at(rules.text))
    own = section(page.document.soup, "rules")
    if own:
        return Reading.of(own, page.source("section headed as rules")), page.prose(updated_at(own))
    missing: Reading[str] = gap(rules) if rules else Reading.unread("not_stated")
    return missing, Reading.unread(missing.reason)


def _adult(pages: list[_Page]) -> Reading[bool]:
    """True where the site labels or calls itself for adults; that it does not is no sign of the contrary."""
    label = pages[0].document.text("meta[name=rating]", "content")
    if label.value and plain(label.value) in ADULT_LABELS:
        return Reading.of(True, *label.sources)
    stated: list[Reading[bool]] = [page.prose(says(page.text, WORDS["adult"]) or None) for page in pages]
    return first_of(*stated)


def _contacts(pages: list[_Page], said: SelfDescription) -> Reading[tuple[str, ...]]:
    found: dict[str, Source] = {}
    for page in pages:
        for stated in page.metadata.contacts:
            found.setdefault(stated.value, page.stated(stated).sources[0])
        for link in page.links:
            if link.url.lower().startswith(("mailto:", "tel:")) and rel_of(link, _url(page)) == "contact":
                found.setdefault(link.url.partition(":")[2].partition("?")[0], page.source(f'a[href="{link.url}"]'))
    declared = {contact: source for contact in said.contact.value or () for source in said.contact.sources}
    known = {**declared, **found}
    if not known:
        return Reading.unread("not_stated")
    return Reading.of(tuple(known)[:MAX_CONTACTS], *dict.fromkeys(known.values()))


def _links(page: _Page) -> Reading[tuple[Link, ...]]:
    """Links with their reason, those that tell something first; a page without any shows that there are none."""
    here = _url(page)
    kept = [replace(link, rel=rel_of(link, here)) for link in page.links]
    kept += [Link(stated.value, "", rel_of(Link(stated.value, ""), here)) for stated in page.metadata.same_as]
    kept.sort(key=lambda link: link.rel == "other")
    source = page.source("a[href]")
    return Reading.of(tuple(kept[:MAX_LINKS]), source) if kept else Reading.absent(source)


def _url(page: _Page) -> Url:
    return Url.parse(page.address)


NOTHING_DECLARED = SelfDescription(*(Reading.unread("not_stated") for _ in fields(SelfDescription)))
ADAPTER = Web()
