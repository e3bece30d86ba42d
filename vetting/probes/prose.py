"""What a group writes of itself, sentence by sentence, each with the place at which it was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

from rules.clarity.patterns import PatternSet
from rules.clarity.words import Sentence, sentences
from scrapers.snapshot import Reading, Snapshot, State

OF_ITSELF = ("name", "description", "funding")
EVERYTHING = (*OF_ITSELF, "rules_text", "rules")
LONGEST = 50_000  # characters of one field; the rest is not read


def prose(reading: Reading[Any]) -> str:
    """The text of a field, whether the platform gives it whole or as single rules."""
    if isinstance(reading.value, str):
        return reading.value
    return "\n".join(f"{rule.title}\n{rule.text}" for rule in reading.value or ())


def told(snapshot: Snapshot, fields: Sequence[str] = EVERYTHING) -> Iterator[tuple[Reading[Any], Sentence]]:
    """Every sentence of these fields, in their order."""
    for name in fields:
        reading: Reading[Any] = getattr(snapshot, name)
        if reading.state is State.VALUE:
            yield from ((reading, sentence) for sentence in sentences(prose(reading)[:LONGEST]))


@cache
def patterns(name: str) -> PatternSet:
    """The patterns of `<name>.yaml` beside this file, in the language of `rules.clarity.patterns`."""
    lexicon: dict[str, Any] = yaml.safe_load(
        resources.files("vetting.probes").joinpath(f"{name}.yaml").read_text("utf-8")
    )
    return PatternSet(lexicon["patterns"], lexicon["sets"])


def labels(name: str, sentence: Sentence) -> frozenset[str]:
    """Which patterns of the lexicon `name` the sentence matches."""
    return patterns(name).search(sentence.words, sentence.line)
