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
_article = r"(?:an?|the|your|my|his|her|their|our|any|some|another|own)"
# What makes a title that follows no claim of one's own: each looks at what stands before the title, within its sentence.
_not_claimed = re.compile(
    # a denial, unless a "but" turns it around
    r"\b(?:not|no|nobody|none|never|isn['’]?t|aren['’]?t|nor|neither|kein[e]?|nicht|pas|ning[uú]n)\b(?:(?!\bbut\b)[^.;!?\n]){0,40}$"
    r"|\b(?:can['’]?t|cannot|don['’]?t|doesn['’]?t|won['’]?t|without|instead of|rather than|replace\w*|substitut\w*|unlike|than)\b"
    r"(?:(?!\bbut\b)[^,.;!?\n]){0,40}$"
    # what somebody else did: "diagnosed by a", but not "run by a"
    r"|\b(?!(?:run|led|founded|hosted|owned|moderated|facilitated|created|started|managed|operated|organi[sz]ed|supervised|overseen"
    rf"|offered|provided|written)\b)\w+\sby\s+(?:{_article}\s+)?(?:[\w-]+\s+){{0,2}}$"
    # somebody else: "my", "see a", "to a", "if a", "my wife is a"
    r"|\b(?:my|your|his|her|their)\s+(?:[\w-]+\s+){0,2}$"
    r"|\b(?:see|sees|saw|seen|seeing|visit\w*|consult|consult(?:s|ed|ing)|ask\w*|contact\w*|find|finding|found|need\w*|want\w*|had|call(?:ed|ing)?"
    rf"|(?:talk|speak|listen)\w*\s+(?:to|with)|to|from|if|unless|until|when|whether|like)\s+(?:{_article}\s+)(?:[\w-]+\s+){{0,2}}$"
    r"|\b(?:wife|husband|partner|mother|mom|mum|father|dad|sister|brother|daughter|son|friend|boss)\b[^,.;!?\n]{0,20}$"
    # not yet, or no longer
    r"|\b(?:student|trainee|aspiring|future|retired|former|formerly|ex|studying|becoming|become|to be|training as)[\s-]+"
    rf"(?:{_article}\s+)?(?:[\w-]+\s+){{0,1}}$",
    re.IGNORECASE,
)
_not_held = re.compile(
    r"^(?:['’]s\b|[\s-]+(?:student|trainee|intern\b|in training|candidate|appointment|visit|office|session|\(?retired))",
    re.IGNORECASE,
)
# A full stop after a title or an initial ends no sentence: "Dr. Smith", "M. Smith", "Psy.D."
_sentence = re.compile(r"(?:\b(?:Dr|Drs|Prof|Mr|Mrs|Ms|Mx|St|Lic|Psic|Dipl|Psych|Psy|Ph|Ed|[A-Z])\.|[^.!?\n])+[.!?]?")
_led_by = re.compile(
    r"\b(?:moderat|run by|led by|founded|hosted|facilitat|owner|our team|our staff|we are|i am|i['’]m|my name is|geleitet|dirigid"
    r"|anim[ée])",
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
            match = next((found for found in pattern.finditer(sentence) if _is_own(sentence, found)), None)
            if match:
                start, end = max(0, match.start() - CONTEXT), match.end() + CONTEXT
                matches.append((kind, protected, sentence[start:end].strip()))
                break
    return matches


def _is_own(sentence: str, title: re.Match[str]) -> bool:
    """Whether the title is said of who writes or leads, as one that is held today."""
    return not _not_claimed.search(sentence[: title.start()]) and not _not_held.search(sentence[title.end() :])


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
