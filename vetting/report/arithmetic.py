"""From the findings to the headline, step by step: a person with a pencil gets the same numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rules.findings import DimensionScore, Discount, Evaluation
from vetting.report.shown import FINER_PLACES, PLACES, fewest, number, rounded

Step = dict[str, Any]


def steps(evaluation: Evaluation, vouch_points: float) -> list[Step]:
    """Every step in order: {label, expression, value}. Each expression, worked out with the numbers shown, gives its value to
    the places shown; `vouch_points` are the most that vouches can add.
    """
    limits = [(cap.message, cap.limit) for cap in evaluation.caps if cap.limit is not None]
    return [
        *(_dimension_step(dimension) for dimension in evaluation.dimensions),
        _mean_step(evaluation),
        *_vouch_steps(evaluation, vouch_points),
        _incident_step(evaluation),
        *_low_steps(evaluation),
        *(_told("Limit", message, limit) for message, limit in limits),
        _headline_step(evaluation, [limit for _, limit in limits]),
    ]


def discount(item: Discount) -> dict[str, Any]:
    """The parts in as many places as give the factor that is shown."""
    parts = {name: getattr(item, name) for name in ("severity", "corroboration", "decay", "response")}
    factor = rounded(item.factor, FINER_PLACES)
    places = fewest(lambda *each: 1 - math.prod(each), list(parts.values()), factor, FINER_PLACES, FINER_PLACES)
    return {
        "incident": item.incident,
        **{name: rounded(part, places) for name, part in parts.items()},
        "factor": factor,
    }


@dataclass(frozen=True)
class _Sum:
    """A calculation twice over: `template` with a {} for each of its numbers, as it is read, and `work`, as it is done.

    Its numbers are shown in `places` at least.
    """

    template: str
    numbers: Sequence[float]
    work: Callable[..., float]
    places: int = PLACES


def _dimension_step(dimension: DimensionScore) -> Step:
    label = f"{dimension.title}: earned of what can be seen"
    if not dimension.observable:
        return _told(label, "nothing of it can be seen here, so it does not count", dimension.low)
    numbers = (dimension.earned, dimension.observable)
    return _worked(label, _Sum("100 × {} ÷ {}", numbers, lambda earned, of: 100 * earned / of), dimension.low)


def _mean_step(evaluation: Evaluation) -> Step:
    label, mean = "Weighted mean of the dimensions", evaluation.arithmetic["mean_low"]
    seen = [dimension for dimension in evaluation.dimensions if dimension.observable]
    if not seen:
        return _told(label, "nothing can be seen here, so nothing is earned", mean)
    numbers = [each for dimension in seen for each in (dimension.weight, dimension.low)]
    total = sum(dimension.weight for dimension in seen)
    template = " + ".join(["{} × {}"] * len(seen))
    return _worked(label, _Sum(f"({template}) ÷ {{}}", (*numbers, total), _mean), mean)


def _mean(*numbers: float) -> float:
    """Of weight, share, weight, share and so on; the last is the sum of the weights."""
    *pairs, total = numbers
    return sum(weight * share for weight, share in zip(pairs[::2], pairs[1::2], strict=True)) / total


def _vouch_steps(evaluation: Evaluation, most: float) -> Iterator[Step]:
    """What vouches add: how far the Beta mean (r + 1) ÷ (r + s + 2) of r that vouch and s that object lies above one half."""
    vouching, objecting = evaluation.facts.vouches, evaluation.facts.objections
    label = f"Vouches by verified clinicians and organisations, {number(most)} points at most: {vouching} for, {objecting} against"
    points = evaluation.arithmetic["vouches"]
    if points:
        yield _told(label, f"{number(most)} × (2 × ({vouching} + 1) ÷ ({vouching} + {objecting} + 2) − 1)", points)
    elif objecting:
        yield _told(label, "no more for than against, so nothing is added", points)


def _incident_step(evaluation: Evaluation) -> Step:
    label, factors = "Incident records", [item.factor for item in evaluation.discounts]
    if not factors:
        return _told(label, "no incident on record: 100", evaluation.incident_score)
    template = " × ".join(["100", *["{}"] * len(factors)])
    product = _Sum(template, factors, lambda *each: 100 * math.prod(each), FINER_PLACES)
    return _worked(label, product, evaluation.incident_score)


def _low_steps(evaluation: Evaluation) -> Iterator[Step]:
    mean, vouches = evaluation.arithmetic["mean_low"], evaluation.arithmetic["vouches"]
    parts, template = [mean], "{}"
    if mean + vouches > 100:
        both = _Sum("the lesser of 100 and {} + {}", (mean, vouches), lambda *each: min(100.0, sum(each)))
        yield _worked("Mean and vouches", both, 100.0)
        parts = [100.0]
    elif vouches:
        parts, template = [mean, vouches], "({} + {})"
    numbers = (*parts, evaluation.incident_score)
    low = _Sum(f"{template} × {{}} ÷ 100", numbers, lambda *each: sum(each[:-1]) * each[-1] / 100)
    yield _worked("Low end", low, evaluation.low)


def _headline_step(evaluation: Evaluation, limits: Sequence[float]) -> Step:
    if not limits:
        return _told("Headline", "the low end; no limit applies", evaluation.headline)
    numbers = (evaluation.low, *limits)
    return _worked(
        "Headline", _Sum(f"the least of {', '.join(['{}'] * len(numbers))}", numbers, min), evaluation.headline
    )


def _worked(label: str, given: _Sum, value: float) -> Step:
    """A step whose numbers have the fewest places with which its expression gives its value."""
    places = fewest(given.work, given.numbers, rounded(value), given.places)
    return _told(label, given.template.format(*(number(each, places) for each in given.numbers)), value)


def _told(label: str, expression: str, value: float) -> Step:
    return {"label": label, "expression": expression, "value": rounded(value)}
