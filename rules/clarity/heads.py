"""The learned heads: one linear score per topic over the features of a rule, and, where it is installed, the encoder's word on it.

Made by `python -m rules.clarity.training`, kept in heads.json: feature names once, and their weights in hundredths (8-bit
numbers, base64). How good they are on communities they never saw, alone and with the encoder: `make benchmark-clarity`.
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rules.clarity import encoder
from rules.clarity.features import features
from rules.clarity.lexicon import TOPICS, Marks
from rules.clarity.readings import Quality, RuleText

FILE = Path(__file__).parent / "heads.json"
FEATURE_SCALE = 100
ENCODER_SHARE = 0.5  # of the encoder in the score of both
SOFTENING = 4.0  # of the encoder, which is surer than it is right: its log-odds are divided by this
_LEAST_LIKELY = 0.0005
INVERTED = "inverted"
LEARNED = (*TOPICS, INVERTED)  # what there is a head for
_WIDTH = len(LEARNED)


@dataclass(frozen=True)
class Heads:
    """A row of weights (one a head) for each feature; for the heads alone and with the encoder ("alone", "encoded") each head's
    threshold, and micro-F1 on rules of communities that neither saw.
    """

    weights: Mapping[str, Sequence[float]]
    thresholds: Mapping[str, Sequence[float]]
    f1: Mapping[str, float]

    def scores(self, found: Mapping[str, float]) -> list[float]:
        """One score a head, about 0 where its topic is not governed and 1 where it is."""
        totals = [0.0] * _WIDTH
        for feature, value in found.items():
            row = self.weights.get(feature)
            if row is not None:
                totals = [total + value * weight for total, weight in zip(totals, row, strict=True)]
        return totals


@cache
def heads() -> Heads:
    document = json.loads(FILE.read_text("utf-8"))
    weights = dict(zip(document["features"], _rows(document["weights"]), strict=True))
    readers = {name: document[name] for name in ("alone", "encoded")}
    return Heads(
        weights,
        {name: reader["thresholds"] for name, reader in readers.items()},
        {name: reader["f1"] for name, reader in readers.items()},
    )


def governed(rule: RuleText, marked: Sequence[Marks], *, encoded: bool = True) -> dict[str, float]:
    """Topic -> how far its score is from the threshold (at or above 0: governed), for a rule and its marked sentences; and the
    same for INVERTED. The encoder is not asked where it is not installed, or `encoded` is false.
    """
    own = heads()
    scores, thresholds = own.scores(features(marked)), own.thresholds["alone"]
    if encoded and encoder.available():
        scores = together(scores, encoder.score(rule.title, rule.text))
        thresholds = own.thresholds["encoded"]
    return {head: score - least for head, score, least in zip(LEARNED, scores, thresholds, strict=True)}


def together(scores: Sequence[float], said: Sequence[float]) -> list[float]:
    """The heads' and the encoder's scores as one."""
    return [
        (1 - ENCODER_SHARE) * score + ENCODER_SHARE * _softened(likely)
        for score, likely in zip(scores, said, strict=True)
    ]


def _softened(likely: float) -> float:
    bounded = min(max(likely, _LEAST_LIKELY), 1 - _LEAST_LIKELY)
    odds: float = (bounded / (1 - bounded)) ** (1 / SOFTENING)
    return odds / (1 + odds)


def quality() -> Quality:
    """How well the reader that is installed here reads English rules."""
    encoded = encoder.available()
    return Quality(heads().f1["encoded" if encoded else "alone"], encoded=encoded)


def speaks_inverted(margins: Mapping[str, float]) -> bool:
    """Whether the heads take a rule for inverted."""
    return margins.get(INVERTED, -1.0) >= 0


def strongest(marked: Sequence[Marks], topic: str) -> Marks:
    """The sentence that by itself speaks most for `topic`."""
    own, place = heads(), LEARNED.index(topic)
    return max(marked, key=lambda mark: own.scores(features([mark]))[place])


def _rows(packed: str) -> list[tuple[float, ...]]:
    numbers = array("b")
    numbers.frombytes(b64decode(packed))
    values = [number / FEATURE_SCALE for number in numbers]
    return [tuple(values[start : start + _WIDTH]) for start in range(0, len(values), _WIDTH)]
