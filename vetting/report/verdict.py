"""The grade in words: what it is, and what decided it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from rules.findings import AppliedCap, Evaluation
from rules.grading import UNGRADED, Grades, on_ladder
from vetting.report.shown import FINER_PLACES, MOST_PLACES, PLACES, moment, number, rounded

SUMMARIES = {
    "A": "What can be read in public speaks for this group: clear who answers for it, thorough rules, a steady past.",
    "B": "What can be read in public speaks well of this group. A few things are missing or could not be confirmed.",
    "C": "Some of what looks after members was found, and important parts are missing. Read the findings before you join.",
    "D": "Much of what looks after members was not found. Look at the findings, and at other groups too.",
    "E": "Very little of what looks after members was found, or something serious speaks against joining.",
    "U": "Not enough can be known in public to give a grade. That speaks neither for the group nor against it.",
}
WARNINGS = {
    "do_not_join": "Do not join this group for now. What is on record outweighs all else that can be read of it.",
    "suspended": "The rating is suspended: something about the group has to be looked at first.",
}
BY_INCIDENTS = (
    "What can be read in public earns {before} points; the incidents on record leave {after} of them. Read what happened before "
    "you join."
)
BY_LIMIT = "By its points alone this group would stand higher. This holds it down: {message}"


def said(evaluation: Evaluation, grades: Grades) -> dict[str, Any]:
    """The part of the document that says how the group stands."""
    last = {"grade": evaluation.last_grade, "at": moment(evaluation.last_grade_at)} if evaluation.last_grade else None
    return {
        "grade": evaluation.grade,
        "suspended": "suspended" in evaluation.flags,
        "summary": _summary(evaluation, grades),
        "headline": rounded(evaluation.headline),
        "low": rounded(evaluation.arithmetic["headline"]),
        "high": rounded(evaluation.arithmetic["headline_high"]),
        "coverage": rounded(evaluation.coverage, FINER_PLACES),
        "grade_reasons": list(_grade_reasons(evaluation, grades)),
        "flags": list(evaluation.flags),
        "freshness": next((flag for flag in evaluation.flags if flag in ("ageing", "stale")), "fresh"),
        "last_known": last,
    }


def warning(flags: Iterable[str]) -> str:
    """What stands before any grade and any freshness; empty where nothing does."""
    raised = set(flags)
    return " ".join(text for flag, text in WARNINGS.items() if flag in raised)


def _summary(evaluation: Evaluation, grades: Grades) -> str:
    """One or two sentences: a warning before any grade, then what decided the grade where that is no question of points."""
    first = warning(evaluation.flags)
    if first:
        return first
    headline, low, before = (
        _rank(grades, points) for points in (evaluation.headline, evaluation.low, _unharmed(evaluation))
    )
    if grades.rank(evaluation.grade) != headline:
        return SUMMARIES[evaluation.grade]
    if headline < low:
        return BY_LIMIT.format(message=_lowest(evaluation).message)
    if low < before:
        return BY_INCIDENTS.format(before=number(_unharmed(evaluation)), after=number(evaluation.low))
    return SUMMARIES[evaluation.grade]


def _grade_reasons(evaluation: Evaluation, grades: Grades) -> Iterator[str]:
    """What led to the grade: its marks, the incidents, and what the engine says, but for limits that held nothing down."""
    if evaluation.grade != UNGRADED:
        yield _mark(evaluation.headline, grades)
    harmful = [item for item in evaluation.discounts if item.factor < 1]
    if harmful:
        they_take = "One incident on record takes" if len(harmful) == 1 else f"{len(harmful)} incidents on record take"
        yield f"{they_take} the score from {number(_unharmed(evaluation))} down to {number(evaluation.low)}."
    idle = {cap.message for cap in evaluation.caps if cap.limit is not None and cap.limit >= evaluation.low}
    yield from (reason for reason in evaluation.grade_reasons if reason not in idle)


def _mark(points: float, grades: Grades) -> str:
    """Between which marks of the ladder the points lie, in as many places as tell them from the mark above."""
    above = [rung for rung in grades.ladder if rung[1] > points]
    reached = grades.ladder[len(above) :]
    ceiling = above[-1][1] if above else math.inf
    places = next((more for more in range(PLACES, MOST_PLACES) if round(points, more) < ceiling), MOST_PLACES)
    score = number(points, places)
    if not above:
        return f"The score of {score} reaches the mark for {reached[0][0]} ({number(reached[0][1])})."
    missed = f"the mark for {above[-1][0]} ({number(ceiling)})"
    if len(reached) <= 1:
        return f"The score of {score} stays below {missed}."
    return f"The score of {score} reaches the mark for {reached[0][0]} ({number(reached[0][1])}), not {missed}."


def _rank(grades: Grades, points: float) -> int:
    return grades.rank(on_ladder(grades, points, best_allowed=True))


def _unharmed(evaluation: Evaluation) -> float:
    """The points before incidents and limits."""
    return min(100.0, evaluation.arithmetic["mean_low"] + evaluation.arithmetic["vouches"])


def _lowest(evaluation: Evaluation) -> AppliedCap:
    return min(evaluation.caps, key=lambda cap: math.inf if cap.limit is None else cap.limit)
