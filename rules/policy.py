"""A policy: what a clinician or an operator asks beyond the public grade, as a small overlay on a pack.

It names rules that must pass, weighs rules and dimensions otherwise, lowers caps and sets the least that will do. It is judged over
the same stored facts, says pass or fail with reasons beside the public grade, and never replaces it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rules.caps import Cap
from rules.conditions import view
from rules.engine import PLACES, evaluate
from rules.errors import PackInvalid
from rules.explain import sentence
from rules.facts import Facts
from rules.findings import Finding, Result
from rules.grading import percent_known, percent_needed
from rules.pack import Pack
from rules.panel import Panel
from rules.reading import Section, read_yaml
from rules.vocabulary import Vocabulary, standard

MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Policy:
    """As read and checked against its pack. `pack` is the overlaid one, which the policy judges by; `require` are rules that must
    pass, or not apply; `headline`, `coverage` and `grade` are the least that will do ("" where any grade does).
    """

    name: str
    title: str
    pack: Pack
    require: tuple[str, ...]
    headline: float
    coverage: float
    grade: str

    @classmethod
    def load(cls, path: Path, pack: Pack, vocabulary: Vocabulary | None = None) -> Policy:
        """Reads the policy in `path` as an overlay on `pack`; raises PackInvalid with every problem found."""
        problems: list[str] = []
        section = Section(read_yaml(path, problems), path.name, problems)
        minimum = Section(section.take("minimum", dict, {}), f"{path.name}: minimum", problems)
        policy = cls(
            name=section.text("name"),
            title=section.text("title"),
            pack=_overlaid(section, pack, vocabulary or standard()),
            require=_required(section, pack),
            headline=_between(minimum, "headline", 0, 100),
            coverage=_between(minimum, "coverage", 0, 1),
            grade=_grade(minimum, pack),
        )
        for part in (minimum, section):
            part.close()
        if problems:
            raise PackInvalid(sorted(problems))
        return policy


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a policy says of one group; `reasons` are sentences, empty where it passes. `headline` is by the policy's weights and
    caps, `coverage` a share.
    """

    policy: str
    title: str
    passes: bool
    reasons: tuple[str, ...]
    headline: float
    coverage: float


def apply(policy: Policy, facts: Facts, at: datetime, public_grade: str) -> Opinion:
    """What the policy says of a group, from the facts its public grade was given on and as of that moment.

    Knowing less never makes a group pass: what a policy asks for must be known, and where too little is known for any grade, or
    the rating is suspended, nothing passes.
    """
    own = evaluate(policy.pack, facts, at)
    values, grades = view(facts), policy.pack.grades
    lacking = [finding for finding in own.findings if finding.rule in policy.require and not _good(finding)]
    reasons = [] if own.grade in grades.names else list(own.grade_reasons)
    reasons += [f"{finding.question} {sentence(finding, values)}" for finding in lacking]
    if own.headline < policy.headline:
        points = math.floor(round(10 * own.headline, PLACES)) / 10  # rounded down, so as not to read like the limit
        reasons.append(f"{points:.1f} points by this policy; it asks for {policy.headline:g}.")
    coverage = round(own.coverage, PLACES)
    if coverage < policy.coverage:
        needed = percent_needed(policy.coverage)
        reasons.append(f"{percent_known(coverage)} of what counts is known; this policy asks for {needed}.")
    if grades.rank(public_grade) < grades.rank(policy.grade):
        reasons.append(f"The public grade is {public_grade}; this policy asks for {policy.grade} or better.")
    return Opinion(policy.name, policy.title, not reasons, tuple(reasons), own.headline, own.coverage)


def _good(finding: Finding) -> bool:
    return finding.result in (Result.PASSED, Result.INAPPLICABLE)


# --- reading -----------------------------------------------------------------------------------------------------------


def _overlaid(section: Section, pack: Pack, vocabulary: Vocabulary) -> Pack:
    weights = _numbers(section, "weights", {rule.id for rule in pack.rules})
    dimensions = _numbers(section, "dimensions", {dimension.id for dimension in pack.dimensions})
    rules = tuple(replace(rule, weight=weights.get(rule.id, rule.weight)) for rule in pack.rules)
    return replace(
        pack,
        rules=rules,
        panel=Panel(rules, vocabulary),
        dimensions=tuple(replace(one, weight=dimensions.get(one.id, one.weight)) for one in pack.dimensions),
        caps=_lowered(section, pack),
    )


def _numbers(section: Section, key: str, known: set[str]) -> Mapping[str, float]:
    if key not in section.raw:
        return {}
    numbers = section.table(key, 0, MOST_WEIGHT)
    for name in sorted(numbers.keys() - known):
        section.problem(f"{key}: the pack has no {name}")
    if key == "dimensions" and not all(numbers.values()):
        section.problem("dimensions: each must weigh something")
    return numbers


def _lowered(section: Section, pack: Pack) -> tuple[Cap, ...]:
    """The pack's caps with lower limits: a policy may be stricter than the public grade, never milder."""
    limits = _numbers(section, "caps", {cap.id for cap in pack.caps})
    for cap in pack.caps:
        if cap.id in limits and (cap.limit is None or limits[cap.id] > cap.limit):
            section.problem(f"caps: {cap.id} may only be stricter than in the pack")
    return tuple(replace(cap, limit=limits.get(cap.id, cap.limit)) for cap in pack.caps)


def _required(section: Section, pack: Pack) -> tuple[str, ...]:
    names = section.take("require", list, [])
    known = {rule.id for rule in pack.rules}
    for name in names:
        if name not in known:
            section.problem(f"require: the pack has no rule {name}")
    return tuple(names)


def _between(section: Section, key: str, low: float, high: float) -> float:
    value = float(section.number(key, low))
    if not low <= value <= high:
        section.problem(f"{key} must be from {low:g} to {high:g}")
    return value


def _grade(section: Section, pack: Pack) -> str:
    grade = section.text("grade", "")
    if grade and grade not in pack.grades.names:
        section.problem(f"grade must be one of {', '.join(pack.grades.names)}")
    return grade
