"""Scraped text is hostile: every text is read, in bounded time, to the same result."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clarity import RuleText, read, read_rule

MEGABYTE = 1_000_000
SECONDS = 20  # of one core, for a text of a megabyte; a pattern that backtracks would take hours

HOSTILE = {
    "one word": "a" * MEGABYTE,
    "spaces": "no" + " " * MEGABYTE + "advice",
    "newlines": "\n" * MEGABYTE,
    "stars": "*" * MEGABYTE,
    "brackets": "[" * (MEGABYTE // 2) + "](" * (MEGABYTE // 4),
    "pipes": "|" * MEGABYTE,
    "digits": "1 " * (MEGABYTE // 2),
    "numbers": "".join(f"{number}. no\n" for number in range(MEGABYTE // 10)),
    "nearly": "do not share your " * (MEGABYTE // 18),
    "updated": "last updated " * (MEGABYTE // 13),
    "headings": "# a\n" * (MEGABYTE // 4),
    "apostrophes": "d'" * (MEGABYTE // 2),
    "marks": "e\u0301\u0301" * (MEGABYTE // 3),
    "hash": "Rule #" * (MEGABYTE // 6),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_is_read_in_bounded_time(name):
    began = time.process_time()
    reading = read(HOSTILE[name])
    assert time.process_time() - began < SECONDS
    assert not reading.read_whole
    read_rule("", HOSTILE[name])


def test_what_was_not_read_is_said():
    rules = [RuleText("", "Be kind to all of us here. " * 400) for _ in range(40)]
    assert not read(rules).read_whole
    assert read(rules[:2]).read_whole


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_read_and_read_the_same_again(title, text):
    reading = read_rule(title, text)
    assert reading == read_rule(title, text)
    whole = RuleText(title, text).whole
    for found in reading.topics:
        assert whole[found.quote.start : found.quote.end] == found.quote.text


@given(st.text(alphabet="noby kidsharepv.1-*#|\n'", max_size=200), st.text(max_size=40))
def test_any_set_is_read(text, description):
    facts = read(text, description).facts()
    assert facts["rules_words"][0] >= 0


def test_the_order_of_rules_does_not_matter_for_what_is_covered():
    rules = [
        RuleText("", "Never share personal information of members."),
        RuleText("", "No selling or advertising here."),
        RuleText("", "Be kind to every member."),
    ]
    turned = [rules[2], rules[0], rules[1]]

    def levels(given):
        return {name: answer[0] for name, answer in read(given).facts().items()}

    assert levels(rules) == levels(turned)
