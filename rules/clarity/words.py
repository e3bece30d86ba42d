"""Sentences with their places in the text, and words in the plain form that lexicons are matched against."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

LONGEST_SENTENCE = 600  # characters; what is longer is read in pieces, which bounds every match
LONGEST_WORD = 40

_AROUND = " \t\r\n*_~>`|•·▪●►\u00a0\u200b\ufe0f"

_WORD = re.compile(r"\w+")
_ELISION = re.compile(r"\b([cdjlmnst]|qu)['’ʼ`´](?=\w)", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_END = re.compile(r"[.!?…。]+[\"'”’)\]*_]*(?=\s|$)|\n+|\s[•·▪●►]\s?|\s[–—]{1,2}\s|\s\|\s")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|vs|cf|ca|approx|incl|dr|mr|mrs|ms|st|no|nr|z\.b|u\.a|p\.?\s?ej|bzw|usw|inkl)|\b\w)\.$",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes, so that "Don’t" and "dont", "médico" and "medico" are one.
    A French elision is parted: "l'aide" is "l aide".
    """
    parted = _ELISION.sub(r"\1 ", unicodedata.normalize("NFKD", text))
    folded = _APOSTROPHE.sub("", parted).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The words of `text` in plain form, without punctuation; hyphens and underscores part words."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(text).replace("_", " "))]


@dataclass(frozen=True)
class Sentence:
    """One sentence (or heading, or list item) and its place in the text it was cut from."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(words(self.text))

    @cached_property
    def line(self) -> str:
        """Plain words between single spaces, with one at each end: what a lexicon's patterns are matched against."""
        return f" {' '.join(self.words)} "


def sentences(text: str, start: int = 0) -> list[Sentence]:
    """Cuts `text` into sentences; `start` is added to their places. Line breaks and bullets end a sentence too."""
    found: list[Sentence] = []
    for begin, end in _spans(text):
        piece = text[begin:end]
        body = piece.strip(_AROUND)
        if any(char.isalnum() for char in body):
            offset = begin + len(piece) - len(piece.lstrip(_AROUND))
            found.extend(_pieces(body, start + offset))
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _END.finditer(text):
        if match[0][0] == "." and _ABBREVIATION.search(text, max(begin, match.end() - 12), match.start() + 1):
            continue
        yield begin, match.end()
        begin = match.end()
    yield begin, len(text)


def _pieces(body: str, start: int) -> Iterator[Sentence]:
    while len(body) > LONGEST_SENTENCE:
        cut = body.rfind(" ", LONGEST_SENTENCE // 2, LONGEST_SENTENCE)
        cut = cut if cut > 0 else LONGEST_SENTENCE
        yield Sentence(body[:cut], start)
        rest = body[cut:].lstrip()
        start += len(body) - len(rest)
        body = rest
    if body:
        yield Sentence(body, start)
