"""Ways to urgent help that a text names: numbers, text lines, emergency services, by country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rules.clarity.readings import Quote, Resource
from rules.clarity.words import Sentence, words

_FILE = Path(__file__).parent / "lexicons" / "resources.yaml"
_NUMBER = re.compile(
    r"(?<![\w.$€£¥#§])\+?\(?(?:0\d{2,4}/)?\d(?:[ ().\u00a0\u2010-\u2013-]{0,2}\d){1,14}(?!\w|\s?[%€$£°]|[:/]\d)"
)
_SHORT = 4  # digits; so short a number may be anything unless the words around it speak of calling
_SHORTEST = 2  # digits; these count only right behind a word of calling
_BEFORE = 3  # words before a number among which one of calling may stand ("dial the free 143")
_AROUND = 60  # characters that are looked at before and after a number
GENERIC = "generic"

Named = tuple[str, str, tuple[str, ...]]  # name, kind, countries


@dataclass(frozen=True)
class Directory:
    """All known resources, by number and by name, and the words that tell a number to call from any other."""

    numbers: Mapping[str, tuple[Named, ...]]
    names: tuple[tuple[str, Named], ...]
    places: Mapping[str, tuple[str, ...]]
    calling: frozenset[str]
    urgent: frozenset[str]
    after: frozenset[str]
    counted: frozenset[str]
    numbered: frozenset[str]


@cache
def directory() -> Directory:
    """The resources of lexicons/resources.yaml; each is (name, kind, countries)."""
    document: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    numbers: dict[str, tuple[Named, ...]] = {}
    names: list[tuple[str, Named]] = []
    for entry in document["resources"]:
        resource = (entry["name"], entry["kind"], tuple(entry["countries"]))
        for number in entry.get("numbers", ()):
            numbers[number] = (*numbers.get(number, ()), resource)
        names.extend((f" {name} ", resource) for name in entry.get("names", ()))
    places = {code: tuple(f" {place} " for place in listed) for code, listed in document["places"].items()}
    listed = {name: frozenset(document[name]) for name in ("calling", "urgent", "after", "counted", "numbered")}
    return Directory(numbers, tuple(names), places, **listed)


def resources(sentences: Iterable[Sentence], rule: int = 0) -> list[Resource]:
    """The resources named in `sentences`, each once per sentence, in the order of the text."""
    known = directory()
    found: list[Resource] = []
    for sentence in sentences:
        quote = Quote(sentence.text, sentence.start, sentence.end, rule)
        found.extend(Resource(name, kind, countries, quote) for name, kind, countries in _named(sentence, known))
    return found


def _named(sentence: Sentence, known: Directory) -> Iterable[Named]:
    seen: dict[str, Named] = {}
    for match in _NUMBER.finditer(sentence.text):
        number = next((number for number in _spellings(match[0]) if number in known.numbers), "")
        if number and (len(number) > _SHORT or _is_called(match, sentence, number, known)):
            resource = _nearest(known.numbers[number], sentence, known)
            seen[resource[0]] = resource
    for name, resource in known.names:
        if name in sentence.line:
            seen[resource[0]] = resource
    return seen.values()


def _spellings(written: str) -> Iterator[str]:
    """The digits as they stand, and without a country's prefix."""
    digits = re.sub(r"\D", "", written)
    yield digits
    if written.startswith(("+", "00")):
        abroad = digits.removeprefix("00")
        yield from (abroad, abroad[2:], "0" + abroad[2:], abroad[3:])


def _nearest(named: Sequence[Named], sentence: Sentence, known: Directory) -> Named:
    """Of the resources with one number that whose place the sentence names, else the first."""
    return next((resource for resource in named if _placed(resource, sentence, known)), named[0])


def _placed(resource: Named, sentence: Sentence, known: Directory) -> bool:
    return any(place in sentence.line for code in resource[2] for place in known.places.get(code, ()))


def _is_called(match: re.Match[str], sentence: Sentence, number: str, known: Directory) -> bool:
    """Whether so short a number is there to be called, and does not count, price or number something."""
    before = words(sentence.text[max(match.start() - _AROUND, 0) : match.start()])[-_BEFORE:]
    tail = sentence.text[match.end() : match.end() + _AROUND].lstrip(" )*_")
    following = words(tail)[:1] if tail[:1].isalpha() else []
    if not known.counted.isdisjoint(following) or not known.numbered.isdisjoint(before[-1:]):
        return False
    ends = known.after.issuperset(following)
    if len(number) <= _SHORTEST:
        return ends and not known.calling.isdisjoint(before[-2:])
    if not known.calling.isdisjoint(before):
        return True
    spoken = not (known.calling | known.urgent).isdisjoint(sentence.words)
    return ends and (spoken or any(_placed(resource, sentence, known) for resource in known.numbers[number]))
