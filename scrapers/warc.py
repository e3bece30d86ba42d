"""Captures kept as WARC files (ISO 28500, WARC/1.1), and read back, from ours or anybody's.

A capture is written as a metadata record that describes it fully (JSON, with the body's SHA-256) and, where something answered,
a request and a response record with the decoded body, which every WARC tool can replay. All ids and dates follow from the
captures: writing the same ones twice gives the same bytes.

Threat: a WARC file may be damaged, cut, or made to unpack without end.
Guard: bodies are decoded under the caps that hold for the network, digests are checked, and what is wrong is named.
"""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from scrapers.capture import Capture, Outcome
from scrapers.decoding import MAX_BYTES, STEP, decode
from scrapers.errors import CaptureError
from scrapers.guards import Stopped
from scrapers.outcomes import classify
from scrapers.recorded import Recorded, read_folder

__all__ = ["Recorded", "read", "read_folder", "write"]

FORMAT = "capture/1"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Headers of the transfer, which is over: the body is stored decoded.
_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"
_HEADER_ROOM = 65_536
_DAMAGE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    AttributeError,
    EOFError,
    KeyError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)


def write(captures: Iterable[Capture], target: Path | BinaryIO) -> None:
    """Writes the captures as one gzipped WARC file, each record a member of its own."""
    kept = tuple(captures)
    with _opened(target, "wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        info = writer.create_warcinfo_record(None, {"format": "WARC File Format 1.1", "description": FORMAT})
        info.rec_headers.replace_header("WARC-Record-ID", _id("warcinfo", *(capture.digest for capture in kept)))
        info.rec_headers.replace_header("WARC-Date", _date(max((capture.at for capture in kept), default=EPOCH)))
        writer.write_record(info)
        for position, capture in enumerate(kept):
            for record in _records(writer, position, capture):
                writer.write_record(record)


def read(source: Path | BinaryIO, *, max_bytes: int = MAX_BYTES) -> list[Capture]:
    """The captures in a WARC file, plain or gzipped, in the order of their records.

    Ours come back equal to what was written. Of others every HTTP response becomes a capture, its outcome by status; bodies that
    unpack to more than `max_bytes` become unavailable ("too_large", "decompression_bomb"); a revisit gets the body that it
    refers to, where the file has it. Raises CaptureError, which names the first record that is damaged or beyond the cap.
    """
    name = source.name if isinstance(source, Path) else "the file"
    try:
        with _opened(source, "rb") as stream:
            return _Reading(name, max_bytes).all_of(stream)
    except FileNotFoundError as error:
        raise CaptureError(f"There is no file {name}.") from error


@contextlib.contextmanager
def _opened(place: Path | BinaryIO, mode: str) -> Iterator[Any]:
    if isinstance(place, Path):
        with place.open(mode) as stream:
            yield stream
    else:
        yield place


# --- writing ------------------------------------------------------------------------------------------------------------


def _records(writer: WARCWriter, position: int, capture: Capture) -> Iterator[ArcWarcRecord]:
    about = json.dumps(_description(capture), sort_keys=True).encode()
    seed = (str(position), about.decode())
    response_id = _id("response", *seed)
    uri = _uri(capture.final_url)

    def headers(kind: str) -> dict[str, str]:
        related = {} if kind == "response" or capture.status is None else {"WARC-Concurrent-To": response_id}
        return {"WARC-Record-ID": _id(kind, *seed), "WARC-Date": _date(capture.at), **related}

    # Named by itself and not by the page: players index records by their URI, and would replay this one in the page's place.
    yield writer.create_warc_record(
        _id("metadata", *seed).strip("<>"),
        "metadata",
        BytesIO(about),
        len(about),
        "application/json",
        warc_headers_dict=headers("metadata"),
    )
    if capture.status is None:
        return
    for kind, http, body in (("request", _http_request(capture, uri), b""), ("response", _http(capture), capture.body)):
        yield writer.create_warc_record(
            uri, kind, BytesIO(body), len(body), http_headers=http, warc_headers_dict=headers(kind)
        )


def _description(capture: Capture) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "url": capture.url,
        "final_url": capture.final_url,
        "outcome": capture.outcome.value,
        "at": capture.at.isoformat(),
        "status": capture.status,
        "headers": dict(capture.headers),
        "detail": capture.detail,
        "method": capture.method,
        "sha256": capture.digest,
    }


def _http_request(capture: Capture, uri: str) -> StatusAndHeaders:
    parts = urlsplit(uri)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return StatusAndHeaders(f"{path} HTTP/1.1", [("Host", parts.netloc)], protocol=capture.method)


def _http(capture: Capture) -> StatusAndHeaders:
    status = capture.status or 0
    kept = [(name, " ".join(value.split())) for name, value in capture.headers.items() if name.lower() not in _TRANSFER]
    kept = [(name, value) for name, value in kept if name and name.isascii() and name.replace("-", "").isalnum()]
    return StatusAndHeaders(
        f"{status} {responses.get(status, '')}".strip(),
        [*kept, ("content-length", str(len(capture.body)))],
        protocol="HTTP/1.1",
    )


def _id(*parts: str) -> str:
    return f"<{uuid5(NAMESPACE_URL, chr(10).join(parts)).urn}>"


def _date(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _uri(url: str) -> str:
    """The address as a URI that every WARC tool takes; the capture's own spelling stands in the description."""
    text = quote(url, safe=_URI_SAFE, errors="replace")
    return text if text.startswith(("http://", "https://")) else f"http://recorded.invalid/{text}"


# --- reading ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Revisit:
    """A response that was the same as an earlier one; `origins` are the keys under which that one may be known."""

    uri: str
    at: datetime
    origins: tuple[str, ...]


class _Reading:
    """One pass over one file."""

    def __init__(self, name: str, max_bytes: int) -> None:
        self._name, self._max_bytes = name, max_bytes
        self._found: dict[str, Capture | _Revisit] = {}  # by record id, in the file's order
        self._described: dict[str, Mapping[str, Any]] = {}  # response id -> our description, until the response comes
        self._methods: dict[str, str] = {}
        self._origins: dict[str, str] = {}  # key of a response -> its record id

    def all_of(self, stream: BinaryIO) -> list[Capture]:
        number = 0
        label = "record 1"
        try:
            for number, record in enumerate(ArchiveIterator(stream), 1):
                label = f"record {number}"
                record_id = record.rec_headers.get_header("WARC-Record-ID") or label
                label = f"record {number} ({record_id})"
                self._take(record_id, record)
                _drain(record)
                label = f"record {number + 1}"
        except _DAMAGE as error:
            raise CaptureError(f"{self._name}: {label} is damaged.") from error
        if self._described or not number:
            raise CaptureError(f"{self._name} ends before its captures do." if number else f"{self._name} is empty.")
        return [self._finished(record_id, found) for record_id, found in self._found.items()]

    def _take(self, record_id: str, record: ArcWarcRecord) -> None:
        if record.length is None or record.rec_headers.get_header("Content-Length") is None:
            raise ValueError("no length")
        if record.rec_type == "metadata":
            self._take_metadata(record_id, record)
        elif record.rec_type == "request" and record.http_headers:
            other = record.rec_headers.get_header("WARC-Concurrent-To")
            self._methods[other or record_id] = record.http_headers.protocol
        elif record.rec_type == "response" and record.http_headers:
            self._take_response(record_id, record)
        elif record.rec_type == "revisit":
            self._found[record_id] = _revisit(record)

    def _take_metadata(self, record_id: str, record: ArcWarcRecord) -> None:
        if record.content_type != "application/json" or record.length > self._max_bytes:
            return
        described = json.loads(_whole(record))
        if not isinstance(described, dict) or described.get("format") != FORMAT:
            return
        response_id = record.rec_headers.get_header("WARC-Concurrent-To")
        if response_id is None:
            self._found[record_id] = _from_description(described, b"")
        else:
            self._described[response_id] = described

    def _take_response(self, record_id: str, record: ArcWarcRecord) -> None:
        described = self._described.pop(record_id, None)
        if described is not None:
            if record.length > self._max_bytes + _HEADER_ROOM:
                raise ValueError("larger than any capture")
            self._found[record_id] = _from_description(described, _whole(record))
            return
        capture = _foreign(record, self._max_bytes)
        self._found[record_id] = capture
        for key in _origin_keys(record.rec_headers, ""):
            self._origins.setdefault(key, record_id)
        self._origins.setdefault(record_id, record_id)
        other = record.rec_headers.get_header("WARC-Concurrent-To")
        if other in self._methods:
            self._methods[record_id] = self._methods[other]

    def _finished(self, record_id: str, found: Capture | _Revisit) -> Capture:
        if isinstance(found, Capture):
            method = self._methods.get(record_id, found.method)
            return found if method == found.method else replace(found, method=method)
        for key in found.origins:
            original = self._found.get(self._origins.get(key, ""))
            if isinstance(original, Capture):
                return replace(original, url=found.uri, final_url=found.uri, at=found.at)
        return Capture(found.uri, found.uri, Outcome.UNAVAILABLE, found.at, detail="revisit_unresolved")


def _from_description(described: Mapping[str, Any], body: bytes) -> Capture:
    capture = Capture(
        url=described["url"],
        final_url=described["final_url"],
        outcome=Outcome(described["outcome"]),
        at=datetime.fromisoformat(described["at"]),
        status=described["status"],
        headers=described["headers"],
        body=body,
        detail=described["detail"],
        method=described["method"],
    )
    if capture.digest != described["sha256"]:
        raise ValueError("the body is not the one described")
    return capture


def _foreign(record: ArcWarcRecord, max_bytes: int) -> Capture:
    uri = record.rec_headers.get_header("WARC-Target-URI")
    at = _moment(record)
    status, headers = int(record.http_headers.get_statuscode()), _joined(record.http_headers.headers)
    try:
        body = _body(record, headers, max_bytes)
    except Stopped as stop:
        return Capture(uri, uri, stop.outcome, at, status, headers, detail=stop.code)
    outcome, detail = classify(status, headers, body, uri, uri)
    return Capture(uri, uri, outcome, at, status, headers, body, detail)


def _body(record: ArcWarcRecord, headers: Mapping[str, str], max_bytes: int) -> bytes:
    if record.length > max_bytes + _HEADER_ROOM:
        raise Stopped("too_large")
    stream = record.raw_stream
    if headers.get("transfer-encoding", "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    raw = b"".join(iter(lambda: stream.read(STEP), b""))
    encoding = headers.get("content-encoding", "")
    try:
        return decode((raw[start : start + STEP] for start in range(0, len(raw), STEP)), encoding, max_bytes)
    except Stopped as stop:
        # Some archives keep the header over a body that they have already decoded.
        if stop.code == "encoding_broken" and len(raw) <= max_bytes:
            return raw
        raise


def _revisit(record: ArcWarcRecord) -> _Revisit:
    headers = record.rec_headers
    origins = (headers.get_header("WARC-Refers-To"), *_origin_keys(headers, "Refers-To-"))
    uri = headers.get_header("WARC-Target-URI")
    if uri is None:
        raise ValueError("no address")
    return _Revisit(uri, _moment(record), tuple(key for key in origins if key))


def _origin_keys(headers: StatusAndHeaders, prefix: str) -> Iterator[str]:
    """Under what a response is known to its revisits: address and date, or the payload's digest."""
    uri, date = headers.get_header(f"WARC-{prefix}Target-URI"), headers.get_header(f"WARC-{prefix}Date")
    if uri and date:
        yield f"{date} {uri}"
    digest = headers.get_header("WARC-Payload-Digest")
    if digest:
        yield digest


def _moment(record: ArcWarcRecord) -> datetime:
    at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _whole(record: ArcWarcRecord) -> bytes:
    return b"".join(iter(lambda: record.raw_stream.read(STEP), b""))


def _drain(record: ArcWarcRecord) -> None:
    """Reads what is left of a record. Raises EOFError where the file has less than the record announces."""
    while record.raw_stream.read(STEP):
        pass
    if record.raw_stream.limit > 0:
        raise EOFError
