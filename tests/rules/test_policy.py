"""Policies: an overlay that is checked as it loads, and says pass or fail beside the public grade."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.errors import PackInvalid
from rules.facts import Facts
from rules.policy import Opinion, Policy, apply
from tests.rules.worlds import AT, CORE, SMALL, good, groups, incident, incidents, judged, nearly_good, pack, remembered

FULL = """
name: clinic
title: What our clinic refers to
require: [reporting, harm-content]
weights: {name-kept: 0, established: 20}
dimensions: {clarity: 80}
caps: {no-help: 20}
minimum: {headline: 70, coverage: 0.9, grade: B}
"""


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Policy]:
    def policy(text: str) -> Policy:
        path = tmp_path_factory.mktemp("policies") / "clinic.yaml"
        path.write_text(text)
        return Policy.load(path, pack())

    return policy


@pytest.fixture(scope="session")
def clinic(policy: Callable[[str], Policy]) -> Policy:
    return policy(FULL)


def opinion(policy: Policy, group: Facts) -> Opinion:
    return apply(policy, group, AT, judged(group).grade)


def test_a_group_that_has_it_all_passes(clinic: Policy) -> None:
    assert opinion(clinic, good()) == Opinion("clinic", "What our clinic refers to", True, (), 100.0, 1.0)


def test_each_thing_it_asks_for_is_told_where_it_is_lacking(clinic: Policy) -> None:
    said = opinion(clinic, good(reporting="mentioned"))
    assert (said.passes, said.reasons) == (False, ("reporting? reporting partial.",))
    assert said.headline == pytest.approx(100 * (1 - 80 / 140 * 3.75 / 22.5), abs=1e-5)


def test_weights_dimensions_and_caps_are_its_own(clinic: Policy) -> None:
    assert opinion(clinic, good(name_changed=True)).headline == 100
    young = opinion(clinic, good(created_on=AT - timedelta(days=200)))
    assert young.headline == pytest.approx(100 * (35 + 80 + 25 / 2) / 140, abs=1e-5)
    helpless = opinion(clinic, good(urgent_help="absent"))
    assert helpless.headline == 20
    assert helpless.reasons == (
        "20.0 points by this policy; it asks for 70.",
        "The public grade is C; this policy asks for B or better.",
    )
    assert judged(good(urgent_help="absent")).headline == 59  # the public judgement stays what it is


def test_what_is_asked_for_must_be_known(policy: Callable[[str], Policy]) -> None:
    plain = policy("{name: plain, title: Plain, require: [reporting, harm-content]}")
    assert opinion(plain, good()).passes
    assert opinion(plain, good(topic_self_harm=False)).passes  # harm-content does not apply
    assert not opinion(plain, good(reporting=None)).passes
    assert not opinion(plain, good(reporting=None, hidden=("reporting",))).passes
    thorough = policy("{name: thorough, title: Thorough, minimum: {coverage: 0.95}}")
    said = opinion(thorough, good(name_changed=None))
    assert said.reasons == ("91 % of what counts is known; this policy asks for 95 %.",)


def test_a_near_miss_does_not_read_like_the_limit(policy: Callable[[str], Policy]) -> None:
    strict = policy("{name: strict, title: Strict, minimum: {headline: 91.7}}")
    said = opinion(strict, good(name_changed=True))  # 91.67 points
    assert said.reasons == ("91.6 points by this policy; it asks for 91.7.",)
    thorough = policy("{name: thorough, title: Thorough, minimum: {coverage: 0.92}}")
    said = opinion(thorough, good(name_changed=None))  # 91.67 %
    assert said.reasons == ("91 % of what counts is known; this policy asks for 92 %.",)


def test_a_share_that_misses_the_limit_by_its_last_digits_alone_meets_it(policy: Callable[[str], Policy]) -> None:
    assert judged(good(name_changed=None)).coverage < 0.916667
    exact = policy("{name: exact, title: Exact, minimum: {coverage: 0.916667}}")
    assert opinion(exact, good(name_changed=None)).passes


def test_where_no_grade_can_be_given_nothing_passes(policy: Callable[[str], Policy]) -> None:
    lenient = policy("{name: lenient, title: Lenient}")
    assert opinion(lenient, good()).passes
    for group in (good(takeover_signs=1), good(rules_published=None), good(more={"read_at": None})):
        said = opinion(lenient, group)
        assert not said.passes
        assert said.reasons == judged(group).grade_reasons


def test_the_limits_are_themselves_good_enough(policy: Callable[[str], Policy]) -> None:
    just = policy("{name: just, title: Just, minimum: {headline: 59, coverage: 1, grade: C}}")
    assert opinion(just, good(urgent_help="absent")).passes


MISTAKES = [
    ("require: [gone]", "clinic.yaml: require: the pack has no rule gone"),
    ("weights: {gone: 5}", "clinic.yaml: weights: the pack has no gone"),
    ("weights: {reporting: 101}", "clinic.yaml: weights: reporting must be a number from 0 to 100, not 101"),
    ("dimensions: {gone: 5}", "clinic.yaml: dimensions: the pack has no gone"),
    ("dimensions: {clarity: 0}", "clinic.yaml: dimensions: each must weigh something"),
    ("caps: {gone: 5}", "clinic.yaml: caps: the pack has no gone"),
    ("caps: {no-help: 60}", "clinic.yaml: caps: no-help may only be stricter than in the pack"),
    ("caps: {takeover: 5}", "clinic.yaml: caps: takeover may only be stricter than in the pack"),
    ("minimum: {headline: 101}", "clinic.yaml: minimum: headline must be from 0 to 100"),
    ("minimum: {coverage: 1.5}", "clinic.yaml: minimum: coverage must be from 0 to 1"),
    ("minimum: {grade: F}", "clinic.yaml: minimum: grade must be one of A, B, C, D, E"),
    ("minimum: {stars: 3}", "clinic.yaml: minimum: unknown key stars"),
    ("colour: red", "clinic.yaml: unknown key colour"),
    ("require: reporting", "clinic.yaml: require has the wrong type: 'reporting'"),
]


@pytest.mark.parametrize(("line", "problem"), MISTAKES)
def test_a_mistake_is_named(policy: Callable[[str], Policy], line: str, problem: str) -> None:
    with pytest.raises(PackInvalid) as refused:
        policy(f"name: n\ntitle: t\n{line}\n")
    assert refused.value.problems == [problem]


def test_all_mistakes_are_told_at_once_and_a_missing_file_too(policy: Callable[[str], Policy]) -> None:
    with pytest.raises(PackInvalid) as refused:
        policy("name: n\nrequire: [gone]\n")
    assert refused.value.problems == [
        "clinic.yaml: require: the pack has no rule gone",
        "clinic.yaml: title is missing",
    ]
    with pytest.raises(PackInvalid, match="cannot be read"):
        Policy.load(Path("nowhere.yaml"), pack())


def test_equal_limits_are_strict_enough(policy: Callable[[str], Policy]) -> None:
    same = policy("{name: n, title: t, caps: {no-help: 59}, weights: {reporting: 100}}")
    assert [cap.limit for cap in same.pack.caps] == [cap.limit for cap in pack().caps]


# --- laws ----------------------------------------------------------------------------------------------------------------


@given(group=groups() | remembered() | nearly_good(), data=st.data())
def test_hiding_never_makes_a_group_pass(clinic: Policy, group: Facts, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from(sorted(group.values)), min_size=1))
    hidden = replace(group, values={name: fact for name, fact in group.values.items() if name not in names})
    assert opinion(clinic, group).passes or not opinion(clinic, hidden).passes


@given(group=groups() | nearly_good(), one=incidents())
def test_an_incident_never_makes_a_group_pass(clinic: Policy, group: Facts, one) -> None:
    harmed = replace(group, incidents=(*group.incidents, one))
    assert opinion(clinic, group).passes or not opinion(clinic, harmed).passes


@given(group=groups())
def test_there_is_a_reason_for_every_no_and_none_for_a_yes(clinic: Policy, group: Facts) -> None:
    said = opinion(clinic, group)
    assert said.passes is not bool(said.reasons)


def test_an_open_incident_fails_by_its_cap(clinic: Policy) -> None:
    said = opinion(clinic, good(more={"incidents": (incident(4),)}))
    assert said.headline == 10
    assert not said.passes
    assert SMALL.name == clinic.pack.name


def test_the_example_in_the_manual_is_a_policy_on_the_core_pack(tmp_path: Path) -> None:
    manual = (Path(rules.__file__).parent / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(name: our-clinic.*?)```", manual, re.DOTALL)
    assert shown is not None
    path = tmp_path / "our-clinic.yaml"
    path.write_text(shown[1])
    assert Policy.load(path, pack(CORE)).require == ("clarity-urgent-help", "stewardship-reachable")
