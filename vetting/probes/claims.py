"""Finds claims of a qualification in what a group publishes: profile lines, role titles, its description.

A claim is text with its place. Nobody is looked up here, and a handle is never matched to a legal name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from scrapers.snapshot import Snapshot, Source, State
from vetting.probes.stewardship import people

CONTEXT = 60  # characters kept before and after the claim, so that a reader can judge it
_denied = re.compile(
    r"\b(?:not|no|nobody|none|never|isn'?t|aren'?t|nor|neither|kein[e]?|nicht|pas|ning[uú]n)\b[^.;!?\n]{0,40}$",
    re.IGNORECASE,
)
_sentence = re.compile(r"[^.!?\n]+[.!?]?")
_led_by = re.compile(
    r"\b(?:moderat|run by|led by|founded|hosted|facilitat|owner|i am|i'm|my name is|geleitet|dirigid|anim[ée])",
    re.IGNORECASE,
)
_place = re.compile(
    r"\b(?:in|of|for) (?:the )?(?:state of )?[A-Z][a-z]+|\((?:US|UK|CA|AU|NZ|IE)[-, ]?[A-Z]{0,3}\)|[,-] ?(?:[A-Z]{2})\b|"
    r"\b(?:UK|USA|Australia|Canada|Ireland|Deutschland|Germany|France|España|Spain|Brasil|Portugal)\b"
)


@dataclass(frozen=True)
class FoundClaim:
    """`kind`: licence, degree, peer or unprotected; `steward` is the handle, empty where the group's own text claims it."""

    text: str
    kind: str
    protected: bool
    jurisdiction: bool  # says where it was issued
    steward: str
    sources: tuple[Source, ...]


def claims_in(snapshot: Snapshot) -> tuple[FoundClaim, ...]:
    """Every claim in public text of the group and of those who run it, in reading order, each once."""
    found: dict[tuple[str, str, str], FoundClaim] = {}
    for handle, text, sources in _places(snapshot):
        for kind, protected, quote in _matches(text, of_a_person=bool(handle)):
            stated = bool(_place.search(quote))
            claim = FoundClaim(quote, kind, protected, stated, handle, sources)
            found.setdefault((handle, kind, quote), claim)
    return tuple(found.values())


def _places(snapshot: Snapshot) -> list[tuple[str, str, tuple[Source, ...]]]:
    places = []
    if snapshot.stewards.state is State.VALUE:
        for steward in people(snapshot.stewards.value or ()):
            text = "\n".join(part for part in (steward.display_name, steward.title, steward.bio) if part)
            places.append((steward.handle, text, snapshot.stewards.sources))
    if snapshot.description.value:
        places.append(("", snapshot.description.value, snapshot.description.sources))
    return places


def _matches(text: str, *, of_a_person: bool) -> list[tuple[str, bool, str]]:
    """(kind, protected, sentence) for the strongest claim of each sentence.

    In a group's own text a title is a claim only where the sentence speaks of who leads it ("ask your therapist" is none).
    """
    matches = []
    for sentence in _sentence.findall(text[:20_000]):
        if not of_a_person and not _led_by.search(sentence):
            continue
        for kind, protected, pattern in _patterns():
            match = pattern.search(sentence)
            if match and not _denied.search(sentence[: match.start()]):
                start, end = max(0, match.start() - CONTEXT), match.end() + CONTEXT
                matches.append((kind, protected, sentence[start:end].strip()))
                break
    return matches


@cache
def _patterns() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """Strongest kind first: a licence outweighs a degree, and both an unprotected title."""
    lexicon: dict[str, Any] = yaml.safe_load(
        resources.files("vetting.probes").joinpath("claims.yaml").read_text("utf-8")
    )
    return tuple((kind, entry["protected"], _pattern(entry)) for kind, entry in lexicon.items())


def _pattern(entry: dict[str, Any]) -> re.Pattern[str]:
    letters = "|".join(re.escape(token) for token in sorted(entry["letters"], key=len, reverse=True))
    titles = "|".join(entry["titles"])
    parts = ([rf"(?<![\w-])(?:{letters})(?![\w-])"] if letters else []) + [rf"(?i:\b(?:{titles})\b)"]
    return re.compile("|".join(parts))
