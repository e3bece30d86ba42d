"""The arithmetic, from findings and incidents to the headline.

Findings come in the order of their rules' ids and incidents sorted, so that no other order can show in the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.facts import Incident
from rules.findings import Addends, AppliedCap, DimensionScore, Discount, Finding

_SECONDS_A_DAY = 86_400
_NOTHING = Addends(0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Dimension:
    id: str
    title: str
    weight: float


@dataclass(frozen=True, slots=True)
class IncidentTable:
    """What an incident takes away: tables by severity, corroboration and response; half-lives in days; `floor` is the least that
    decay leaves, by severity. What a table does not name weighs nothing, but for a response, which then softens nothing.
    """

    severity: Mapping[int, float]
    corroboration: Mapping[str, float]
    response: Mapping[str, float]
    half_life: Mapping[int, float]
    floor: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Score:
    """Everything that is added up, before caps. `mean_low` and `mean_high` are the weighted means of the dimensions, `vouches` the
    points added to both, `factor` the incident factor; low = min(100, mean_low + vouches) * factor, high alike.
    """

    dimensions: tuple[DimensionScore, ...]
    discounts: tuple[Discount, ...]
    mean_low: float
    mean_high: float
    vouches: float
    factor: float
    coverage: float
    low: float
    high: float


def score_findings(
    findings: Iterable[Finding], dimensions: Sequence[Dimension], discounts: tuple[Discount, ...], vouches: float
) -> Score:
    """The score of one set of findings under one set of discounts."""
    sums = _sums(findings, dimensions)
    total = sum([dimension.weight for dimension, weights in sums if weights.observable])
    scored = tuple([_dimension(dimension, weights, total) for dimension, weights in sums])
    mean_low = sum([one.share for one in scored])
    mean_high = sum([one.weight * one.high for one in scored if one.observable]) / total if total else 100.0
    factor = math.prod([one.factor for one in discounts])
    return Score(
        dimensions=scored,
        discounts=discounts,
        mean_low=mean_low,
        mean_high=mean_high,
        vouches=vouches,
        factor=factor,
        coverage=_coverage(scored),
        low=min(100.0, mean_low + vouches) * factor,
        high=min(100.0, mean_high + vouches) * factor,
    )


def _sums(findings: Iterable[Finding], dimensions: Sequence[Dimension]) -> list[tuple[Dimension, Addends]]:
    """Each dimension with the weights of its findings, summed."""
    rows: dict[str, list[Addends]] = {dimension.id: [_NOTHING] for dimension in dimensions}
    for finding in findings:
        rows[finding.dimension].append(finding.addends)
    return [(dimension, Addends._make(map(sum, zip(*rows[dimension.id], strict=True)))) for dimension in dimensions]


def _dimension(dimension: Dimension, weights: Addends, total: float) -> DimensionScore:
    applicable, observable, earned, unknown, known = weights
    low = 100 * earned / observable if observable else 0.0
    return DimensionScore(
        id=dimension.id,
        title=dimension.title,
        weight=dimension.weight,
        low=low,
        high=100 * (earned + unknown) / observable if observable else 100.0,
        coverage=known / applicable if applicable else 0.0,
        earned=earned,
        unknown=unknown,
        observable=observable,
        applicable=applicable,
        known=known,
        share=dimension.weight * low / total if observable else 0.0,
    )


def _coverage(scored: tuple[DimensionScore, ...]) -> float:
    """Known over applicable weight, each dimension counting by its own weight; one in which nothing applies does not count."""
    counted = [one for one in scored if one.applicable]
    total = sum([one.weight for one in counted])
    return sum([one.weight * one.coverage for one in counted]) / total if total else 0.0


def discount(incident: Incident, table: IncidentTable, at: datetime) -> Discount:
    """One incident's factor. An unresolved one does not decay; a resolved one halves with each half-life since it was over."""
    severity = table.severity.get(incident.severity, 0.0)
    corroboration = table.corroboration.get(incident.corroboration, 0.0)
    response = table.response.get(incident.response, 1.0)
    decay = _decay(incident, table, at)
    return Discount(
        incident=incident.id,
        factor=1 - severity * corroboration * decay * response,
        severity=severity,
        corroboration=corroboration,
        decay=decay,
        response=response,
    )


def _decay(incident: Incident, table: IncidentTable, at: datetime) -> float:
    half_life = table.half_life.get(incident.severity)
    if half_life is None or not incident.is_resolved(at):
        return 1.0
    days = max(0.0, (at - incident.settled_at).total_seconds() / _SECONDS_A_DAY)
    halved: float = 0.5 ** (days / half_life)
    return max(table.floor.get(incident.severity, 0.0), halved)


def capped(points: float, caps: Iterable[AppliedCap]) -> float:
    """The points, held down by the lowest cap."""
    return min([points, *[cap.limit for cap in caps if cap.limit is not None]])


def wilson_lower_bound(successes: int, trials: int, z: float = 1.96) -> float:
    """Lower end of the Wilson score interval of a rate (Wilson 1927): 1/1 -> .21, 5/5 -> .57, 10/10 -> .72; 0 without trials."""
    if trials <= 0:
        return 0.0
    rate, square = successes / trials, z * z
    spread = z * math.sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials))
    return max(0.0, (rate + square / (2 * trials) - spread) / (1 + square / trials))


def vouch_points(vouches: int, objections: int, most: float) -> float:
    """Points for vouches: how far the Beta mean (r + 1) / (r + s + 2) stands above the even 1/2 of no vouch at all.

    Nobody vouching costs nothing, and an objection takes away from vouches only: a complaint is an incident, not a vote.
    """
    mean = (vouches + 1) / (vouches + objections + 2)
    return most * max(0.0, 2 * mean - 1)
