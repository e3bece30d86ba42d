"""What a page says of itself for machines: JSON-LD first, then microdata, then OpenGraph (schema.org, ogp.me).

Each syntax is read by itself, and each JSON-LD block by itself: a broken one never spoils the others. All of it is the page's
own claim. Markup rarely carries credentials (in 4,354 stored pages `hasCredential` never stood); prose is read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import extruct
from extruct.jsonld import JsonLdExtractor
from lxml import etree
from lxml import html as lxml_html

from scrapers.text import MAX_CHARACTERS, clean

T = TypeVar("T")
Node = dict[str, Any]
Place = tuple[str, str, Node]  # syntax, locator, node

MAX_NODES = 2_000
MAX_DEPTH = 12
MAX_ITEMS = 1_000  # microdata items and properties on one page
MAX_ITEM_DEPTH = 10  # of those within one another; extruct's time grows with the cube of it
MAX_SCRIPT = 500_000  # characters of one JSON-LD block
ORGANISATION = re.compile(r"(?:Organization|NGO|Corporation|Business|Clinic|Hospital|Project|Consortium|Cooperative)$")
PAGES = re.compile(r"(?:WebSite|WebPage|Page|Article|BlogPosting)$")
# Properties by which a page or site names the organisation behind it.
BEHIND = ("publisher", "sourceOrganization", "provider", "mainEntity", "about")


@dataclass(frozen=True)
class Stated(Generic[T]):
    """A value with the syntax it came in (json-ld, microdata, opengraph) and its place ("$[0].founder.name")."""

    value: T
    syntax: str
    locator: str


@dataclass(frozen=True)
class Person:
    """A person as marked up. `relation` is the property that leads to them ("founder", "employee", "reviewedBy"), empty where
    they stand for themselves; `suffix` is honorificSuffix; `credentials` the names of hasCredential.
    """

    name: str
    relation: str = ""
    job_title: str = ""
    suffix: str = ""
    credentials: tuple[str, ...] = ()
    description: str = ""
    url: str = ""


@dataclass(frozen=True)
class Metadata:
    """The first statement of each kind, in the order of syntaxes; empty where the page makes none."""

    name: Stated[str] | None = None
    description: Stated[str] | None = None
    organisation_type: Stated[str] | None = None
    founded: Stated[datetime] | None = None
    founder: Stated[str] | None = None
    language: Stated[str] | None = None
    persons: tuple[Stated[Person], ...] = ()
    same_as: tuple[Stated[str], ...] = ()
    contacts: tuple[Stated[str], ...] = ()


def read_metadata(html: str, url: str = "") -> Metadata:
    """Metadata of a page; `url` makes relative microdata addresses absolute. Never raises."""
    structured, graph = _structured(html, url)
    organisations = [place for place in structured if _is(place[2], ORGANISATION)] + _behind(structured)
    sites = [place for place in structured if _is(place[2], PAGES)]
    return Metadata(
        name=_first(organisations, "name") or _first(sites, "name") or _first(graph, "og:site_name", "og:title"),
        description=_first(organisations, "description")
        or _first(sites, "description")
        or _first(graph, "og:description"),
        organisation_type=_first(organisations, "@type", read=_kind),
        founded=_first(organisations, "foundingDate", read=as_date),
        founder=_first(organisations, "founder", "founders", read=_name),
        language=_first(sites, "inLanguage", read=_name) or _first(graph, "og:locale"),
        persons=tuple(_persons(structured)),
        same_as=tuple(_every(organisations, "sameAs", _text)),
        contacts=tuple(_contacts(organisations)),
    )


def _structured(html: str, url: str) -> tuple[list[Place], list[Place]]:
    """Top-level nodes of JSON-LD and microdata, and those of OpenGraph."""
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
        tree = etree.fromstring(f"<html>{html[:MAX_CHARACTERS]}".encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return [], []
    linked = [node for item in _json_ld(tree) for node in _graph(item)]
    known = {node["@id"]: node for node in linked if isinstance(node.get("@id"), str) and len(node) > 1}
    resolved = [_resolved(node, known) for node in linked]
    marked = _extracted(tree, url, "microdata") if _modest(tree) else []
    return (
        [*_placed("json-ld", resolved), *_placed("microdata", marked)],
        _placed("opengraph", _extracted(tree, url, "opengraph")),
    )


def _json_ld(tree: Any) -> Iterator[Node]:
    for script in tree.iter("script"):
        if len(script.text or "") <= MAX_SCRIPT:
            try:
                yield from (item for item in JsonLdExtractor().extract_items(script) if isinstance(item, dict))
            except Exception:  # noqa: BLE001, S112 - the block is hostile text; whatever extruct raises, the next may be sound
                continue


def _modest(tree: Any) -> bool:
    """True where the page's microdata is of a size that pages have."""
    count = depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if "itemprop" in element.attrib or "itemscope" in element.attrib:
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > MAX_ITEM_DEPTH or count > MAX_ITEMS:
                return False
    return True


def _extracted(tree: Any, url: str, syntax: str) -> list[Node]:
    try:
        found = extruct.extract(tree, base_url=url, syntaxes=[syntax], uniform=True)[syntax]
    except Exception:  # noqa: BLE001 - as above: one syntax never spoils the others
        return []
    return [node for node in found if isinstance(node, dict)]


def _graph(item: Node) -> list[Node]:
    nodes = item.get("@graph")
    return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else [item]


def _resolved(node: Node, known: dict[str, Node]) -> Node:
    """References ({"@id": …} and nothing else) replaced by what they refer to, one step deep: no circles."""

    def replace(value: Any) -> Any:
        if isinstance(value, list):
            return [replace(each) if isinstance(each, dict) else each for each in value]
        if isinstance(value, dict) and set(value) == {"@id"} and isinstance(value["@id"], str):
            return known.get(value["@id"], value)
        return value

    return {key: replace(value) for key, value in node.items()}


def _placed(syntax: str, nodes: list[Node]) -> list[Place]:
    return [(syntax, f"$[{index}]", node) for index, node in enumerate(nodes[:MAX_NODES])]


def _behind(places: list[Place]) -> list[Place]:
    """Organisations that pages and sites name as theirs."""
    return [
        (syntax, f"{locator}.{key}", node)
        for syntax, locator, page in places
        if _is(page, PAGES)
        for key in BEHIND
        for node in _list(page.get(key))
        if isinstance(node, dict) and _is(node, ORGANISATION)
    ]


def _first(places: list[Place], *keys: str, read: Callable[[Any], T | None] | None = None) -> Stated[Any] | None:
    return next((stated for key in keys for stated in _every(places, key, read or _text)), None)


def _every(places: list[Place], key: str, read: Callable[[Any], T | None]) -> Iterator[Stated[Any]]:
    for syntax, locator, node in places:
        for value in _list(node.get(key)):
            understood = read(value)
            if understood:
                yield Stated(understood, syntax, f"{locator}.{key}")


def _persons(places: list[Place]) -> Iterator[Stated[Person]]:
    waiting = [(syntax, locator, node, "", 0) for syntax, locator, node in reversed(places)]
    seen: set[tuple[str, str]] = set()
    for _ in range(MAX_NODES):
        if not waiting:
            return
        syntax, locator, node, relation, depth = waiting.pop()
        person = _person(node, relation) if _kind(node.get("@type")) == "Person" else None
        if person and (person.name, relation) not in seen:
            seen.add((person.name, relation))
            yield Stated(person, syntax, locator)
        if depth < MAX_DEPTH:
            waiting.extend(
                (syntax, f"{locator}.{key}", child, key, depth + 1)
                for key, value in reversed(node.items())
                for child in reversed(_list(value))
                if isinstance(child, dict)
            )


def _person(node: Node, relation: str) -> Person | None:
    name = _text(_one(node.get("name"))) or clean(
        f"{_text(node.get('givenName')) or ''} {_text(node.get('familyName')) or ''}"
    )
    if not name:
        return None
    return Person(
        name=name,
        relation=relation,
        job_title=_text(_one(node.get("jobTitle"))) or _name(_one(node.get("jobTitle"))) or "",
        suffix=", ".join(filter(None, map(_text, _list(node.get("honorificSuffix"))))),
        credentials=tuple(filter(None, map(_credential, _list(node.get("hasCredential"))))),
        description=_text(_one(node.get("description"))) or "",
        url=_text(_one(node.get("url"))) or "",
    )


def _credential(value: Any) -> str | None:
    if isinstance(value, dict):
        return _name(value) or _name(_one(value.get("credentialCategory")))
    return _text(value)


def _contacts(places: list[Place]) -> Iterator[Stated[str]]:
    points = [
        (syntax, f"{locator}.contactPoint", point)
        for syntax, locator, node in places
        for point in _list(node.get("contactPoint"))
        if isinstance(point, dict)
    ]
    for key in ("email", "telephone", "url"):
        yield from _every(points if key == "url" else [*places, *points], key, _text)


def _is(node: Node, pattern: re.Pattern[str]) -> bool:
    return any(isinstance(kind, str) and pattern.search(kind) for kind in _list(node.get("@type")))


def _kind(value: Any) -> str | None:
    """Type name without vocabulary: "https://schema.org/NGO", "schema:NGO" and "NGO" are one."""
    text = _text(_one(value))
    return re.split(r"[/#:]", text)[-1] if text else None


def _name(value: Any) -> str | None:
    return _text(_one(value.get("name"))) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    return (clean(value)[:5_000] or None) if isinstance(value, str) else None


def as_date(value: Any) -> datetime | None:
    """ISO 8601 date, month or year, as the first moment of it in UTC."""
    match = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T|$)", value.strip()) if isinstance(value, str) else None
    try:
        return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=UTC) if match else None
    except ValueError:
        return None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _one(value: Any) -> Any:
    return next((each for each in _list(value) if each), None)
