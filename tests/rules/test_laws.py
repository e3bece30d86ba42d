"""The laws of the score, over random groups: with a past and without, by the small pack and by the core pack."""

from __future__ import annotations

import itertools
import math
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import view
from rules.document import canonical_json, evaluation_document, facts_document, read_facts
from rules.engine import evaluate
from rules.facts import Fact, Facts, Incident, Knowledge
from rules.findings import Evaluation, Finding, Result
from rules.scoring import vouch_points
from rules.vocabulary import standard
from tests.rules.worlds import (
    AT,
    CORE,
    SMALL,
    best_of,
    facts,
    facts_about,
    good,
    groups,
    incident,
    incidents,
    judged,
    nearly_good,
    pack,
    remembered,
)

LADDER = "EDCBA"
FULL = bool(os.environ.get("VETTING_FULL"))
MANY = settings(max_examples=2000 if FULL else settings().max_examples)
WHOLE = settings(max_examples=1000 if FULL else settings().max_examples)  # where whole documents are written
FEW = settings(max_examples=1000 if FULL else settings().max_examples // 4)  # with the sixty rules of the core pack
EACH = settings(max_examples=250 if FULL else settings().max_examples // 4)  # and with sixty judgements of each group
ANY_GROUP = groups() | remembered()
CORE_GROUPS = groups(CORE) if any(CORE.glob("rules/*.yaml")) else groups()


def raised(before: Evaluation, after: Evaluation) -> bool:
    """Whether the headline or, where both have one, the grade stands higher."""
    graded = before.grade in LADDER and after.grade in LADDER
    return after.headline > before.headline or (graded and LADDER.index(after.grade) > LADDER.index(before.grade))


def with_fact(given_facts: Facts, fact: Fact) -> Facts:
    return replace(given_facts, values={**given_facts.values, fact.name: fact})


def hide(given_facts: Facts, names: set[str]) -> Facts:
    """Without these facts, but for those that the platform never shows: its profile says so, whatever a group does."""
    kept = {
        name: fact
        for name, fact in given_facts.values.items()
        if name not in names or fact.knowledge is Knowledge.NOT_OBSERVABLE
    }
    return replace(given_facts, values=kept)


# --- 1: better evidence never lowers ----------------------------------------------------------------------------------


@MANY
@given(group=ANY_GROUP, data=st.data())
def test_learning_a_pass_never_lowers_and_a_fail_never_raises(group: Facts, data: st.DataObject) -> None:
    findings = pack().panel(view(group), AT)
    number = data.draw(st.sampled_from(range(len(findings))))
    finding = findings[number]
    if finding.result is not Result.CANT_TELL:
        return

    def found(*learned: Finding) -> Evaluation:
        panel = (*findings[:number], *learned, *findings[number + 1 :])
        return evaluate(replace(pack(), panel=lambda _values, _at: panel), group, AT)

    unlearned = found(finding)
    passed = found(replace(finding, result=Result.PASSED, fraction=1.0, possible=1.0))
    failed = found(replace(finding, result=Result.FAILED, fraction=0.0, possible=0.0))
    assert passed.low >= unlearned.low >= failed.low
    assert passed.headline >= unlearned.headline >= failed.headline
    assert not raised(passed, unlearned)
    enough = unlearned.coverage < pack().grades.best_coverage <= failed.coverage
    assert enough or not raised(unlearned, failed)


def test_any_answer_may_make_enough_known_for_the_best_grade() -> None:
    """The one case in which learning a fail raises: not the points, but the grade that is given to none of whom too little is known."""
    hidden = {"hidden": ("credential_excluded",), "credential_excluded": None}
    unlearned, failed = (judged(good(name_changed=known, **hidden)) for known in (None, True))
    assert (unlearned.headline, unlearned.grade) == (failed.headline, "B")
    assert failed.grade == "A"


@MANY
@given(group=ANY_GROUP, name=st.sampled_from(["reporting", "urgent_help"]))
def test_a_clearer_text_never_lowers(group: Facts, name: str) -> None:
    levels = [
        judged(with_fact(group, Fact(name, Knowledge.KNOWN, level))) for level in ("absent", "mentioned", "specified")
    ]
    assert not raised(levels[1], levels[0])
    assert not raised(levels[2], levels[1])


@MANY
@given(group=ANY_GROUP)
def test_a_vouch_never_lowers_and_an_objection_never_raises(group: Facts) -> None:
    assert not raised(judged(replace(group, vouches=group.vouches + 1)), judged(group))
    assert not raised(judged(group), judged(replace(group, objections=group.objections + 1)))


# --- 2: hiding never raises ---------------------------------------------------------------------------------------------


@MANY
@given(group=ANY_GROUP, data=st.data())
def test_hiding_never_raises(group: Facts, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from(sorted(group.values)), min_size=1))
    assert not raised(judged(group), judged(hide(group, names)))


@MANY
@given(group=nearly_good())
def test_hiding_any_one_fact_never_raises(group: Facts) -> None:
    for name in group.values:
        assert not raised(judged(group), judged(hide(group, {name}))), name


@FEW
@given(group=CORE_GROUPS, data=st.data())
def test_hiding_never_raises_in_the_core_pack(group: Facts, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from(sorted(group.values)), min_size=1, max_size=5))
    assert not raised(judged(group, AT, CORE), judged(hide(group, names), AT, CORE))


@EACH
@given(group=nearly_good(CORE))
def test_hiding_any_one_fact_never_raises_in_the_core_pack(group: Facts) -> None:
    for name in group.values:
        assert not raised(judged(group, AT, CORE), judged(hide(group, {name}), AT, CORE)), name


@pytest.mark.parametrize("name", ["rules_inverted", "credential_contradicted", "takeover_signs", "urgent_help"])
def test_hiding_what_a_cap_looks_at_never_lifts_it(name: str) -> None:
    harmful = {"rules_inverted": True, "credential_contradicted": True, "takeover_signs": 2, "urgent_help": "absent"}
    group = facts({**best_of(CORE), "credentials_claimed": True, "topic_self_harm": True, name: harmful[name]})
    open_case, hidden = judged(group, AT, CORE), judged(hide(group, {name}), AT, CORE)
    assert open_case.caps
    assert not raised(open_case, hidden)
    assert {cap.id for cap in open_case.caps} <= {cap.id for cap in hidden.caps}


@MANY
@given(group=ANY_GROUP)
def test_hiding_when_it_was_read_gives_no_grade(group: Facts) -> None:
    assert judged(replace(group, read_at=None)).grade == "U"


# --- 3: incidents, remedies, time -----------------------------------------------------------------------------------------


@FEW
@given(group=ANY_GROUP | CORE_GROUPS, one=incidents(), folder=st.sampled_from([SMALL, CORE]))
def test_an_incident_never_raises(group: Facts, one, folder: Path) -> None:
    assert not raised(judged(group, AT, folder), judged(replace(group, incidents=(*group.incidents, one)), AT, folder))


@FEW
@given(group=ANY_GROUP | CORE_GROUPS, one=incidents(), folder=st.sampled_from([SMALL, CORE]))
def test_a_graver_incident_never_raises(group: Facts, one: Incident, folder: Path) -> None:
    severities = [replace(one, severity=severity) for severity in (1, 2, 3, 4)]
    judgements = [judged(replace(group, incidents=(*group.incidents, each)), AT, folder) for each in severities]
    for milder, graver in itertools.pairwise(judgements):
        assert not raised(milder, graver)


@pytest.mark.parametrize("corroboration", ["unsubstantiated", "partially_corroborated", "disputed", "substantiated"])
@pytest.mark.parametrize("resolved_at", [None, AT, AT - timedelta(days=700)])
def test_a_graver_incident_never_raises_the_best_of_groups(corroboration: str, resolved_at: datetime | None) -> None:
    """Where nothing else holds the headline down, every cap shows."""
    one = incident(corroboration=corroboration, latest=AT - timedelta(days=701), resolved_at=resolved_at)
    group = facts(best_of(CORE))
    judgements = [
        judged(replace(group, incidents=(replace(one, severity=severity),)), AT, CORE) for severity in (1, 2, 3, 4)
    ]
    assert judgements[0].headline > 85
    for milder, graver in itertools.pairwise(judgements):
        assert not raised(milder, graver)


@FEW
@given(group=groups() | remembered(), one=incidents(), days=st.integers(0, 900), folder=st.sampled_from([SMALL, CORE]))
def test_a_remedy_never_lowers(group: Facts, one, days: int, folder: Path) -> None:
    responses = ["none", "acknowledged", "remediated", "remediation_verified"]
    open_one = replace(one, response="none", resolved_at=None)
    steps = [replace(open_one, response=response) for response in responses]
    resolved = open_one.latest + timedelta(days=days)
    steps += [replace(open_one, response=response, resolved_at=resolved) for response in responses]
    judgements = [judged(replace(group, incidents=(*group.incidents, step)), AT, folder) for step in steps]
    for unanswered, answered in zip(judgements[:3] + judgements[4:7], judgements[1:4] + judgements[5:], strict=True):
        assert not raised(answered, unanswered)
    for unresolved, settled in zip(judgements[:4], judgements[4:], strict=True):
        assert not raised(settled, unresolved)


@MANY
@given(group=groups(), days=st.integers(1, 3000))
def test_time_alone_changes_nothing_but_decay_age_and_freshness(group: Facts, days: int) -> None:
    ageless = replace(hide(group, {"created_on"}), incidents=(), read_at=AT)
    now, later = judged(ageless), judged(ageless, AT + timedelta(days=days))
    assert (now.findings, now.caps, now.headline, now.coverage) == (
        later.findings,
        later.caps,
        later.headline,
        later.coverage,
    )
    assert later.grade == (now.grade if days <= 180 else "U")


# --- 4 and 5: order, totality, bytes ----------------------------------------------------------------------------------------


@WHOLE
@given(group=ANY_GROUP, data=st.data())
def test_order_never_matters_and_the_bytes_are_the_same(group: Facts, data: st.DataObject) -> None:
    names, order = (data.draw(st.permutations(list(one))) for one in (group.values, group.incidents))
    shuffled = replace(group, values={name: group.values[name] for name in names}, incidents=tuple(order))
    one, other = (canonical_json(evaluation_document(judged(each))) for each in (group, shuffled))
    assert one == other


@FEW
@given(st.fixed_dictionaries({name: facts_about(question) for name, question in standard().questions.items()}))
def test_the_core_pack_judges_any_facts_of_the_vocabulary(values: dict[str, Fact]) -> None:
    group = Facts(values, read_at=AT)
    standard().validate(group)
    assert judged(group, AT, CORE).grade in "ABCDEU"


@FEW
@given(group=ANY_GROUP)
def test_stored_facts_give_the_same_bytes_again(group: Facts) -> None:
    again = read_facts(facts_document(group))
    assert canonical_json(evaluation_document(judged(again))) == canonical_json(evaluation_document(judged(group)))


# --- 6: every rule can change some score -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [SMALL, CORE], ids=lambda folder: folder.name)
def test_every_rule_can_change_some_score(folder: Path) -> None:
    for rule in pack(folder).rules:
        at = next(example.at for example in rule.examples if example.outcome is Result.FAILED)
        lows = {
            judged(Facts({n: Fact(n, Knowledge.KNOWN, v) for n, v in case.items()}, read_at=at), at, folder).low
            for case in rule.cases(at, extra=())
        }
        assert len(lows) > 1, rule.id


# --- 7: the addends sum to the score ------------------------------------------------------------------------------------------


@WHOLE
@given(group=ANY_GROUP)
def test_the_addends_shown_sum_to_the_score_shown(group: Facts) -> None:
    shown = evaluation_document(judged(group))
    for dimension in shown["dimensions"]:
        counted = [one for one in shown["findings"] if one["dimension"] == dimension["id"]]
        earned = sum(one["weight"] * one["fraction"] for one in counted)
        observable = sum(one["weight"] for one in counted if one["result"] not in ("inapplicable", "not_observable"))
        assert (dimension["earned"], dimension["observable"]) == pytest.approx((earned, observable))
        if observable:
            assert dimension["low"] == pytest.approx(100 * earned / observable, abs=1e-5)
    steps = shown["arithmetic"]
    assert steps["mean_low"] == pytest.approx(sum(one["share"] for one in shown["dimensions"]), abs=1e-5)
    assert steps["vouches"] == pytest.approx(vouch_points(group.vouches, group.objections, 5), abs=1e-5)
    assert steps["incident_factor"] == pytest.approx(math.prod(one["factor"] for one in shown["discounts"]), abs=1e-5)
    low = min(100, steps["mean_low"] + steps["vouches"]) * steps["incident_factor"]
    assert shown["low"] == pytest.approx(low, abs=1e-3)
    limits = [cap["limit"] for cap in shown["caps"] if cap["limit"] is not None]
    assert shown["headline"] == pytest.approx(min([shown["low"], *limits]), abs=1e-5)
    assert 0 <= shown["headline"] <= steps["headline_high"] <= 100
    assert shown["low"] <= shown["high"] + 1e-6
