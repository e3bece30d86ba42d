"""Drives adapters and sources of the past: they ask, `fetch` answers, a Snapshot comes out. The only place where they meet."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from scrapers.adapter import Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import FetchRefused, GroupUnreadable, ScrapersError
from scrapers.finish import finished
from scrapers.past import Collection, PastSource
from scrapers.recorded import NOT_CAPTURED
from scrapers.refs import GroupRef
from scrapers.registries import past_sources
from scrapers.registry import FALLBACK, adapters, recognise
from scrapers.snapshot import Fetched, Snapshot

__all__ = ["GUARDS", "MAX_REQUESTS", "Collection", "Fetch", "Watch", "collect", "collect_past"]
from scrapers.urls import Address, Url

Fetch = Callable[[Request], Capture]
Watch = Callable[[Request], None]

# An adapter that asks for more than this is broken: no group needs it.
MAX_REQUESTS = 60


def collect(ref: GroupRef, fetch: Fetch, watch: Watch = lambda _: None) -> Collection:
    """Reads one group. `watch` is told each request before it is made.

    The snapshot's `ref` may be another than the one given: a web page may turn out to be a forum's, and a platform may tell
    the canonical name. Raises GroupUnreadable, or FetchRefused where a guard stopped the very first request.
    """
    log = _Log(fetch, watch)
    snapshot = _read(ref, log)
    if not log.captures:
        raise GroupUnreadable("Nothing was asked of the platform.", code=Outcome.UNAVAILABLE)
    taken_at = max(capture.at for capture in log.captures)
    snapshot = finished(replace(snapshot, taken_at=taken_at, fetched=tuple(log.lines)), log.captures)
    return Collection(snapshot, tuple(log.captures))


def collect_past(
    group: Collection,
    fetch: Fetch,
    watch: Watch = lambda _: None,
    sources: tuple[PastSource, ...] | None = None,
) -> Collection:
    """The same reading with what `sources` (all we know) tell of the group's past, and their captures after the group's own.

    A source that fails leaves its fields unread and spoils nothing else. What a replay has no capture of was not asked, and
    leaves no trace.
    """
    for source in past_sources() if sources is None else sources:
        group = _looked_up(group, source, fetch, watch)
    return group


def _looked_up(group: Collection, source: PastSource, fetch: Fetch, watch: Watch) -> Collection:
    log = _Log(lambda request: source.kept(fetch(request)), watch)
    try:
        snapshot = _drive(source.read(group), log)
    except ScrapersError as error:
        snapshot = replace(group.snapshot, warnings=(*group.snapshot.warnings, f"{source.name}: {error.code}"))
    asked = [index for index, capture in enumerate(log.captures) if capture.detail != NOT_CAPTURED]
    if not asked:
        return group
    lines, captures = (log.lines[index] for index in asked), (log.captures[index] for index in asked)
    return Collection(replace(snapshot, fetched=(*snapshot.fetched, *lines)), (*group.captures, *captures))


def _read(ref: GroupRef, log: _Log) -> Snapshot:
    """By the platform that the address names, else by the one whose marks its page bears, else as a web page."""
    if ref.platform != FALLBACK:
        try:
            return _drive(adapters()[ref.platform].read(ref), log)
        except WrongPlatform:
            ref = _as_page(ref)
    page = log.ask(Request(ref.canonical_url, "page"))
    if page.outcome is Outcome.UNAVAILABLE and page.detail in GUARDS:
        raise FetchRefused(GUARDS[page.detail], code=page.detail)
    found = recognise(page) if page.ok else None
    if found:
        with contextlib.suppress(WrongPlatform):
            return _drive(adapters()[found.platform].read(found), log)
    return _drive(adapters()[FALLBACK].read(ref), log)


def _drive(reader: Reader, log: _Log) -> Snapshot:
    try:
        request = next(reader)
        while True:
            request = reader.send(log.ask(request))
    except StopIteration as stop:
        snapshot: Snapshot = stop.value
        return snapshot


def _as_page(ref: GroupRef) -> GroupRef:
    """The very page that the ref leads to: not the site's start, nor the page of another group there."""
    page = adapters()[FALLBACK].claim(Address(ref.canonical_url, Url.parse(ref.canonical_url)))
    if page is None:
        raise GroupUnreadable(
            "What answers there is not the kind of site that the address looked like.", code="wrong_platform"
        )
    return page


class _Log:
    """Asks each address once in a reading (with and without the operator's credential), and keeps what was asked."""

    def __init__(self, fetch: Fetch, watch: Watch) -> None:
        self._fetch, self._watch = fetch, watch
        self._answers: dict[tuple[str, str, bytes, str | None], Capture] = {}
        self.captures: list[Capture] = []
        self.lines: list[Fetched] = []

    def ask(self, request: Request) -> Capture:
        key = (request.method, request.url, request.body, request.auth)
        if key not in self._answers:
            if len(self.captures) >= MAX_REQUESTS:
                raise GroupUnreadable("The reading asked for too many pages.", code="too_many_requests")
            self._watch(request)
            self._answers[key] = self._record(request, self._fetch(request))
        return self._answers[key]

    def _record(self, request: Request, capture: Capture) -> Capture:
        self.captures.append(capture)
        self.lines.append(
            Fetched(
                request.url,
                request.purpose,
                capture.outcome,
                capture.at,
                capture.status,
                capture.digest if capture.body else "",
                len(capture.body),
                capture.detail,
            )
        )
        return capture


# Codes of fetch.py's guards -> what the person who pasted the address is told.
GUARDS = {
    "not_an_address": "This is not a web address.",
    "private_address": "The address leads to a private or reserved network, not to the public web.",
    "scheme_not_allowed": "Only http and https addresses can be read.",
    "port_not_allowed": "The address names a port that web sites do not use.",
    "credentials_in_address": "The address carries a user name or password.",
    "insecure_redirect": "The site sends its visitors from a secure to an insecure address.",
    "name_not_found": "No site answers under this name.",
    "too_many_redirects": "The site sends every visitor from one address to the next without end.",
    "too_large": "The page is larger than we read.",
    "decompression_bomb": "The page unpacks to far more than we read.",
    "timeout": "The site did not finish its answer in time.",
}
