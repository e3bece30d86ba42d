"""Whatever a platform's servers send in place of their answers: no adapter breaks, and none states another value."""

from __future__ import annotations

import pytest

from tests.scrapers.platforms.platform_replay import (
    BODIES,
    Web,
    answer,
    assert_agrees,
    assert_harmless,
    assert_survives,
    case,
    cases,
    drive,
    facts,
    json_places,
    read,
    try_reading,
)

PLATFORMS = (
    "discord", "discourse", "facebook", "groupsio", "hyperkitty", "lemmy", "mailman", "mastodon", "matrix", "meetup", "reddit",
    "telegram",
)  # fmt: skip
CASES = [path for platform in PLATFORMS for path in cases(platform)]
WITH_JSON = [path for path in CASES if json_places(path)]
# What their pages show last counts, so that a page that breaks off tells less than the whole.
LAST_COUNTS = {"hyperkitty", "telegram"}
CHARSETS = ["latin-1", "utf-16", "utf-7", "cp037", "shift_jis"]


def name_of(path):
    return f"{path.parent.name}-{path.stem}"


def test_every_platform_has_its_cases():
    assert {path.parent.name for path in CASES} == set(PLATFORMS)
    assert {path.parent.name for path in WITH_JSON} == set(PLATFORMS) - {"facebook", "groupsio", "mailman", "telegram"}


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_case_reads_as_its_twin(path):
    ref, captures, expected = case(path)
    assert facts(read(ref, *captures)) == expected


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_no_body_breaks_it(path, body):
    assert_survives(path, BODIES[body])


@pytest.mark.parametrize("path", WITH_JSON, ids=name_of)
def test_no_damaged_value_makes_another_value(path):
    assert_harmless(path)


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_answers_that_break_off_anywhere_make_no_other_value(path):
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    for ends in ends_of(captures):
        part = try_reading(ref, cut(captures, ends))
        if path.parent.name not in LAST_COUNTS:
            assert_agrees(part, whole)


@pytest.mark.parametrize("path", WITH_JSON, ids=name_of)
def test_json_that_breaks_off_anywhere_makes_no_other_value(path):
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    in_json = [capture for capture in captures if capture.body[:1] in b"{["]
    pages = [capture for capture in captures if capture not in in_json]
    for ends in ends_of(in_json):
        assert_agrees(try_reading(ref, [*cut(in_json, ends), *pages]), whole)


def ends_of(captures):
    """At each byte of the longest body, where all bodies end that are cut at the same share of their length."""
    sizes = [len(capture.body) for capture in captures]
    longest = max(sizes, default=0)
    return dict.fromkeys(tuple(size * at // longest for size in sizes) for at in range(longest))


def cut(captures, ends):
    return [answer(c.url, c.body[:end], c.status or 200) for c, end in zip(captures, ends, strict=True)]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_another_charset_makes_no_other_value(path, charset):
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    written = [answer(c.url, c.body.decode().encode(charset, "replace"), c.status or 200) for c in captures]
    assert_agrees(try_reading(ref, written), whole)
