"""Fits the heads: regularised least squares on all topics at once, solved over the rows (Rifkin and Klautau 2004).

Closed in form, hence deterministic: no seed, no order of rows, no stopping rule that matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from rules.clarity.features import features
from rules.clarity.heads import LEARNED
from rules.clarity.lexicon import marks
from rules.clarity.training.data import WEIGHTS, Row
from rules.clarity.words import sentences

Matrix = npt.NDArray[np.float32]

PENALTY = 1.0
FOLDS = 3
STEPS = 60  # of conjugate gradients; the residual is below a thousandth long before


@dataclass(frozen=True)
class Corpus:
    """Rows with their features; everything the folds share."""

    rows: Sequence[Row]

    @cached_property
    def features(self) -> list[Mapping[str, float]]:
        return [features(marks("en", sentences(row.rule.whole))) for row in self.rows]

    @cached_property
    def postings(self) -> dict[str, tuple[npt.NDArray[np.int64], Matrix]]:
        """Feature -> rows that have it, and its values there; features of a single row tell nothing of others."""
        held: dict[str, tuple[list[int], list[float]]] = {}
        for place, found in enumerate(self.features):
            for name, value in found.items():
                rows, values = held.setdefault(name, ([], []))
                rows.append(place)
                values.append(value)
        return {
            name: (np.array(rows), np.array(values, np.float32))
            for name, (rows, values) in held.items()
            if len(rows) > 1
        }

    @cached_property
    def targets(self) -> Matrix:
        return np.array([[topic in row.topics for topic in LEARNED] for row in self.rows], np.float32)

    @cached_property
    def weights(self) -> Matrix:
        return np.array([WEIGHTS[row.source] for row in self.rows], np.float32)

    @cached_property
    def kernel(self) -> Matrix:
        """Inner products of the rows' features."""
        kernel = np.zeros((len(self.rows), len(self.rows)), np.float32)
        for rows, values in self.postings.values():
            kernel[np.ix_(rows, rows)] += np.outer(values, values)
        return kernel


def solve(kernel: Matrix, targets: Matrix, weights: Matrix, penalty: float = PENALTY) -> Matrix:
    """Row coefficients that minimise the weighted squared error plus `penalty` times the squared norm."""
    root = np.sqrt(weights)[:, None]
    scaled = root * kernel * root.T
    wanted = root * targets
    found = np.zeros_like(wanted)
    residual = wanted.copy()
    direction = residual.copy()
    squared = (residual**2).sum(0)
    for _ in range(STEPS):
        image = scaled @ direction + penalty * direction
        pace = squared / np.maximum((direction * image).sum(0), 1e-12)
        found += pace * direction
        residual -= pace * image
        before, squared = squared, (residual**2).sum(0)
        direction = residual + squared / np.maximum(before, 1e-12) * direction
    return np.asarray(root * found, np.float32)


def fold(community: str, folds: int = FOLDS) -> int:
    """The fold of a community: by digest, so that it never depends on the order or number of rows."""
    return int(sha256(community.encode()).hexdigest(), 16) % folds


def held_out(corpus: Corpus, kernel: Matrix, count: int, folds: int = FOLDS) -> Matrix:
    """Scores of the first `count` rows, each from heads that saw no rule of its community, whoever labelled it."""
    place = np.arange(len(corpus.rows))
    where = np.array([fold(row.community, folds) for row in corpus.rows])
    scores = np.zeros((count, len(LEARNED)), np.float32)
    for one in range(folds):
        seen, unseen = place[where != one], place[(where == one) & (place < count)]
        found = solve(kernel[np.ix_(seen, seen)], corpus.targets[seen], corpus.weights[seen])
        scores[unseen] = kernel[np.ix_(unseen, seen)] @ found
    return scores


def feature_weights(corpus: Corpus, coefficients: Matrix) -> dict[str, Matrix]:
    """What each feature adds to each topic's score."""
    return {name: values @ coefficients[rows] for name, (rows, values) in corpus.postings.items()}
