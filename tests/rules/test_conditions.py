"""Four truths, read-sets, what decided, and conditions that are refused."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.conditions import (
    FALSE,
    NOT_OBSERVABLE,
    TRUE,
    UNKNOWN,
    UNSURE,
    Condition,
    ConditionInvalid,
    Truth,
    parse,
    view,
)
from rules.facts import Fact, Facts, Knowledge
from rules.vocabulary import standard

AT = datetime(2026, 6, 1, tzinfo=UTC)
VALUE = {TRUE: True, FALSE: False, NOT_OBSERVABLE: NOT_OBSERVABLE}
LEFT, RIGHT, THIRD = ({"is": {name: True}} for name in ("rules_published", "name_changed", "purpose_changed"))


def condition(raw: Any) -> Condition:
    return parse(raw, standard())


def values(*truths: Truth) -> dict[str, Any]:
    pairs = zip(("rules_published", "name_changed", "purpose_changed"), truths, strict=False)
    return {name: VALUE[truth] for name, truth in pairs if truth is not UNKNOWN}


def joined(truths: tuple[Truth, ...], absorbing: Truth, neutral: Truth) -> Truth:
    """What stays open is told by its one cause, and is unsure where it has two."""
    if absorbing in truths:
        return absorbing
    causes = set(truths) - {neutral}
    return UNSURE if len(causes) > 1 else next(iter(causes), neutral)


@pytest.mark.parametrize("truths", list(itertools.product((TRUE, FALSE, UNKNOWN, NOT_OBSERVABLE), repeat=3)))
def test_truth_tables(truths: tuple[Truth, ...]) -> None:
    three, parts = values(*truths), [LEFT, RIGHT, THIRD]
    every, some = joined(truths, FALSE, TRUE), joined(truths, TRUE, FALSE)
    assert condition({"all": parts}).test(three, AT) is every
    assert condition({"any": parts}).test(three, AT) is some
    turned = {"not": {"any": [{"not": part} for part in parts]}}
    assert condition(turned).test(three, AT) is every, "De Morgan"
    for kind, whole in (("all", every), ("any", some)):
        assert condition({kind: [{kind: [LEFT, RIGHT]}, THIRD]}).test(three, AT) is whole, "parts may be joined first"


def test_beside_what_cannot_be_seen_it_is_the_unknown_that_decides() -> None:
    both = condition({"all": [LEFT, RIGHT]})
    assert both.decisive(values(UNKNOWN, NOT_OBSERVABLE), AT) == {"rules_published"}


@pytest.mark.parametrize(
    ("raw", "value", "truth"),
    [
        ({"at_least": {"urgent_help": "mentioned"}}, "absent", FALSE),
        ({"at_least": {"urgent_help": "mentioned"}}, "mentioned", TRUE),
        ({"at_least": {"urgent_help": "mentioned"}}, "specified", TRUE),
        ({"at_most": {"urgent_help": "mentioned"}}, "specified", FALSE),
        ({"at_most": {"urgent_help": "mentioned"}}, "absent", TRUE),
        ({"at_least": {"members": 10}}, 9, FALSE),
        ({"at_least": {"members": 10}}, 10, TRUE),
        ({"at_most": {"rules_readability": 8}}, 8.0, TRUE),
        ({"at_most": {"rules_readability": 8}}, 8.01, FALSE),
        ({"one_of": {"joining": ["open", "knock"]}}, "knock", TRUE),
        ({"one_of": {"joining": ["open", "knock"]}}, "paid", FALSE),
        ({"older_than": {"created_on": 90}}, AT - timedelta(days=90), FALSE),
        ({"older_than": {"created_on": 90}}, AT - timedelta(days=90, seconds=1), TRUE),
        ({"within": {"created_on": 90}}, AT - timedelta(days=90), TRUE),
        ({"within": {"created_on": 90}}, AT - timedelta(days=90, seconds=1), FALSE),
        ({"within": {"created_on": 90}}, AT + timedelta(days=1), TRUE),
    ],
)
def test_leaves(raw: dict[str, Any], value: Any, truth: Truth) -> None:
    (name,) = next(iter(raw.values()))
    one = condition(raw)
    assert one.test({name: value}, AT) is truth
    assert one.test({}, AT) is UNKNOWN
    assert one.test({name: NOT_OBSERVABLE}, AT) is NOT_OBSERVABLE
    assert one.reads == {name}


def test_what_decided() -> None:
    either = condition({"any": [LEFT, RIGHT]})
    assert either.decisive({"rules_published": True, "name_changed": False}, AT) == {"rules_published"}
    assert either.decisive({"rules_published": False, "name_changed": False}, AT) == {"rules_published", "name_changed"}
    assert either.decisive({"rules_published": False}, AT) == {"name_changed"}
    assert condition({"all": [LEFT, RIGHT]}).decisive({"rules_published": False}, AT) == {"rules_published"}
    assert condition({"always": True}).reads == frozenset()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("urgent_help", "exactly one name"),
        ({"is": {"urgent_help": "absent"}, "not": {}}, "exactly one name"),
        ({"is": {"urgent_help": "absent", "members": 1}}, "exactly one name"),
        ({"eval": {"members": 1}}, "unknown operator eval"),
        ({"is": {"mood": True}}, "unknown fact mood"),
        ({"is": {"rules_published": "yes"}}, "wrong type"),
        ({"is": {"urgent_help": True}}, "wrong type"),
        ({"is": {"members": True}}, "wrong type"),
        ({"is": {"created_on": "2020-01-01"}}, "equality means nothing"),
        ({"one_of": {"joining": []}}, "takes a list"),
        ({"one_of": {"joining": ["sideways"]}}, "wrong type"),
        ({"at_least": {"rules_published": 1}}, "wrong type"),
        ({"at_least": {"members": "many"}}, "wrong type"),
        ({"at_least": {"members": float("nan")}}, "wrong type"),
        ({"at_least": {"urgent_help": "loud"}}, "wrong type"),
        ({"older_than": {"members": 3}}, "wrong type"),
        ({"within": {"created_on": -1}}, "wrong type"),
        ({"all": []}, "takes a list"),
        ({"always": False}, "always takes true"),
    ],
)
def test_refused(raw: Any, reason: str) -> None:
    with pytest.raises(ConditionInvalid, match=reason):
        condition(raw)


@pytest.mark.parametrize(
    ("raw", "samples"),
    [
        ({"at_least": {"members": 10}}, {9, 10, 11}),
        ({"is": {"stewards_count": 2}}, {1, 2, 3}),
        ({"older_than": {"created_on": 90}}, {timedelta(days=days) for days in (89, 90, 91)}),
        ({"is": {"rules_published": True}}, {True, False}),
    ],
)
def test_samples_stand_on_either_side_of_every_boundary(raw: dict[str, Any], samples: set[Any]) -> None:
    (name,) = condition(raw).reads
    assert condition(raw).samples == {name: samples}


@pytest.mark.parametrize("days", [0, 0.5, 36_500])
def test_ages_from_nothing_to_a_hundred_years(days: float) -> None:
    moment = AT - timedelta(days=days)
    assert condition({"within": {"created_on": days}}).test({"created_on": moment}, AT) is TRUE


@pytest.mark.parametrize("days", [-0.5, 36_500.5])
def test_no_other_ages(days: float) -> None:
    with pytest.raises(ConditionInvalid, match="no days"):
        condition({"within": {"created_on": days}})


def test_what_is_unknown_is_left_out_and_what_nobody_can_see_is_not() -> None:
    answers = {
        "rules_published": Fact("rules_published", Knowledge.KNOWN, value=True),
        "name_changed": Fact("name_changed", Knowledge.UNKNOWN),
        "members": Fact("members", Knowledge.NOT_OBSERVABLE),
    }
    assert view(Facts(answers)) == {"rules_published": True, "members": NOT_OBSERVABLE}
