"""Grades at their boundaries, U, and what keeps a grade from flapping."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from rules.facts import Facts, Standing
from rules.findings import Evaluation, Result
from rules.grading import Standpoint, on_ladder, with_hysteresis
from tests.rules.worlds import AT, good, incident, judged, pack, published

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def later(
    before: Evaluation, after: timedelta = WEEK, *, read: bool = True, incidents=(), **changes: Any
) -> Evaluation:
    """The next judgement of the same group, `after` the one before, from a reading of that moment (or the same if not `read`)."""
    at = before.at + after
    read_at = at if read else before.read_at
    return judged(good(**changes, more={"previous": published(before), "read_at": read_at, "incidents": incidents}), at)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        (100, "A"),
        (85, "A"),
        (84.999999, "B"),
        (70, "B"),
        (69.999999, "C"),
        (55, "C"),
        (54.999999, "D"),
        (40, "D"),
        (39.999999, "E"),
        (0, "E"),
    ],
)
def test_boundaries(points: float, grade: str) -> None:
    assert on_ladder(pack().grades, points, best_allowed=True) == grade


@pytest.mark.parametrize(
    ("changes", "more", "reason"),
    [
        ({"created_on": AT - timedelta(days=200)}, {}, "Too young"),
        ({"created_on": None}, {}, "Too young"),
        ({}, {"incidents": (incident(1, corroboration="partially_corroborated"),)}, "while an incident is open"),
    ],
)
def test_the_best_grade_needs_more_than_points(changes: dict[str, Any], more: dict[str, Any], reason: str) -> None:
    seen = judged(good(**changes, more={"vouches": 1000, **more}))
    assert seen.grade == "B"
    assert seen.headline >= 70
    if seen.headline >= 85:
        assert any(reason in text for text in seen.grade_reasons)


def test_the_best_grade_needs_coverage() -> None:
    seen = judged(good(stewards_listed=None, name_changed=None, hidden=("stewards_listed", "name_changed")))
    assert (seen.headline, seen.grade) == (100, "B")  # 0.175 + 0.40 + 0.1667 = 0.74 known
    assert any("80 %" in reason for reason in seen.grade_reasons)


@pytest.mark.parametrize("response", ["none", "remediated"])
def test_an_uncorroborated_report_is_no_open_incident(response: str) -> None:
    report = incident(4, corroboration="unsubstantiated", response=response)
    assert judged(good(more={"incidents": (report,)})).grade == "A"


# --- U ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "hidden", "reason"),
    [
        ({"rules_published": None}, (), "Whether there are rules"),
        (dict.fromkeys(["stewards_listed", "credential_excluded", "name_changed"]), (), "a grade needs 60 %"),
        (
            dict.fromkeys(["stewards_listed", "credential_excluded", "name_changed"]),
            ("stewards_listed", "credential_excluded"),
            "56 %",
        ),
        ({"takeover_signs": 2}, (), "2 signs of a takeover"),
        ({"takeover_signs": None}, (), "Not known whether"),
    ],
)
def test_no_grade(changes: dict[str, Any], hidden: tuple[str, ...], reason: str) -> None:
    seen = judged(good(**changes, hidden=hidden))
    assert seen.grade == "U"
    assert any(reason in text for text in seen.grade_reasons)
    assert ("suspended" in seen.flags) is ("takeover_signs" in changes)


def test_what_must_be_known_may_be_unobservable() -> None:
    assert judged(good(rules_published=None, hidden=("rules_published",))).grade != "U"


def test_u_always_shows_the_last_grade_and_its_date() -> None:
    graded = judged(good())
    dark = later(graded, rules_published=None)
    darker = later(dark, rules_published=None)
    assert [(one.grade, one.last_grade, one.last_grade_at) for one in (graded, dark, darker)] == [
        ("A", "A", AT),
        ("U", "A", AT),
        ("U", "A", AT),
    ]
    assert judged(good(rules_published=None)).last_grade == ""


@pytest.mark.parametrize(
    ("days", "grade", "flag"), [(30, "A", None), (31, "A", "ageing"), (180, "A", "ageing"), (181, "U", "stale")]
)
def test_freshness(days: int, grade: str, flag: str | None) -> None:
    seen = judged(good(more={"read_at": AT - timedelta(days=days)}))
    assert seen.grade == grade
    assert seen.flags == ((flag,) if flag else ())


# --- flapping -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "last", "grade"),
    [(71.9, "C", "C"), (72, "C", "B"), (71, "B", "B"), (69, "B", "C"), (86, "C", "B"), (71, "", "B")],
)
def test_a_rise_needs_two_points_more(points: float, last: str, grade: str) -> None:
    assert with_hysteresis(pack().grades, Standpoint(points, 1.0, ()), last) == grade


def test_a_held_back_rise_says_so() -> None:
    c = Standing("C", 60, AT - WEEK)
    seen = judged(good(stewards_listed=False, harm_content="mentioned", reporting="mentioned", more={"previous": c}))
    assert 70 <= seen.headline < 72
    assert seen.grade == "C"
    assert any("has reached B" in reason for reason in seen.grade_reasons)


def test_a_downgrade_from_reading_needs_a_second_reading() -> None:
    first = judged(good())
    dropped = later(first, stewards_listed=False, reporting="absent")
    assert dropped.headline < 70
    assert (dropped.grade, dropped.pending.grade, dropped.flags) == ("A", "C", ("pending_downgrade",))
    again = later(dropped, DAY, stewards_listed=False, reporting="absent")
    assert (again.grade, again.pending) == ("C", None)


def test_judging_the_same_reading_again_is_no_second_reading() -> None:
    dropped = later(judged(good()), stewards_listed=False, reporting="absent")
    rejudged = later(dropped, WEEK, read=False, stewards_listed=False, reporting="absent")
    assert (rejudged.grade, rejudged.pending) == ("A", dropped.pending)
    too_soon = later(dropped, timedelta(hours=23), stewards_listed=False, reporting="absent")
    assert (too_soon.grade, too_soon.pending) == ("A", dropped.pending)


def test_a_reading_that_recovers_clears_what_was_pending() -> None:
    dropped = later(judged(good()), stewards_listed=False, reporting="absent")
    recovered = later(dropped)
    assert (recovered.grade, recovered.pending) == ("A", None)


def test_a_second_reading_is_believed_as_far_as_the_two_agree() -> None:
    worse = {"stewards_listed": False, "reporting": "absent", "rules_published": False}
    dropped = later(judged(good()), stewards_listed=False, reporting="absent")
    lower = later(dropped, **worse)
    assert (lower.grade, lower.pending.grade) == ("C", "D")
    assert later(lower, **worse).grade == "D"


def test_incidents_act_at_once() -> None:
    hit = later(judged(good()), incidents=(incident(4),))
    assert (hit.headline, hit.grade, hit.pending) == (10, "E", None)
    assert "do_not_join" in hit.flags


def test_registers_act_at_once_and_the_web_waits_beside_them() -> None:
    both = later(judged(good()), credential_excluded=True, stewards_listed=False, name_changed=True)
    assert both.headline < 60
    assert (both.grade, both.pending.grade) == ("B", "C")  # 82.5 with the register alone


# --- failures carried forward ------------------------------------------------------------------------------------------------------


def reporting(evaluation: Evaluation) -> tuple[Result, datetime | None]:
    return next((one.result, one.carried_from) for one in evaluation.findings if one.rule == "reporting")


def test_a_failure_that_becomes_unreadable_is_carried_for_two_refreshes() -> None:
    failed = judged(good(reporting="absent"))
    one = later(failed, reporting=None)
    two = later(one, reporting=None)
    three = later(two, reporting=None)
    assert [reporting(each) for each in (failed, one, two, three)] == [
        (Result.FAILED, None),
        (Result.FAILED, AT),
        (Result.FAILED, AT),
        (Result.CANT_TELL, None),
    ]
    assert one.coverage < failed.coverage
    assert one.high == failed.high < three.high


def test_judging_again_uses_up_no_refresh() -> None:
    seen = later(judged(good(reporting="absent")), reporting=None)
    for _ in range(4):
        seen = later(seen, DAY, read=False, reporting=None)
    assert reporting(seen) == (Result.FAILED, AT)


def test_only_failures_are_carried() -> None:
    assert reporting(later(judged(good()), reporting=None)) == (Result.CANT_TELL, None)
    unknown = Facts({}, read_at=AT, previous=Standing("C", 60, AT - WEEK))
    assert reporting(judged(unknown)) == (Result.CANT_TELL, None)
