"""Values as words, and scraped text made harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from vetting.web import text

INVISIBLE = "\u202e\u202d\u2066\u2069\u200b\u200e\u200f\u061c\u2060\ufeff\xad\u2028\x00\x1b\x7f\x85\U000e0041"


@pytest.mark.parametrize("character", INVISIBLE)
def test_what_deceives_the_eye_becomes_visible(character: str):
    assert text.harmless(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize("written", ["👩\u200d👧", "می\u200cخواهم", "שלום", "line\nline\ttab", "ünï"])
def test_what_people_write_stays(written: str):
    assert text.harmless(written) == written


@given(st.text())
def test_harmless_is_stable_and_keeps_the_length(written: str):
    once = text.harmless(written)
    assert text.harmless(once) == once
    assert len(once) == len(written)


def test_markup_and_figures_pass():
    markup = Markup("<b>\u200b</b>")
    assert text.harmless(markup) is markup
    assert text.harmless(3) == 3


@pytest.mark.parametrize(
    "url", ["https://forum.example/a?b=c", "http://x.example", "HTTPS://X.example/", " https://x.example/ "]
)
def test_web_addresses_may_be_linked(url: str):
    assert text.outward(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "java\nscript:alert(1)",
        "https:",
        "//x.example/",
        "/x",
        "",
        None,
        7,
        "https://[",
        "https://x.example/\u202egpj.exe",
        "vbscript:x",
    ],
)
def test_nothing_else_may(url: object):
    assert text.outward(url) is None


@given(st.text())
def test_whatever_is_linked_begins_as_a_web_address(url: str):
    target = text.outward(url)
    assert target is None or target.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (text.day("2026-11-20T09:12:44Z"), "20 November 2026"),
        (text.minute("2026-01-02T09:02:44+00:00"), "2 January 2026, 09:02 UTC"),
        (text.minute("soon"), "at an unknown time"),
        (text.day(None), "at an unknown time"),
        (text.month("2026-06"), "June 2026"),
        (text.month("some day"), "some day"),
        (text.points(64.333), "64.33"),
        (text.points(75.0), "75"),
        (text.points(100), "100"),
        (text.points(0), "0"),
        (text.points(1.875, 4), "1.875"),
        (text.points(None), "–"),
        (text.percent(0.5999), "59 %"),
        (text.percent(0.29), "29 %"),
        (text.percent(1), "100 %"),
        (text.percent(None), "–"),
        (text.size(812), "812 bytes"),
        (text.size(18231), "18.2 kB"),
        (text.size(2_500_000), "2.5 MB"),
        (text.size(None), "–"),
        (text.words("remediation_verified"), "remediation verified"),
    ],
)
def test_values_as_words(said: str, expected: str):
    assert said == expected
