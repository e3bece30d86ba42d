"""Scraped text is hostile: every text is read, in bounded time, to the same result."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clarity import RuleText, read, read_rule
from rules.clarity.answers import NOT_FOUND, NOT_IN_PART
from rules.clarity.encoder import joined
from rules.clarity.reader import LONGEST_RULE
from rules.clarity.sets import LONGEST_SET
from rules.clarity.split import MOST_RULES

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
    "updated march": "updated march " * (MEGABYTE // 14),
    "prohibitions": "no spam, " * (MEGABYTE // 9),
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
    rules = [RuleText("", "Be kind to all of us here. " * 300) for _ in range(40)]
    assert not read(rules).read_whole
    assert read(rules[:2]).read_whole
    assert read(rules[:2]).facts()["appeal"][2] == NOT_FOUND
    assert read(rules).facts()["appeal"] == ("absent", (), NOT_IN_PART)


def test_one_rule_or_description_that_is_longer_than_is_read_is_said_too():
    long = "Be kind to all of us here. " * 400
    assert len(long) > LONGEST_RULE
    assert not read([RuleText("", long)]).read_whole
    assert not read("1. Be kind to all.\n2. No adverts.", long).read_whole


@pytest.mark.parametrize("length", [LONGEST_SET - 1, LONGEST_SET, LONGEST_SET + 1, 2 * LONGEST_SET])
def test_one_endless_paragraph_is_cut_and_not_dropped(length):
    text = ("Never share what others have told you in here. " * (length // 40))[:length]
    for rules in (text, [RuleText("", text)]):
        reading = read(rules)
        assert reading.facts()["rules_published"][0] is True
        assert reading.facts()["confidentiality"][0] == "specified"
        assert sum(len(rule.whole) for rule in reading.rules) == min(length, LONGEST_SET)
        assert not reading.read_whole


def test_the_rule_at_the_limit_is_cut_and_those_behind_it_are_left():
    rules = [RuleText("Kindness", "k" * LONGEST_SET), RuleText("", "Be kind.")]
    (cut,) = read(rules).rules
    assert len(cut.title) + len(cut.text) == LONGEST_SET


def test_paragraphs_beyond_the_most_stay_in_the_last_rule():
    text = "\n\n".join(f"Be kind to member {number} of our group." for number in range(MOST_RULES + 7))
    rules = read(text).rules
    assert len(rules) == MOST_RULES
    assert f"member {MOST_RULES + 6} of" in rules[-1].text


ODD = [
    "\ud800",
    "Be kind \udfff to all \ud83d of us.",
    "\x00",
    "no\x00advice",
    "😀" * 500,
    "\u0301" * 500,
    "\u202e\u200fno spam",
]


@pytest.mark.parametrize("text", ODD)
def test_characters_that_are_no_letters_are_read(text):
    read(text, text)
    assert read_rule(text, text) == read_rule(text, text)


def test_ten_million_letters_are_read():
    assert not read("a" * 10 * MEGABYTE).read_whole


ANY = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=200)


@given(ANY, ANY)
def test_any_string_at_all_is_read(title, text):
    """Also half of a surrogate pair, which JSON can carry and no encoding can."""
    read([RuleText(title, text)], text)
    read(f"1. {title}\n2. {text}", title)
    whole = RuleText(title, text).whole
    assert all(
        whole[found.quote.start : found.quote.end] == found.quote.text for found in read_rule(title, text).topics
    )


def test_the_encoder_is_given_no_lone_surrogate_and_sound_text_as_it_is():
    assert joined("", "no \ud800 advice") == "no ? advice"
    assert joined("Ärger", "no 😀 advice") == "Ärger. no 😀 advice"


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
