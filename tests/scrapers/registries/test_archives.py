"""The index and the replays of web archives: every recorded answer, both dialects, and what is hostile or broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.capture import Capture, Outcome
from scrapers.parse import ParseFailed
from scrapers.recorded import read_folder
from scrapers.registries.cdx import INTERNET_ARCHIVE, is_blocked, memento, months, pywb, read_index

AT = datetime(2026, 9, 1, tzinfo=UTC)

# Recorded answer -> rows, rows that show the page, first and last of these, months with one, whether there is more.
INDEXES = {
    "wayback/edgi-test_search-0-200.txt": (3, 3, "19961231235847", "19961231235847", 1, False),
    "wayback/edgi-test_search_does_not_repeat_results-0-200.txt": (15, 9, "20200612014014", "20200612232310", 1, False),
    "wayback/edgi-test_search_multipage-0-200.txt": (25, 25, "20010410213930", "20010414005939", 1, True),
    "wayback/edgi-test_search_multipage-1-200.txt": (25, 17, "20010418073133", "20010503212618", 2, True),
    "wayback/edgi-test_search_multipage-2-200.txt": (25, 17, "20010503223800", "20010504092325", 1, True),
    "wayback/edgi-test_search_multipage-4-200.txt": (25, 11, "20010505090129", "20010505090852", 1, True),
    "wayback/edgi-test_search_multipage-5-200.txt": (25, 18, "20010505091259", "20010506001027", 1, True),
    "wayback/edgi-test_search_multipage-7-200.txt": (25, 12, "20010506102951", "20010506135946", 1, True),
    "wayback/edgi-test_search_multipage-8-200.txt": (25, 20, "20010506141303", "20010507021558", 1, True),
    "wayback/edgi-test_search_multipage-9-200.txt": (25, 23, "20010507034909", "20010507135607", 1, True),
    "wayback/edgi-test_search_multipage-11-200.txt": (25, 17, "20010508070300", "20010508143111", 1, True),
    "wayback/edgi-test_search_multipage-12-200.txt": (25, 21, "20010508154604", "20010509102529", 1, True),
    "wayback/edgi-test_search_multipage-13-200.txt": (25, 21, "20010509124639", "20010509235544", 1, True),
    "wayback/edgi-test_search_multipage-14-200.txt": (0, 0, "", "", 0, False),
    "wayback/edgi-test_search_with_date-0-200.txt": (1000, 0, "", "", 0, True),  # redirects, and notes of redirects
    "wayback/edgi-test_search_with_date-1-200.txt": (1000, 0, "", "", 0, True),
    "wayback/edgi-test_search_with_date-2-200.txt": (245, 0, "", "", 0, False),
    "wayback/edgi-test_search_with_filter-0-200.txt": (10, 6, "20220101003924", "20220101013952", 1, True),
    "wayback/edgi-test_search_with_filter_list-1-200.txt": (6, 0, "", "", 0, False),  # archived 404s
    "wayback/edgi-test_search_with_timezone-0-200.txt": (1000, 1000, "19961231235847", "20040915101349", 58, True),
    "wayback/edgi-test_search_with_timezone-1-200.txt": (1000, 1000, "19970605230559", "20040917084402", 57, True),
    "pywb/loopback-cdx-domain.json": (3, 2, "20140502100000", "20160712100000", 2, False),
    "pywb/loopback-cdx-first.json": (1, 1, "20140502100000", "20140502100000", 1, False),
    "pywb/loopback-cdx-last.json": (1, 1, "20160712100000", "20160712100000", 1, False),
    "pywb/loopback-cdx-ndjson.json": (2, 2, "20140502100000", "20160712100000", 2, False),
    "pywb/loopback-cdx-none.json": (0, 0, "", "", 0, False),
    "pywb/loopback-cdx-text.html": (2, 2, "20140502100000", "20160712100000", 2, False),
    "pywb/loopback-timemap-cdxj.html": (2, 2, "20140502100000", "20160712100000", 2, False),
    "pywb/loopback-timemap-json.json": (2, 2, "20140502100000", "20160712100000", 2, False),
}
NO_INDEX = {
    "wayback/edgi-test_search_raises_for_blocked_urls-0-403.txt",
    "pywb/loopback-cdx-nourl.json",
    "pywb/loopback-timemap-link.html",
}
# Recorded replay -> when it was archived and the status it had then; None where the archive speaks for itself.
MEMENTOS = {
    "wayback/edgi-test_get_memento_follow_redirects_does_not_follow_historical_redirects-1-301.html": (
        "20200201023757",
        301,
    ),
    "wayback/edgi-test_get_memento_follows_historical_redirects-2-302.html": None,
    "wayback/edgi-test_get_memento_follows_historical_redirects-3-200.html": ("20200201024405", 200),
    "wayback/edgi-test_get_memento_raises_blocked_error-0-200.html": None,
    "wayback/edgi-test_get_memento_raises_for_mementos_that_redirect_in_a_loop-0-303.html": ("20200925075402", 303),
    "wayback/edgi-test_get_memento_raises_for_mementos_that_redirect_in_a_loop-1-302.html": None,
    "wayback/edgi-test_get_memento_raises_for_mementos_that_redirect_in_a_loop-2-302.html": ("20200925075411", 302),
    "wayback/edgi-test_get_memento_raises_no_memento_error-0-404.html": None,  # the archive's own 404
    "wayback/edgi-test_get_memento_raises_when_memento_is_outside_target_window-0-302.html": None,
    "wayback/edgi-test_get_memento_returns_memento_with_accurate_url-0-200.html": ("20171124143728", 200),
    "wayback/edgi-test_get_memento_should_fail_for_non_playbackable_mementos-0-302.html": None,
    "wayback/edgi-test_get_memento_with_inexact_string_datetime-0-302.html": None,
    "wayback/edgi-test_get_memento_with_path_based_redirects-1-302.html": None,
    "wayback/edgi-test_get_memento_with_redirect_in_view_mode-1-302.html": None,
    "wayback/edgi-test_get_memento_with_redirect_in_view_mode-2-404.html": ("20201027220743", 404),
    "wayback/edgi-test_get_memento_with_redirects-0-301.html": ("20180808094144", 301),
    "wayback/edgi-test_get_memento_with_schemeless_redirects-0-301.html": ("20201102232816", 301),
    "wayback/edgi-test_get_memento_with_schemeless_redirects-1-302.html": None,
    "wayback/edgi-test_get_memento_with_schemeless_redirects-2-404.html": ("20201102233026", 404),
    "wayback/edgi-test_get_memento_works_on_archived_rate_limit_responses-0-429.html": ("20150129034904", 429),
    "wayback/edgi-tutorial-1-200.html": ("19961231235847", 200),
    "pywb/loopback-memento-404.html": None,
    "pywb/loopback-memento-exact.html": ("20140502100000", 200),
    "pywb/loopback-memento-id.html": ("20140502100000", 200),  # asked for another time: the header tells which
    "pywb/loopback-memento-redirect.html": ("20170101000000", 301),
}


@pytest.fixture(scope="session")
def recorded(shared_data: Path) -> dict[str, Capture]:
    found = {}
    for folder in ("wayback", "pywb"):
        names = sorted(
            path.name.removesuffix(".meta.json") for path in (shared_data / "captures" / folder).glob("*.meta.json")
        )
        captures = read_folder(shared_data / "captures" / folder)
        found.update({f"{folder}/{name}": capture for name, capture in zip(names, captures, strict=True)})
    return found


def test_every_recorded_answer_is_judged_here(recorded):
    assert set(recorded) == {*INDEXES, *NO_INDEX, *MEMENTOS}


@pytest.mark.parametrize("name", INDEXES)
def test_a_recorded_index_reads_as_expected(recorded, name):
    index = read_index(recorded[name])
    shown = index.shown
    ends = [f"{row.at:%Y%m%d%H%M%S}" for row in (shown[0], shown[-1])] if shown else ["", ""]
    assert (len(index.rows), len(shown), *ends, months(shown), bool(index.resume_key)) == INDEXES[name]


@pytest.mark.parametrize("name", sorted(NO_INDEX))
def test_what_is_no_index_is_refused(recorded, name):
    with pytest.raises(ParseFailed):
        read_index(recorded[name])
    assert is_blocked(recorded[name]) == ("blocked" in name)


@pytest.mark.parametrize("name", MEMENTOS)
def test_an_archived_answer_is_told_from_the_archives_own(recorded, name):
    found = memento(recorded[name])
    assert (found and (f"{found.at:%Y%m%d%H%M%S}", found.status)) == MEMENTOS[name]


def answer(body: str | bytes, status: int = 200, **headers: str) -> Capture:
    url = "https://web.archive.org/cdx/search/cdx?url=calm.example"
    data = body if isinstance(body, bytes) else body.encode()
    return Capture(url, url, Outcome.OK, AT, status, headers, data)


HEADER = ["timestamp", "original", "statuscode", "digest"]
GOOD = ["20190304050607", "https://calm.example/", "200", "AAA"]
LATER = ["20200304050607", "https://calm.example/", "-", "AAA"]
MOVED = ["20180304050607", "https://calm.example/", "301", "BBB"]


def test_the_same_captures_read_alike_in_every_dialect():
    table = json.dumps([HEADER, MOVED, GOOD, LATER])
    columns = "\n".join(
        f"example,calm)/ {row[0]} {row[1]} text/html {row[2]} {row[3]} 100" for row in (MOVED, GOOD, LATER)
    )
    objects = [dict(zip(("timestamp", "url", "status", "digest"), row, strict=True)) for row in (MOVED, GOOD, LATER)]
    lines = "\n".join(json.dumps(entry) for entry in objects)
    after_columns = "\n".join(f"example,calm)/ {entry['timestamp']} {json.dumps(entry)}" for entry in objects)
    read = [read_index(answer(body)) for body in (table, columns, lines, after_columns)]
    assert len(set(read)) == 1
    assert [row.at.year for row in read[0].shown] == [2019, 2020]


def test_a_note_of_no_change_shows_the_page_only_where_the_page_was_shown():
    redirect_again = ["20190404050607", "https://calm.example/", "-", "BBB"]
    index = read_index(answer(json.dumps([HEADER, MOVED, redirect_again])))
    assert index.shown == ()


@pytest.mark.parametrize("dialect", ["table", "lines"])
def test_a_resume_key_is_no_row(dialect):
    table = json.dumps([HEADER, GOOD, [], ["com%2Cexample%29%2F+20190304050608"]])
    lines = f"example,calm)/ {GOOD[0]} {GOOD[1]} text/html 200 AAA 100\n\ncom%2Cexample%29%2F+20190304050608\n"
    index = read_index(answer(table if dialect == "table" else lines))
    assert len(index.rows) == 1
    assert index.resume_key == "com%2Cexample%29%2F+20190304050608"


@pytest.mark.parametrize("body", ["", "\n", "[]", "[ ]\n"])
def test_an_empty_answer_is_no_captures(body):
    assert read_index(answer(body)).rows == ()


@pytest.mark.parametrize("body", ["<html>busy</html>", "[" * 5000, '{"message": "no"}', "[1, 2", "\x00\xff", "null"])
def test_another_answer_is_no_index(body):
    with pytest.raises(ParseFailed):
        read_index(answer(body))


@settings(max_examples=150)
@given(cut=st.integers(0, 400), junk=st.sampled_from([b"", b"\xff", b"\n{", b"]", b'{"timestamp": 3}', b"[[]]"]))
def test_a_mutilated_index_never_gives_a_capture_that_was_not_there(cut, junk):
    bodies = [
        json.dumps([HEADER, GOOD, LATER]),
        "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in (GOOD, LATER)),
    ]
    for body in bodies:
        try:
            rows = read_index(answer(body.encode()[:cut] + junk)).rows
        except ParseFailed:
            continue
        assert {row.at.year for row in rows} <= {2019, 2020}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    try:
        index = read_index(answer(body))
    except ParseFailed:
        return
    assert all(row.at.tzinfo is UTC for row in index.rows)


@pytest.mark.parametrize("header", ["", "yesterday", "Fri, 99 Foo 2014 10:00:00 GMT", "\x00"])
def test_a_replay_without_a_readable_date_is_none(header):
    assert memento(answer("<p>rules</p>", **{"memento-datetime": header})) is None


def test_each_archive_is_asked_in_its_own_words():
    row = read_index(answer(json.dumps([HEADER, GOOD]))).rows[0]
    local = pywb("http://127.0.0.1:18090/groups")
    page = "https://calm.example/?a=1&b=2"
    assert "url=https%3A%2F%2Fcalm.example%2F%3Fa%3D1%26b%3D2&" in INTERNET_ARCHIVE.listing(page)
    assert "limit=-1" in INTERNET_ARCHIVE.last(page)
    assert "sort=reverse" in local.last(page)
    assert local.replay(row) == "http://127.0.0.1:18090/groups/20190304050607id_/https://calm.example/"
    assert INTERNET_ARCHIVE.replay(row) == "https://web.archive.org/web/20190304050607id_/https://calm.example/"
