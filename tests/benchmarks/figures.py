"""What a benchmark tells: one JSON line a figure, each beside a limit measured in the same run; a missed bar fails the run."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` and `limit` in the same unit; `bar` is the least their ratio may be."""

    name: str
    value: float
    unit: str
    limit: float
    bar: float

    @property
    def ratio(self) -> float:
        return self.value / self.limit

    @property
    def ok(self) -> bool:
        return self.ratio >= self.bar

    def line(self) -> str:
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 3),
                "unit": self.unit,
                "limit": round(self.limit, 3),
                "ratio": round(self.ratio, 4),
                "bar": self.bar,
                "ok": self.ok,
            }
        )


def tell(figures: Iterable[Figure]) -> int:
    """Writes each figure as it comes; answers with the exit status, 1 where a bar is missed."""
    missed = False
    for figure in figures:
        sys.stdout.write(figure.line() + "\n")
        sys.stdout.flush()
        missed |= not figure.ok
    return int(missed)


def interleaved(ways: Mapping[str, Callable[[], object]], *, rounds: int = 5, least: float = 0.05) -> dict[str, float]:
    """Median seconds of one call of each way over `rounds` rounds in turn; in a round each is called for `least` seconds or more."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(_seconds(way, least))
    return {name: statistics.median(times) for name, times in taken.items()}


def _seconds(way: Callable[[], object], least: float) -> float:
    calls, began = 0, time.process_time()
    while (spent := time.process_time() - began) < least or not calls:
        way()
        calls += 1
    return spent / calls
