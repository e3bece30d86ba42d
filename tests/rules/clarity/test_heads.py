"""The learned heads: what is shipped fits the code, and reading works without the optional encoder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rules.clarity import Level, encoder, heads, read_rule
from rules.clarity.lexicon import TOPICS, lexicon
from rules.clarity.training import data
from rules.clarity.training.fit import Corpus, held_out, solve


def test_shipped_weights_are_of_this_lexicon():
    known = lexicon("en").labels
    stored = {name[2:] for name in heads.heads(encoded=False).weights if name.startswith("p ")}
    assert len(stored) > 200
    assert stored <= known


def test_reading_works_without_the_encoder(monkeypatch):
    monkeypatch.setattr(encoder, "_model", lambda: None)
    assert not encoder.available()
    assert read_rule("", "Do not give medical advice to others.").level("no_medical_advice") is Level.SPECIFIED


def test_vectors_have_unit_length():
    if not encoder.available():
        pytest.skip("wordllama is not installed (extra `encoder`)")
    one, empty = encoder.embed(["kind words", ""])
    assert len(one) == len(empty) == encoder.DIMENSIONS
    assert sum(value * value for value in one) == pytest.approx(1, abs=1e-3)


def test_solving_is_what_the_normal_equations_say():
    rng = np.random.default_rng(5)
    inputs = rng.normal(size=(30, 8)).astype(np.float32)
    targets = rng.normal(size=(30, 2)).astype(np.float32)
    weights = rng.uniform(0.2, 1, 30).astype(np.float32)
    primal = inputs.T @ solve(inputs @ inputs.T, targets, weights, penalty=0.5)
    exact = np.linalg.solve(
        inputs.T @ (weights[:, None] * inputs) + 0.5 * np.eye(8), inputs.T @ (weights[:, None] * targets)
    )
    assert primal == pytest.approx(exact, abs=1e-3)


def test_held_out_scores_never_see_their_own_community():
    rows = data.written_by_us()[:60]
    rows[50] = replace(rows[50], community=rows[0].community)
    before, after = (held_out(corpus, corpus.plain_kernel, 40) for corpus in (Corpus(rows), Corpus(_relabelled(rows))))
    assert before[0] == pytest.approx(after[0], abs=1e-5)
    assert not np.allclose(before, after)


def _relabelled(rows):
    """The same rows, but the first and the one of its community govern everything."""
    return [replace(row, topics=frozenset(TOPICS)) if place in {0, 50} else row for place, row in enumerate(rows)]


def test_own_rows_are_well_formed(shared_data):
    assert len(data.written_by_us()) > 900
    labelled = data.labelled_by_us()
    assert len(labelled) == 1904
    assert {row.id for row in labelled}.isdisjoint({row.id for row in data.labelled()})
