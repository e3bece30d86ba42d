"""Sentences, what would raise a score, and why two scores differ."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from rules.compare import Cause, Judged, compare
from rules.conditions import view
from rules.document import canonical_json, evaluation_document
from rules.explain import improvements, sentence
from rules.facts import Facts
from rules.pack import Pack
from tests.rules.worlds import AT, CORE, SMALL, good, groups, incident, judged, pack, published

FEW = settings(max_examples=settings().max_examples // 4)


def test_a_finding_in_the_document_says_what_decided_it() -> None:
    document = evaluation_document(judged(good(topic_self_harm=False)))
    finding = next(one for one in document["findings"] if one["rule"] == "harm-content")
    assert (finding["message"], finding["facts"]) == ("harm-content inapplicable.", ["topic_self_harm"])
    assert document["at"] == "2026-06-01T00:00:00Z"
    assert canonical_json({"b": 1.5, "a": "ü"}) == '{"a":"ü","b":1.5}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_a_carried_failure_says_its_date() -> None:
    before = judged(good(reporting="absent"))
    week = AT + timedelta(days=7)
    given_facts = good(reporting=None, more={"previous": published(before), "read_at": week})
    after = judged(given_facts, week)
    finding = next(one for one in after.findings if one.rule == "reporting")
    assert sentence(finding, view(given_facts)).endswith("on 1 June 2026, the answer was no.")


def test_improvements_by_hand() -> None:
    lacking = good(reporting="mentioned", name_changed=None, created_on=AT - timedelta(days=200))
    found = improvements(pack(), lacking, AT)
    gains = {one.rule: one.gain for one in found}
    assert gains == {
        "name-kept": pytest.approx(25 * 5 / 15, abs=1e-5),
        "established": pytest.approx(25 * 5 / 15, abs=1e-5),
        "reporting": pytest.approx(40 * 3.75 / 22.5, abs=1e-5),
    }
    assert [one.rule for one in found] == ["established", "name-kept", "reporting"]
    assert next(one.facts for one in found if one.rule == "reporting") == {"reporting": "specified"}


def test_what_can_never_be_seen_is_not_asked_for() -> None:
    hidden = good(topic_self_harm=True, harm_content=None, hidden=("harm_content",))
    assert improvements(pack(), hidden, AT) == ()


def test_passing_is_not_to_be_had_by_becoming_another_kind_of_group() -> None:
    (only,) = improvements(pack(), good(harm_content="absent"), AT)
    assert only.facts == {"harm_content": "specified"}


@FEW
@given(group=groups(CORE))
def test_an_improvement_passes_its_rule_and_gains_what_it_says(group: Facts) -> None:
    gains = improvements(pack(CORE), group, AT)
    assert gains == tuple(sorted(gains, key=lambda one: -one.gain))
    assert all(one.remedy and one.question for one in gains)


def moved(folder: Path) -> Pack:
    path = folder / "rules" / "name-kept.yaml"
    path.write_text(path.read_text().replace("weight: 5", "weight: 10"))
    return Pack.load(folder)


@pytest.fixture(scope="module")
def heavier(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return moved(Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("packs") / "small")))


def test_a_difference_by_cause(heavier: Pack) -> None:
    old = incident(2, resolved_at=AT)
    before = good(more={"incidents": (old,)})
    after = good(name_changed=True, more={"incidents": (old,)})
    seen = compare(Judged(pack(), before, AT), Judged(heavier, after, AT + timedelta(days=365)))
    assert seen.points == {
        Cause.TIME: pytest.approx(6),  # the discount of 12 points halves in a year
        Cause.EVIDENCE: pytest.approx(-0.94 * 25 * 5 / 15, abs=1e-5),
        Cause.METHOD: pytest.approx(-0.94 * 25 * (10 / 20 - 5 / 15), abs=1e-5),
    }
    assert [(one.rule, one.before, one.after, one.cause) for one in seen.changes] == [
        ("name-kept", "passed", "failed", Cause.EVIDENCE)
    ]


@FEW
@given(before=groups(), after=groups())
def test_the_causes_add_up(heavier: Pack, before: Facts, after: Facts) -> None:
    seen = compare(Judged(pack(), before, AT - timedelta(days=90)), Judged(heavier, after, AT))
    assert sum(seen.points.values()) == pytest.approx(seen.total, abs=2e-6)
    assert seen.total == pytest.approx(seen.after.headline - seen.before.headline, abs=2e-6)
