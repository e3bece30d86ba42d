"""How fast each adapter reads its own cases beside a bare parser on the same bytes, and how polite a crawl of many hosts is."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import lxml.html

from scrapers.adapter import WrongPlatform
from scrapers.capture import Capture
from scrapers.errors import GroupUnreadable
from scrapers.politeness import Manners
from scrapers.registry import adapters
from tests.benchmarks.figures import Figure, interleaved, tell
from tests.scrapers.platforms.platform_replay import Web, case, cases, drive
from vetting import migrations
from vetting.db import Database
from vetting.services.gate import DatabaseGate

# Cases are small, so that the work on fields outweighs the parsing; on pages of 250 kB bs4 alone reaches 0.067 of lxml. A bar
# keeps an adapter from becoming half as fast as it is, which is a thousand times as fast as its host may be asked.
BAR = 0.004
SLOWER = {"web": 0.0012}  # it also looks for structured data of four kinds
HOSTS, VISITS, WORKERS, DELAY, SERVICE = 200, 5, 8, 2.0, 0.5
MINUTE = 60.0


def main() -> int:
    return tell([*parsing(), *crawl()])


def parsing() -> Iterator[Figure]:
    """Pages a second and core of each adapter, beside the parser that its pages need at the least."""
    for platform in adapters():
        readings = [case(path)[:2] for path in cases(platform)]
        answers = [capture for _, captures in readings for capture in captures if capture.body]
        if not answers:
            continue

        def read(readings=readings) -> None:
            for ref, captures in readings:
                with suppress(GroupUnreadable, WrongPlatform):  # a case may show a refusal
                    drive(ref, Web(captures))

        def parse(answers=answers) -> None:
            for capture in answers:
                bare(capture)

        taken = interleaved({"adapter": read, "parser": parse})
        speeds = {name: len(answers) / seconds for name, seconds in taken.items()}
        bar = SLOWER.get(platform, BAR)
        yield Figure(f"parse_{platform}", speeds["adapter"], "pages/s", speeds["parser"], bar)


def bare(capture: Capture) -> object:
    if capture.body.lstrip()[:1] == b"<":
        return lxml.html.fromstring(capture.body)
    try:
        return json.loads(capture.body)
    except ValueError:
        return None


class Simulated:
    """A clock for threads that moves when all of them sleep, to when the first wakes."""

    def __init__(self, threads: int) -> None:
        self._now, self._awake = 0.0, threads
        self._sleepers: list[float] = []
        self._changed = threading.Condition()

    def __call__(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    @property
    def seconds(self) -> float:
        with self._changed:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._changed:
            wake = self._now + max(seconds, 0.001)
            self._sleepers.append(wake)
            self._awake -= 1
            self._advance()
            while self._now < wake:
                self._changed.wait()

    def leave(self) -> None:
        """The calling thread is done."""
        with self._changed:
            self._awake -= 1
            self._advance()

    def _advance(self) -> None:
        if self._awake == 0 and self._sleepers:
            self._now = min(self._sleepers)
            woken = sum(wake <= self._now for wake in self._sleepers)
            self._sleepers = [wake for wake in self._sleepers if wake > self._now]
            self._awake = woken
            self._changed.notify_all()


def crawl() -> Iterator[Figure]:
    """Eight workers read 200 hosts through the shared gate: no host is met too soon, and no worker waits for nothing."""
    chance = random.Random(7)  # noqa: S311 - the same order of visits in each run
    turns = [f"{number}.example" for number in range(HOSTS)] * VISITS
    chance.shuffle(turns)
    clock = Simulated(WORKERS)
    visits: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'gate.db'}")
        migrations.upgrade(database)
        gate = DatabaseGate(database, Manners(jitter=0), clock=clock, sleep=clock.sleep, chance=chance.random)
        workers = [threading.Thread(target=_work, args=(gate, clock, turns, visits)) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        database.close()
    gaps = [later[0] - earlier[1] for times in visits.values() for earlier, later in pairwise(times)]
    yield Figure("crawl_shortest_pause", round(min(gaps), 3), "s", DELAY, 1.0)
    yield Figure("crawl_requests_within_limit", MINUTE / _busiest(visits), "s/request", DELAY, 1.0)
    yield Figure("crawl_throughput", HOSTS * VISITS / clock.seconds, "requests/s", WORKERS / SERVICE, 0.5)


def _work(gate: DatabaseGate, clock: Simulated, turns: list[str], visits: dict[str, list[tuple[float, float]]]) -> None:
    while True:
        try:
            host = turns.pop()
        except IndexError:
            break
        gate.enter(host, DELAY)
        began = clock.seconds
        clock.sleep(SERVICE)
        visits.setdefault(host, []).append((began, clock.seconds))
        gate.leave(host, healthy=True)
    clock.leave()


def _busiest(visits: dict[str, list[tuple[float, float]]]) -> int:
    """The most requests that any host met within a minute."""
    starts = ((start, times) for times in visits.values() for start, _ in times)
    return max(sum(start <= other < start + MINUTE for other, _ in times) for start, times in starts)


if __name__ == "__main__":
    sys.exit(main())
