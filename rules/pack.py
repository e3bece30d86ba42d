"""A pack: versioned rules, dimensions, caps and grades as data, checked as they load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from rules.caps import Cap, read_cap
from rules.errors import PackInvalid
from rules.grading import Grades
from rules.panel import Panel
from rules.reading import Section, content_digest, read_yaml
from rules.rule import Rule
from rules.rulefile import read_rule
from rules.scoring import Dimension, IncidentTable
from rules.vocabulary import Vocabulary, standard

PACKS = Path(__file__).with_name("packs")
SPELLINGS = (".yaml", ".yml")  # of files that somebody meant to be rules
RULE_PLACE = "a rule stands in the folder rules/ itself and its file's name ends in .yaml"


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything an evaluation is judged by. `panel` gives the findings of all `rules` (by id); `digest` is SHA-256 over
    the content of pack.yaml and all rules in any order; `must_know` maps a fact to what is said where it is unknown.
    """

    name: str
    version: str
    title: str
    digest: str
    settings_digest: str
    dimensions: tuple[Dimension, ...]
    rules: tuple[Rule, ...]
    panel: Panel
    caps: tuple[Cap, ...]
    incidents: IncidentTable
    grades: Grades
    must_know: Mapping[str, str]
    fresh_days: Mapping[str, int]
    carry_refreshes: int
    vouch_points: float

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary | None = None) -> Pack:
        """Reads and proves the pack in `folder` (pack.yaml and rules/*.yaml); raises PackInvalid with every problem found."""
        vocabulary = vocabulary or standard()
        problems: list[str] = []
        raw = read_yaml(folder / "pack.yaml", problems)
        if not isinstance(raw, dict):  # whatever else was said of the rules would hide this
            raise PackInvalid(problems or ["pack.yaml: must be a mapping"])
        rules = read_rules(folder, vocabulary, problems)
        section = Section(raw, "pack.yaml", problems)
        weights = section.take("weights", list)
        pack = cls(
            name=section.text("name"),
            version=section.text("version"),
            title=section.text("title"),
            digest=content_digest([raw, sorted(rule.digest for rule in rules)]),
            settings_digest=content_digest(raw),
            dimensions=tuple(_dimension(one) for one in section.sections("dimensions")),
            rules=rules,
            panel=Panel(rules, vocabulary),
            caps=tuple(read_cap(one, vocabulary) for one in section.sections("caps")),
            incidents=_incidents(section.section("incidents")),
            grades=_grades(section.section("grades"), vocabulary),
            must_know=_must_know(section, vocabulary),
            fresh_days=_days(section.section("freshness")),
            carry_refreshes=section.take("carry_refreshes", int),
            vouch_points=float(section.number("vouch_points")),
        )
        section.close()
        _check_whole(pack, weights, section)
        if problems:
            raise PackInvalid(sorted(problems))
        return pack

    @classmethod
    def core(cls) -> Pack:
        """The pack that comes with the project."""
        return cls.load(PACKS / "core")


def read_rules(folder: Path, vocabulary: Vocabulary, problems: list[str]) -> tuple[Rule, ...]:
    """All rules of a pack, by id. Every file in rules/ is one; nothing lists them."""
    paths = sorted(folder.glob("rules/*.yaml"))
    strays = [path for path in folder.glob("rules/**/*") if path.suffix.lower() in SPELLINGS and path not in paths]
    problems.extend(f"{path.relative_to(folder)}: is no rule yet: {RULE_PLACE}" for path in strays)
    read = (read_rule(path, vocabulary, problems) for path in paths)
    return tuple(sorted((rule for rule in read if rule), key=lambda rule: rule.id))


def _dimension(section: Section) -> Dimension:
    dimension = Dimension(section.text("id"), section.text("title"), float(section.number("weight")))
    if dimension.weight <= 0:
        section.problem("weight must be positive")
    section.close()
    return dimension


def _incidents(section: Section) -> IncidentTable:
    def by_severity(key: str, high: float) -> dict[int, float]:
        table = section.take(key, dict)
        if not set(table) <= {1, 2, 3, 4}:
            section.problem(f"{key}: severities are 1 to 4")
            return {}
        section.raw[key] = table
        return {int(severity): value for severity, value in section.table(key, 0, high).items()}

    incidents = IncidentTable(
        severity=by_severity("severity", 1),
        corroboration=section.table("corroboration", 0, 1),
        response=section.table("response", 0, 1),
        half_life=by_severity("half_life_days", 36500),
        floor=by_severity("floor", 1),
    )
    if not all(incidents.half_life.values()):
        section.problem("half_life_days must be positive")
    section.close()
    return incidents


def _grades(section: Section, vocabulary: Vocabulary) -> Grades:
    ladder = tuple(_rung(one) for one in section.sections("ladder"))
    if len(ladder) < 2 or [start for _, start in ladder] != sorted({start for _, start in ladder}, reverse=True):
        section.problem("ladder must hold two grades or more, best first")
    at_once = section.take("at_once", list)
    for name in at_once:
        if name not in vocabulary:
            section.problem(f"at_once: unknown fact {name}")
    best = section.section("best")
    grades = Grades(
        ladder=ladder,
        minimum_coverage=section.number("minimum_coverage"),
        best_coverage=best.number("coverage"),
        best_when=best.condition("when", vocabulary),
        best_message=best.text("message"),
        margin_up=section.number("margin_up"),
        second_read=timedelta(hours=section.number("second_read_hours")),
        at_once=frozenset(at_once),
    )
    best.close()
    section.close()
    return grades


def _rung(section: Section) -> tuple[str, float]:
    rung = (section.text("grade"), float(section.number("from")))
    section.close()
    return rung


def _must_know(section: Section, vocabulary: Vocabulary) -> dict[str, str]:
    messages: dict[str, str] = {}
    for entry in section.sections("must_know"):
        fact = entry.text("fact")
        messages[fact] = entry.text("message")
        if fact not in vocabulary:
            entry.problem(f"unknown fact {fact}")
        entry.close()
    return messages


def _days(section: Section) -> dict[str, int]:
    days = {name: section.take(f"{name}_days", int) for name in ("ageing", "stale")}
    section.close()
    return days


def _check_whole(pack: Pack, weights: list[Any], section: Section) -> None:
    """What no file can be checked for alone."""
    dimensions = {dimension.id for dimension in pack.dimensions}
    for rule in pack.rules:
        place = f"{rule.id}.yaml: {rule.id}"
        if rule.dimension not in dimensions:
            section.problems.append(f"{place}: unknown dimension {rule.dimension}")
        if rule.weight not in weights:
            section.problems.append(f"{place}: weight {rule.weight:g} is not allowed; take one of {weights}")
    for kind, names in (("rule", [rule.id for rule in pack.rules]), ("cap", [cap.id for cap in pack.caps])):
        for name in sorted({name for name in names if names.count(name) > 1}):
            section.problem(f"duplicate {kind} id {name}")
