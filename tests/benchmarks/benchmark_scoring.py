"""How fast groups are judged and a pack is rehearsed, beside the same conditions in plain Python and in other engines of rules.

PEERS names the site-packages folder of an environment with cel-expr-python, zen-engine and rule-engine; MILLION=1 rehearses a million.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from rules.conditions import view
from rules.engine import evaluate
from rules.pack import PACKS, Pack
from rules.rehearse import rehearse
from tests.benchmarks.figures import Figure, interleaved, tell
from tests.benchmarks.groups import AT, groups, stored
from tests.benchmarks.plain import expression, flat, functions

FEW = 300
PER_SECOND = 8_000
PROCESSES = 2
MILLION = 1_000_000
C_LIKE = {"all": "&&", "any": "||", "not": "!"}
PYTHON_LIKE = {"all": "and", "any": "or", "not": "not "}


def main() -> int:
    return tell([*speed(), *peers(), *linearity(), *rehearsals()])


def speed() -> Iterator[Figure]:
    """Whole judgements on one core; and the findings of all rules beside plain functions that answer the same questions."""
    pack, plain = Pack.core(), functions(PACKS / "core")
    given = list(groups(FEW))
    values = [view(group) for group in given]
    known = [{name: fact.value for name, fact in group.values.items()} for group in given]
    ways: dict[str, Callable[[], object]] = {
        "evaluate": lambda: each(lambda group: evaluate(pack, group, AT), given),
        "findings": lambda: each(lambda one: pack.panel(one, AT), values),
        "plain": lambda: each(lambda one: [rule(one, AT) for rule in plain], known),
    }
    taken = interleaved(ways, rounds=9)
    yield Figure("evaluate on one core", FEW / taken["evaluate"], "groups/s", PER_SECOND, 1)
    yield Figure("findings beside plain Python", FEW / taken["findings"], "groups/s", FEW / taken["plain"], 0.5)
    yield Figure("evaluate beside plain Python", FEW / taken["evaluate"], "groups/s", FEW / taken["plain"], 0)


def each(way: Callable[[Any], object], given: list[Any]) -> None:
    """Goes the way with each and keeps nothing, as a stream would."""
    for one in given:
        way(one)


def linearity() -> Iterator[Figure]:
    """The last groups of a long stream take no longer than the first, and need no more memory; with MILLION=1 it is that long."""
    pack, part = Pack.core(), 5_000
    size = MILLION if os.environ.get("MILLION") else 10 * part
    speeds, peaks = [], []
    stream = groups(size)
    for _ in range(size // part):
        seconds = 0.0
        for _ in range(part):
            group = next(stream)
            began = time.process_time()
            evaluate(pack, group, AT)
            seconds += time.process_time() - began
        speeds.append(part / seconds)
        peaks.append(_peak())
    fifth = max(1, len(speeds) // 5)
    first, last = (statistics.median(some) for some in (speeds[:fifth], speeds[-fifth:]))
    yield Figure(f"last fifth of {size:,} beside the first", last, "groups/s", first, 0.75)
    yield Figure("peak memory after the first tenth beside the end", peaks[len(peaks) // 10], "MB", peaks[-1], 0.9)


def rehearsals() -> Iterator[Figure]:
    """A hundred thousand stored groups in 30 seconds on two cores, a million in five minutes, in flat memory."""
    for count, bar in [(100_000, 30), *([(MILLION, 300)] if os.environ.get("MILLION") else [])]:
        before, after = Pack.core(), Pack.core()
        cpu, began = _cpu(), time.monotonic()
        found = rehearse(stored(count), before, after, PROCESSES)
        seconds, worked = time.monotonic() - began, _cpu() - cpu
        if found.groups != count:
            raise RuntimeError(f"{found.groups} of {count} groups were judged")
        yield Figure(f"rehearsal of {count:,}", count / seconds, "groups/s", count / bar, 1)
        yield Figure(
            f"rehearsal of {count:,}, by processor time", count / worked * PROCESSES, "groups/s", count / bar, 0
        )
        yield Figure(f"memory limit of rehearsing {count:,} beside its peak", 250, "MB", _peak(), 1)


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def _peak() -> float:
    """Most memory ever held by this process or one of its children, MB."""
    both = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(both) / 1024


# --- other engines -----------------------------------------------------------------------------------------------------


def peers() -> Iterator[Figure]:
    """Expectations alone, on groups of which all is known: other engines know two truths only."""
    sys.path.append(os.environ.get("PEERS", ""))
    pack = Pack.core()
    given = list(groups(FEW, all_known=True))
    values = [view(group) for group in given]
    raw = [
        yaml.safe_load(path.read_text(encoding="utf-8"))["expect"] for path in sorted(PACKS.glob("core/rules/*.yaml"))
    ]
    tests = [rule.expect.test for rule in pack.rules]
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: each(lambda one: [test(one, AT) for test in tests], values)
    }
    flattened = [flat(one, AT) for one in values[:20]]
    for name, build in {"cel-expr-python": _cel, "zen-engine": _zen, "rule-engine": _rule_engine}.items():
        try:
            ask = build(raw, flattened[0])
        except ImportError:
            sys.stdout.write(json.dumps({"name": name, "note": "not installed; PEERS names its site-packages"}) + "\n")
            continue
        ways[name] = lambda ask=ask: each(ask, flattened)  # type: ignore[misc]
    taken = interleaved(ways)
    ours = FEW / taken.pop("ours")
    for name, seconds in taken.items():
        yield Figure(f"our conditions beside {name}", ours, "groups/s", len(flattened) / seconds, 1)


def _cel(raw: list[Any], sample: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    from cel_expr_python import cel

    types = {bool: cel.Type.BOOL, float: cel.Type.DOUBLE, str: cel.Type.STRING}
    environment = cel.NewEnv(variables={name: types[type(value)] for name, value in sample.items()})
    programs = [environment.compile(expression(one, C_LIKE)) for one in raw]
    return lambda values: [program.eval(data=values).value() for program in programs]


def _zen(raw: list[Any], _: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    import zen

    programs = [zen.compile_expression(expression(one, PYTHON_LIKE)) for one in raw]
    return lambda values: [program.evaluate(values) for program in programs]


def _rule_engine(raw: list[Any], _: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    import rule_engine

    programs = [rule_engine.Rule(expression(one, PYTHON_LIKE)) for one in raw]
    return lambda values: [program.matches(values) for program in programs]


if __name__ == "__main__":
    sys.exit(main())
