"""One rule: a question with its condition, and what each answer means for the score and for the reader."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rules.conditions import FALSE, NOT_OBSERVABLE, TRUE, UNKNOWN, UNSURE, Condition, Truth, Values, merge_samples
from rules.findings import Result

Partial = tuple[Condition, float]
Verdict = tuple[Result, float, float]  # result, share earned for certain, share possible at best


@dataclass(frozen=True, slots=True)
class Example:
    """Facts and the outcome they must give; facts that are not named are unknown."""

    outcome: Result
    values: Values
    at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """As read from its file and checked; `digest` is that of the file's content."""

    id: str
    version: int
    question: str
    dimension: str
    weight: float
    applies: Condition
    expect: Condition
    partials: tuple[Partial, ...]
    messages: Mapping[Result, str]
    remedy: str
    effort: str
    source: str
    source_url: str
    examples: tuple[Example, ...]
    digest: str

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.applies, self.expect, *(condition for condition, _ in self.partials))

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(condition.reads for condition in self.conditions))

    def verdict(self, values: Values, at: datetime) -> Verdict:
        """What the facts say, as an interval of the share earned."""
        return self.weigh(condition.test(values, at) for condition in self.conditions)

    def weigh(self, truths: Iterable[Truth]) -> Verdict:
        """The verdict from the truths of the `conditions`, of which no more are taken than `is_decided` needs.

        The expectation and the partials are walked through in order. What is TRUE ends the walk, what is FALSE is passed over, what
        is undecided leaves its share possible and the walk goes on: so less knowledge only ever widens the interval, which is
        what keeps hiding from paying (law 2). Where the unknown and the not observable meet, nothing is earned: were one of
        them revealed, the rule might still drop out of the score.
        """
        rest = iter(truths)
        applies = next(rest)
        if applies is not TRUE:
            return _NOT_APPLIED[applies]
        seen: set[Truth] = set()
        shares: list[float] = []
        for share, truth in zip((1.0, *(earns for _, earns in self.partials)), rest, strict=False):
            if truth is not FALSE:
                seen.add(truth)
                shares.append(share)
            if truth is TRUE:
                break
        else:
            shares.append(0.0)
        return _interval(seen, shares)

    def is_decided(self, truths: Sequence[Truth]) -> bool:
        """Whether the truths of the first conditions leave nothing to the others."""
        return truths[0] is not TRUE or TRUE in truths[1:] or len(truths) == len(self.conditions)

    def decisive(self, values: Values, at: datetime) -> frozenset[str]:
        """The facts that made the verdict what it is."""
        applies = self.applies.decisive(values, at)
        if self.applies.test(values, at) is not TRUE:
            return applies
        names = applies
        for condition in self.conditions[1:]:
            names |= condition.decisive(values, at)
            if condition.test(values, at) is TRUE:
                break
        return names

    def samples(self, at: datetime) -> dict[str, list[Any]]:
        """Of each fact that the rule reads, the values that can make a difference to it."""
        samples = merge_samples(self.conditions)
        return {name: [moment_or_value(one, at) for one in sorted(samples[name], key=repr)] for name in sorted(samples)}

    def cases(self, at: datetime, extra: Iterable[Any] = (UNKNOWN, NOT_OBSERVABLE)) -> Iterator[dict[str, Any]]:
        """Every combination of the values that can make a difference to this rule, with `extra` ones for each fact."""
        names = self.samples(at)
        choices = [[*values, *extra] for values in names.values()]
        return (dict(zip(names, case, strict=True)) for case in itertools.product(*choices))


_NOT_APPLIED: Mapping[Truth, Verdict] = {
    FALSE: (Result.INAPPLICABLE, 0.0, 0.0),
    UNKNOWN: (Result.CANT_TELL, 0.0, 1.0),
    UNSURE: (Result.CANT_TELL, 0.0, 1.0),
    NOT_OBSERVABLE: (Result.NOT_OBSERVABLE, 0.0, 0.0),
}


def _interval(truths: set[Truth], shares: list[float]) -> Verdict:
    if UNSURE in truths:
        return _NOT_APPLIED[UNSURE]
    if NOT_OBSERVABLE in truths:
        return _NOT_APPLIED[UNKNOWN if UNKNOWN in truths else NOT_OBSERVABLE]
    low, high = min(shares), max(shares)
    if low == 1.0:
        return (Result.PASSED, low, high)
    if low > 0.0:
        return (Result.PARTIAL, low, high)
    return (Result.CANT_TELL if high > 0.0 else Result.FAILED, low, high)


def moment_or_value(sample: Any, at: datetime) -> Any:
    """A sample as a value: a timedelta stands for that long before `at`."""
    return at - sample if isinstance(sample, timedelta) else sample
