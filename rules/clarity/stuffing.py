"""Tells a heap of keywords from sentences. A heap governs nothing, whatever words it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from rules.clarity.language import common_words
from rules.clarity.words import Sentence, words

_FILE = Path(__file__).parent / "lexicons" / "stuffing.yaml"
FEWEST_WORDS = 6  # fewer are a heading, not a heap
_KINDS = 4  # different matters named side by side
_SHARE = 0.38  # share of the words that name them
_BARE_SHARE = 0.5  # the same in a text that has no common word at all, of one matter or more
_BARE_WORDS = 8
_MOST_ITEMS = 14  # things forbidden in one go; more are a heap with "no" before each
_LONGEST_ITEM = 6  # words
_MOST_NAMED = 2  # matters named in one item
_BETWEEN = re.compile(r"[,;:|/]|\b(?:and|or|und|oder|et|ou|y|e)\b", re.IGNORECASE)
_POLITE = frozenset({"also", "please", "absolutely", "strictly", "do", "bitte"})  # may stand before the forbidding word
_FORBIDS = frozenset(
    {"no", "not", "dont", "never", "zero", "kein", "keine", "keinen", "pas"}
    | {"aucun", "aucune", "sin", "nada", "sem", "nao"}
)
_PROTECTS = (  # beginnings of words; nobody forbids the bare thing, only heaps do ("no privacy no 988")
    *("crisis", "hotline", "helpline", "lifeline", "988", "911", "999", "privacy", "confiden", "respect", "safe"),
    *("support", "help", "moderat", "mods", "report", "appeal", "warning", "anonym"),
)

Item = tuple[str, ...]  # words of one thing that is forbidden


@cache
def _kinds() -> Mapping[str, str]:
    document = yaml.safe_load(_FILE.read_text("utf-8"))
    return {str(stem): kind for kind, stems in document.items() for stem in stems}


def kind_of(word: str) -> str | None:
    """Which matter a plain word names, if any."""
    known = _kinds()
    return next((known[word[:length]] for length in range(len(word), 1, -1) if word[:length] in known), None)


def is_heap(sentences: Sequence[Sentence]) -> bool:
    """Whether the text names many matters and says next to nothing of them, or names few over and over. What a list of
    prohibitions names ("No spam, no surveys, no slurs.") it forbids, which is saying something.
    """
    forbidden = [_forbidden(sentence) for sentence in sentences]
    listed = _is_list([item for items in forbidden for item in items])
    told = zip(sentences, forbidden, strict=True)
    judged = [word for sentence, items in told if not (listed and items) for word in sentence.words]
    if len(judged) < FEWEST_WORDS:
        return False
    kinds = [kind for kind in map(kind_of, judged) if kind]
    share = len(kinds) / len(judged)
    many = len(set(kinds)) >= _KINDS and share >= _SHARE
    over_and_over = len(set(kinds)) >= 2 and share >= _SHARE and len(set(judged)) <= 0.6 * len(judged)
    bare = len(judged) >= _BARE_WORDS and share >= _BARE_SHARE and common_words("en").isdisjoint(judged)
    return many or over_and_over or bare


def _is_list(items: Sequence[Item]) -> bool:
    """Whether these are prohibitions as people write them: not too many, each once, and none of what protects."""
    protects = any(len(item) == 1 and item[0].startswith(_PROTECTS) for item in items)
    return len(items) <= _MOST_ITEMS and len(set(items)) == len(items) and not protects


def _forbidden(sentence: Sentence) -> list[Item]:
    """What a sentence forbids, item by item ("no spam, no ads", "No spam, ads or polls"); none where it is no such list."""
    items: list[Item] = []
    for piece in _BETWEEN.split(sentence.text):
        found = [word for word in words(piece) if word not in _POLITE]
        if not found or not (items or found[0] in _FORBIDS):
            continue
        item = tuple(found[1:] if found[0] in _FORBIDS else found)
        if len(item) > _LONGEST_ITEM or not _FORBIDS.isdisjoint(item) or sum(map(_names, item)) > _MOST_NAMED:
            return []
        items.append(item)
    return items


def _names(word: str) -> bool:
    return kind_of(word) is not None
