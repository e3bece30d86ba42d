"""Where a rule of the engine turns: the last value on one side and the first on the other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rules.compare import Cause, Judged, compare
from rules.conditions import FALSE, TRUE, UNKNOWN, Condition, parse
from rules.engine import evaluate
from rules.errors import PackInvalid
from rules.explain import improvements
from rules.findings import Evaluation, Result
from rules.grading import (
    Standpoint,
    missing_for_best,
    on_ladder,
    percent_known,
    percent_needed,
    ungraded_reasons,
    with_hysteresis,
)
from rules.history import Before, as_before, carry_failures
from rules.pack import Pack
from rules.rule import Rule
from rules.scoring import Score, discount, score_findings, wilson_lower_bound
from rules.vocabulary import standard
from tests.rules.worlds import AT, CORE, GOOD, SMALL, facts, good, incident, judged, pack, published

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def rule(name: str, **changes: Any) -> Rule:
    return replace(next(one for one in pack().rules if one.id == name), **changes)


def condition(raw: Any) -> Condition:
    return parse(raw, standard())


def changed(folder: Path, old: str, new: str) -> Pack:
    copy = Path(shutil.copytree(SMALL, folder / "small"))
    text = (copy / "pack.yaml").read_text()
    assert old in text
    (copy / "pack.yaml").write_text(text.replace(old, new))
    return Pack.load(copy)


# --- a rule ---------------------------------------------------------------------------------------------------------------

REACHABLE = rule("reporting", partials=((condition({"is": {"stewards_reachable": True}}), 0.5),))


def test_what_decided_a_rule_ends_with_the_condition_that_held() -> None:
    both = {"reporting": "absent", "stewards_reachable": True}
    assert REACHABLE.decisive(both, AT) == {"reporting", "stewards_reachable"}
    assert REACHABLE.decisive({**both, "reporting": "specified"}, AT) == {"reporting"}
    assert rule("harm-content").decisive({"topic_self_harm": True, "harm_content": "absent"}, AT) == {
        "topic_self_harm",
        "harm_content",
    }


@pytest.mark.parametrize(
    ("truths", "decided"),
    [
        ((FALSE,), True),
        ((UNKNOWN,), True),
        ((TRUE,), False),
        ((TRUE, TRUE), True),
        ((TRUE, FALSE), False),
        ((TRUE, UNKNOWN), False),
        ((TRUE, FALSE, FALSE), True),
    ],
)
def test_no_more_is_asked_than_decides(truths: tuple[Any, ...], decided: bool) -> None:
    assert REACHABLE.is_decided(truths) is decided


# --- caps -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "caps"), [(timedelta(days=730), 1), (timedelta(days=730) + SECOND, 0)])
def test_a_window_holds_to_its_last_second(ago: timedelta, caps: int) -> None:
    old = incident(4, latest=AT - ago, resolved_at=AT - ago, response="remediation_verified")
    calm = good(credentials_claimed=False, rules_inverted=False, more={"incidents": (old,)})
    assert len(judged(calm, AT, CORE).caps) == caps


@pytest.mark.parametrize("limit", [0, 100])
def test_a_limit_may_be_anything_on_the_scale(tmp_path: Path, limit: int) -> None:
    assert changed(tmp_path, "limit: 59", f"limit: {limit}").caps[1].limit == limit


@pytest.mark.parametrize("limit", [-0.1, 100.1])
def test_a_limit_off_the_scale_is_refused(tmp_path: Path, limit: float) -> None:
    with pytest.raises(PackInvalid, match="limit must be from 0 to 100"):
        changed(tmp_path, "limit: 59", f"limit: {limit}")


@pytest.mark.parametrize("severities", [[1], [2], [3], [4], [1, 2, 3, 4]])
def test_a_cap_may_be_about_any_severity(tmp_path: Path, severities: list[int]) -> None:
    loaded = changed(tmp_path, "severity: [4]", f"severity: {severities}")
    for severity in (1, 2, 3, 4):
        seen = evaluate(loaded, good(more={"incidents": (incident(severity),)}), AT)
        assert [cap.id for cap in seen.caps] == (["grave"] if severity in severities else [])


@pytest.mark.parametrize("severities", ["[]", "[0]", "[4, 5]"])
def test_a_cap_about_no_severity_or_another_is_refused(tmp_path: Path, severities: str) -> None:
    with pytest.raises(PackInvalid, match="severity must list some of"):
        changed(tmp_path, "severity: [4]", f"severity: {severities}")


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_below_one_is_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(PackInvalid, match="count must be 1 or more"):
        changed(tmp_path, "severity: [4]", f"count: {count}, severity: [4]")


def test_incidents_of_any_category_count_together_unless_told_otherwise(tmp_path: Path) -> None:
    two = (incident(4, id="a"), incident(4, id="b", category="selling"))
    twice = changed(tmp_path, "severity: [4]", "count: 2, severity: [4]")
    assert [cap.id for cap in evaluate(twice, good(more={"incidents": two}), AT).caps] == ["grave"]
    assert evaluate(twice, good(more={"incidents": two[:1]}), AT).caps == ()


def test_a_cap_is_not_taken_for_that_of_another_answer() -> None:
    given = [good(urgent_help=level) for level in ("absent", "mentioned", None, "absent", None)]
    told = [[cap.message for cap in judged(one).caps] for one in given]
    unknown = "Not known whether there is a way to urgent help."
    assert told == [["No way to urgent help."], [], [unknown], ["No way to urgent help."], [unknown]]


def test_a_lower_limit_is_not_taken_for_the_pack_s_own() -> None:
    helpless = good(urgent_help="absent")
    assert judged(helpless).caps[0].limit == 59
    lowered = replace(pack(), caps=tuple(replace(cap, limit=20) for cap in pack().caps))
    assert evaluate(lowered, helpless, AT).caps[0].limit == 20


# --- the arithmetic -------------------------------------------------------------------------------------------------------


def test_a_dimension_that_cannot_be_observed_is_left_out_of_the_high_bound_too() -> None:
    hidden = ("created_on", "name_changed")
    seen = judged(good(created_on=None, name_changed=None, stewards_listed=False, hidden=hidden))
    assert seen.high == pytest.approx((35 * 50 + 40 * 100) / 75)


def test_where_nothing_can_be_observed_everything_is_possible() -> None:
    seen = judged(facts({}, hidden=tuple(GOOD)))
    assert (seen.arithmetic["mean_low"], seen.arithmetic["mean_high"], seen.coverage) == (0, 100, 0)
    assert [(one.low, one.high, one.share) for one in seen.dimensions] == [(0, 100, 0)] * 3


def test_no_bound_passes_a_hundred_and_without_a_cap_the_limit_is_a_hundred() -> None:
    seen = judged(good(more={"vouches": 100}))
    assert (seen.low, seen.high, seen.arithmetic["limit"]) == (100, 100, 100)
    assert seen.arithmetic["mean_low"] + seen.arithmetic["vouches"] > 104


def test_a_dimension_in_which_nothing_applies_does_not_count() -> None:
    def inapplicable(*dimensions: str) -> Score:
        nothing = {"result": Result.INAPPLICABLE, "fraction": 0.0, "possible": 0.0}
        findings = [replace(one, **nothing) if one.dimension in dimensions else one for one in judged(good()).findings]
        return score_findings(findings, pack().dimensions, (), 0.0)

    one, none = inapplicable("clarity"), inapplicable("stewardship", "clarity", "history")
    assert (one.mean_low, one.mean_high, one.coverage) == (100, 100, 1)
    assert [dimension.coverage for dimension in one.dimensions] == [1, 0, 1]
    assert (none.mean_low, none.mean_high, none.coverage) == (0, 100, 0)


def test_what_a_table_does_not_name_weighs_nothing() -> None:
    table = pack().incidents
    assert discount(incident(4), replace(table, severity={}), AT).factor == 1
    assert discount(incident(4), replace(table, corroboration={}), AT).factor == 1
    assert discount(incident(4), replace(table, response={}), AT).factor == pytest.approx(0.4)


def test_without_a_floor_decay_has_none() -> None:
    ages_ago = AT - timedelta(days=10 * 365)
    assert discount(incident(2, latest=ages_ago, resolved_at=ages_ago), pack().incidents, AT).decay == pytest.approx(
        0.5**10, rel=1e-12
    )


@pytest.mark.parametrize(
    ("days", "decay"),
    [(0, 1.0), (1095, 0.5), (2189, 0.5 ** (2189 / 1095)), (2190, 0.25), (2191, 0.25)],
)
def test_decay_stops_at_its_floor(days: int, decay: float) -> None:
    over = AT - timedelta(days=days)
    assert discount(incident(4, latest=over, resolved_at=over), pack().incidents, AT).decay == pytest.approx(
        decay, rel=1e-12
    )


@pytest.mark.parametrize(
    ("successes", "trials", "z", "bound"),
    [
        (1, 1, 1.96, 1 / (1 + 1.96**2)),  # all succeed: 1 / (1 + z^2 / n)
        (4, 4, 1.96, 4 / (4 + 1.96**2)),
        (1, 2, 2.0, (0.5 + 1 - 2 * (0.125 + 0.25) ** 0.5) / 3),  # by the formula, on paper
        (0, 1, 1.96, 0),
        (0, 0, 1.96, 0),
        (3, -1, 1.96, 0),
    ],
)
def test_wilson_to_the_last_place(successes: int, trials: int, z: float, bound: float) -> None:
    assert wilson_lower_bound(successes, trials, z) == pytest.approx(bound, abs=1e-12)


def test_an_incident_settled_this_very_moment_is_resolved() -> None:
    assert judged(good(more={"incidents": (incident(4, resolved_at=AT),)})).caps == ()
    assert judged(good(more={"incidents": (incident(4, resolved_at=AT + SECOND),)})).caps != ()


# --- grades ---------------------------------------------------------------------------------------------------------------


def test_ranks_rise_from_the_worst_grade() -> None:
    assert [pack().grades.rank(grade) for grade in ("U", "E", "D", "C", "B", "A")] == [-1, 0, 1, 2, 3, 4]


def test_what_lies_below_the_ladder_has_its_last_grade() -> None:
    assert on_ladder(pack().grades, -1, best_allowed=True) == "E"


@pytest.mark.parametrize(("points", "grade"), [(41.9, "E"), (42, "D")])
def test_a_rise_from_the_worst_grade_needs_two_points_more_too(points: float, grade: str) -> None:
    assert with_hysteresis(pack().grades, Standpoint(points, 1.0, ()), "E") == grade


def test_as_much_known_as_is_needed_is_enough() -> None:
    grades, old = pack().grades, {"created_on": AT - timedelta(days=400)}
    assert missing_for_best(grades, 0.80, old, AT, open_incident=False) == ()
    (reason,) = missing_for_best(grades, 0.79, old, AT, open_incident=False)
    assert reason == "A needs 80 % of what counts to be known; 79 % is."
    assert ungraded_reasons(grades, 0.60, ()) == ()
    assert len(ungraded_reasons(grades, 0.59, ())) == 1


@pytest.mark.parametrize(
    ("share", "told"), [(0.5985, "59 %"), (0.599999, "59 %"), (0.29, "29 %"), (0.006, "0 %"), (1, "100 %")]
)
def test_what_is_known_is_rounded_down(share: float, told: str) -> None:
    assert percent_known(share) == told
    if share < 0.6:
        assert ungraded_reasons(pack().grades, share, ()) == (
            f"Only {told} of what counts is known; a grade needs 60 %.",
        )


def test_a_limit_is_told_as_it_is() -> None:
    assert [percent_needed(share) for share in (0.6, 0.29, 0.625)] == ["60 %", "29 %", "62.5 %"]


def test_at_the_very_mark_of_the_best_grade_it_is_told_what_is_missing() -> None:
    young = good(created_on=AT - timedelta(days=200))
    at_the_mark = judged(young).headline
    ladder = (("A", at_the_mark), *pack().grades.ladder[1:])
    seen = evaluate(replace(pack(), grades=replace(pack().grades, ladder=ladder)), young, AT)
    assert (seen.grade, seen.grade_reasons) == ("B", ("Too young for the best grade.",))


def test_what_the_best_grade_lacks_is_not_told_where_the_points_do_not_reach_it() -> None:
    seen = judged(good(created_on=AT - timedelta(days=200), stewards_listed=False))
    assert 70 < seen.headline < 85
    assert seen.grade_reasons == ()


def test_only_caps_with_a_flag_give_one() -> None:
    assert judged(good(urgent_help="absent")).flags == ()
    young = {"created_on": AT - timedelta(days=60), "existed_by": AT - timedelta(days=60)}
    calm = {"credentials_claimed": False, "rules_inverted": False}
    assert judged(good(**calm, **young), AT, CORE).flags == ("new",)
    assert judged(good(**calm, created_on=None), AT, CORE).flags == ()  # a cap that is not certain gives none


def later(seen: Evaluation, by: Pack, **changes: Any) -> Evaluation:
    """The judgement of a reading a week after the one that was `seen`."""
    week = seen.at + timedelta(days=7)
    return evaluate(by, good(**changes, more={"previous": published(seen), "read_at": week}), week)


def test_a_cap_that_a_reading_brings_awaits_a_second_one_too() -> None:
    first = later(judged(good()), pack(), urgent_help="absent")
    assert (first.headline, first.grade, first.pending.grade) == (59, "A", "C")
    second = later(first, pack(), urgent_help="absent")
    assert (second.grade, second.pending) == ("C", None)


def test_a_lower_limit_of_a_cap_that_held_before_acts_at_once() -> None:
    before = judged(good(urgent_help="absent"))
    stricter = replace(
        pack(), caps=tuple(replace(cap, limit=39 if cap.limit == 59 else cap.limit) for cap in pack().caps)
    )
    now = later(before, stricter, urgent_help="absent")
    assert (before.grade, now.grade, now.pending) == ("C", "E", None)


# --- the past -------------------------------------------------------------------------------------------------------------


def test_a_failure_published_before_failures_were_counted_is_carried_once() -> None:
    old = {"reporting": {"rule": "reporting", "result": "failed"}}
    before = Before(AT - DAY, AT - DAY, old, frozenset(), "A", "A", AT - DAY, None)
    unread = judged(good(reporting=None)).findings
    carried = next(one for one in carry_failures(unread, before, AT, 2) if one.rule == "reporting")
    assert (carried.result, carried.carried, carried.carried_from) == (Result.FAILED, 1, AT - DAY)


def test_a_rule_without_a_past_stays_as_it_is_read() -> None:
    finding = judged(good()).findings[0]
    assert as_before(finding, {}) is finding


# --- improvements and comparisons -----------------------------------------------------------------------------------------


def test_what_can_never_be_seen_is_not_asked_for_beside_what_is_unknown() -> None:
    half_hidden = good(topic_self_harm=None, harm_content=None, hidden=("harm_content",))
    assert "harm-content" not in {one.rule for one in improvements(pack(), half_hidden, AT)}


def test_as_few_changes_as_will_do_are_asked_for_and_of_those_the_one_that_brings_least() -> None:
    either = condition({"any": [{"is": {"stewards_listed": True}}, {"is": {"stewards_reachable": True}}]})
    rules = tuple(replace(one, expect=either, partials=()) if one.id == "reporting" else one for one in pack().rules)
    lenient = replace(pack(), rules=rules, panel=type(pack().panel)(rules, standard()))
    found = improvements(lenient, good(stewards_listed=False, stewards_reachable=False), AT)
    assert next(one.facts for one in found if one.rule == "reporting") == {"stewards_reachable": True}


def test_a_rule_that_only_one_of_two_packs_has_is_told() -> None:
    fewer = tuple(one for one in pack().rules if one.id != "name-kept")
    without = replace(pack(), rules=fewer, panel=type(pack().panel)(fewer, standard()))
    one, other = Judged(pack(), good(), AT), Judged(without, good(), AT)
    told = [(c.rule, c.before, c.after, c.cause) for c in (*compare(one, other).changes, *compare(other, one).changes)]
    assert told == [("name-kept", "passed", "", Cause.METHOD), ("name-kept", "", "passed", Cause.METHOD)]


def test_a_cap_on_age_is_tried_anew_on_another_day() -> None:
    """The same facts a day later may be another answer: what was found for one moment is not kept for the next."""
    began = {**GOOD, "created_on": AT - 90 * DAY, "existed_by": AT - 90 * DAY}
    caps = [{cap.id for cap in judged(facts(began), moment, CORE).caps} for moment in (AT, AT + 2 * DAY, AT)]
    assert ["new-group" in ids for ids in caps] == [True, False, True]
