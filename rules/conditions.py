"""Conditions as data: parsed once, checked against the vocabulary, compiled to closures. Nothing is evaluated as code.

Five truths (Kleene's three, with the unknown told apart by its cause):

    all   FALSE > UNKNOWN > NOT_OBSERVABLE > TRUE     the first of these among the parts is the answer
    any   TRUE  > UNKNOWN > NOT_OBSERVABLE > FALSE
    not   turns TRUE and FALSE around and leaves the others

where UNKNOWN beside NOT_OBSERVABLE is UNSURE: what is unknown may, once learned, leave the answer to what can never be seen. So a
condition is NOT_OBSERVABLE only where nothing that somebody could still learn would decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from operator import ge, le
from typing import Any

from rules.facts import Facts, Knowledge, Value
from rules.vocabulary import LEVELS, Kind, Question, Vocabulary, is_number


class Truth(Enum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_OBSERVABLE = "not_observable"
    UNSURE = "unsure"

    __hash__ = (
        object.__hash__
    )  # members are single; Enum's own hash is many times slower, and truths are looked up all the time


TRUE, FALSE, UNKNOWN, NOT_OBSERVABLE, UNSURE = Truth

# Known values as they are, NOT_OBSERVABLE for what can never be seen; what is missing is unknown.
Values = Mapping[str, Any]
Test = Callable[[Values, datetime], Truth]
Decisive = Callable[[Values, datetime], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Condition:
    """`test` answers; `reads` are the facts it may look at; `decisive` names those that made the answer what it is.

    `samples` holds, for each fact, values on either side of every boundary; a timedelta stands for that long before `at`.
    """

    test: Test
    reads: frozenset[str]
    decisive: Decisive
    samples: Mapping[str, frozenset[Value | timedelta]]


class ConditionInvalid(ValueError):
    """A condition that does not parse; the message is the reason."""


def view(facts: Facts) -> dict[str, Any]:
    """The facts as conditions read them."""
    unknown, known = Knowledge.UNKNOWN, Knowledge.KNOWN
    return {
        name: fact.value if fact.knowledge is known else NOT_OBSERVABLE
        for name, fact in facts.values.items()
        if fact.knowledge is not unknown
    }


def parse(raw: object, vocabulary: Vocabulary) -> Condition:
    """The condition that `raw` (parsed YAML) writes down; raises ConditionInvalid with the reason."""
    operator, operand = _only_entry(raw, "a condition")
    if operator == "always":
        if operand is not True:
            raise ConditionInvalid("always takes true")
        return ALWAYS
    if operator in ("all", "any"):
        if not isinstance(operand, list) or not operand:
            raise ConditionInvalid(f"{operator} takes a list of conditions")
        return _combine([parse(part, vocabulary) for part in operand], FALSE if operator == "all" else TRUE)
    if operator == "not":
        return _negate(parse(operand, vocabulary))
    if operator not in _LEAVES:
        raise ConditionInvalid(f"unknown operator {operator}")
    name, wanted = _only_entry(operand, operator)
    if name not in vocabulary:
        raise ConditionInvalid(f"unknown fact {name}")
    return _LEAVES[operator](vocabulary[name], wanted)


def _only_entry(raw: object, what: str) -> tuple[str, Any]:
    if not isinstance(raw, dict) or len(raw) != 1:
        raise ConditionInvalid(f"{what} takes exactly one name with its value, not {raw!r}")
    key, value = next(iter(raw.items()))
    return str(key), value


# --- combinations ----------------------------------------------------------------------------------------------


def _combine(parts: list[Condition], absorbing: Truth) -> Condition:
    """`all` where one FALSE settles it, `any` where one TRUE does."""
    neutral = TRUE if absorbing is FALSE else FALSE
    tests = tuple(part.test for part in parts)

    def test(values: Values, at: datetime) -> Truth:
        answer = neutral
        for one in tests:
            truth = one(values, at)
            if truth is absorbing:
                return absorbing
            if answer is neutral:
                answer = truth
            elif truth is not neutral and truth is not answer:
                answer = UNSURE
        return answer

    def decisive(values: Values, at: datetime) -> frozenset[str]:
        answer = test(values, at)
        deciding = (UNKNOWN, UNSURE) if answer is UNSURE else (answer,)
        return frozenset().union(*(part.decisive(values, at) for part in parts if part.test(values, at) in deciding))

    return Condition(test, frozenset().union(*(part.reads for part in parts)), decisive, merge_samples(parts))


def merge_samples(conditions: Iterable[Condition]) -> dict[str, frozenset[Value | timedelta]]:
    """The samples of several conditions together."""
    merged: dict[str, frozenset[Value | timedelta]] = {}
    for condition in conditions:
        for name, samples in condition.samples.items():
            merged[name] = merged.get(name, frozenset()) | samples
    return merged


def _negate(inner: Condition) -> Condition:
    turned = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN, NOT_OBSERVABLE: NOT_OBSERVABLE, UNSURE: UNSURE}

    def test(values: Values, at: datetime) -> Truth:
        return turned[inner.test(values, at)]

    return Condition(test, inner.reads, inner.decisive, inner.samples)


ALWAYS = Condition(lambda _values, _at: TRUE, frozenset(), lambda _values, _at: frozenset(), {})


# --- leaves: one fact each -----------------------------------------------------------------------------------------


def _leaf(question: Question, test: Test, samples: Iterable[Value | timedelta]) -> Condition:
    names = frozenset({question.name})
    return Condition(test, names, lambda _values, _at: names, {question.name: frozenset(samples)})


def _member(question: Question, allowed: frozenset[Any]) -> Condition:
    name = question.name

    def test(values: Values, _at: datetime) -> Truth:
        value = values.get(name, UNKNOWN)
        if value.__class__ is Truth:
            return value
        return TRUE if value in allowed else FALSE

    if question.kind is Kind.INTEGER:
        return _leaf(question, test, _around(allowed))
    return _leaf(question, test, question.options or (True, False))


def _compare(question: Question, holds: Callable[[Any, Any], bool], limit: float) -> Condition:
    name = question.name

    def test(values: Values, _at: datetime) -> Truth:
        value = values.get(name, UNKNOWN)
        if value.__class__ is Truth:
            return value
        return TRUE if holds(value, limit) else FALSE

    return _leaf(question, test, _around({limit}))


def _around(numbers: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(number + offset for number in numbers for offset in (-1, 0, 1))


def _age(question: Question, days: float, *, older: bool) -> Condition:
    """A moment that has not come yet counts as recent: clocks differ, and nothing is old before it begins."""
    name, span = question.name, timedelta(days=days)

    def test(values: Values, at: datetime) -> Truth:
        value = values.get(name, UNKNOWN)
        if value.__class__ is Truth:
            return value
        return TRUE if (at - value > span) is older else FALSE

    return _leaf(question, test, (span - timedelta(days=1), span, span + timedelta(days=1)))


def _is(question: Question, wanted: object) -> Condition:
    return _one_of(question, [wanted])


def _one_of(question: Question, wanted: object) -> Condition:
    if question.kind not in (Kind.BOOLEAN, Kind.INTEGER, Kind.LEVEL, Kind.CHOICE):
        raise ConditionInvalid(f"{question.name} is a {question.kind}: equality means nothing there")
    if not isinstance(wanted, list) or not wanted:
        raise ConditionInvalid(f"one_of takes a list of values for {question.name}")
    for value in wanted:
        if problem := question.problem(value):
            raise ConditionInvalid(f"wrong type: {problem}")
    return _member(question, frozenset(wanted))


def _ordered(question: Question, wanted: object, *, at_least: bool) -> Condition:
    if question.kind is Kind.LEVEL:
        if wanted not in LEVELS:
            raise ConditionInvalid(f"wrong type: {question.problem(wanted)}")
        rank = LEVELS.index(str(wanted))
        return _member(question, frozenset(LEVELS[rank:] if at_least else LEVELS[: rank + 1]))
    if question.kind not in (Kind.INTEGER, Kind.NUMBER) or not isinstance(wanted, int | float) or not is_number(wanted):
        raise ConditionInvalid(f"wrong type: {question.name} is a {question.kind}, {wanted!r} does not order it")
    return _compare(question, ge if at_least else le, wanted)


def _moment_age(question: Question, days: object, *, older: bool) -> Condition:
    if (
        question.kind is not Kind.MOMENT
        or not isinstance(days, int | float)
        or not is_number(days)
        or not 0 <= days <= 36500
    ):
        raise ConditionInvalid(f"wrong type: {question.name} is a {question.kind}, {days!r} are no days of its age")
    return _age(question, days, older=older)


_LEAVES: Mapping[str, Callable[[Question, Any], Condition]] = {
    "is": _is,
    "one_of": _one_of,
    "at_least": lambda question, wanted: _ordered(question, wanted, at_least=True),
    "at_most": lambda question, wanted: _ordered(question, wanted, at_least=False),
    "older_than": lambda question, days: _moment_age(question, days, older=True),
    "within": lambda question, days: _moment_age(question, days, older=False),
}
