"""Findings and the evaluation: what the engine says, with every addend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from rules.conditions import Decisive
from rules.facts import Facts


class Result(StrEnum):
    """Outcome of a rule."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANT_TELL = "cant_tell"
    INAPPLICABLE = "inapplicable"
    NOT_OBSERVABLE = "not_observable"


class Addends(NamedTuple):
    """What a finding adds to its dimension's sums, in weight. What the platform can never show is applicable, but not observable; a
    carried failure earns nothing, and is not known either.
    """

    applicable: float
    observable: float
    earned: float
    unknown: float
    known: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one group: of `weight`, the share `fraction` is earned for certain and `possible` at best.

    A rule makes each of its findings once and every group shares them; so the sentence is kept as a `template` and the facts
    behind it as the function `decisive`, and both are filled in when somebody reads (`explain.sentence`). `carried_from` is the
    date of a failure that has become unreadable since, `carried` the number of refreshes it has been carried.
    """

    rule: str
    question: str
    dimension: str
    result: Result
    weight: float
    fraction: float
    possible: float
    template: str
    decisive: Decisive = field(compare=False, repr=False)
    remedy: str = ""
    effort: str = ""
    source: str = ""
    source_url: str = ""
    carried_from: datetime | None = None
    carried: int = 0
    addends: Addends = field(init=False, repr=False)

    def __post_init__(self) -> None:
        weight, unknown = self.weight, self.weight * (self.possible - self.fraction)
        applicable = 0.0 if self.result is Result.INAPPLICABLE else weight
        observable = 0.0 if self.result is Result.NOT_OBSERVABLE else applicable
        known = 0.0 if self.carried else observable - unknown
        addends = Addends(applicable, observable, weight * self.fraction, unknown, known)
        object.__setattr__(self, "addends", addends)  # the way a frozen value sets what follows from the rest


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """Low and high bound in points of 100, coverage 0-1, and the weights they come from.

    low = 100 earned / observable, high = 100 (earned + unknown) / observable, coverage = known / applicable; `share` is what the
    dimension adds to the low mean of the whole, in points. A dimension without an observable rule adds nothing.
    """

    id: str
    title: str
    weight: float
    low: float
    high: float
    coverage: float
    earned: float
    unknown: float
    observable: float
    applicable: float
    known: float
    share: float


@dataclass(frozen=True, slots=True)
class Discount:
    """One incident's factor: 1 - severity * corroboration * decay * response."""

    incident: str
    factor: float
    severity: float
    corroboration: float
    decay: float
    response: float


@dataclass(frozen=True, slots=True)
class AppliedCap:
    """A cap that holds the score down; `limit` in points, None where it suspends the rating instead. `certain` is False where
    it could not be told whether it applies: it then holds down the headline, but not the high bound.
    """

    id: str
    limit: float | None
    message: str
    facts: tuple[str, ...]
    certain: bool = True
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A lower grade that one reading of the web gave; it counts when a second one, long enough after, agrees.

    Until then the grade rests on the reading before it, of which `findings` (by rule, as in the document) and `caps` are kept.
    """

    grade: str
    read_at: datetime
    findings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    caps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole judgement of one group at one moment; `at` is UTC.

    `low` and `high` are the weighted means times the incident factor, before caps; `headline` is low after caps. `grade` is A to E,
    or U where not enough is known or the rating is suspended (flag "suspended"). `last_grade` and `last_grade_at` are the last
    grade from A to E and its date, which U always shows. `arithmetic` holds each step from the means to the headline.
    """

    pack: str
    pack_version: str
    pack_digest: str
    at: datetime
    findings: tuple[Finding, ...]
    dimensions: tuple[DimensionScore, ...]
    discounts: tuple[Discount, ...]
    incident_score: float
    low: float
    high: float
    coverage: float
    caps: tuple[AppliedCap, ...]
    headline: float
    grade: str
    grade_reasons: tuple[str, ...]
    flags: tuple[str, ...] = ()
    arithmetic: Mapping[str, float] = field(default_factory=dict)
    read_at: datetime | None = None
    last_grade: str = ""
    last_grade_at: datetime | None = None
    pending: Pending | None = None
    facts: Facts = field(default_factory=lambda: Facts({}), repr=False)
