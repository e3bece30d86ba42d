"""The small language that lexicons are written in, compiled to bounded regular expressions.

A pattern is a line of plain words (lower case, no accents, no apostrophes, no hyphens):

    word          that word                     word*         any word that begins so
    a/b/c         one of them                   self_harm     two words in a row, as one alternative
    @name         a named set of alternatives   word?         may be left out
    ..            up to four words between      ...           up to nine words between
    ^             the beginning of the sentence             x & y         both somewhere in it, in any order

Nothing in it can repeat without bound, so the time a match takes is bounded by the length of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_FIXED = {"^": "^", "..": r"(?: \w+){0,4}?", "...": r"(?: \w+){0,9}?"}
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
    parts = [_compiled(part, sets, source) for part in source.split(" & ")]
    keys = min((keys for _, keys in parts if keys), key=len, default=None)
    if keys is None:
        raise ValueError(f"pattern {source!r}: no word of four letters or a whole word to look it up by")
    bodies = [body for body, _ in parts]
    whole = bodies[0] if len(bodies) == 1 else "^" + "".join(f"(?=.*?{body})" for body in bodies)
    return Pattern(source, re.compile(whole), keys)


def _compiled(part: str, sets: Mapping[str, list[str]], source: str) -> tuple[str, frozenset[str]]:
    """The expression for words in a row, and the keys of that one of them which has the fewest (none where no word has any)."""
    found: list[str] = []
    keys: frozenset[str] = frozenset()
    for token in part.split():
        if token in _FIXED:
            found.append(_FIXED[token])
            continue
        optional = token.endswith("?")
        alternatives = _alternatives(token.removesuffix("?"), sets, source)
        body = "|".join(_spelled(alternative) for alternative in sorted(alternatives, key=len, reverse=True))
        found.append(f"(?: (?:{body}))?" if optional else f" (?:{body})")
        candidate = None if optional else _keys(alternatives)
        if candidate and (not keys or len(candidate) < len(keys)):
            keys = candidate
    return "".join(found) + "(?= )", keys


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
