"""Sentences, what would raise a score, and why two scores differ."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from rules.compare import Cause, Judged, compare
from rules.conditions import view
from rules.document import canonical_json, evaluation_document
from rules.explain import Improvement, improvements, sentence
from rules.facts import Fact, Facts, Knowledge
from rules.findings import Result
from rules.pack import Pack
from tests.rules.worlds import AT, CORE, SMALL, best_of, facts, good, groups, incident, judged, pack, published

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
    lacking = good(reporting="mentioned", stewards_listed=False, name_changed=True)
    found = improvements(pack(), lacking, AT)
    gains = {one.rule: one.gain for one in found}
    assert gains == {
        "stewards-listed": pytest.approx(35 / 2, abs=1e-5),
        "reporting": pytest.approx(40 * 3.75 / 22.5, abs=1e-5),
    }
    assert [one.rule for one in found] == ["stewards-listed", "reporting"]
    assert next(one.facts for one in found if one.rule == "reporting") == {"reporting": "specified"}


def test_what_can_never_be_seen_is_not_asked_for() -> None:
    hidden = good(topic_self_harm=True, harm_content=None, hidden=("harm_content",))
    assert improvements(pack(), hidden, AT) == ()


def test_passing_is_not_to_be_had_by_becoming_another_kind_of_group() -> None:
    (only,) = improvements(pack(), good(harm_content="absent"), AT)
    assert only.facts == {"harm_content": "specified"}


def test_nobody_becomes_another_kind_of_group_where_it_is_unknown_which_kind_it_is() -> None:
    unknown = good(topic_self_harm=None, harm_content="absent", urgent_help="absent")
    assert "harm-content" not in {one.rule for one in improvements(pack(), unknown, AT)}


@FEW
@given(group=groups(CORE))
def test_an_improvement_passes_its_rule_and_gains_what_it_says(group: Facts) -> None:
    gains = improvements(pack(CORE), group, AT)
    assert gains == tuple(sorted(gains, key=lambda one: -one.gain))
    assert all(one.remedy and one.question and one.gain >= 0 for one in gains)
    assert len({frozenset(one.facts.items()) for one in gains}) == len(gains)
    fresh = replace(group, previous=None)
    for one in gains:
        learned = {name: Fact(name, Knowledge.KNOWN, value) for name, value in one.facts.items()}
        then = judged(replace(fresh, values={**fresh.values, **learned}), AT, CORE)
        assert {finding.rule: finding.result for finding in then.findings}[one.rule] is Result.PASSED
        assert then.headline == pytest.approx(judged(fresh, AT, CORE).headline + one.gain, abs=2e-6)


# --- what would help a group, by the core pack ----------------------------------------------------------------------------


BEST = {**best_of(CORE), "stewards_active": 2}


def helps(**changes: Any) -> dict[str, Improvement]:
    """The improvements of a group that passes all but what follows from `changes`."""
    return {one.rule: one for one in improvements(pack(CORE), facts({**BEST, **changes}), AT)}


CLAIM = {"credentials_claimed": True, "credentials_checked": "self_reported", "peer_certification": False}


def test_no_remedy_promises_more_than_its_own_change_brings() -> None:
    """A checked licence passes two rules; the remedy that speaks of peers and certificates does not bring them both."""
    found = helps(**CLAIM, organisation_named=False)
    assert found["stewardship-claims-check-out"].facts == {"credentials_checked": "verified"}
    assert found["stewardship-answerable"].facts == {"peer_certification": True}
    assert 0 < found["stewardship-answerable"].gain < found["stewardship-claims-check-out"].gain


def test_a_change_that_passes_two_rules_is_listed_once_under_the_one_made_for_such_groups() -> None:
    found = helps(cost="paid", funding_stated="absent")
    assert list(found) == ["stewardship-money-explained"]
    hidden = facts({**BEST, **CLAIM, "organisation_named": False}, hidden=("peer_certification",))
    assert [one.rule for one in improvements(pack(CORE), hidden, AT)] == ["stewardship-claims-check-out"]


def test_what_is_unknown_and_does_not_matter_stays_unknown() -> None:
    """Nobody has to say that they are no peers to have a certificate count."""
    found = helps(**CLAIM, organisation_named=None, organisation_vouches=None, peer_statement=None)
    assert found["stewardship-answerable"].facts == {"peer_certification": True}


def test_one_active_moderator_is_not_worth_what_two_are() -> None:
    found = helps(stewards_active=0)
    assert found["stewardship-active"].facts == {"stewards_active": 1}
    assert found["stewardship-two-active"].facts == {"stewards_active": 2}


def test_what_only_time_changes_is_no_advice() -> None:
    young = AT - timedelta(days=60)
    found = helps(created_on=young, existed_by=young, purpose_stated=False, stewards_settled=False)
    assert list(found) == ["clarity-purpose"]


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
