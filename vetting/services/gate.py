"""The gate that all processes share: one row a host, claimed by one statement, so that no two of us ask a host at once.

It holds for any number of processes on any number of machines, and across restarts. Machines must agree on the time: a clock
that is ahead shortens a pause by as much as it is ahead.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Delete, Executable, delete, or_
from sqlalchemy.orm import Session

from scrapers.capture import Outcome
from scrapers.guards import Stopped
from scrapers.politeness import LONGEST_PAUSE, Manners, TurnedAway
from vetting.clock import Clock, precisely
from vetting.db import Database, insert
from vetting.models.hosts import Decision, HostGate
from vetting.services.hosts import Standing, standing

LEASE = timedelta(seconds=90)  # well above the longest request (30 s), so that only a dead holder loses its turn
GLANCE = 0.25  # seconds between two looks at a host that another process is reading
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
MANNERS = Manners()


class DatabaseGate:
    """A `scrapers.politeness.Gate` on a table. Threads may share one.

    Beside what the protocol says, `enter` raises TurnedAway("host_paused") and Stopped("left_out") for hosts about which this
    was decided. `clock` tells fractions of a second, or pauses come out short.
    """

    def __init__(
        self,
        database: Database,
        manners: Manners = MANNERS,
        *,
        clock: Clock = precisely,
        lease: timedelta = LEASE,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database, self._clock, self._manners, self._lease = database, clock, manners, lease
        self._sleep, self._chance = sleep, chance
        self._name = secrets.token_hex(8)

    def enter(self, host: str, delay: float) -> None:
        pause = timedelta(seconds=delay * (1 + self._manners.jitter * self._chance()))
        deadline = self._clock() + timedelta(seconds=self._manners.patience)
        while not self._claim(host, pause):
            left = self._left(host, pause)
            if self._clock() + timedelta(seconds=left) > deadline:
                raise TurnedAway("host_busy", self._manners.patience)
            self._sleep(left)

    def leave(self, host: str, *, healthy: bool, pause: float = 0.0) -> None:
        now = self._clock()
        with self._database.writing() as session:
            row = session.get(HostGate, host, with_for_update=True)
            if row is None or row.holder != self._holder:
                return  # the lease has ended, and the host is another's now
            row.strikes = 0 if healthy else row.strikes + 1
            row.left_at = now
            row.free_at = now + timedelta(seconds=self._manners.rest(row.strikes, pause, self._chance()))
            row.holder = row.lease_until = None

    def _claim(self, host: str, pause: timedelta) -> bool:
        """Takes the host's turn if it is free and due. Raises what was decided about the host."""
        now = self._clock()
        with self._database.reading() as session:
            _must_be_open(standing(session, host, now), now)
        # left_at moves already now, so that a holder that dies has still been there.
        claim = {"holder": self._holder, "lease_until": now + self._lease, "left_at": now}
        with self._database.writing() as session:
            return session.scalar(_claiming(session, host, claim, pause)) is not None

    def _left(self, host: str, pause: timedelta) -> float:
        """Seconds until it is worth asking again. Raises TurnedAway where that is too long."""
        now = self._clock()
        with self._database.reading() as session:
            row = session.get(HostGate, host)
        if row is None:
            return 0.0
        if row.lease_until is not None and row.lease_until > now:
            return GLANCE * (1 + self._chance())
        left = (max(row.free_at, row.left_at + pause) - now).total_seconds()
        self._manners.check(left, row.strikes)
        return max(0.0, left)

    @property
    def _holder(self) -> str:
        """Names the thread and its process: a request enters and leaves in one thread."""
        return f"{self._name}-{threading.get_ident()}"


def forgotten(now: datetime) -> Delete:
    """Deletes the rows of hosts of which nothing need be remembered: which sites were ever read is nobody's business."""
    quiet = HostGate.left_at < now - timedelta(seconds=LONGEST_PAUSE)
    return delete(HostGate).where(quiet, HostGate.free_at <= now, HostGate.strikes == 0, _free(now))


def _claiming(session: Session, host: str, claim: dict[str, Any], pause: timedelta) -> Executable:
    """One statement: a new row is ours, a known one only where it is free and due. Answers with the host or nothing."""
    now = claim["left_at"]
    due = (HostGate.free_at <= now) & (HostGate.left_at <= now - pause)
    statement = insert(session, HostGate).values(host=host, free_at=NEVER, strikes=0, **claim)
    return statement.on_conflict_do_update(
        index_elements=[HostGate.host], set_=claim, where=_free(now) & due
    ).returning(HostGate.host)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(HostGate.lease_until.is_(None), HostGate.lease_until <= now)


def _must_be_open(decided: Standing | None, now: datetime) -> None:
    if decided is None:
        return
    if decided.decision is Decision.LEAVE_OUT:
        raise Stopped("left_out", Outcome.ROBOTS_DISALLOWED)
    raise TurnedAway("host_paused", (decided.until - now).total_seconds() if decided.until else LONGEST_PAUSE)
