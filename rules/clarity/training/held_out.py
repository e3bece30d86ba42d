"""What readers make of labelled rules of communities they never saw, and the thresholds that suit them best there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rules.clarity.heads import INVERTED, LEARNED, speaks_inverted, together
from rules.clarity.lexicon import TOPICS
from rules.clarity.training import data
from rules.clarity.training.data import Row
from rules.clarity.training.fit import Corpus, Matrix, held_out

Topics = frozenset[str]
FALSE_FLAGS = 0.006  # most rules that may be taken for inverted and are not


def scores(corpus: Corpus, count: int) -> dict[str, Matrix]:
    """Scores of the first `count` rows, which are of known sources: of the heads alone, and of heads and encoder together."""
    alone = held_out(corpus, corpus.kernel, count)
    said = data.held_out_probabilities()
    both = [together(own, said[row.id]) for own, row in zip(alone.tolist(), corpus.rows, strict=False)]
    return {"alone": alone, "encoded": np.array(both, np.float32)}


def thresholds(rows: Sequence[Row], found: Matrix) -> list[float]:
    """One a head: for all topics the one with the best micro-F1, for INVERTED the lowest that raises few false flags. In whole
    hundredths, and chosen where the figures come from: of a hundred values, on two thousand rules, that flatters little.
    """
    natural = [place for place, row in enumerate(rows) if row.origin in ("recorded", "reworded")]
    wanted = [rows[place].topics for place in natural]
    topical = max(range(20, 60), key=lambda least: f1(wanted, governed(found[natural], least / 100), TOPICS)) / 100
    sound = [place for place in natural if INVERTED not in rows[place].topics]
    for least in range(5, 100):
        own = [topical] * len(TOPICS) + [least / 100]
        if sum(map(inverted, (found[sound] - own).tolist())) <= FALSE_FLAGS * len(sound):
            return own
    return [topical] * len(TOPICS) + [1.0]


def governed(found: Matrix, least: float) -> list[Topics]:
    """The topics of each row whose scores reach `least`."""
    return [frozenset(TOPICS[place] for place in np.flatnonzero(row[: len(TOPICS)] >= least)) for row in found]


def inverted(margins: Sequence[float]) -> bool:
    return speaks_inverted(dict(zip(LEARNED, margins, strict=True)))


def f1(wanted: Sequence[Topics], found: Sequence[Topics], topics: Sequence[str]) -> float:
    """F1 over all pairs of a row and one of `topics`."""
    chosen = frozenset(topics)
    right = sum(len(one & other & chosen) for one, other in zip(wanted, found, strict=True))
    named = sum(len(one & chosen) for one in wanted) + sum(len(one & chosen) for one in found)
    return 2 * right / named if named else 1.0
