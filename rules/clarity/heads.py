"""The learned heads: one linear score per topic over the features of a rule, with and without the encoder's vectors.

Made by `python -m rules.clarity.training`, kept in heads.json: feature names once, and for each variant the weights of
features in hundredths (8-bit numbers, base64) and those of the encoder's dimensions in thousandths (16-bit). How good they
are on communities they never saw: `make benchmark-clarity`.
"""

from __future__ import annotations

import json
import sys
from array import array
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path
from typing import Literal

from rules.clarity import encoder
from rules.clarity.features import ENCODER_WEIGHT, content_words, features
from rules.clarity.lexicon import TOPICS, Marks

FILE = Path(__file__).parent / "heads.json"
FEATURE_SCALE, DENSE_SCALE = 100, 1000
INVERTED = "inverted"
LEARNED = (*TOPICS, INVERTED)  # what there is a head for
_WIDTH = len(LEARNED)


@dataclass(frozen=True)
class Heads:
    """One variant: a row of weights (one a topic) for each feature, and for each dimension of the encoder if it uses it."""

    thresholds: Sequence[float]  # one a head
    weights: Mapping[str, Sequence[float]]
    dense: Sequence[Sequence[float]]  # one row a topic

    def scores(self, found: Mapping[str, float], vector: Sequence[float] = ()) -> list[float]:
        """One score a head, less its threshold: at or above 0 the topic is governed."""
        totals = [-threshold for threshold in self.thresholds]
        for feature, value in found.items():
            row = self.weights.get(feature)
            if row is not None:
                totals = [total + value * weight for total, weight in zip(totals, row, strict=True)]
        if not vector:
            return totals
        return [
            total + ENCODER_WEIGHT * sum(map(mul, vector, column))
            for total, column in zip(totals, self.dense, strict=True)
        ]


@cache
def heads(*, encoded: bool) -> Heads:
    """The heads that use the encoder, or those that do without."""
    document = json.loads(FILE.read_text("utf-8"))
    variant = document["encoded" if encoded else "plain"]
    weights = dict(zip(document["features"], _rows(variant["weights"], "b", FEATURE_SCALE), strict=True))
    thresholds = [variant["threshold"]] * len(TOPICS) + [variant["inverted_threshold"]]
    return Heads(thresholds, weights, list(zip(*_rows(variant["dense"], "h", DENSE_SCALE), strict=True)))


def governed(marked: Sequence[Marks]) -> dict[str, float]:
    """Topic -> how far its score is from the threshold (at or above 0: governed), for one rule's marked sentences; and the
    same for INVERTED.
    """
    encoded = encoder.available()
    own = heads(encoded=encoded)
    vector: Sequence[float] = ()
    if encoded:
        vector = encoder.embed([content_words(word for mark in marked for word in mark.sentence.words)])[0]
    return dict(zip(LEARNED, own.scores(features(marked), vector), strict=True))


def speaks_inverted(margins: Mapping[str, float]) -> bool:
    """Whether the heads take a rule for inverted: that head is over its threshold, and further than any topic's is. A rule
    that plainly guards against a harm uses the words of those that permit it, and must never be flagged.
    """
    own = margins.get(INVERTED, -1.0)
    return own >= 0 and own > max(margin for head, margin in margins.items() if head != INVERTED)


def strongest(marked: Sequence[Marks], topic: str) -> Marks:
    """The sentence that by itself speaks most for `topic`."""
    own, place = heads(encoded=False), LEARNED.index(topic)
    return max(marked, key=lambda mark: own.scores(features([mark]))[place])


def _rows(packed: str, kind: Literal["b", "h"], scale: int) -> list[tuple[float, ...]]:
    numbers = array(kind)
    numbers.frombytes(b64decode(packed))
    if sys.byteorder == "big":
        numbers.byteswap()
    values = [number / scale for number in numbers]
    return [tuple(values[start : start + _WIDTH]) for start in range(0, len(values), _WIDTH)]
