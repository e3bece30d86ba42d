"""Rules of one set that gainsay each other, and rules that are there twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import yaml

from rules.clarity.patterns import PatternSet
from rules.clarity.readings import Quote
from rules.clarity.words import Sentence, words

_FILE = Path(__file__).parent / "lexicons" / "contradictions.yaml"
_AGE = re.compile(r" (?:at least|be|over|minimum age|age of|must be|older than|above) (1[2-9]|2[0-9]) ")
_SAME = 0.8  # share of words two rules must have in common to be one rule told twice
_FEWEST = 4  # words; shorter rules repeat by chance

Told = tuple[str, str, Quote]  # thing, what is said of it, where


@cache
def _patterns() -> PatternSet:
    document = yaml.safe_load(_FILE.read_text("utf-8"))
    listed = {f"thing/{thing}": ["/".join(spellings)] for thing, spellings in document["things"].items()}
    listed.update({name: ["/".join(document[name])] for name in ("forbids", "allows", "conditions")})
    return PatternSet(listed, {})


def contradictions(sentences: Iterable[tuple[int, Sentence]]) -> tuple[tuple[Quote, Quote], ...]:
    """Pairs of quotes from different rules: one allows what the other forbids, or they set different ages."""
    first: dict[str, Told] = {}
    found = []
    for rule, sentence in sentences:
        for told in _told(rule, sentence):
            earlier = first.setdefault(told[0], told)
            if earlier[1] != told[1] and earlier[2].rule != rule:
                found.append((earlier[2], told[2]))
    return tuple(found)


def _told(rule: int, sentence: Sentence) -> list[Told]:
    quote = Quote(sentence.text, sentence.start, sentence.end, rule)
    ages = set(_AGE.findall(sentence.line))
    told: list[Told] = [("age", ages.pop(), quote)] if len(ages) == 1 else []
    labels = _patterns().search(sentence.words, sentence.line)
    if "conditions" in labels or not labels & {"forbids", "allows"}:
        return told
    stance = "forbids" if "forbids" in labels else "allows"
    return told + [(label, stance, quote) for label in sorted(labels) if label.startswith("thing/")]


def duplicates(texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Positions of rules that say the same in nearly the same words, each with the earlier one it repeats."""
    found = []
    by_word: dict[str, list[int]] = {}
    bags = [frozenset(words(text)) for text in texts]
    for place, bag in enumerate(bags):
        if len(bag) < _FEWEST:
            continue
        candidates = {other for word in sorted(bag)[:3] for other in by_word.get(word, ())}
        twin = next(
            (other for other in sorted(candidates) if len(bag & bags[other]) >= _SAME * len(bag | bags[other])), None
        )
        if twin is not None:
            found.append((twin, place))
        for word in bag:
            by_word.setdefault(word, []).append(place)
    return tuple(found)
