"""The gate, with a clock that only moves when someone sleeps."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.politeness import LONGEST_PAUSE, MAX_HOSTS, Manners, MemoryGate, TurnedAway, retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Time:
    """Simulated seconds; `slept` are the waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def gate(time: Time, chance: float = 0.0, **manners) -> MemoryGate:
    return MemoryGate(Manners(**manners), monotonic=lambda: time.now, sleep=time.sleep, chance=lambda: chance)


def visit(
    gate: MemoryGate, host: str = "a.example", *, delay: float = 2.0, healthy: bool = True, pause: float = 0.0
) -> None:
    gate.enter(host, delay)
    gate.leave(host, healthy=healthy, pause=pause)


def test_a_host_is_left_alone_between_two_requests_and_others_are_not_waited_for():
    time = Time()
    polite = gate(time)
    visit(polite)
    visit(polite, "b.example")
    assert time.slept == []
    visit(polite)
    assert time.slept == [2.0]


def test_jitter_only_adds():
    time = Time()
    polite = gate(time, chance=1.0, jitter=0.5)
    visit(polite)
    visit(polite)
    assert time.slept == [3.0]


def test_what_the_host_asks_for_is_honoured_if_it_can_be_waited_for():
    time = Time()
    polite = gate(time)
    visit(polite, healthy=False, pause=45)
    visit(polite)
    assert time.slept == [45]


def test_a_longer_pause_is_not_slept_through_and_lasts():
    time = Time()
    polite = gate(time)
    visit(polite, healthy=False, pause=300)
    for _ in range(2):
        with pytest.raises(TurnedAway) as away:
            polite.enter("a.example", 2)
        assert (away.value.code, away.value.seconds) == ("rate_limited", 300)
    time.now += 300
    visit(polite)
    assert time.slept == []


def test_failures_in_a_row_cost_twice_as_much_each_and_a_good_answer_forgets_them():
    time = Time()
    polite = gate(time, backoff=5, strikes=10)
    for healthy in (False, False, False, True, False, True):
        visit(polite, healthy=healthy)
    visit(polite)
    assert time.slept == [5, 10, 20, 2, 5, 2]


def test_a_host_that_keeps_failing_rests_and_is_then_tried_by_one_request():
    time = Time()
    polite = gate(time, backoff=5, strikes=3)
    for _ in range(3):
        visit(polite, healthy=False)
    with pytest.raises(TurnedAway) as away:
        polite.enter("a.example", 2)
    assert (away.value.code, away.value.seconds) == ("host_resting", 20)
    time.now += 20
    visit(polite, healthy=False)
    with pytest.raises(TurnedAway) as away:
        polite.enter("a.example", 2)
    assert away.value.seconds == 40
    time.now += 40
    visit(polite)
    visit(polite)
    assert time.slept[-1] == 2


def test_no_pause_is_longer_than_a_day():
    time = Time()
    polite = gate(time, strikes=10_000, chance=0.0)
    for _ in range(50):
        visit(polite, healthy=False, pause=1e12)
        time.now += LONGEST_PAUSE
    assert time.slept == []


def test_threads_pass_one_at_a_time_and_each_after_the_delay():
    time = Time()
    polite = gate(time)
    inside, entered = [], []

    def one() -> None:
        polite.enter("a.example", 2.0)
        inside.append(1)
        entered.append((time.now, len(inside)))
        inside.pop()
        polite.leave("a.example", healthy=True)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entered == [(2.0 * turn, 1) for turn in range(8)]


def test_who_cannot_wait_for_a_busy_host_is_turned_away():
    polite = gate(Time(), patience=0.05)
    polite.enter("a.example", 2)
    with pytest.raises(TurnedAway, match="host_busy"):
        polite.enter("a.example", 2)


def test_a_turn_is_given_back_when_waiting_fails():
    time = Time()
    polite = gate(time, patience=0.05)
    visit(polite, pause=10, healthy=False)
    for _ in range(2):
        with pytest.raises(TurnedAway, match="rate_limited"):
            polite.enter("a.example", 2)


def test_memory_of_hosts_is_bounded_and_what_matters_is_kept():
    time = Time()
    polite = gate(time)
    visit(polite, "failing.example", healthy=False, pause=5000)
    for number in range(MAX_HOSTS + 10):
        visit(polite, f"{number}.example")
        time.now += 0.1
    assert len(polite._hosts) <= MAX_HOSTS
    with pytest.raises(TurnedAway):
        polite.enter("failing.example", 2)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("99999999999", LONGEST_PAUSE),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 12:01:30 -0000", 90),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 2027 23:59:59 GMT", LONGEST_PAUSE),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after(header, NOW) == seconds


@given(st.text())
def test_no_retry_after_header_raises(header):
    asked = retry_after(header, NOW)
    assert asked is None or 0 <= asked <= LONGEST_PAUSE
