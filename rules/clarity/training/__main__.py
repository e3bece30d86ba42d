"""Writes rules/clarity/heads.json anew from all rows: `python -m rules.clarity.training`.

The heads that are shipped learn from every row; the figures that `make benchmark-clarity` prints come from heads fitted the
same way on four fifths of the communities and asked about the last fifth, five times over.
"""

from __future__ import annotations

import json
from base64 import b64encode

import numpy as np

from rules.clarity.heads import DENSE_SCALE, FEATURE_SCALE, FILE
from rules.clarity.training import data
from rules.clarity.training.fit import Corpus, Matrix, feature_weights, solve

KEPT_FEATURES = 10_000  # of some 26,000; the others weigh next to nothing
THRESHOLDS = {"plain": 0.40, "encoded": 0.40}  # the best of a coarse grid on held-out communities, one for all topics
INVERTED_THRESHOLD = 0.28  # keeps false flags under one in a hundred held-out rules


def main() -> None:
    corpus = Corpus(data.training_rows()[0])
    kernels = {"plain": corpus.plain_kernel, "encoded": corpus.full_kernel}
    solved = {name: solve(kernel, corpus.targets, corpus.weights) for name, kernel in kernels.items()}
    weights = {name: feature_weights(corpus, coefficients) for name, coefficients in solved.items()}
    kept = sorted(sorted(corpus.postings, key=lambda name: -_pull(corpus, weights, name))[:KEPT_FEATURES])
    dense = {"plain": np.zeros((0, 0), np.float32), "encoded": corpus.vectors.T @ solved["encoded"]}
    document: dict[str, object] = {"features": kept}
    for name, own in weights.items():
        table = np.array([own[feature] for feature in kept])
        document[name] = {
            "threshold": THRESHOLDS[name],
            "inverted_threshold": INVERTED_THRESHOLD,
            "weights": _pack(table * FEATURE_SCALE, np.int8),
            "dense": _pack(dense[name] * DENSE_SCALE, np.int16),
        }
    FILE.write_text(json.dumps(document, ensure_ascii=False, indent=0) + "\n", "utf-8")


def _pull(corpus: Corpus, weights: dict[str, dict[str, Matrix]], name: str) -> float:
    """How far the feature can move a score: its largest weight, times its mean value where it is found."""
    values = corpus.postings[name][1]
    return float(max(np.abs(own[name]).max() for own in weights.values()) * values.mean() * min(len(values), 10) ** 0.5)


def _pack(table: Matrix, kind: type[np.int8 | np.int16]) -> str:
    limits = np.iinfo(kind)
    numbers = np.clip(np.round(table), limits.min, limits.max).astype(np.dtype(kind).newbyteorder("<"))
    return b64encode(numbers.tobytes()).decode("ascii")


if __name__ == "__main__":
    main()
