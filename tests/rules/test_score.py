"""The arithmetic, done by hand beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.conditions import NOT_OBSERVABLE, parse
from rules.document import evaluation_document
from rules.findings import Evaluation, Result
from rules.scoring import discount, vouch_points, wilson_lower_bound
from rules.vocabulary import standard
from tests.rules.worlds import AT, CORE, good, incident, judged, pack

YEAR = timedelta(days=365)


def result(evaluation: Evaluation, rule: str) -> Result:
    return next(finding.result for finding in evaluation.findings if finding.rule == rule)


def test_everything_passed_is_a_hundred() -> None:
    best = judged(good())
    assert (best.low, best.high, best.coverage, best.headline, best.grade) == (100, 100, 1, 100, "A")


def test_a_score_by_hand() -> None:
    mixed = judged(good(stewards_listed=False, reporting="mentioned", harm_content=None, name_changed=None))
    stewardship, clarity, history = mixed.dimensions
    assert (stewardship.low, stewardship.high) == (50, 50)  # 10 of 20
    assert clarity.low == pytest.approx(100 * 13.75 / 22.5)  # 10 + 7.5 / 2, harm_content unknown
    assert clarity.high == pytest.approx(100 * 18.75 / 22.5)
    assert clarity.coverage == pytest.approx(17.5 / 22.5)
    assert history.low == pytest.approx(100 * 10 / 15)
    low = 0.35 * 50 + 0.40 * 100 * 13.75 / 22.5 + 0.25 * 100 * 10 / 15
    assert mixed.low == pytest.approx(low)
    assert mixed.high == pytest.approx(0.35 * 50 + 0.40 * 100 * 18.75 / 22.5 + 25)
    assert mixed.coverage == pytest.approx(0.35 + 0.40 * 17.5 / 22.5 + 0.25 * 10 / 15)
    assert (mixed.headline, mixed.grade) == (round(low, 6), "C")


def test_not_observable_leaves_the_denominator_and_lowers_coverage() -> None:
    seen = judged(good(stewards_listed=None, hidden=("stewards_listed",)))
    assert result(seen, "stewards-listed") is Result.NOT_OBSERVABLE
    assert seen.low == 100
    assert seen.coverage == pytest.approx(0.35 * 0.5 + 0.65)


def test_inapplicable_leaves_both() -> None:
    seen = judged(good(topic_self_harm=False, harm_content="absent"))
    assert result(seen, "harm-content") is Result.INAPPLICABLE
    assert (seen.low, seen.coverage) == (100, 1)


def test_a_dimension_that_cannot_be_observed_is_left_out() -> None:
    hidden = ("created_on", "name_changed")
    seen = judged(good(created_on=None, name_changed=None, stewards_listed=False, hidden=hidden))
    assert seen.low == pytest.approx((35 * 50 + 40 * 100) / 75)
    assert seen.coverage == pytest.approx(0.75)


def test_unknown_and_not_observable_together_earn_nothing() -> None:
    seen = judged(good(topic_self_harm=None, harm_content=None, hidden=("harm_content",)))
    assert result(seen, "harm-content") is Result.CANT_TELL


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"reporting": "specified"}, (Result.PASSED, 1.0, 1.0)),
        (
            {"stewards_reachable": True},
            (Result.PARTIAL, 0.5, 1.0),
        ),  # what is certain is earned, the rest stays possible
        ({"reporting": "absent"}, (Result.CANT_TELL, 0.0, 0.5)),
        ({"reporting": "absent", "stewards_reachable": False}, (Result.FAILED, 0.0, 0.0)),
        ({}, (Result.CANT_TELL, 0.0, 1.0)),
        ({"reporting": NOT_OBSERVABLE, "stewards_reachable": True}, (Result.NOT_OBSERVABLE, 0.0, 0.0)),
        ({"reporting": "absent", "stewards_reachable": NOT_OBSERVABLE}, (Result.NOT_OBSERVABLE, 0.0, 0.0)),
        ({"stewards_reachable": NOT_OBSERVABLE}, (Result.CANT_TELL, 0.0, 1.0)),
    ],
)
def test_the_interval_of_what_is_still_open(values: dict[str, Any], verdict: tuple[Result, float, float]) -> None:
    reachable = parse({"is": {"stewards_reachable": True}}, standard())
    reporting = next(rule for rule in pack().rules if rule.id == "reporting")
    assert replace(reporting, partials=((reachable, 0.5),)).verdict(values, AT) == verdict


# --- incidents ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "factor"),
    [
        ({"severity": 1}, 1 - 0.04),
        ({"severity": 2}, 1 - 0.12),
        ({"severity": 3}, 1 - 0.30),
        ({"severity": 4}, 1 - 0.60),
        ({"corroboration": "partially_corroborated"}, 1 - 0.60 * 0.4),
        ({"corroboration": "disputed"}, 1 - 0.60 * 0.5),
        ({"corroboration": "unsubstantiated"}, 1),
        ({"response": "acknowledged"}, 1 - 0.60 * 0.85),
        ({"response": "remediated"}, 1 - 0.60 * 0.5),
        ({"response": "remediation_verified"}, 1 - 0.60 * 0.35),
        ({"response": "denied"}, 1 - 0.60),
        ({"latest": AT - 5 * YEAR}, 1 - 0.60),  # unresolved: no decay
        ({"severity": 2, "latest": AT - 2 * YEAR, "resolved_at": AT - YEAR}, 1 - 0.12 * 0.5),
        ({"severity": 1, "latest": AT - timedelta(days=360), "resolved_at": AT - timedelta(days=360)}, 1 - 0.04 * 0.25),
        ({"severity": 4, "latest": AT - 20 * YEAR, "resolved_at": AT - 20 * YEAR}, 1 - 0.60 * 0.25),
        ({"severity": 2, "latest": AT, "resolved_at": AT - 3 * YEAR}, 1 - 0.12),  # it went on after its resolution
        ({"resolved_at": AT + YEAR}, 1 - 0.60),  # not resolved yet
    ],
)
def test_the_discount_of_one_incident(changes: dict[str, Any], factor: float) -> None:
    assert discount(incident(**changes), pack().incidents, AT).factor == pytest.approx(factor)


def test_discounts_multiply_and_show_as_their_own_score() -> None:
    two = (incident(1, id="a"), incident(2, id="b"))
    seen = judged(good(more={"incidents": two}))
    assert seen.incident_score == pytest.approx(100 * 0.96 * 0.88)
    assert seen.headline == round(96 * 0.88, 6)
    assert (seen.grade, [one.incident for one in seen.discounts]) == ("B", ["a", "b"])  # 84.48


# --- small numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "trials", "bound"), [(1, 1, 0.21), (5, 5, 0.57), (10, 10, 0.72), (0, 0, 0), (0, 9, 0)]
)
def test_wilson(successes: int, trials: int, bound: float) -> None:
    assert wilson_lower_bound(successes, trials) == pytest.approx(bound, abs=0.005)


@pytest.mark.parametrize(
    ("vouches", "objections", "points"), [(0, 0, 0), (1, 0, 5 / 3), (3, 1, 5 / 3), (0, 4, 0), (8, 0, 4)]
)
def test_vouches(vouches: int, objections: int, points: float) -> None:
    assert vouch_points(vouches, objections, 5) == pytest.approx(points)


def test_vouches_add_before_incidents_multiply_and_never_pass_a_hundred() -> None:
    lower = judged(good(stewards_listed=False, more={"vouches": 1, "incidents": (incident(2),)}))
    assert lower.low == pytest.approx((82.5 + 5 / 3) * 0.88)
    assert judged(good(more={"vouches": 100})).low == 100


# --- caps -----------------------------------------------------------------------------------------------------------------

RESOLVED = {"latest": AT - YEAR, "resolved_at": AT - YEAR, "response": "remediation_verified"}
MONTHS_AGO = [incident(2, id=str(n), latest=AT - timedelta(days=30 * n), resolved_at=AT) for n in range(1, 4)]


@pytest.mark.parametrize(
    ("changes", "incidents", "cap", "limit"),
    [
        ({}, (incident(4, corroboration="partially_corroborated"),), "serious-incident-open", 54),
        ({}, (incident(4, **RESOLVED),), "grave-incident-recent", 49),
        ({}, (incident(3),), "serious-incident-open", 54),
        ({}, tuple(MONTHS_AGO), "incidents-repeated", 54),
        (
            {"credentials_claimed": True, "credential_contradicted": True, "credentials_checked": "contradicted"},
            (),
            "credential-contradicted",
            39,
        ),
        ({"credentials_claimed": True, "credential_contradicted": None}, (), "credential-contradicted", 39),
        ({"topic_self_harm": True, "urgent_help": "absent"}, (), "no-urgent-help", 59),
        ({"topic_self_harm": None, "urgent_help": "absent"}, (), "no-urgent-help", 59),
        ({"rules_inverted": True}, (), "harmful-rule", 54),
        ({"rules_inverted": None}, (), "harmful-rule", 54),
        ({"created_on": AT - timedelta(days=60), "existed_by": AT - timedelta(days=60)}, (), "new-group", 69),
        ({"created_on": None}, (), "new-group", 69),
        ({"takeover_signs": 1}, (), "takeover", None),
        ({"takeover_signs": None}, (), "takeover", None),
    ],
)
def test_each_cap_of_the_core_pack(
    changes: dict[str, Any], incidents: tuple[Any, ...], cap: str, limit: float | None
) -> None:
    calm = {"credentials_claimed": False, "rules_inverted": False}
    plain = judged(good(**calm), AT, CORE)
    assert plain.caps == ()
    seen = judged(good(**{**calm, **changes}, more={"incidents": incidents}), AT, CORE)
    assert [(one.id, one.limit) for one in seen.caps] == [(cap, limit)]
    assert seen.caps[0].certain is (None not in changes.values())
    assert seen.headline == round(min(seen.low, 100 if limit is None else limit), 6)
    assert evaluation_document(seen)["caps"][0]["message"].endswith(".")


def test_the_gravest_of_two_caps_on_one_incident_wins() -> None:
    calm = good(credentials_claimed=False, rules_inverted=False, more={"incidents": (incident(4),)})
    seen = judged(calm, AT, CORE)
    assert [(one.id, one.limit) for one in seen.caps] == [("grave-incident-open", 10), ("serious-incident-open", 54)]
    assert (seen.headline <= 10, seen.flags) == (True, ("do_not_join",))


def test_a_takeover_is_told_without_a_bare_number() -> None:
    (cap,) = judged(good(credentials_claimed=False, rules_inverted=False, takeover_signs=1), AT, CORE).caps
    assert cap.message.startswith("There are signs that the group was taken over. The rating is suspended")


@pytest.mark.parametrize(
    "incidents",
    [
        (incident(4, corroboration="disputed"),),
        (incident(4, corroboration="partially_corroborated", resolved_at=AT),),
        (incident(4, **{**RESOLVED, "latest": AT - 3 * YEAR, "resolved_at": AT - 2 * YEAR - timedelta(days=1)}),),
        (incident(3, resolved_at=AT),),
        tuple(MONTHS_AGO[:2]),
        (*MONTHS_AGO[:2], incident(2, id="other", category="selling", resolved_at=AT)),
        (*MONTHS_AGO[:2], incident(2, id="old", latest=AT - 2 * YEAR, resolved_at=AT)),
    ],
)
def test_incidents_that_do_not_cap(incidents: tuple[Any, ...]) -> None:
    assert (
        judged(good(credentials_claimed=False, rules_inverted=False, more={"incidents": incidents}), AT, CORE).caps
        == ()
    )


def test_a_cap_that_can_never_be_observed_does_not_hold() -> None:
    hidden = ("urgent_help", "takeover_signs")
    seen = judged(good(urgent_help=None, takeover_signs=None, hidden=hidden))
    assert seen.caps == ()


def test_an_uncertain_cap_leaves_the_high_bound_alone() -> None:
    seen = judged(good(urgent_help=None))
    assert (seen.headline, seen.arithmetic["headline_high"]) == (59, 100)
    assert seen.caps[0].message == "Not known whether there is a way to urgent help."
