"""What a new pack would do to everything that is stored: how many grades move, which, and why. Nothing is changed by it."""

from __future__ import annotations

import heapq
import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any

from rules.document import read_answers, without_evidence
from rules.engine import evaluate
from rules.errors import FactInvalid
from rules.findings import Evaluation
from rules.pack import Pack

MOST_AFFECTED = 20
CHUNK = 250  # groups handed to a process at a time
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Stored:
    """One group's facts as stored (the canonical JSON of `document.facts_document`), and when they were judged."""

    group: str
    at: datetime
    facts: bytes


@dataclass(frozen=True, slots=True)
class Shift:
    """What one rule does to a group's headline, in points; `before` and `after` are its results, "" where a pack does not have it.
    The rule "" stands for what no single rule does: incidents, vouches and caps.
    """

    rule: str
    before: str
    after: str
    points: float


@dataclass(frozen=True, slots=True)
class Effect:
    """One group under both packs, at the same moment; the `shifts` add up to `points`, the change of the headline."""

    group: str
    grade_before: str
    grade: str
    points: float
    shifts: tuple[Shift, ...]


@dataclass(slots=True)
class Rehearsal:
    """`grades` counts groups by (grade before, grade after); `rules` says of each rule in how many groups it shifts the headline,
    and `points` by how much in all. `effects` holds the groups that move most, `unreadable` how many stored facts the
    vocabulary no longer knows.
    """

    groups: int = 0
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    points: dict[str, float] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    unreadable: int = 0

    @property
    def moved(self) -> int:
        """How many groups change their grade."""
        return sum(count for (before, after), count in self.grades.items() if before != after)

    def note(self, effect: Effect) -> None:
        self.groups += 1
        self.grades[effect.grade_before, effect.grade] += 1
        for shift in effect.shifts:
            self.rules[shift.rule] += 1
            self.points[shift.rule] = self.points.get(shift.rule, 0.0) + shift.points
        if effect.shifts or effect.grade != effect.grade_before:
            self._keep([effect])

    def add(self, other: Rehearsal) -> None:
        """Takes in what was found about other groups."""
        self.groups += other.groups
        self.unreadable += other.unreadable
        self.grades += other.grades
        self.rules += other.rules
        for rule, points in other.points.items():
            self.points[rule] = self.points.get(rule, 0.0) + points
        self._keep(other.effects)

    def _keep(self, effects: list[Effect]) -> None:
        self.effects = heapq.nsmallest(MOST_AFFECTED, [*self.effects, *effects], key=_most_affected)


def _most_affected(effect: Effect) -> tuple[bool, float, str]:
    return effect.grade == effect.grade_before, -abs(effect.points), effect.group


def rehearse(stored: Iterable[Stored], before: Pack, after: Pack, processes: int = 1) -> Rehearsal:
    """Judges everything `stored` by both packs, each group as of the moment it was judged and without its past, which would hide
    what a change comes to in the end.

    The groups stream through: memory does not grow with their number. Any number of `processes` gives the same answer.
    """
    whole = Rehearsal()
    chunks = _chunks(stored)
    parts = (
        _side_by_side(chunks, before, after, processes) if processes > 1 else (_part(c, before, after) for c in chunks)
    )
    for part in parts:
        whole.add(part)
    return whole


def _chunks(stored: Iterable[Stored]) -> Iterator[list[Stored]]:
    rest = iter(stored)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _part(chunk: list[Stored], before: Pack, after: Pack) -> Rehearsal:
    part = Rehearsal()
    for one in chunk:
        try:
            facts = read_answers(json.loads(without_evidence(one.facts)))
        except FactInvalid:
            part.unreadable += 1
            continue
        part.note(effect(one.group, evaluate(before, facts, one.at), evaluate(after, facts, one.at)))
    return part


# --- why ---------------------------------------------------------------------------------------------------------------


def effect(group: str, before: Evaluation, after: Evaluation) -> Effect:
    """What the step from one evaluation to the other comes to, by rule."""
    points = round(after.headline - before.headline, _PLACES)
    if not points and [one.addends for one in before.findings] == [one.addends for one in after.findings]:
        return Effect(group, before.grade, after.grade, points, ())
    shifts = _shifts(before, after)
    rest = round(points - sum(shift.points for shift in shifts), _PLACES)
    if rest:
        shifts.append(Shift("", "", "", rest))
    return Effect(
        group, before.grade, after.grade, points, tuple(sorted(shifts, key=lambda one: (-abs(one.points), one.rule)))
    )


def _shifts(before: Evaluation, after: Evaluation) -> list[Shift]:
    old, new = _addends(before), _addends(after)
    shifts = []
    for rule in sorted(old.keys() | new.keys()):
        (result, earned), (result_after, earned_after) = old.get(rule, ("", 0.0)), new.get(rule, ("", 0.0))
        points = round(earned_after - earned, _PLACES)
        if points or result != result_after:
            shifts.append(Shift(rule, result, result_after, points))
    return shifts


def _addends(evaluation: Evaluation) -> dict[str, tuple[str, float]]:
    """Each rule's result, and the points that it adds to the low mean of the whole."""
    worth = {one.id: one.share / one.earned if one.earned else 0.0 for one in evaluation.dimensions}
    return {
        finding.rule: (str(finding.result), finding.addends.earned * worth[finding.dimension])
        for finding in evaluation.findings
    }


def rehearsal_document(rehearsal: Rehearsal) -> dict[str, Any]:
    """The rehearsal as JSON-ready values: rules by how many groups they shift, groups by how far they move."""
    rules = sorted(rehearsal.rules.items(), key=lambda item: (-item[1], item[0]))
    return {
        "groups": rehearsal.groups,
        "moved": rehearsal.moved,
        "unreadable": rehearsal.unreadable,
        "grades": [
            {"before": before, "after": after, "groups": count}
            for (before, after), count in sorted(rehearsal.grades.items())
        ],
        "rules": [
            {"rule": rule, "groups": count, "points": round(rehearsal.points[rule], _PLACES)} for rule, count in rules
        ],
        "effects": [
            {**asdict(effect), "shifts": [asdict(shift) for shift in effect.shifts]} for effect in rehearsal.effects
        ],
    }


# --- several processes -------------------------------------------------------------------------------------------------

_packs: list[Pack] = []  # in a process of `_side_by_side`: the two packs, which it was forked with


def _side_by_side(chunks: Iterable[list[Stored]], before: Pack, after: Pack, processes: int) -> Iterator[Rehearsal]:
    """The parts in the order of the chunks; no more chunks are under way than keep all processes busy."""
    with ProcessPoolExecutor(processes, get_context("fork"), _packs.extend, ([before, after],)) as pool:
        under_way: deque[Future[Rehearsal]] = deque()
        for chunk in chunks:
            under_way.append(pool.submit(_part_here, chunk))
            if len(under_way) > 2 * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _part_here(chunk: list[Stored]) -> Rehearsal:
    return _part(chunk, *_packs)
