"""Captures through WARC files and back, files by other hands, damaged files, and answers from captures."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import CaptureError
from scrapers.recorded import UNDATED
from scrapers.warc import Recorded, read, read_folder, write

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://forum.example/about"
PAGE = Capture(
    URL, URL, Outcome.OK, AT, 200, {"content-type": "text/html", "content-encoding": "gzip"}, b"<p>hello\r\n\r\n"
)
SILENT = Capture("https://gone.example/", "https://gone.example/", Outcome.UNAVAILABLE, AT, detail="name_not_found")

texts = st.text(st.characters(exclude_categories=[]), max_size=30)
urls = st.one_of(st.just(URL), texts.map(lambda path: f"https://forum.example/{path}"), texts)
captures = st.builds(
    Capture,
    url=urls,
    final_url=urls,
    outcome=st.sampled_from(Outcome),
    at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    status=st.none() | st.integers(100, 999),
    headers=st.dictionaries(texts, texts, max_size=4),
    body=st.binary(max_size=300),
    detail=texts,
    method=st.sampled_from(["GET", "POST", "HEAD"]),
).map(lambda capture: capture if capture.status else replace(capture, body=b""))


def written(*kept: Capture) -> bytes:
    target = io.BytesIO()
    write(kept, target)
    return target.getvalue()


def read_bytes(data: bytes, **options) -> list[Capture]:
    return read(io.BytesIO(data), **options)


@given(st.lists(captures, min_size=1, max_size=4))
def test_what_is_written_is_read_back_equal(kept):
    data = written(*kept)
    assert read_bytes(data) == kept
    assert written(*kept) == data


@given(st.lists(captures, min_size=1, max_size=3), st.data())
def test_a_cut_file_is_damaged_or_shorter_but_never_wrong(kept, data):
    whole = written(*kept)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        found = read_bytes(part)
    except CaptureError:
        return
    assert found == kept[: len(found)]


@given(st.binary(max_size=400))
def test_what_is_no_warc_file_is_an_error_of_ours(data):
    with pytest.raises(CaptureError):
        read_bytes(data)


@given(st.data())
def test_a_changed_byte_is_an_error_of_ours_or_changes_nothing(data):
    whole = bytearray(written(PAGE, SILENT))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = read_bytes(bytes(whole))
    except CaptureError:
        return
    assert all(capture in (PAGE, SILENT) for capture in found)


def test_other_tools_find_requests_and_decoded_responses():
    file = ArchiveIterator(io.BytesIO(written(PAGE, SILENT)), check_digests="raise")
    records = [(item.rec_type, item.rec_headers, item.http_headers, item.content_stream().read()) for item in file]
    assert [kind for kind, *_ in records] == ["warcinfo", "metadata", "request", "response", "metadata"]
    _, about, http, body = records[3]
    assert (about.get_header("WARC-Target-URI"), about.get_header("WARC-Date")) == (URL, "2026-03-01T12:00:00Z")
    assert about.protocol == "WARC/1.1"
    assert (http.statusline, body) == ("200 OK", PAGE.body)
    assert dict(http.headers) == {"content-type": "text/html", "content-length": str(len(PAGE.body))}
    assert records[2][2].get_header("Host") == "forum.example"
    related = {kind: headers.get_header("WARC-Concurrent-To") for kind, headers, *_ in records[1:4]}
    assert related["request"] == about.get_header("WARC-Record-ID")


def test_a_file_is_written_to_and_read_from_a_path(tmp_path):
    write([PAGE], tmp_path / "evidence.warc.gz")
    assert read(tmp_path / "evidence.warc.gz") == [PAGE]
    with pytest.raises(CaptureError, match=r"no file missing\.warc"):
        read(tmp_path / "missing.warc.gz")


def test_a_capture_beyond_the_cap_is_refused_and_the_cap_can_be_raised():
    large = replace(PAGE, body=bytes(300_000))
    with pytest.raises(CaptureError, match="record 4 "):
        read_bytes(written(large), max_bytes=100_000)
    assert read_bytes(written(large), max_bytes=300_000) == [large]


def test_no_captures_make_a_file_without_captures():
    assert read_bytes(written()) == []


# --- files by other hands ---


def foreign(*records, gzipped=True) -> bytes:
    """A file with these records: (kind, uri, http headers or None, payload, WARC headers)."""
    target = io.BytesIO()
    writer = WARCWriter(target, gzip=gzipped)
    for kind, uri, http, payload, headers in records:
        writer.write_record(
            writer.create_warc_record(
                uri,
                kind,
                io.BytesIO(payload),
                len(payload),
                http_headers=http,
                warc_headers_dict={"WARC-Date": "2020-05-01T10:00:00Z", **headers},
            )
        )
    return target.getvalue()


def http(*headers, status="200 OK") -> StatusAndHeaders:
    return StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = [body[:half], body[half:]]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("gzipped", [True, False])
@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        ([], b"hello there"),
        ([("Content-Encoding", "gzip")], gzip.compress(b"hello there")),
        ([("Transfer-Encoding", "chunked")], chunked(b"hello there")),
        ([("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")], chunked(gzip.compress(b"hello there"))),
        ([("Content-Encoding", "gzip")], b"hello there"),
    ],
    ids=["plain", "gzip", "chunked", "both", "decoded already"],
)
def test_a_foreign_response_is_decoded(gzipped, headers, payload):
    head = http(("Content-Type", "text/plain"), ("X-Two", "1"), ("x-two", "2"), *headers)
    (capture,) = read_bytes(foreign(("response", URL, head, payload, {}), gzipped=gzipped))
    assert (capture.body, capture.status, capture.outcome) == (b"hello there", 200, Outcome.OK)
    assert (capture.url, capture.final_url, capture.method) == (URL, URL, "GET")
    assert capture.at == datetime(2020, 5, 1, 10, tzinfo=UTC)
    assert (capture.content_type, capture.headers["x-two"]) == ("text/plain", "1, 2")


def test_a_foreign_request_tells_the_method():
    ids = {"WARC-Record-ID": "<urn:uuid:1>"}
    asked = StatusAndHeaders("/about HTTP/1.1", [("Host", "forum.example")], protocol="POST")
    for order in (1, -1):
        records = [
            ("response", URL, http(status="404 Not Found"), b"", ids),
            ("request", URL, asked, b"", {"WARC-Record-ID": "<urn:uuid:2>", "WARC-Concurrent-To": "<urn:uuid:1>"}),
        ][::order]
        (capture,) = read_bytes(foreign(*records))
        assert (capture.method, capture.outcome) == ("POST", Outcome.NOT_FOUND)


@pytest.mark.parametrize(
    ("encoding", "payload", "detail"),
    [
        ("gzip", gzip.compress(bytes(9_000_000)), "decompression_bomb"),
        ("", bytes(300_000), "too_large"),
        ("br", b"...", "encoding_unknown"),
    ],
)
def test_a_foreign_body_passes_the_same_caps(encoding, payload, detail):
    data = foreign(("response", URL, http(("Content-Encoding", encoding)), payload, {}))
    (capture,) = read_bytes(data, max_bytes=2_000_000 if encoding else 200_000)
    assert (capture.outcome, capture.detail, capture.body) == (Outcome.UNAVAILABLE, detail, b"")


@pytest.mark.parametrize(
    "reference",
    [
        {"WARC-Refers-To": "<urn:uuid:1>"},
        {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": "2020-05-01T10:00:00Z"},
        {"WARC-Payload-Digest": "sha1:SAME"},
    ],
)
def test_a_revisit_has_the_body_it_refers_to(reference):
    first = {"WARC-Record-ID": "<urn:uuid:1>", "WARC-Payload-Digest": "sha1:SAME"}
    again = {"WARC-Date": "2021-01-01T00:00:00Z", **reference}
    data = foreign(("response", URL, http(), b"hello", first), ("revisit", f"{URL}?again", http(), b"", again))
    original, revisit = read_bytes(data)
    assert (revisit.body, revisit.status, revisit.ok) == (b"hello", 200, True)
    assert (revisit.url, revisit.at.year, original.at.year) == (f"{URL}?again", 2021, 2020)


def test_a_revisit_of_what_is_not_there_says_so():
    (capture,) = read_bytes(foreign(("revisit", URL, None, b"", {"WARC-Refers-To": "<urn:uuid:9>"})))
    assert (capture.outcome, capture.detail) == (Outcome.UNAVAILABLE, "revisit_unresolved")


def test_damage_is_named_by_record():
    record_id = "<urn:uuid:00000000-0000-0000-0000-000000000007>"
    data = foreign(
        ("response", URL, http(), b"hello", {}),
        ("response", URL, http(), b"x" * 900, {"WARC-Record-ID": record_id}),
        gzipped=False,
    )
    with pytest.raises(CaptureError, match=r"record 2 .*000000000007.* is damaged") as damage:
        read_bytes(data[:-500])
    assert damage.value.code == "capture_unreadable"


def test_every_real_capture_survives(shared_data):
    kept = [
        capture
        for folder in sorted((shared_data / "captures").iterdir())
        if folder.is_dir()
        for capture in read_folder(folder)
    ]
    assert len(kept) == 515
    assert read_bytes(written(*kept[::5])) == kept[::5]


# --- answers from captures ---


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://forum.example/about",
        "https://forum.example/about/",
        "https://FORUM.example/About",
        "https://forum.example/about?raw_json=1",
    ],
)
def test_an_address_is_found_in_every_spelling(url):
    capture = Recorded([PAGE])(Request(url, "about", auth="any"))
    assert (capture.body, capture.url) == (PAGE.body, url)


def test_parameters_count_but_not_their_order():
    recorded = Recorded([replace(PAGE, url=f"{URL}?a=1&b=2&raw_json=1")])
    assert recorded(Request(f"{URL}?b=2&a=1", "x")).ok
    assert not recorded(Request(f"{URL}?a=1", "x")).ok
    assert not recorded(Request(f"{URL}?a=1&b=2", "x", method="POST")).ok


def test_the_exact_and_then_the_newest_capture_answers():
    other = replace(PAGE, url=URL.upper(), body=b"other", at=AT + timedelta(days=2))
    newer = replace(PAGE, body=b"newer", at=AT + timedelta(days=1))
    recorded = Recorded([other, newer, PAGE])
    assert recorded(Request(URL, "x")).body == b"newer"
    assert recorded(Request(f"{URL}/", "x")).body == b"other"


def test_what_was_not_captured_is_unavailable_at_the_time_of_the_newest():
    newest = AT + timedelta(days=1)
    capture = Recorded([replace(PAGE, at=newest), SILENT])(Request("https://other.example/", "x"))
    assert capture == Capture(
        "https://other.example/", "https://other.example/", Outcome.UNAVAILABLE, newest, detail="not_captured"
    )
    assert Recorded([])(Request(URL, "x")).detail == "not_captured"


def test_a_recorded_redirect_is_followed_where_it_leads_to_a_capture():
    start = replace(
        PAGE,
        url="http://forum.example/",
        final_url="http://forum.example/",
        status=301,
        headers={"location": URL},
        outcome=Outcome.UNAVAILABLE,
    )
    capture = Recorded([start, PAGE])(Request("http://forum.example/", "x"))
    assert (capture.url, capture.final_url, capture.body) == ("http://forum.example/", URL, PAGE.body)
    assert Recorded([start])(Request("http://forum.example/", "x")).status == 301
    loop = replace(start, headers={"location": "/"})
    assert Recorded([loop])(Request("http://forum.example/", "x")).status == 301


# --- folders of recorded files ---


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (
            {"url": URL, "status": 404, "captured": "2026-01-31T10:00:00+01:00"},
            (URL, 404, datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ),
        ({"url": URL, "captured": "Wed, 26 Oct 2022 10:00:00 GMT"}, (URL, 200, datetime(2022, 10, 26, 10, tzinfo=UTC))),
        ({"url": URL, "captured": "2019-07"}, (URL, 200, datetime(2019, 7, 1, tzinfo=UTC))),
        ({"url": URL, "captured": "2016"}, (URL, 200, datetime(2016, 1, 1, tzinfo=UTC))),
        ({"url": URL, "captured": "2014-2016 approx"}, (URL, 200, datetime(2014, 1, 1, tzinfo=UTC))),
        ({"url": URL, "captured": "some day"}, (URL, 200, UNDATED)),
        ({"url": URL, "headers": {"Date": ["Sun, 01 Mar 2026 12:00:00 GMT"]}}, (URL, 200, AT)),
        ({}, ("http://recorded.invalid/about.json", 200, UNDATED)),
    ],
)
def test_a_file_with_a_sidecar_becomes_a_capture(tmp_path, meta, expected):
    (tmp_path / "about.json").write_bytes(b"{}")
    (tmp_path / "about.json.meta.json").write_text(json.dumps(meta))
    (tmp_path / "notes.txt").write_text("no sidecar")
    (capture,) = read_folder(tmp_path)
    assert (capture.url, capture.status, capture.at) == expected
    assert (capture.body, capture.method) == (b"{}", "GET")


def test_repeated_headers_are_joined(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    meta = {"url": URL, "status": 429, "method": "POST", "headers": {"Link": ["<a>", "<b>"], "Retry-After": "9"}}
    (tmp_path / "a.meta.json").write_text(json.dumps(meta))
    (capture,) = read_folder(tmp_path)
    assert (capture.headers["link"], capture.method) == ("<a>, <b>", "POST")
    assert (capture.outcome, capture.detail) == (Outcome.RATE_LIMITED, "9")


def test_only_the_answer_is_found_under_the_pages_address(tmp_path):
    """Players index every record by its URI; a description under the page's own would be replayed in its place."""
    url = "https://calm.example/rules"
    target = tmp_path / "one.warc.gz"
    write([Capture(url, url, Outcome.OK, datetime(2026, 1, 1, tzinfo=UTC), 200, {}, b"Be kind.")], target)
    with target.open("rb") as stream:
        kinds = [
            record.rec_type
            for record in ArchiveIterator(stream)
            if record.rec_headers.get_header("WARC-Target-URI") == url
        ]
    assert kinds == ["request", "response"]
