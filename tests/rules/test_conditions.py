"""Four truths, read-sets, what decided, and conditions that are refused."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.conditions import FALSE, NOT_OBSERVABLE, TRUE, UNKNOWN, Condition, ConditionInvalid, Truth, parse, view
from rules.facts import Fact, Facts, Knowledge
from rules.vocabulary import standard

AT = datetime(2026, 6, 1, tzinfo=UTC)
VALUE = {TRUE: True, FALSE: False, NOT_OBSERVABLE: NOT_OBSERVABLE}
LEFT, RIGHT = {"is": {"rules_published": True}}, {"is": {"name_changed": True}}


def condition(raw: Any) -> Condition:
    return parse(raw, standard())


def values(left: Truth, right: Truth) -> dict[str, Any]:
    pairs = {"rules_published": left, "name_changed": right}
    return {name: VALUE[truth] for name, truth in pairs.items() if truth is not UNKNOWN}


@pytest.mark.parametrize(("left", "right"), list(itertools.product(Truth, repeat=2)))
def test_truth_tables(left: Truth, right: Truth) -> None:
    both = values(left, right)
    strongest_all = next(truth for truth in (FALSE, UNKNOWN, NOT_OBSERVABLE, TRUE) if truth in (left, right))
    strongest_any = next(truth for truth in (TRUE, UNKNOWN, NOT_OBSERVABLE, FALSE) if truth in (left, right))
    assert condition({"all": [LEFT, RIGHT]}).test(both, AT) is strongest_all
    assert condition({"any": [LEFT, RIGHT]}).test(both, AT) is strongest_any
    turned = {"not": {"any": [{"not": LEFT}, {"not": RIGHT}]}}
    assert condition(turned).test(both, AT) is strongest_all, "De Morgan"


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
