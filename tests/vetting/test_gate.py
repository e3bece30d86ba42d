"""The gate on both databases: what the gate in memory promises, and that it holds over processes that may die."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from scrapers.capture import Outcome
from scrapers.guards import Stopped
from scrapers.politeness import LONGEST_PAUSE, Manners, MemoryGate, TurnedAway
from vetting.models import HostGate
from vetting.services import hosts, jobs
from vetting.services.gate import LEASE, DatabaseGate

ROOT = Path(__file__).resolve().parents[2]
PROCESS = Path(__file__).with_name("gate_process.py")
HOST = "forum.example"


class Time:
    """A clock that moves only when someone sleeps."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def gate(database, clock):
    def opened(**manners):
        return DatabaseGate(database, Manners(jitter=0, **manners), clock=clock, sleep=clock.sleep, chance=lambda: 0.0)

    return opened


def visit(gate, host=HOST, *, delay=2.0, healthy=True, pause=0.0):
    gate.enter(host, delay)
    gate.leave(host, healthy=healthy, pause=pause)


def start(url, file, visits, delay):
    return subprocess.Popen(
        [sys.executable, PROCESS, url, file, str(visits), str(delay)], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )


@pytest.mark.timeout(180)
def test_six_processes_never_come_closer_than_the_delay_and_never_meet(database, tmp_path):
    delay, visits = 0.1, 3
    running = [start(database.url, tmp_path / "visits", visits, delay) for _ in range(6)]
    assert [process.wait(150) for process in running] == [0] * 6
    lines = (tmp_path / "visits").read_text().splitlines()
    visited = sorted(tuple(map(float, line.split())) for line in lines)
    assert len(visited) == 6 * visits
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(visited)]
    assert min(gaps) >= delay


def test_a_pause_is_counted_from_the_moment_a_host_was_left_and_not_from_the_second_it_fell_in(database):
    gate = DatabaseGate(database)
    gate.enter(HOST, 2.0)
    moment = datetime.now(UTC)
    gate.leave(HOST, healthy=True)
    with database.reading() as session:
        assert session.scalars(select(HostGate)).one().left_at >= moment


@pytest.mark.timeout(60)
def test_a_holder_that_dies_keeps_others_out_for_its_lease_and_not_longer(database, clock, gate, tmp_path):
    assert start(database.url, tmp_path / "visits", 0, 2.0).wait(50) == 1
    with database.reading() as session:
        held = session.scalars(select(HostGate)).one()
    clock.at = held.lease_until - timedelta(seconds=30)
    gate().enter(HOST, 2.0)
    assert clock.at >= held.lease_until
    assert held.lease_until - held.left_at == LEASE


def test_it_waits_and_turns_away_as_the_gate_in_memory_does(gate, clock):
    remembered, shared = Time(), gate(backoff=5, strikes=4)
    memory = MemoryGate(
        Manners(jitter=0, backoff=5, strikes=4),
        monotonic=lambda: remembered.at.timestamp(),  # noqa: PLW0108 - asked anew each time
        sleep=remembered.sleep,
        chance=lambda: 0.0,
    )
    answers = [(True, 0), (False, 0), (False, 0), (True, 45), (False, 0), (False, 0), (False, 0), (False, 0)]
    for healthy, pause in answers:
        for polite in (memory, shared):
            visit(polite, healthy=healthy, pause=pause)
    assert clock.slept == remembered.slept == [2, 5, 10, 45, 5, 10, 20]
    for polite in (memory, shared):
        with pytest.raises(TurnedAway) as away:
            polite.enter(HOST, 2)
        assert (away.value.code, away.value.seconds) == ("host_resting", 40)


def test_other_hosts_are_not_waited_for_and_a_restart_forgets_nothing(gate, clock):
    visit(gate(), healthy=False, pause=300)
    visit(gate(), "other.example")
    assert clock.slept == []
    with pytest.raises(TurnedAway, match="rate_limited"):
        visit(gate())


def test_who_cannot_wait_for_a_busy_host_is_turned_away(gate, clock):
    gate().enter(HOST, 2)
    with pytest.raises(TurnedAway, match="host_busy"):
        gate(patience=5).enter(HOST, 2)
    assert sum(clock.slept) <= 5


def test_who_lost_its_lease_does_not_end_the_turn_of_the_next(gate, clock):
    slow, next_one = gate(), gate()
    slow.enter(HOST, 2)
    clock.at += LEASE + timedelta(seconds=1)
    next_one.enter(HOST, 2)
    slow.leave(HOST, healthy=False)
    with pytest.raises(TurnedAway, match="host_busy"):
        gate(patience=1).enter(HOST, 2)
    next_one.leave(HOST, healthy=True)
    visit(gate())


def test_hosts_visited_long_ago_are_forgotten_and_those_that_failed_are_not(context, gate, clock):
    visit(gate())
    visit(gate(), "failing.example", healthy=False)
    object.__setattr__(context, "clock", lambda: clock.at + timedelta(seconds=LONGEST_PAUSE + 1))
    jobs.resend_expired(context)
    with context.database.reading() as session:
        assert set(session.scalars(select(HostGate.host))) == {"failing.example"}


def test_what_the_operator_decided_stops_every_request_until_it_is_lifted(context, gate, clock):
    object.__setattr__(context, "clock", clock)
    hosts.pause(context, HOST, until=clock.at + timedelta(hours=1), reason="asked by mail", by="wren")
    with pytest.raises(TurnedAway) as away:
        gate().enter(f"www.{HOST}:8080", 2)
    assert (away.value.code, away.value.seconds) == ("host_paused", 3600)
    hosts.leave_out(context, HOST, reason="asked by mail", by="wren")
    with pytest.raises(Stopped) as stopped:
        gate().enter(HOST, 2)
    assert (stopped.value.code, stopped.value.outcome) == ("left_out", Outcome.ROBOTS_DISALLOWED)
    visit(gate(), "otherforum.example")
    hosts.readmit(context, HOST, reason="asked again", by="wren")
    hosts.resume(context, HOST, reason="", by="wren")
    visit(gate())
