"""What today's adapters make of a folder of recorded responses: one line a response, whatever it holds.

Which adapter reads a response is decided by its content and address, else by who asks for that address and finds what it looks
for, and only then by the platform under which it was filed. Where it gives nothing by itself it is read with the responses of the
same site around it; what it gave itself is told.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapers import recorded, registry
from scrapers.adapter import Adapter, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import MAX_REQUESTS
from scrapers.errors import AddressRefused, GroupUnreadable, ScrapersError
from scrapers.recorded import LOOPBACK, NOWHERE
from scrapers.recordings import Recording, read
from scrapers.refs import GroupRef
from scrapers.snapshot import READINGS, Snapshot, State
from scrapers.urls import NOISE, Address, Url

FACTS = frozenset({Outcome.PRIVATE, Outcome.QUARANTINED, Outcome.GATED, Outcome.BANNED})
MAX_PLACES = 8  # questions of an adapter in whose place a response without address is tried
QUIET = NOISE | {"raw_json", "_", "format"}

# How platforms spell a group's name in text, and APIs in a path: "#calm:host", "!calm@host", "@keeper@host".
_spelt = re.compile(r"[#!@][^:@]+[:@].+")


@dataclass(frozen=True)
class Line:
    """One response. `outcome` is an `Outcome`; `adapter` is None where none reads such a response.

    `fields_read` and `fields_absent` are the Snapshot fields to which this very response gave a value or the sight that there is
    none; `unread` those that the platform can show and the reading did not get. `failed`: the adapter raised what it never
    should, or there was nothing to read where the folder promises a response.
    """

    path: str
    adapter: str | None
    outcome: str
    fields_read: tuple[str, ...] = ()
    fields_absent: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failed: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON-ready data, without `failed`."""
        return {name: value for name, value in vars(self).items() if name != "failed"}


@dataclass
class _Try:
    """One adapter's reading of one group, with the response among what answers."""

    adapter: Adapter
    asked: bool = False
    snapshot: Snapshot | None = None
    refusal: str = ""
    failure: str = ""
    fields_read: tuple[str, ...] = field(default=())
    fields_absent: tuple[str, ...] = field(default=())

    @property
    def gained(self) -> int:
        """How many fields the response gave."""
        return len(self.fields_read) + len(self.fields_absent)

    def tells(self, capture: Capture) -> bool:
        """True where an answer in the place of another was understood: one field alone may be a coincidence."""
        return bool(self.failure) or (len(self.fields_read) > 1 if capture.ok else _outcome(capture, self) in FACTS)


def replay(folder: Path, *, only: Container[str] | None = None) -> Iterator[Line]:
    """One line for every response in the folder and below it, by path, or for those paths `only`.

    Never raises for what a response holds. Raises OSError where files cannot be read.
    """
    recordings = list(read(folder))
    sites: dict[tuple[str, str], list[Recording]] = {}
    for recording in recordings:
        sites.setdefault(_site(recording), []).append(recording)
    for recording in recordings:
        if only is None or recording.path in only:
            yield read_one(recording, sites[_site(recording)])


def read_one(recording: Recording, around: list[Recording]) -> Line:
    """The line of one response; `around` are the responses of its site, itself among them."""
    line = _read_one(recording, around)
    outcome = Outcome.PARSE_ERROR if line.outcome == Outcome.OK and recording.is_binary else line.outcome
    told = ("its body is no text",) if outcome != line.outcome else ()
    return replace(line, outcome=outcome, warnings=(*recording.warnings, *told, *line.warnings))


def _read_one(recording: Recording, around: list[Recording]) -> Line:
    if not recording.is_read:
        return Line(recording.path, None, recording.capture.outcome, failed=True)
    tries = [_attempt(adapter, ref, recording, around) for adapter, ref in _candidates(recording)]
    for one in tries:
        if one.failure:
            return Line(recording.path, one.adapter.platform, Outcome.PARSE_ERROR, warnings=(one.failure,), failed=True)
    best = max(tries, key=_weight, default=None)
    if best is None:
        return Line(recording.path, None, recording.capture.outcome)
    return _line(recording, best)


def _candidates(recording: Recording) -> list[tuple[Adapter, GroupRef]]:
    """Who might read the response: whoever knows its content or address, else whoever finds in it what it asks for, else the
    folder's own; and the generic page where it is a page.
    """
    if urlsplit(recording.capture.url).path == "/robots.txt":
        return []
    known = [*_recognised(recording), *_claimed(recording.url)]
    if known:
        return [(registry.adapters()[ref.platform], ref) for ref in dict.fromkeys(known)]
    others = [(one, _root(one, recording)) for name, one in registry.adapters().items() if name != registry.FALLBACK]
    if recording.url and not recording.is_page:
        asking = [(one, ref) for one, ref in others if _gains(one, ref, recording)]
        if asking:
            return asking
    return [*((one, ref) for one, ref in others if one.platform == recording.filed), *_as_page(recording)]


def _gains(adapter: Adapter, ref: GroupRef, recording: Recording) -> bool:
    """True for an adapter that asks for the response's address and reads something there."""
    return _drive(adapter, ref, _Web(recording, [])).gained > 0


def _as_page(recording: Recording) -> list[tuple[Adapter, GroupRef]]:
    web = registry.adapters()[registry.FALLBACK]
    ref = web.claim(Address.parse(recording.capture.url)) if recording.is_page else None
    return [(web, ref)] if ref else []


def _root(adapter: Adapter, recording: Recording) -> GroupRef:
    """The whole site as a group: how platforms that run on hosts of their own name it."""
    netloc, scheme = (recording.url.netloc, recording.url.scheme) if recording.url else (NOWHERE, "https")
    return GroupRef(adapter.platform, netloc, f"{scheme}://{netloc}/")


def _attempt(adapter: Adapter, ref: GroupRef, recording: Recording, around: list[Recording]) -> _Try:
    """The reading in which the response is asked for by its address; else the one of its possible places that tells most."""
    best = _drive(adapter, ref, _Web(recording, []))
    if not best.gained and not best.failure:
        best = max(best, _drive(adapter, ref, _Web(recording, around)), key=_weight)
    if best.asked or best.failure:
        return best
    offered = [_drive(adapter, ref, _Web(recording, [], place)) for place in range(_places(recording))]
    return max([best, *(one for one in offered if one.tells(recording.capture))], key=_weight)


def _places(recording: Recording) -> int:
    """In place of how many questions a response is tried that nobody asks for by its address: a page or a refusal is the same
    at every address, other answers are tried only where their address says nothing.
    """
    if recording.is_page or not recording.capture.ok:
        return 1
    return 0 if _claimed(recording.url) else MAX_PLACES


def _drive(adapter: Adapter, ref: GroupRef, web: _Web) -> _Try:
    one = _Try(adapter)
    try:
        one.snapshot = web.read(adapter, ref)
    except ScrapersError as error:
        one.refusal = error.code
    except WrongPlatform:
        one.refusal = "wrong_platform"
    except Exception as error:  # noqa: BLE001 - that an adapter failed is what this is here to tell
        one.failure = f"{adapter.platform} raised {type(error).__name__}"
    one.asked = web.asked
    if one.snapshot is not None:
        one.fields_read = _given(one.snapshot, State.VALUE, web.own)
        one.fields_absent = _given(one.snapshot, State.ABSENT, web.own)
    return one


class _Web:
    """Answers an adapter: with the response where it is asked for (or at the `place`-th request), else with those around it."""

    def __init__(self, recording: Recording, around: list[Recording], place: int | None = None) -> None:
        self.own, self.asked = recording.capture, False
        self._url, self._place = recording.url, place
        self._others = recorded.Recorded(other.capture for other in around if other.path != recording.path)

    def read(self, adapter: Adapter, ref: GroupRef) -> Snapshot:
        reader = adapter.read(ref)
        request = next(reader)
        try:
            for number in range(MAX_REQUESTS):
                request = reader.send(self._answer(number, request))
        except StopIteration as stop:
            snapshot: Snapshot = stop.value
            return snapshot
        raise GroupUnreadable("The reading asked for too many pages.", code="too_many_requests")

    def _answer(self, number: int, request: Request) -> Capture:
        by_address = self._url is not None and _same(request, self.own, self._url)
        is_own = by_address if self._place is None else number == self._place
        self.asked |= is_own
        return replace(self.own, url=request.url) if is_own else self._others(request)


def _same(request: Request, capture: Capture, url: Url) -> bool:
    """True where the adapter asks for this response, perhaps at another door of the same site, in another spelling."""
    asked = Url.parse(request.url)
    at_one_site = asked.registrable_domain == url.registrable_domain or url.host in LOOPBACK
    return request.method == capture.method and at_one_site and _place(asked) == _place(url)


def _place(url: Url) -> tuple[str, tuple[tuple[str, str], ...]]:
    query = sorted(pair for pair in parse_qsl(url.query, keep_blank_values=True) if pair[0].lower() not in QUIET)
    return url.path.rstrip("/").removesuffix(".json").lower(), tuple(query)


def _weight(one: _Try) -> tuple[bool, int, int]:
    warnings = len(one.snapshot.warnings) if one.snapshot else 0
    return one.asked and one.refusal != "wrong_platform", one.gained, -warnings


def _line(recording: Recording, one: _Try) -> Line:
    able = set(READINGS) - one.adapter.profile.never_shown
    snapshot = one.snapshot if one.asked else None
    unread = [name for name in READINGS if name in able and not (snapshot and getattr(snapshot, name).known)]
    return Line(
        recording.path,
        one.adapter.platform,
        _outcome(recording.capture, one),
        one.fields_read,
        one.fields_absent,
        tuple(unread),
        snapshot.warnings if snapshot else (),
    )


def _outcome(capture: Capture, one: _Try) -> str:
    """How the adapter takes the response: its own word for it, where it asked and has one, else the response's status."""
    if one.asked and one.refusal in set(Outcome) - {Outcome.UNAVAILABLE}:
        return one.refusal
    if one.asked and one.snapshot is not None and not capture.ok:
        sanction = one.snapshot.sanction.value
        if sanction is not None and sanction.kind in set(Outcome):
            return sanction.kind
        if one.snapshot.visibility.value == "private":
            return Outcome.PRIVATE
    return capture.outcome


def _given(snapshot: Snapshot, state: State, capture: Capture) -> tuple[str, ...]:
    """The fields of this state that were read from this response."""
    readings = ((name, getattr(snapshot, name)) for name in READINGS)
    return tuple(
        name
        for name, reading in readings
        if reading.state is state and any(source.digest == capture.digest for source in reading.sources)
    )


def _recognised(recording: Recording) -> list[GroupRef]:
    ref = registry.recognise(recording.capture) if recording.capture.ok else None
    return [ref] if ref else []


def _claimed(url: Url | None) -> list[GroupRef]:
    """The group that an address names, and those named in its path or query, as APIs do."""
    if url is None:
        return []
    named = [part for part in (*url.segments, *url.parameters.values()) if _spelt.fullmatch(part)]
    return [ref for ref in map(_resolved, (url.href, *named)) if ref is not None]


def _resolved(address: str) -> GroupRef | None:
    """The group by its platform's own way to name it; None for addresses that any web page may have."""
    try:
        ref = registry.resolve(address)
    except AddressRefused:
        return None
    return None if ref.platform == registry.FALLBACK else ref


def _site(recording: Recording) -> tuple[str, str]:
    """Responses that may tell of one group: of one folder and one host, or of one claimed group where hosts serve many."""
    folder, claimed = recording.path.rpartition("/")[0], _claimed(recording.url)
    if claimed and recording.url and recording.url.central:
        return folder, str(claimed[0])
    return folder, recording.url.netloc if recording.url else recording.path
