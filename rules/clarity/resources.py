"""Ways to urgent help that a text names: numbers, text lines, emergency services, by country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from rules.clarity.readings import Quote, Resource
from rules.clarity.words import Sentence

_FILE = Path(__file__).parent / "lexicons" / "resources.yaml"
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().\u00a0\u2010-\u2013-]{0,2}\d){1,14}(?![\w%])")
_SHORT = 4  # digits; so short a number may be anything unless the sentence speaks of calling
GENERIC = "generic"

Named = tuple[str, str, tuple[str, ...]]  # name, kind, countries


@dataclass(frozen=True)
class Directory:
    """All known resources, by number and by name."""

    numbers: Mapping[str, Named]
    names: tuple[tuple[str, Named], ...]
    contact: frozenset[str]


@cache
def directory() -> Directory:
    """The resources of lexicons/resources.yaml; each is (name, kind, countries)."""
    document = yaml.safe_load(_FILE.read_text("utf-8"))
    numbers: dict[str, Named] = {}
    names: list[tuple[str, Named]] = []
    for entry in document["resources"]:
        resource = (entry["name"], entry["kind"], tuple(entry["countries"]))
        numbers.update(dict.fromkeys(entry.get("numbers", ()), resource))
        names.extend((f" {name} ", resource) for name in entry.get("names", ()))
    return Directory(numbers, tuple(names), frozenset(document["contact"]))


def resources(sentences: Iterable[Sentence], rule: int = 0) -> list[Resource]:
    """The resources named in `sentences`, each once per sentence, in the order of the text."""
    known = directory()
    found: list[Resource] = []
    for sentence in sentences:
        quote = Quote(sentence.text, sentence.start, sentence.end, rule)
        found.extend(Resource(name, kind, countries, quote) for name, kind, countries in _named(sentence, known))
    return found


def _named(sentence: Sentence, known: Directory) -> Iterable[Named]:
    speaks_of_calling = not known.contact.isdisjoint(sentence.words)
    seen: dict[str, Named] = {}
    for match in _NUMBER.finditer(sentence.text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) > _SHORT or speaks_of_calling:
            for candidate in (digits, digits.removeprefix("00"), "0" + digits[2:]):
                if candidate in known.numbers:
                    seen[known.numbers[candidate][0]] = known.numbers[candidate]
                    break
    for name, resource in known.names:
        if name in sentence.line:
            seen[resource[0]] = resource
    return seen.values()
