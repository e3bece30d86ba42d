"""Findings and the evaluation: what the engine says, with every addend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Result(StrEnum):
    """Outcome of a rule."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANT_TELL = "cant_tell"
    INAPPLICABLE = "inapplicable"
    NOT_OBSERVABLE = "not_observable"


@dataclass(frozen=True)
class Finding:
    """One rule applied to one group. `fraction` is the share of `weight` earned (1, 0, or between for partial);
    `facts` are the names that decided, `message` a sentence for a worried person, `carried_from` the date of a failure
    that has become unreadable since."""

    rule: str
    question: str
    dimension: str
    result: Result
    weight: float
    fraction: float
    message: str
    facts: tuple[str, ...]
    remedy: str = ""
    effort: str = ""
    source: str = ""
    source_url: str = ""
    carried_from: datetime | None = None


@dataclass(frozen=True)
class DimensionScore:
    """Low and high bound in points of 100, coverage 0-1, and the weights they come from."""

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


@dataclass(frozen=True)
class Discount:
    """One incident's factor: 1 - severity * corroboration * decay * response."""

    incident: str
    factor: float
    severity: float
    corroboration: float
    decay: float
    response: float


@dataclass(frozen=True)
class AppliedCap:
    """A cap whose condition holds; `limit` in points, None where it suspends the rating instead."""

    id: str
    limit: float | None
    message: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """The whole judgement of one group at one moment; `at` is UTC. `headline` is None where no grade can be given."""

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
    arithmetic: Mapping[str, float] | None = None
