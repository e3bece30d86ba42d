"""The learned heads and the encoder: what is shipped fits the code, and reading works without the optional encoder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rules.clarity import Level, RuleText, encoder, heads, quality, read, read_rule
from rules.clarity.lexicon import TOPICS, lexicon
from rules.clarity.reader import MOST_ENCODED
from rules.clarity.training import data
from rules.clarity.training.fit import Corpus, held_out, solve
from tests.fixtures import missing


def test_shipped_weights_are_of_this_lexicon():
    known = lexicon("en").labels
    stored = {name[2:] for name in heads.heads().weights if name.startswith("p ")}
    assert len(stored) > 200
    assert stored <= known


def test_reading_works_without_the_encoder(monkeypatch):
    monkeypatch.setattr(encoder, "_model", lambda: None)
    assert not encoder.available()
    assert read_rule("", "Do not give medical advice to others.").level("no_medical_advice") is Level.SPECIFIED


def test_the_encoder_reads_what_no_keyword_tells():
    scores = dict(
        zip(heads.LEARNED, score("", "Nobody in here can tell you which tablets are right for you."), strict=True)
    )
    assert max(TOPICS, key=scores.__getitem__) == "no_medical_advice"
    assert all(0 <= likely <= 1 for likely in scores.values())


@pytest.mark.parametrize("text", ["", " ", "\0", "é" * 50_000, "word " * 100_000, "[MASK] [SEP] [CLS]", "🙂"])
def test_the_encoder_is_total_and_bounded(text):
    assert len(score(text, text)) == len(heads.LEARNED)


def test_only_so_many_rules_of_a_set_reach_the_encoder(monkeypatch):
    asked = []
    monkeypatch.setattr(encoder, "available", lambda: True)
    monkeypatch.setattr(encoder, "score", lambda _, text: asked.append(text) or [0.0] * len(heads.LEARNED))
    read([RuleText("", f"Please be kind to member number {number} today.") for number in range(MOST_ENCODED + 20)])
    assert len(asked) == MOST_ENCODED


def test_the_stated_quality_is_that_of_the_reader_in_use(monkeypatch):
    monkeypatch.setattr(encoder, "available", lambda: True)
    with_encoder = quality()
    monkeypatch.setattr(encoder, "available", lambda: False)
    assert quality().f1 < with_encoder.f1 < 0.95
    assert with_encoder.encoded
    assert not quality().encoded


def test_held_out_probabilities_are_of_the_known_rules(shared_data):
    kept = data.held_out_probabilities()
    assert kept.keys() == {row.id for row in (*data.labelled(), *data.on_inverting())}
    assert all(len(row) == len(heads.LEARNED) and 0 <= min(row) <= max(row) <= 1 for row in kept.values())


def score(title, text):
    if not encoder.available():
        missing("encoder", "the packages of the extra `encoder` are not installed")
    return encoder.score(title, text)


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
    before, after = (held_out(corpus, corpus.kernel, 40) for corpus in (Corpus(rows), Corpus(_relabelled(rows))))
    assert before[0] == pytest.approx(after[0], abs=1e-5)
    assert not np.allclose(before, after)


def _relabelled(rows):
    """The same rows, but the first and the one of its community govern everything."""
    return [replace(row, topics=frozenset(TOPICS)) if place in {0, 50} else row for place, row in enumerate(rows)]


def test_own_rows_are_well_formed(shared_data):
    assert len(data.written_by_us()) > 4_000
    labelled = data.labelled_by_us()
    assert len(labelled) > 16_000
    assert {row.id for row in labelled}.isdisjoint({row.id for row in data.labelled()})
