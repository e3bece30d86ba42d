"""Writes rules/clarity/heads.json anew from all rows: `python -m rules.clarity.training`.

The heads that are shipped learn from every row; the figures that `make benchmark-clarity` prints come from heads fitted the
same way on two thirds of the communities and asked about the last third, three times over.
"""

from __future__ import annotations

import json
from base64 import b64encode

import numpy as np

from rules.clarity.heads import FEATURE_SCALE, FILE
from rules.clarity.lexicon import TOPICS
from rules.clarity.training import data
from rules.clarity.training.fit import Corpus, Matrix, feature_weights, solve
from rules.clarity.training.held_out import f1, governed, scores, thresholds

KEPT_FEATURES = 10_000  # of some 60,000; the others weigh next to nothing


def main() -> None:
    rows, natural = data.training_rows()
    corpus = Corpus(rows)
    weights = feature_weights(corpus, solve(corpus.kernel, corpus.targets, corpus.weights))
    kept = sorted(sorted(corpus.postings, key=lambda name: -_pull(corpus, weights, name))[:KEPT_FEATURES])
    table = np.array([weights[feature] for feature in kept])
    document = {"features": kept, "weights": _pack(table * FEATURE_SCALE)}
    FILE.write_text(json.dumps(document | _readers(corpus, natural), ensure_ascii=False, indent=0) + "\n", "utf-8")


def _readers(corpus: Corpus, natural: int) -> dict[str, object]:
    """For the heads alone and with the encoder: thresholds, and the micro-F1 that reports state."""
    known = [row for row in corpus.rows if row.source in data.KNOWN]
    wanted = [row.topics for row in known[:natural]]
    readers: dict[str, object] = {}
    for name, found in scores(corpus, len(known)).items():
        own = thresholds(known, found)
        quality = f1(wanted, governed(found[:natural], own[0]), TOPICS)
        readers[name] = {"thresholds": own, "f1": round(quality, 3)}
    return readers


def _pull(corpus: Corpus, weights: dict[str, Matrix], name: str) -> float:
    """How far the feature can move a score: its largest weight, times its mean value where it is found."""
    values = corpus.postings[name][1]
    return float(np.abs(weights[name]).max() * values.mean() * min(len(values), 10) ** 0.5)


def _pack(table: Matrix) -> str:
    return b64encode(np.clip(np.round(table), -128, 127).astype(np.int8).tobytes()).decode("ascii")


if __name__ == "__main__":
    main()
