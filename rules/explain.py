"""The judgement in words, and what would raise it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, product
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
# What nobody can bring about this week: time changes it, or nothing does, or it is never read (announcements are posts).
_OUT_OF_REACH = frozenset(
    {
        "created_on",
        "existed_by",
        "name_changed",
        "stewards_accounts_young",
        "stewards_replaced",
        "stewards_settled",
        "stewardship_changes_announced",
    }
)


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
    ways the one that brings least, so that no remedy promises more than it brings. A change that passes several rules is listed
    once, under a rule made for such groups, if there is one: its remedy fits better. What would lower the headline is left out,
    and what nobody can do anything about.
    """
    # Hysteresis and second readings would hide what a change is worth.
    fresh = replace(facts, previous=None)
    now = evaluate(pack, fresh, at)
    rules = {rule.id: rule for rule in pack.rules}
    improvable = [rules[finding.rule] for finding in now.findings if finding.result in _IMPROVABLE]
    improvable.sort(key=lambda rule: bool(rule.applies.reads))  # of those with the same change, the last one stays
    found = [_improvement(pack, rule, fresh, now) for rule in improvable]
    once = {frozenset(one.facts.items()): one for one in found if one and one.gain >= 0}
    return tuple(sorted(once.values(), key=lambda one: (-one.gain, EFFORTS.index(one.effort), one.rule)))


def _improvement(pack: Pack, rule: Rule, facts: Facts, now: Evaluation) -> Improvement | None:
    tried = [(evaluate(pack, _with(facts, way), now.at), way) for way in _ways(rule, view(facts), now.at)]
    if not tried:
        return None
    then, way = min(tried, key=lambda one: one[0].headline)
    gain = round(then.headline - now.headline, 6)
    return Improvement(rule.id, rule.question, rule.remedy, rule.effort, gain, then.grade, way)


def _ways(rule: Rule, values: Values, at: datetime) -> list[dict[str, Any]]:
    """The changes of as few of the rule's facts as will do that make it pass. What the platform can never show, and what is out
    of reach, cannot be changed, and passing is not to be had by becoming another kind of group.
    """
    samples = rule.samples(at)
    fixed = rule.applies.reads | _OUT_OF_REACH
    names = [name for name in samples if name not in fixed and values.get(name) is not NOT_OBSERVABLE]
    for count in range(1, len(names) + 1):
        changes = (change for some in combinations(names, count) for change in _changes(some, samples))
        if ways := [way for way in changes if rule.verdict({**values, **way}, at)[0] is Result.PASSED]:
            return ways
    return []


def _changes(names: Sequence[str], samples: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(names, case, strict=True)) for case in product(*(samples[name] for name in names)))


def _with(facts: Facts, way: Mapping[str, Any]) -> Facts:
    known = {name: Fact(name, Knowledge.KNOWN, value) for name, value in way.items()}
    return replace(facts, values={**facts.values, **known})
