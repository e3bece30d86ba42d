"""Tells a heap of keywords from sentences. A heap governs nothing, whatever words it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from rules.clarity.language import common_words
from rules.clarity.words import Sentence

_FILE = Path(__file__).parent / "lexicons" / "stuffing.yaml"
FEWEST_WORDS = 6  # fewer are a heading, not a heap
_KINDS = 4  # different matters named side by side
_SHARE = 0.38  # share of the words that name them
_BARE_SHARE = 0.5  # the same in a text that has no common word at all, of one matter or more
_BARE_WORDS = 8


@cache
def _kinds() -> Mapping[str, str]:
    document = yaml.safe_load(_FILE.read_text("utf-8"))
    return {str(stem): kind for kind, stems in document.items() for stem in stems}


def kind_of(word: str) -> str | None:
    """Which matter a plain word names, if any."""
    known = _kinds()
    return next((known[word[:length]] for length in range(len(word), 1, -1) if word[:length] in known), None)


def is_heap(sentences: Sequence[Sentence]) -> bool:
    """Whether the text names many matters and says next to nothing of them, or names few over and over."""
    words = [word for sentence in sentences for word in sentence.words]
    if len(words) < FEWEST_WORDS:
        return False
    kinds = [kind for kind in map(kind_of, words) if kind]
    share = len(kinds) / len(words)
    many = len(set(kinds)) >= _KINDS and share >= _SHARE
    over_and_over = len(set(kinds)) >= 2 and share >= _SHARE and len(set(words)) <= 0.6 * len(words)
    bare = len(words) >= _BARE_WORDS and share >= _BARE_SHARE and common_words("en").isdisjoint(words)
    return many or over_and_over or bare
