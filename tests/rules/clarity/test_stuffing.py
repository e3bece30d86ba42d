"""A heap of keywords governs nothing; a list of prohibitions does, as terse as it may be."""

from __future__ import annotations

import pytest

from rules.clarity import read_rule
from rules.clarity.stuffing import is_heap
from rules.clarity.words import sentences

LISTS = [
    "No spam, no self-promotion, no surveys, no fundraising, no NSFW, no hate speech, no harassment, no doxxing.",
    "No spam, self-promotion, surveys, fundraising, NSFW, hate speech, harassment or doxxing.",
    "No spam\nNo harassment\nNo doxxing\nNo hate speech\nNo NSFW",
    "Please no drugs, no spam, no flirting and no medical advice.",
    "Don't spam, don't harass, don't dox, don't solicit, don't advertise.",
    "No harassment. No group harassment. No doxing.",
]
HEAPS = [
    "no spam no harassment no hate no doxxing no surveys no minors",
    "No spam, no hate, no spam, no hate, no doxxing, no harassment, no spam",
    "No privacy, no respect, no crisis, no hotline, no 988, no report, no appeal",
    "no spam, no harassment, no hate. Crisis hotline 988 privacy respect report appeal moderators",
    "no spam harassment hate doxxing minors drugs surveys",
    "No spam, hate, doxxing, surveys, drugs, minors, nsfw, grooming, flirting, dating, bullying, racism, adverts, dms, abuse",
]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_of_what_is_forbidden_is_a_rule(text):
    assert not is_heap(sentences(text))


@pytest.mark.parametrize("text", HEAPS)
def test_no_before_each_keyword_makes_no_rule_of_a_heap(text):
    assert is_heap(sentences(text))


def test_a_list_of_prohibitions_is_read():
    topics = {found.topic for found in read_rule("", LISTS[0]).topics}
    assert {"respect_harassment_hate", "promotion_solicitation_fundraising_research"} <= topics
