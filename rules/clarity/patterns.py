"""The small language that lexicons are written in, compiled to bounded regular expressions.

A pattern is a line of plain words (lower case, no accents, no apostrophes, no hyphens):

    word          that word                     word*         any word that begins so
    a/b/c         one of them                   self_harm     two words in a row, as one alternative
    @name         a named set of alternatives   word?         may be left out
    ..            up to four words between      ...           up to nine words between

Nothing in it can repeat without bound, so the time a match takes is bounded by the length of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GAPS = {"..": 4, "...": 9}
_KEY = 4  # letters of a word that patterns are indexed by


@dataclass(frozen=True)
class Pattern:
    """One compiled line; `keys` are word beginnings of which a sentence must hold one for the pattern to be tried."""

    source: str
    regex: re.Pattern[str]
    keys: frozenset[str]


class PatternSet:
    """Many labelled patterns, searched together: `search(line)` yields the labels that match one sentence."""

    def __init__(self, labelled: Mapping[str, Iterable[str]], sets: Mapping[str, list[str]]) -> None:
        self.labels = frozenset(labelled)
        self._by_key: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for label, sources in labelled.items():
            for source in sources:
                pattern = compile_pattern(source, sets)
                for key in pattern.keys:
                    self._by_key.setdefault(key, []).append((label, pattern.regex))

    def search(self, words: Iterable[str], line: str) -> frozenset[str]:
        """Labels with a pattern in `line` (a sentence in plain form, see words.py), whose words are `words`."""
        found: set[str] = set()
        for key in {word[:_KEY] for word in words} & self._by_key.keys():
            found.update(label for label, regex in self._by_key[key] if label not in found and regex.search(line))
        return frozenset(found)


def compile_pattern(source: str, sets: Mapping[str, list[str]]) -> Pattern:
    """Compiles one line; ValueError names a line that has no word to look it up by or an unknown @set."""
    parts: list[str] = []
    keys: frozenset[str] | None = None
    for token in source.split():
        if token in GAPS:
            parts.append(rf"(?: \w+){{0,{GAPS[token]}}}?")
            continue
        optional = token.endswith("?")
        alternatives = _alternatives(token.removesuffix("?"), sets, source)
        body = "|".join(_spelled(alternative) for alternative in sorted(alternatives, key=len, reverse=True))
        parts.append(f"(?: (?:{body}))?" if optional else f" (?:{body})")
        candidate = None if optional else _keys(alternatives)
        if candidate and (keys is None or len(candidate) < len(keys)):
            keys = candidate
    if keys is None:
        raise ValueError(f"pattern {source!r}: no word of four letters or a whole word to look it up by")
    return Pattern(source, re.compile("".join(parts) + "(?= )"), keys)


def _alternatives(token: str, sets: Mapping[str, list[str]], source: str) -> list[str]:
    found: list[str] = []
    for part in token.split("/"):
        if part.startswith("@"):
            if part[1:] not in sets:
                raise ValueError(f"pattern {source!r}: no set is named {part}")
            found.extend(sets[part[1:]])
        else:
            found.append(part)
    return found


def _spelled(alternative: str) -> str:
    return re.escape(alternative.replace("_", " ")).replace(r"\ ", " ").replace(r"\*", r"\w*")


def _keys(alternatives: list[str]) -> frozenset[str] | None:
    firsts = [alternative.split("_")[0] for alternative in alternatives]
    if any(first.endswith("*") and len(first) <= _KEY for first in firsts):
        return None
    return frozenset(first.rstrip("*")[:_KEY] for first in firsts)
