"""A published text becomes the rules a person would count in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clarity import split

NUMBERED = """1. Be kind to one another.
2) Keep what is told here in this room.
   - Do not screenshot.
   - Do not quote.
3. You must be 18 or older."""

RULE_WORDS = """Rule 1: Be kind
No insults, no slurs.

Rule 2: Privacy
What is told here stays here.

Rule 3 - Selling
Nothing may be sold here."""

BULLETED = """Welcome to the harbour, a quiet place.

- Be kind
- No selling
* Keep secrets"""

HEADED = """## Kindness
Speak as you would to a friend.
- no insults
- no slurs

## Privacy
Names stay out.

## Selling
Nothing may be sold."""

UNDERLINED = """Kindness
========
Speak as you would to a friend.

Privacy
-------
Names stay out."""

TABLE = """| Rule | Meaning |
|------|---------|
| Kindness | No insults |
| Privacy | Names stay out |"""

WIKI = """{|
|-
| Kindness || No insults
|-
| Privacy || Names stay out
|}"""

PROSE = """We ask everybody to be kind, whatever has happened.

Names and addresses stay out of every post.

Nothing may be sold here."""

LINES = """Be kind to one another.
What is told here stays here!
Selling: nothing may be sold in this room.
Is it urgent? Call your emergency number."""

WRAPPED = """We ask everybody to be kind, whatever has happened to
them that day. Names and addresses stay out of every post.
Nothing may be sold here, and who is asked for money
should tell us."""

INLINE = "Our rules: 1. Be kind. 2. No selling. 3. Names stay out. 4. You must be 18."
BOLD = "**Kindness**\nNo insults.\n\n**Privacy**\nNames stay out.\n\n**Selling**\nNothing."
KEYCAPS = "1️⃣ Be kind\n2️⃣ No selling\n3️⃣ Names stay out"
SPANISH = "Regla 1: Respeto\nNo se insulta.\nRegla 2: Privacidad\nNo se comparten datos."
TITLED = "1. **Be kind.** No slurs.\n2. Privacy: names stay out."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (NUMBERED, 3),
        (RULE_WORDS, 3),
        (BULLETED, 4),  # the welcome is kept as the first
        (HEADED, 3),
        (UNDERLINED, 2),
        (TABLE, 3),  # the heading row is a row like any other
        (WIKI, 2),
        (PROSE, 3),
        (INLINE, 5),
        (BOLD, 3),
        (KEYCAPS, 3),
        (SPANISH, 2),
        ("No 3 posts a day.\n18-25 year olds only.\n3-day bans are usual.", 3),  # numbers, but no numbering
        (LINES, 4),
        (f"House rules:\n{LINES}", 5),  # the preface is kept as the first
        (WRAPPED, 1),
        ("Be kind.", 1),
        ("", 0),
        ("\n \n", 0),
    ],
)
def test_every_way_of_writing_rules_is_cut_where_a_reader_would(text, count):
    assert len(split(text)) == count


def test_details_stay_with_their_rule():
    kind, private, adult = split(NUMBERED)
    assert "screenshot" in private.text
    assert "quote" in private.text
    assert "screenshot" not in kind.whole + adult.whole


def test_titles_are_told_from_texts():
    assert [rule.title for rule in split(RULE_WORDS)] == ["Be kind", "Privacy", "Selling"]
    assert [rule.title for rule in split(HEADED)] == ["Kindness", "Privacy", "Selling"]
    assert [(rule.title, rule.text) for rule in split(WIKI)] == [
        ("Kindness", "No insults"),
        ("Privacy", "Names stay out"),
    ]
    assert split(TITLED)[1].title == "Privacy"


@given(st.text(max_size=400))
def test_any_text_is_split_and_no_word_is_invented(text):
    plain = "".join(text.split())
    for rule in split(text):
        for word in rule.whole.split():
            assert word in plain


def test_headings_with_nothing_below_them_are_the_rules():
    rules = split("# No spam\n\n# Be kind to everyone\n")
    assert [rule.text for rule in rules] == ["No spam", "Be kind to everyone"]
