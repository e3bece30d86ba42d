"""What the register of a group's own domain says (RDAP: RFC 9082, RFC 9083): registered, transferred, expiring, by which company.

Asked only where the domain is the group's: never for platforms, hosting services or groups on somebody else's server. A
registration is not a founding: registers begin anew when a domain changes hands, and some when their system did.
Nothing about persons is kept: contacts are removed from the answer before it is stored (see `kept`).
"""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import tldextract

from scrapers.capture import Capture, Outcome, Request
from scrapers.parse import JsonDocument, ParseFailed, as_moment, as_text, gap
from scrapers.past import Collection, Look, PastSource
from scrapers.registries import crtsh
from scrapers.registry import FALLBACK
from scrapers.snapshot import Domain, Reading, Snapshot, Source, SourceKind
from scrapers.urls import Url

BOOTSTRAP = "https://data.iana.org/rdap/dns.json"  # RFC 9224
DELAY = 6.0  # seconds: registers allow from ten a minute to one a second
MEDIA_TYPE = "application/rdap+json"
MAX_STATUSES = 20
EVENTS = {
    "registration": "registered_at",
    "last changed": "changed_at",
    "transfer": "transferred_at",
    "expiration": "expires_at",
}
# Services that give groups a name below their own domain and are not in the public suffix list.
# fmt: off
HOSTING = (
    "wordpress.com", "weebly.com", "proboards.com", "freeforums.net", "boards.net", "activeboard.com", "forumotion.com",
    "forumactif.com", "forumfree.it", "forumcommunity.net", "tapatalk.com", "invisionzone.com", "invisioncic.com",
    "vbulletin.net", "xenforo.com", "groups.io", "ning.com", "mn.co", "circle.so", "hivebrite.com", "squarespace.com",
    "jimdosite.com", "godaddysites.com", "wixsite.com", "blogspot.com", "livejournal.com", "typepad.com", "webs.com",
)
# fmt: on

_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class Rdap(PastSource):
    name = "domain"

    def read(self, group: Collection) -> Look:
        snapshot = group.snapshot
        domain = own_domain(snapshot)
        if not domain:
            return snapshot
        reading = yield from _registered(domain)
        if reading.value is None or reading.value.registered_at is None:
            certified = crtsh.read_log((yield crtsh.request(domain)), domain)
            reading = _certified(domain, reading, certified)
        return replace(snapshot, domain=reading)

    def kept(self, capture: Capture) -> Capture:
        """The register's answer without its contacts: of `entities` only the registrar's name stays."""
        if capture.url == BOOTSTRAP or capture.url.startswith(crtsh.ADDRESS):
            return capture
        return replace(capture, body=without_contacts(capture.body))


def own_domain(snapshot: Snapshot) -> str:
    """The registrable domain that stands and falls with the group; empty where it is somebody else's or there is none."""
    url = Url.parse(snapshot.ref.canonical_url)
    if url.central or url.on(*HOSTING) or not (snapshot.scope == "site" or snapshot.ref.platform == FALLBACK):
        return ""
    parts = _suffixes(url.host)
    if parts.is_private or parts.ipv4 or parts.ipv6 or "." not in url.host:
        return ""
    # Where the list has no rule, the last label is the suffix (https://publicsuffix.org/list/, "the prevailing rule is *").
    return parts.top_domain_under_public_suffix or ".".join(url.host.split(".")[-2:])


def register_of(domain: str, services: Any) -> str:
    """Base address of the register that answers for `domain`, by IANA's list; empty where it names none."""
    labels = domain.split(".")
    suffixes = [".".join(labels[start:]) for start in range(1, len(labels))]
    found: dict[str, str] = {}
    for service in services if isinstance(services, list) else ():
        match service:
            case [list(names), list(addresses)]:
                secure = [address for address in addresses if str(address).startswith("https://")]
                found.update((str(name).lower(), secure[0]) for name in names if secure)
    return next((found[suffix] for suffix in suffixes if suffix in found), "")


def read_domain(capture: Capture, domain: str) -> Reading[Domain]:
    """What a register's answer says of `domain`. Absent where the register does not know it; what is not about it is unread."""
    if capture.outcome is Outcome.NOT_FOUND:
        return Reading.absent(_source(capture))
    if not capture.ok:
        return gap(str(capture.outcome))
    try:
        document = JsonDocument(capture)
    except ParseFailed:
        return Reading.unread(Outcome.PARSE_ERROR)
    root = document.root
    names = {str(document.get(name)).lower().rstrip(".") for name in ("ldhName", "unicodeName")}
    if not isinstance(root, dict) or root.get("objectClassName") != "domain" or domain.lower() not in names:
        return Reading.unread(Outcome.PARSE_ERROR, _source(capture))
    statuses = tuple(text for text in map(_text, _items(root.get("status"))) if text)[:MAX_STATUSES]
    found = Domain(domain, **_events(root.get("events")), registrar=_registrar(root), statuses=statuses)
    return Reading.of(found, _source(capture))


def without_contacts(body: bytes) -> bytes:
    """An RDAP answer with only what is said of the domain itself, and the registrar's name; what is no JSON object is emptied."""
    if not body:
        return body
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        root = {}
    root = root if isinstance(root, dict) else {}
    kept = {name: root[name] for name in ("objectClassName", "ldhName", "unicodeName", "status") if name in root}
    kept |= {name: root[name] for name in ("errorCode", "title") if name in root}
    events = [event for event in _items(root.get("events")) if isinstance(event, dict)]
    kept["events"] = [{name: event.get(name) for name in ("eventAction", "eventDate")} for event in events]
    registrar = _registrar(root)
    kept["entities"] = [{"roles": ["registrar"], "handle": registrar}] if registrar else []
    return json.dumps(kept, sort_keys=True).encode()


def _registered(domain: str) -> Generator[Request, Capture, Reading[Domain]]:
    services = yield Request(BOOTSTRAP, "domain registers")
    if not services.ok:
        return gap(str(services.outcome))
    try:
        register = register_of(domain, JsonDocument(services).get("services"))
    except ParseFailed:
        return Reading.unread(Outcome.PARSE_ERROR)
    if not register:
        return Reading.withheld("not_offered", _source(services))
    address = f"{register.rstrip('/')}/domain/{domain}"
    return read_domain((yield Request(address, "domain", headers={"Accept": MEDIA_TYPE}, delay=DELAY)), domain)


def _certified(domain: str, reading: Reading[Domain], certified: Reading[Any]) -> Reading[Domain]:
    if certified.value is None:
        return reading
    known = reading.value or Domain(domain)
    return Reading.of(replace(known, certified_at=certified.value), *reading.sources, *certified.sources)


def _events(events: Any) -> dict[str, Any]:
    """The moments of the domain itself; of several transfers or changes the latest, of registrations the earliest."""
    found: dict[str, Any] = {}
    for event in _items(events):
        name = EVENTS.get(str(event.get("eventAction")).lower()) if isinstance(event, dict) else None
        at = _moment(event.get("eventDate")) if name else None
        if name and at:
            choose = min if name == "registered_at" else max
            found[name] = choose(found.get(name, at), at)
    return found


def _registrar(root: dict[str, Any]) -> str:
    for entity in _items(root.get("entities")):
        if isinstance(entity, dict) and "registrar" in _items(entity.get("roles")):
            return _name(entity.get("vcardArray")) or _text(entity.get("handle"))
    return ""


def _name(card: Any) -> str:
    """The full name of a jCard (RFC 7095), the organisation's where it has none."""
    match card:
        case ["vcard", list(properties)]:
            rows = [row for row in properties if isinstance(row, list) and len(row) > 3]
            named = [_text(row[3]) for kind in ("fn", "org") for row in rows if row[0] == kind]
            return next(filter(None, named), "")
    return ""


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return (as_text(value) or "") if isinstance(value, str) else ""


def _moment(value: Any) -> Any:
    try:
        return as_moment(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _source(capture: Capture) -> Source:
    return Source(capture.digest, capture.final_url, capture.at, SourceKind.API, "$")


PAST = Rdap()
