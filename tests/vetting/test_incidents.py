"""The two state machines of an incident have the documented steps and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.errors import IllegalTransition
from vetting.models import Category, Incident, IncidentState, Response
from vetting.models.incidents import DISPOSITIONS, PUBLIC, RESPONSES, TRANSITIONS

AT = datetime(2026, 3, 1, tzinfo=UTC)
WAY = [IncidentState.TRIAGED, IncidentState.UNDER_REVIEW]


def incident(state=IncidentState.SUBMITTED, response=Response.NONE):
    return Incident(
        id="i",
        group_id="g",
        category=Category.COMMERCIAL,
        severity=1,
        state=state,
        response=response,
        earliest=AT,
        latest=AT,
    )


def test_there_are_thirteen_categories():
    assert len(Category) == 13


@pytest.mark.parametrize(("state", "to"), list(product(IncidentState, IncidentState)))
def test_only_documented_steps_are_possible(state, to):
    row = incident(state)
    if to in TRANSITIONS[state]:
        row.move(to)
        assert row.state is to
    else:
        with pytest.raises(IllegalTransition, match=state) as raised:
            row.move(to)
        assert row.state is state
        assert raised.value.status == 409


@pytest.mark.parametrize(("response", "to"), list(product(Response, Response)))
def test_responses_only_go_forward(response, to):
    row = incident(response=response)
    if to in RESPONSES[response]:
        row.respond(to)
        assert row.response is to
    else:
        with pytest.raises(IllegalTransition):
            row.respond(to)


@pytest.mark.parametrize("disposition", sorted(DISPOSITIONS))
@pytest.mark.parametrize("decision", [IncidentState.UPHELD, IncidentState.OVERTURNED])
def test_a_decision_stands_until_it_is_overturned(disposition, decision):
    row = incident()
    for step in (*WAY, disposition, IncidentState.APPEALED):
        row.move(step)
    assert row.disposition is disposition
    assert row.is_public == (disposition in PUBLIC)
    row.move(decision)
    row.move(IncidentState.CLOSED)
    assert row.disposition is (disposition if decision is IncidentState.UPHELD else None)


@given(st.lists(st.sampled_from(IncidentState)))
def test_nothing_is_public_before_it_was_reviewed(steps):
    row, seen = incident(), []
    for step in steps:
        if step in TRANSITIONS[row.state]:
            row.move(step)
            seen.append(step)
    assert not row.is_public or seen[: len(WAY)] == WAY
