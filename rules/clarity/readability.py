"""School grade of a set of rules: Flesch-Kincaid (Kincaid et al. 1975), counting each list item and heading as a sentence.

Rules are lists; taking the text as prose would join items into endless sentences and call plain rules hard to read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rules.clarity.words import Sentence

FEWEST_WORDS = 60  # below this the grade says more about chance than about the text

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^dtaeiouy]ed|[^laeiouy]e)$")


def grade(sentences: Sequence[Sentence]) -> float | None:
    """Flesch-Kincaid grade (years of school, never below 0) of English `sentences`; None below 60 words."""
    lengths = [len(_spoken(sentence)) for sentence in sentences]
    total = sum(lengths)
    if total < FEWEST_WORDS:
        return None
    syllables = sum(syllable_count(word) for sentence in sentences for word in _spoken(sentence))
    counted = sum(length > 0 for length in lengths)
    return round(max(0.0, 0.39 * total / counted + 11.8 * syllables / total - 15.59), 1)


def _spoken(sentence: Sentence) -> list[str]:
    return [word for word in sentence.words if word.isascii() and word.isalpha()]


def syllable_count(word: str) -> int:
    """Syllables of a plain English word, at least one: groups of vowels less a silent ending."""
    count = len(_VOWELS.findall(word)) - bool(_SILENT.search(word))
    return max(1, count)
