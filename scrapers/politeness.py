"""How often a host is asked: one request at a time, a pause between two, longer ones where it asks for them or fails.

Threat: to forums run by volunteers a hasty reader is the attack; and platforms close their doors to whoever ignores a 429.
Guard: every request passes a `Gate`. What would mean waiting longer than a person waits is not slept through: the request is
turned away with the reason, and tried again another time.

`MemoryGate` serves one process. A gate for several keeps the same few numbers of a host where all of them see it and decides by
the same `Manners`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

LONGEST_PAUSE = 86_400.0
MAX_HOSTS = 10_000


# Why a gate sends nobody to a host, by its operator's own decision: it holds from the moment it is made until it is lifted.
DECIDED = frozenset({"host_paused", "left_out"})


class TurnedAway(Exception):
    """The host is not asked now: rate_limited, host_resting, host_busy or host_paused. `seconds` says when to try again."""

    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


class Gate(Protocol):
    """Admits requests to hosts. Every `enter` that returns is followed by one `leave`."""

    def enter(self, host: str, delay: float) -> None:
        """Waits for the host's turn, at least `delay` seconds after the last request to it. Raises TurnedAway."""

    def leave(self, host: str, *, healthy: bool, pause: float = 0.0) -> None:
        """The request is over. `healthy` is False where the host failed or asked to be left alone, `pause` for how long."""


@dataclass(frozen=True)
class Manners:
    """`jitter` is the share of a pause that is added at random; `patience` the longest wait in `enter`, in seconds.

    An unhealthy answer costs `backoff` seconds, doubled with each that follows; after `strikes` of them in a row the host rests.
    """

    jitter: float = 0.25
    patience: float = 60.0
    backoff: float = 5.0
    strikes: int = 5

    def rest(self, strikes: int, asked: float, chance: float) -> float:
        """Seconds that a host rests after an answer: what it `asked` for, or more where `strikes` failures in a row cost more.

        `chance` (0 to 1) is what jitter is made of. Never more than a day.
        """
        cost = self.backoff * 2 ** min(strikes - 1, 30) * (1 + self.jitter * chance) if strikes else 0.0
        return min(max(asked, cost), LONGEST_PAUSE)

    def check(self, left: float, strikes: int) -> None:
        """Raises TurnedAway where `left` seconds are not slept through: the host has failed too often, or asks for too many."""
        if left > 0 and strikes >= self.strikes:
            raise TurnedAway("host_resting", left)
        if left > self.patience:
            raise TurnedAway("rate_limited", left)


@dataclass
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    left_at: float = -LONGEST_PAUSE  # when the last request ended
    free_at: float = 0.0  # when what the host asked for, or its failures cost, is over
    strikes: int = 0


class MemoryGate:
    """A gate for one process with any number of threads. `monotonic`, `sleep` and `chance` (0 to 1) are the caller's."""

    def __init__(
        self,
        manners: Manners = Manners(),
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._manners = manners
        self._monotonic, self._sleep, self._chance = monotonic, sleep, chance
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def enter(self, host: str, delay: float) -> None:
        known = self._host(host)
        if not known.turn.acquire(timeout=self._manners.patience):
            raise TurnedAway("host_busy", self._manners.patience)
        try:
            self._wait(known, delay * (1 + self._manners.jitter * self._chance()))
        except BaseException:
            known.turn.release()
            raise

    def leave(self, host: str, *, healthy: bool, pause: float = 0.0) -> None:
        known = self._host(host)
        known.left_at = self._monotonic()
        known.strikes = 0 if healthy else known.strikes + 1
        known.free_at = known.left_at + self._manners.rest(known.strikes, pause, self._chance())
        known.turn.release()

    def _wait(self, known: _Host, delay: float) -> None:
        left = max(known.free_at, known.left_at + delay) - self._monotonic()
        self._manners.check(left, known.strikes)
        if left > 0:
            self._sleep(left)

    def _host(self, host: str) -> _Host:
        with self._lock:
            if host not in self._hosts and len(self._hosts) >= MAX_HOSTS:
                self._forget()
            return self._hosts.setdefault(host, _Host())

    def _forget(self) -> None:
        """Drops hosts that nothing need be remembered of: nobody is there, nothing is asked, and the last visit is long ago."""
        now = self._monotonic()
        for name, known in list(self._hosts.items()):
            recent = max(known.free_at, known.left_at + self._manners.patience) > now
            if not (recent or known.strikes or known.turn.locked()):
                del self._hosts[name]


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110 §10.2.3: seconds or a date); None where it says nothing."""
    text = value.strip()
    if text.isdecimal() and text.isascii():
        return min(float(text), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_PAUSE)
