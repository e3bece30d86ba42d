"""What fits the vocabulary and what does not, and how values read in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rules.conditions import NOT_OBSERVABLE
from rules.errors import FactInvalid
from rules.facts import Fact, Facts, Knowledge
from rules.vocabulary import read_moment, standard, validate
from rules.wording import fill, in_words
from tests.rules.worlds import good, incident


def test_good_facts_fit() -> None:
    validate(good(more={"incidents": (incident(),)}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mood", True),
        ("rules_published", 1),
        ("members", True),
        ("members", 3.0),
        ("rules_readability", float("nan")),
        ("rules_readability", float("inf")),
        ("created_on", datetime(2020, 1, 1)),  # noqa: DTZ001 -- that it lacks a zone is the point
        ("created_on", "2020-01-01"),
        ("urgent_help", "loud"),
        ("joining", None),
    ],
)
def test_what_does_not_fit_is_named(name: str, value: Any) -> None:
    with pytest.raises(FactInvalid, match=name):
        validate(Facts({name: Fact(name, Knowledge.KNOWN, value)}))


def test_everything_wrong_is_named_at_once() -> None:
    unknown_with_value = Fact("members", Knowledge.UNKNOWN, 3)
    misfiled = Fact("stewards_count", Knowledge.KNOWN, 3)
    group = Facts(
        {"members": unknown_with_value, "rules_count": misfiled},
        incidents=(incident(severity=5), replace(incident(), id="i2", latest=datetime(2020, 1, 1))),  # noqa: DTZ001 -- as above
        read_at=datetime(2020, 1, 1),  # noqa: DTZ001 -- as above
    )
    with pytest.raises(FactInvalid) as caught:
        validate(group)
    for part in ("members is unknown and yet", "filed under another name", "i1: severity", "i2: dates", "read_at"):
        assert part in str(caught.value)


def test_moments_are_read_as_utc() -> None:
    assert read_moment("2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert read_moment("2026-03-01T02:00:00+02:00") == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(FactInvalid):
        standard()["created_on"].read("yesterday")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2026, 5, 3, tzinfo=UTC), "3 May 2026"),
        (12345, "12,345"),
        (8.04, "8"),
        (1234.56, "1,234.6"),
        (True, "yes"),
        ("specified", "spelled out"),
        ("could_not_confirm", "could not confirm"),
        (("Ada", "Grace"), "Ada, Grace"),
        (None, "unknown"),
        (NOT_OBSERVABLE, "unknown"),
    ],
)
def test_values_in_words(value: Any, words: str) -> None:
    assert in_words(value) == words


def test_a_value_is_never_read_as_a_template() -> None:
    assert fill("In {language}.", {"language": "{members}", "members": 3}) == "In {members}."
