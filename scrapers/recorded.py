"""A `Fetch` that answers from captures: for replaying a stored reading with a better parser, and for demos and tests.

captures = warc.read(Path("evidence.warc.gz"))
collection = collect(ref, Recorded(captures))
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from scrapers.adapter import WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.decoding import MAX_BYTES
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.outcomes import classify
from scrapers.parse import LATEST
from scrapers.refs import GroupRef
from scrapers.registry import FALLBACK, adapters, recognise
from scrapers.urls import NOISE, Url

Question = tuple[str, str, bytes]  # method, address, body

SIDECAR = ".meta.json"
NOWHERE = "recorded.invalid"  # the host of a recorded file that tells no address
NOT_CAPTURED = "not_captured"  # detail of an answer that is not there
# The time of a recorded file that tells none.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
# Parameters that change how an answer is written, not what it says.
_QUIET = NOISE | {"raw_json", "_", "format"}
# What software calls the page that answers for its folder.
FRONT = re.compile(r"/(?:index\.(?:php|html?)|forums?\.php|portal\.php)$")
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_MAX_REDIRECTS = 5
_PLAIN_IN_PATHS = "!$&'()*+,;=:@~"  # what browsers leave as it is
# How platforms spell a group or a person in an API's path: "#calm:host", "!calm@host", "@keeper:host".
_spelt = re.compile(r"[#!@][^:@/\s]+[:@](?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?)")
_status = re.compile(r"[1-5]\d\d")
# What a date begins with, however it goes on: "2026-01-31T19:0x", "2014-2016 approx", "2019 or so".
_beginning = re.compile(r"\s*(\d{4})(?!\d)(?:-(\d\d)(?!\d)(?:-(\d\d)(?!\d)(?:[T ](\d\d):(\d\d)(?!\d))?)?)?")
_log = logging.getLogger(__name__)


class Recorded:
    """Answers each request with the newest capture of the same method and address.

    An address is first looked for as it is written, then without scheme, case, "www.", trailing slash or front page's file name,
    order and noise of parameters; then at the server on loopback whose recorded addresses name the host as their own.
    Where one address answers for many groups (a service's API), only the answer that tells to be about the group asked for
    answers; and what tells which group it is about answers the first question about that group, wherever it was recorded.
    A recorded redirect is followed where its target is recorded too. What is not there is unavailable ("not_captured") at the
    time of the newest capture, or needs_auth where the request is for an operator's credential: so other ways are tried too.
    """

    def __init__(self, captures: Iterable[Capture]) -> None:
        oldest_first = sorted(captures, key=lambda capture: capture.at)
        self._newest = oldest_first[-1].at if oldest_first else UNDATED
        self._exact = {(capture.method, capture.url): capture for capture in oldest_first}
        self._lenient = {(capture.method, _plain(capture.url)): capture for capture in oldest_first}
        self._central = [capture for capture in oldest_first if capture.ok and _is_central(capture.url)]
        self._stands_for = {host: netloc for capture in oldest_first for host, netloc in _stands_for(capture.url)}

    def __call__(self, request: Request) -> Capture:
        capture = self._about_one_group(request) or self._at_address(request)
        if capture is None:
            return Capture(
                request.url,
                request.url,
                Outcome.NEEDS_AUTH if request.auth else Outcome.UNAVAILABLE,
                self._newest,
                detail=NOT_CAPTURED,
                method=request.method,
            )
        return replace(self._arrived(capture), url=request.url)

    def settle(self, ref: GroupRef) -> GroupRef:
        """The ref to read by: a web page's may be another platform's where pages or answers of its software are recorded.

        Live, the page's markers decide; a recording may hold an API's answers or inner pages without the page, or with its refusal:
        then those of the group whose page that is. What is recorded of a part of a site (its key has a "#") is not the site's.
        Raises GroupUnreadable where nothing is recorded of what a reading asks for, nor anything else of its host.
        """
        settled = self._settled(ref)
        if not self._tells_of(settled):
            raise GroupUnreadable(
                "The recorded responses hold none of this address.",
                remedy="Check the address, and that the recording is of this group.",
            )
        return settled

    def _tells_of(self, ref: GroupRef) -> bool:
        """True where the group's host is recorded, or one question of its reading has an answer here."""
        if any(_host(url) == _host(ref.canonical_url) for _, url in self._exact):
            return True
        try:
            reader = adapters()[ref.platform].read(ref)
            request = next(reader)
            while (answer := self(request)).detail == NOT_CAPTURED:
                request = reader.send(answer)
        except (StopIteration, WrongPlatform, GroupUnreadable):
            return False
        return True

    def _settled(self, ref: GroupRef) -> GroupRef:
        host, page = _host(ref.canonical_url), self._find("GET", ref.canonical_url)
        if ref.platform != FALLBACK or host == NOWHERE or (page and page.ok):
            return ref
        of_host = (capture for (_, url), capture in self._exact.items() if capture.ok and _host(url) == host)
        known = [found for found in map(recognise, of_host) if found and "#" not in found.key]
        fitting = [found for found in known if page is None or _plain(found.canonical_url) == _plain(ref.canonical_url)]
        return min(fitting, key=lambda found: (len(found.inner_url), found, found.inner_url), default=ref)

    @cached_property
    def _answers(self) -> dict[Question, Capture]:
        """What tells which group it is about, by the question with which that group's reading begins."""
        found: dict[Question, Capture] = {}
        for capture in self._central:
            ref = recognise(capture)
            if ref:
                first = next(adapters()[ref.platform].read(ref))
                found[first.method, first.url, first.body] = capture
        return found

    def _about_one_group(self, request: Request) -> Capture | None:
        known = self._answers.get((request.method, request.url, request.body)) if self._central else None
        return known if request.body or (known and not self._find(request.method, request.url)) else None

    def _at_address(self, request: Request) -> Capture | None:
        """The capture at the request's address, unless that is an answer about another group than the one asked for."""
        capture = self._find(request.method, request.url)
        others = request.body and len([answer for answer in self._central if self._is_at(answer, request)]) > 1
        return None if others else capture

    def _is_at(self, capture: Capture, request: Request) -> bool:
        return (capture.method, _plain(capture.url)) == (request.method, _plain(request.url))

    def _find(self, method: str, url: str) -> Capture | None:
        return (
            self._exact.get((method, url)) or self._lenient.get((method, _plain(url))) or self._on_loopback(method, url)
        )

    def _on_loopback(self, method: str, url: str) -> Capture | None:
        there = self._stands_for.get(_host(url))
        return self._lenient.get((method, _plain(urlsplit(url)._replace(netloc=there).geturl()))) if there else None

    def _arrived(self, capture: Capture) -> Capture:
        for _ in range(_MAX_REDIRECTS):
            if capture.status is None or not 300 <= capture.status < 400 or "location" not in capture.headers:
                break
            onward = self._find(capture.method, urljoin(capture.final_url, capture.headers["location"]))
            if onward is None:
                break
            capture = onward
        return capture


def _plain(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _QUIET)
    return _host(url), FRONT.sub("", parts.path.lower()).rstrip("/"), tuple(query)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _is_central(url: str) -> bool:
    try:
        return Url.parse(url).central
    except AddressRefused:
        return False


def _stands_for(url: str) -> list[tuple[str, str]]:
    """The hosts as which a server on loopback speaks, by the names in its address, each with where it answers."""
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK:
        return []
    named = map(_spelt.fullmatch, map(unquote, parts.path.split("/")))
    return [(match["host"].lower(), parts.netloc) for match in named if match]


def read_folder(folder: Path, *, at: datetime | None = None) -> list[Capture]:
    """Every file that has a `<file>.meta.json` beside it (keys url, method, status, headers, captured), as a capture, by name.

    Without `url` the address is the one by which an ActivityPub object names itself, else http://recorded.invalid/ and the file's
    name; without `status` it is 200; without a readable `captured` the time is the Date header's, else `at`, else UNDATED.
    What cannot be read as it should is told in the log; a description without its file, and what leads out of the folder, is left
    out. Raises OSError.
    """
    found = []
    for sidecar in sorted(folder.glob(f"*{SIDECAR}")):
        file = sidecar.with_name(sidecar.name.removesuffix(SIDECAR))
        if leads_out(file, folder):
            _log.warning("%s leads out of the folder and is left out", file.name)
        elif not file.is_file():
            _log.warning("%s describes a file that is not there", sidecar.name)
        else:
            capture, problems = read_file(file)
            for problem in problems:
                _log.warning("%s: %s", file.name, problem)
            found.append(replace(capture, at=at) if at and capture.at == UNDATED else capture)
    return found


def leads_out(file: Path, folder: Path) -> bool:
    """True for a link to what does not lie in the folder: a recording may come from anybody."""
    try:
        return not file.resolve().is_relative_to(folder.resolve())
    except RuntimeError:  # a link in a circle
        return True


def read_file(file: Path, *, url: str = "", status: str = "") -> tuple[Capture, tuple[str, ...]]:
    """One recorded file as a capture, and what is wrong with it. `url` and `status` hold where its sidecar tells none, or there is
    no readable sidecar. One larger than a fetch takes is unavailable ("too_large"). Raises OSError.
    """
    meta, problems = _sidecar(file.with_name(f"{file.name}{SIDECAR}"))
    body = capped(file)
    told = str(meta.get("url") or url).partition(" ")[0]  # what follows a space is a note
    url = told or _own_address(body or b"") or f"http://{NOWHERE}/{quote(file.name, safe=_PLAIN_IN_PATHS)}"
    sent = meta.get("headers")
    headers = {name.lower(): _one(value) for name, value in (sent.items() if isinstance(sent, dict) else ())}
    at = _time(meta.get("captured")) or _time(headers.get("date")) or UNDATED
    method = meta.get("method")
    method = method if isinstance(method, str) and method else "GET"
    if body is None:
        too_large = Capture(url, url, Outcome.UNAVAILABLE, at, None, headers, detail="too_large", method=method)
        return too_large, (*problems, f"larger than {MAX_BYTES:,} bytes, and not read")
    given = str(meta.get("status") or status)
    code = int(given) if _status.fullmatch(given) else 200
    if given and not _status.fullmatch(given):
        problems = (*problems, "its status is none of HTTP's; it is taken for 200")
    outcome, detail = classify(code, headers, body, url, url)
    return Capture(url, url, outcome, at, code, headers, body, detail, method), problems


def capped(file: Path) -> bytes | None:
    """What the file holds; None where that is more than a fetch takes. Raises OSError."""
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else None


def _sidecar(file: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """What the sidecar tells, and what is wrong with it; that there is none is no fault."""
    if not file.exists():
        return {}, ()
    try:
        readable = file.is_file() and not leads_out(file, file.parent)
        meta = json.loads((capped(file) or b"") if readable else b"")
    except (ValueError, RecursionError):
        meta = None
    return (meta, ()) if isinstance(meta, dict) else ({}, (f"its {SIDECAR} cannot be read",))


def _own_address(body: bytes) -> str:
    """By which an ActivityPub object names itself (ActivityPub §3.1); empty for other answers."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    named = document.get("id") if isinstance(document, dict) and isinstance(document.get("type"), str) else ""
    return named if isinstance(named, str) and named.startswith(("https://", "http://")) else ""


def _one(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _time(text: Any) -> datetime | None:
    """ISO 8601, an HTTP date, or a date of which only the beginning can be read: then the first moment of what it names."""
    if not isinstance(text, str):
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime, _begun):
        try:
            moment = parse(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return moment if moment < LATEST else None
    return None


def _begun(text: str) -> datetime:
    """Raises ValueError for what does not begin with a year, month, day and minute that there can be."""
    match = _beginning.match(text)
    if match is None:
        raise ValueError("no date")
    year, month, day, hour, minute = (
        int(part or least) for part, least in zip(match.groups(), (1, 1, 1, 0, 0), strict=True)
    )
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
