"""A `Fetch` that answers from captures: for replaying a stored reading with a better parser, and for demos and tests.

captures = warc.read(Path("evidence.warc.gz"))
collection = collect(ref, Recorded(captures))
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from scrapers.capture import Capture, Outcome, Request
from scrapers.outcomes import classify
from scrapers.refs import GroupRef
from scrapers.registry import FALLBACK, recognise
from scrapers.urls import NOISE

SIDECAR = ".meta.json"
NOT_CAPTURED = "not_captured"  # detail of an answer that is not there
# The time of a recorded file that tells none.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
# Parameters that change how an answer is written, not what it says.
_QUIET = NOISE | {"raw_json", "_", "format"}
_MAX_REDIRECTS = 5
_status = re.compile(r"[1-5]\d\d")
_partial_date = re.compile(r"\d{4}(-\d{2})?")


class Recorded:
    """Answers each request with the newest capture of the same method and address; its body is not looked at.

    An address is first looked for as it is written, then without scheme, case, trailing slash or front page's file name,
    order and noise of parameters.
    A recorded redirect is followed where its target is recorded too. What is not there is unavailable ("not_captured") at the
    time of the newest capture, or needs_auth where the request is for an operator's credential: so other ways are tried too.
    """

    def __init__(self, captures: Iterable[Capture]) -> None:
        oldest_first = sorted(captures, key=lambda capture: capture.at)
        self._newest = oldest_first[-1].at if oldest_first else UNDATED
        self._exact = {(capture.method, capture.url): capture for capture in oldest_first}
        self._lenient = {(capture.method, _plain(capture.url)): capture for capture in oldest_first}

    def __call__(self, request: Request) -> Capture:
        capture = self._find(request.method, request.url)
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
        """The ref to read by: a web page's may be another platform's where its software's own answers are recorded.

        Live, the page's markers decide; a recording may hold an API's answers without the page.
        """
        host = urlsplit(ref.canonical_url).netloc
        if ref.platform != FALLBACK or self._find("GET", ref.canonical_url):
            return ref
        of_host = (capture for (_, url), capture in self._exact.items() if urlsplit(url).netloc == host)
        return next(filter(None, map(recognise, of_host)), ref)

    def _find(self, method: str, url: str) -> Capture | None:
        return self._exact.get((method, url)) or self._lenient.get((method, _plain(url)))

    def _arrived(self, capture: Capture) -> Capture:
        for _ in range(_MAX_REDIRECTS):
            if capture.status is None or not 300 <= capture.status < 400 or "location" not in capture.headers:
                break
            onward = self._find(capture.method, urljoin(capture.final_url, capture.headers["location"]))
            if onward is None:
                break
            capture = onward
        return capture


# What software calls the page that answers for its folder.
_front = re.compile(r"/(?:index\.(?:php|html?)|forums?\.php|portal\.php)$")


def _plain(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _QUIET)
    return parts.netloc.lower(), _front.sub("", parts.path.lower()).rstrip("/"), tuple(query)


def read_folder(folder: Path) -> list[Capture]:
    """Every file that has a `<file>.meta.json` beside it (keys url, method, status, headers, captured), as a capture, by name.

    Without `url` the address is http://recorded.invalid/ and the file's name; without `status` it is 200; without a readable
    `captured` the time is the Date header's, else UNDATED.
    """
    sidecars = sorted(folder.glob(f"*{SIDECAR}"))
    return [read_file(sidecar.with_name(sidecar.name.removesuffix(SIDECAR))) for sidecar in sidecars]


def read_file(file: Path, *, url: str = "", status: str = "") -> Capture:
    """One recorded file as a capture; `url` and `status` hold where its sidecar tells none, or there is no readable sidecar."""
    meta = _sidecar(file.with_name(f"{file.name}{SIDECAR}"))
    url = meta.get("url") or url or f"http://recorded.invalid/{file.name}"
    given = str(meta.get("status") or status)
    code = int(given) if _status.fullmatch(given) else 200
    sent = meta.get("headers")
    headers = {name.lower(): _one(value) for name, value in (sent.items() if isinstance(sent, dict) else ())}
    body = file.read_bytes()
    outcome, detail = classify(code, headers, body, url, url)
    at = _time(meta.get("captured")) or _time(headers.get("date")) or UNDATED
    return Capture(url, url, outcome, at, code, headers, body, detail, meta.get("method") or "GET")


def _sidecar(file: Path) -> Mapping[str, Any]:
    try:
        meta = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return meta if isinstance(meta, dict) else {}


def _one(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _time(text: Any) -> datetime | None:
    """ISO 8601, also a year or month alone (its first day), or an HTTP date."""
    if not isinstance(text, str):
        return None
    full = f"{text}-01-01"[:10] if _partial_date.fullmatch(text) else text
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(full)
        except ValueError:
            continue
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return None
