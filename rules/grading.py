"""From points to a grade: the ladder, when no grade can be given, and what keeps grades from flapping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.conditions import TRUE, Condition, Values
from rules.findings import Pending

UNGRADED = "U"


@dataclass(frozen=True, slots=True)
class Grades:
    """`ladder` holds (grade, points it starts at), best first. The best grade needs more than points: `best_coverage`, `best_when`
    and no open incident; without them it is the next one. `at_once` are the facts that come from registers and not from reading the
    web: what they bring down falls at once.
    """

    ladder: tuple[tuple[str, float], ...]
    minimum_coverage: float
    best_coverage: float
    best_when: Condition
    best_message: str
    margin_up: float
    second_read: timedelta
    at_once: frozenset[str]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.ladder]

    def rank(self, grade: str) -> int:
        """0 for the worst grade upwards; -1 for what is not on the ladder."""
        names = self.names
        return len(names) - 1 - names.index(grade) if grade in names else -1

    def better(self, one: str, other: str) -> str:
        return max(one, other, key=self.rank)

    def worse(self, one: str, other: str) -> str:
        return min(one, other, key=self.rank)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What a grade is given on. `headline` in points, rounded as shown; `missing_for_best` says what the best grade lacks."""

    headline: float
    coverage: float
    missing_for_best: tuple[str, ...]


def missing_for_best(
    grades: Grades, coverage: float, values: Values, at: datetime, *, open_incident: bool
) -> tuple[str, ...]:
    """Sentences: what stands between this group and the best grade, points apart."""
    best, _ = grades.ladder[0]
    reasons = []
    if coverage < grades.best_coverage:
        needed, known = percent_needed(grades.best_coverage), percent_known(coverage)
        reasons.append(f"{best} needs {needed} of what counts to be known; {known} is.")
    if grades.best_when.test(values, at) is not TRUE:
        reasons.append(grades.best_message)
    if open_incident:
        reasons.append(f"{best} cannot be given while an incident is open.")
    return tuple(reasons)


def on_ladder(grades: Grades, points: float, *, best_allowed: bool) -> str:
    """The grade for so many points."""
    ladder = grades.ladder if best_allowed else grades.ladder[1:]
    return next((name for name, start in ladder if points >= start), ladder[-1][0])


def with_hysteresis(grades: Grades, standpoint: Standpoint, last: str) -> str:
    """The grade, where a rise above the `last` one needs `margin_up` points more than its mark."""
    best_allowed = not standpoint.missing_for_best
    plain = on_ladder(grades, standpoint.headline, best_allowed=best_allowed)
    if grades.rank(last) < 0 or grades.rank(plain) <= grades.rank(last):
        return plain
    firm = on_ladder(grades, standpoint.headline - grades.margin_up, best_allowed=best_allowed)
    return grades.better(last, firm)


def hold_downgrade(
    grades: Grades, new: str, held: str, pending: Pending | None, read_at: datetime
) -> tuple[str, Pending | None]:
    """The grade to publish, and what is still to be confirmed, when a reading says `new` and all else says the better `held`.

    The first such reading is noted and `held` stands; a second one, long enough after, is believed as far as the two agree.
    """
    if pending is None:
        return held, Pending(new, read_at)
    agreed = grades.better(new, pending.grade)
    if read_at - pending.read_at < grades.second_read:
        return held, Pending(agreed, pending.read_at)
    grade = grades.worse(held, agreed)
    return grade, Pending(new, read_at) if grade != new else None


def ungraded_reasons(grades: Grades, coverage: float, unknown: Iterable[str]) -> tuple[str, ...]:
    """Why too little is known for a grade; `unknown` are the messages of must-know facts that are not."""
    reasons = tuple(unknown)
    if coverage < grades.minimum_coverage:
        needed, known = percent_needed(grades.minimum_coverage), percent_known(coverage)
        reasons += (f"Only {known} of what counts is known; a grade needs {needed}.",)
    return reasons


def percent_known(share: float) -> str:
    """0.5985 -> "59 %". Rounded down: it never promises more than is known, and never reads like a limit that it misses."""
    return f"{math.floor(round(100 * share, 4))} %"


def percent_needed(share: float) -> str:
    """A limit as it is: 0.6 -> "60 %", 0.625 -> "62.5 %"."""
    return f"{round(100 * share, 4):g} %"


def freshness(read_at: datetime | None, at: datetime, days: Mapping[str, int]) -> str:
    """Either "ageing", "stale" or "" for neither; what was never read is stale. `days` has the limits."""
    if read_at is None or at - read_at > timedelta(days=days["stale"]):
        return "stale"
    return "ageing" if at - read_at > timedelta(days=days["ageing"]) else ""
