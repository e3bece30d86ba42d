"""The judgement in words, and what would raise it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rules.conditions import NOT_OBSERVABLE, Values, view
from rules.engine import evaluate
from rules.facts import Fact, Facts, Knowledge
from rules.findings import Evaluation, Finding, Result
from rules.pack import Pack
from rules.rule import Rule
from rules.rulefile import EFFORTS
from rules.wording import fill, in_words

_IMPROVABLE = (Result.FAILED, Result.PARTIAL, Result.CANT_TELL)


@dataclass(frozen=True, slots=True)
class Improvement:
    """What would raise the score: pass `rule` by bringing about `facts` (name -> value), and the headline gains `gain` points
    and becomes worth `grade`, all else the same. A gain of 0 means that a cap or another rule holds the headline down.
    """

    rule: str
    question: str
    remedy: str
    effort: str
    gain: float
    grade: str
    facts: Mapping[str, Any]


def sentence(finding: Finding, values: Values) -> str:
    """What a finding says to a worried person, with the group's own facts (`conditions.view`) in it."""
    text = fill(finding.template, values)
    if finding.carried_from is None:
        return text
    return f"{text} When this could last be read, on {in_words(finding.carried_from)}, the answer was no."


def improvements(pack: Pack, facts: Facts, at: datetime) -> tuple[Improvement, ...]:
    """For each rule that is not fully passed and could be: what passing it would bring. Largest gain first, then least effort.

    Each gain comes from a whole evaluation with nothing but the rule's own facts changed: as few of them as will do, and of those
    ways the best.
    """
    # Hysteresis and second readings would hide what a change is worth.
    fresh = replace(facts, previous=None)
    now = evaluate(pack, fresh, at)
    rules = {rule.id: rule for rule in pack.rules}
    open_findings = [finding for finding in now.findings if finding.result in _IMPROVABLE]
    found = (_improvement(pack, rules[finding.rule], fresh, now) for finding in open_findings)
    return tuple(sorted(filter(None, found), key=lambda one: (-one.gain, EFFORTS.index(one.effort), one.rule)))


def _improvement(pack: Pack, rule: Rule, facts: Facts, now: Evaluation) -> Improvement | None:
    ways = list(_ways(rule, view(facts), now.at))
    if not ways:
        return None
    fewest = min(map(len, ways))
    tried = [(evaluate(pack, _with(facts, way), now.at), way) for way in ways if len(way) == fewest]
    best, way = max(tried, key=lambda one: one[0].headline)
    gain = round(best.headline - now.headline, 6)
    return Improvement(rule.id, rule.question, rule.remedy, rule.effort, gain, best.grade, way)


def _ways(rule: Rule, values: Values, at: datetime) -> Iterator[dict[str, Any]]:
    """The changes of the rule's facts that make it pass. What the platform can never show cannot be changed."""
    fixed = {name for name in rule.reads if values.get(name) is NOT_OBSERVABLE}
    settled = rule.applies.reads & set(values)  # passing is not to be had by becoming another kind of group
    for case in rule.cases(at, extra=()):
        way = {name: value for name, value in case.items() if value != values.get(name)}
        if not (fixed | settled) & set(way) and rule.verdict({**values, **way}, at)[0] is Result.PASSED:
            yield way


def _with(facts: Facts, way: Mapping[str, Any]) -> Facts:
    known = {name: Fact(name, Knowledge.KNOWN, value) for name, value in way.items()}
    return replace(facts, values={**facts.values, **known})
