"""What the learned heads see of one rule: which lexicon lines match, and its words alone, in pairs and in pairs with a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt

from rules.clarity.language import common_words
from rules.clarity.lexicon import TOPICS, Marks

LINE_WEIGHT = 0.35  # of one lexicon mark, against the words, which together weigh WORDS_WEIGHT
WORDS_WEIGHT = 2.8
_ENDINGS = ("ing", "ed", "es", "s", "ly")
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """The word without its commonest English ending; crude, but the same in training and reading."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def features(marked: Iterable[Marks]) -> Mapping[str, float]:
    """Feature -> value for one rule: "g topic", "l label", "p label#line", "w stem", "b stem stem", "s stem stem"."""
    lexical: set[str] = {"bias"}
    worded: set[str] = set()
    for mark in marked:
        lexical.update(f"p {pattern}" for pattern in mark.patterns)
        lexical.update(f"l {label}" for label in mark.labels)
        lexical.update(f"g {topic}" for topic in TOPICS if mark.governs(topic))
        worded.update(_worded([stem(word) for word in mark.sentence.words]))
    share = WORDS_WEIGHT / sqrt(len(worded) or 1)
    return dict.fromkeys(lexical, LINE_WEIGHT) | dict.fromkeys(worded, share)


def _worded(stems: list[str]) -> Iterable[str]:
    common = common_words("en")
    for place, word in enumerate(stems):
        if word not in common:
            yield f"w {word}"
        if place:
            yield f"b {stems[place - 1]} {word}"
        if place > 1:
            yield f"s {stems[place - 2]} {word}"
