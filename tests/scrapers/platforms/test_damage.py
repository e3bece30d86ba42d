"""Whatever a platform's servers send in place of their answers: no adapter breaks, and none states another value."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.scrapers.platforms.platform_replay import (
    BODIES,
    JUNK,
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

PLATFORMS = ("discord", "telegram", "matrix", "meetup", "facebook", "groupsio", "hyperkitty", "mailman")
CASES = [path for platform in PLATFORMS for path in cases(platform)]
PLACES = [(path, *place) for path in CASES for place in json_places(path)]
NAMED = [f"{path.parent.name}-{path.stem}" for path in CASES]
CHARSETS = ["latin-1", "utf-16", "utf-7", "cp037", "shift_jis"]


def test_every_platform_has_its_cases():
    assert {path.parent.name for path in CASES} == set(PLATFORMS)
    assert len(PLACES) > 100


@pytest.mark.parametrize("path", CASES, ids=NAMED)
def test_case_reads_as_its_twin(path):
    ref, captures, expected = case(path)
    assert facts(read(ref, *captures)) == expected


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", CASES, ids=NAMED)
def test_no_body_breaks_it(path, body):
    assert_survives(path, BODIES[body])


@given(at=st.sampled_from(PLACES), junk=st.sampled_from(JUNK))
def test_one_damaged_value_makes_no_other_value(at, junk):
    assume(at[2][-1:] != ("features",) or junk != [])  # a server without features is no damage
    assert_harmless(*at, junk)


@given(path=st.sampled_from(CASES), share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_answer_raises_nothing_unexpected(path, share):
    ref, captures, _ = case(path)
    try_reading(ref, [answer(c.url, c.body[: int(len(c.body) * share)], c.status or 200) for c in captures])


@given(path=st.sampled_from(CASES), share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_json_answer_makes_no_other_value(path, share):
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    cut = [
        answer(c.url, c.body[: int(len(c.body) * share)], c.status or 200) if c.body[:1] == b"{" else c
        for c in captures
    ]
    assert_agrees(try_reading(ref, cut), whole)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", CASES, ids=NAMED)
def test_another_charset_makes_no_other_value(path, charset):
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    written = [answer(c.url, c.body.decode().encode(charset, "replace"), c.status or 200) for c in captures]
    assert_agrees(try_reading(ref, written), whole)
