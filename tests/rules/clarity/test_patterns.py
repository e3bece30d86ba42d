"""The small language of the lexicons."""

from __future__ import annotations

import pytest

from rules.clarity.lexicon import LANGUAGES, TOPICS, lexicon
from rules.clarity.patterns import PatternSet
from rules.clarity.words import sentences

SETS = {"no": ["not", "never"]}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("medical advice", "No medical advice!", True),
        ("medical advice", "medical and other advice", False),
        ("medic* .. advice", "medicine is one thing, advice another", True),
        ("medic* .. advice", "medicine one two three four five advice", False),
        ("medic* ... advice", "medicine one two three four five advice", True),
        ("@no share", "never share", True),
        ("@no share", "please share", False),
        ("self_harm/suicide tips", "self-harm tips", True),
        ("do not? share", "do share", True),
        ("do not? share", "do not share", True),
        ("share", "shared", False),
        ("dont share", "Don’t share", True),
        ("medico", "MÉDICO", True),
        ("aide", "l’aide", True),
        ("^ for people", "for people like you", True),
        ("^ for people", "no place for people", False),
        ("crisis & not", "not for a crisis", True),
        ("crisis & not .. here", "not wanted here, a crisis", True),
        ("crisis & not", "for a crisis", False),
    ],
)
def test_patterns_match_plain_words(pattern, text, found):
    (sentence,) = sentences(text)
    labels = PatternSet({"it": [pattern]}, SETS).search(sentence.words, sentence.line)
    assert ("it" in labels) is found


@pytest.mark.parametrize("pattern", ["..", "^", "a?", "@nobody share", "sh*", "sh* & a?", ""])
def test_a_pattern_that_cannot_be_looked_up_is_an_error(pattern):
    with pytest.raises(ValueError, match="pattern"):
        PatternSet({"it": [pattern]}, SETS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lexicon_speaks_of_every_topic(language):
    labels = {label.partition("#")[0] for label in lexicon(language).labels}
    assert {f"governs/{topic}" for topic in TOPICS} <= labels
    assert {"consequence", "inverted", "directive"} <= labels


def test_sentences_keep_their_places():
    text = "Be kind. E.g. no slurs, i.e. no hate!\n• Call 112 now? **Yes.**"
    for sentence in sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
    assert [sentence.text for sentence in sentences(text)] == [
        "Be kind.",
        "E.g. no slurs, i.e. no hate!",
        "Call 112 now?",
        "Yes.",
    ]
