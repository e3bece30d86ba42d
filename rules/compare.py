"""Why two evaluations differ: because of time, of evidence, or of method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.engine import evaluate
from rules.facts import Facts
from rules.findings import Evaluation
from rules.pack import Pack


class Cause(StrEnum):
    """In the order in which they are taken: first the same facts grow older, then they change, then so do the rules."""

    TIME = "time"
    EVIDENCE = "evidence"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Judged:
    """What one evaluation was made from."""

    pack: Pack
    facts: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule whose result changed; "" stands for a rule that the pack does not have."""

    rule: str
    before: str
    after: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Comparison:
    """`points` says what each cause did to the headline; the three add up to `total`, to the sixth place."""

    before: Evaluation
    after: Evaluation
    total: float
    points: dict[Cause, float]
    changes: tuple[RuleChange, ...]


def compare(before: Judged, after: Judged) -> Comparison:
    """Goes from one to the other in three steps, judging anew after each; each step's difference belongs to its cause."""
    first = evaluate(before.pack, before.facts, before.at)
    later = evaluate(before.pack, before.facts, after.at)
    renewed = evaluate(before.pack, after.facts, after.at)
    last = evaluate(after.pack, after.facts, after.at)
    steps = [(Cause.TIME, first, later), (Cause.EVIDENCE, later, renewed), (Cause.METHOD, renewed, last)]
    return Comparison(
        before=first,
        after=last,
        total=_difference(first, last),
        points={cause: _difference(one, other) for cause, one, other in steps},
        changes=tuple(change for cause, one, other in steps for change in _changes(cause, one, other)),
    )


def _difference(one: Evaluation, other: Evaluation) -> float:
    return round(other.headline - one.headline, 6)


def _changes(cause: Cause, one: Evaluation, other: Evaluation) -> list[RuleChange]:
    before = {finding.rule: str(finding.result) for finding in one.findings}
    after = {finding.rule: str(finding.result) for finding in other.findings}
    names = sorted(before.keys() | after.keys())
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [RuleChange(name, old, new, cause) for name, old, new in pairs if old != new]
