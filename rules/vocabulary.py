"""What can be known about a group: every fact's name, type and question, and whether a value fits it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rules.errors import FactInvalid
from rules.facts import Facts, Incident, Knowledge, Value

LEVELS = ("absent", "mentioned", "specified")
VOCABULARY_FILE = Path(__file__).with_name("vocabulary.yaml")


class Kind(StrEnum):
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    MOMENT = "moment"
    LEVEL = "level"
    CHOICE = "choice"
    NAMES = "names"


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _are_names(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(name, str) for name in value)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS = {
    Kind.BOOLEAN: (_is_boolean, "true or false"),
    Kind.INTEGER: (_is_integer, "a whole number"),
    Kind.NUMBER: (is_number, "a finite number"),
    Kind.MOMENT: (_is_moment, "a moment with its time zone"),
    Kind.NAMES: (_are_names, "a tuple of names"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One entry of the vocabulary. `options` are in rising order for a level, without order for a choice."""

    name: str
    kind: Kind
    text: str
    options: tuple[str, ...] = ()

    @property
    def few_values(self) -> bool:
        """Whether its answers can be counted on one's fingers."""
        return self.kind in (Kind.BOOLEAN, Kind.LEVEL, Kind.CHOICE)

    def problem(self, value: object) -> str | None:
        """Why `value` cannot answer this question; None where it can."""
        if self.kind in (Kind.LEVEL, Kind.CHOICE):
            fits, wanted = value in self.options, "one of " + ", ".join(self.options)
        else:
            check, wanted = _CHECKS[self.kind]
            fits = check(value)
        return None if fits else f"{self.name} must be {wanted}, not {value!r}"

    def read(self, raw: object) -> Value:
        """The value that YAML or JSON writes as `raw`: moments are ISO dates (midnight UTC where no time is given).

        Raises FactInvalid where it does not fit.
        """
        value = _moment(raw) if self.kind is Kind.MOMENT else tuple(raw) if isinstance(raw, list) else raw
        if problem := self.problem(value):
            raise FactInvalid(problem)
        return value  # type: ignore[return-value]  # `problem` has just established it


def _moment(raw: object) -> object:
    try:
        return read_moment(raw)
    except FactInvalid:
        return raw


def read_moment(raw: object) -> datetime:
    """An ISO 8601 date or moment as UTC; raises FactInvalid for anything else."""
    if isinstance(raw, str):
        try:
            raw = datetime.fromisoformat(raw)
        except ValueError as error:
            raise FactInvalid(f"{raw!r} is no ISO date") from error
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=UTC) if raw.tzinfo is None else raw.astimezone(UTC)
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day, tzinfo=UTC)
    raise FactInvalid(f"{raw!r} is no date")


@dataclass(frozen=True)
class Vocabulary:
    questions: Mapping[str, Question]

    @classmethod
    def read(cls, document: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
        """From the parsed YAML: name -> {type, question, options}."""
        return cls({name: _question(name, entry) for name, entry in document.items()})

    def __contains__(self, name: object) -> bool:
        return name in self.questions

    def __getitem__(self, name: str) -> Question:
        return self.questions[name]

    def validate(self, facts: Facts) -> None:
        """Raises FactInvalid, naming every fact or incident that does not fit. The engine takes this as done."""
        problems = [problem for name, fact in facts.values.items() for problem in self._fact_problems(name, fact)]
        problems += [problem for incident in facts.incidents if (problem := _incident_problem(incident))]
        if facts.read_at is not None and facts.read_at.tzinfo is None:
            problems.append("read_at needs a time zone")
        if problems:
            raise FactInvalid("; ".join(problems))

    def _fact_problems(self, name: str, fact: Any) -> list[str]:
        if name not in self.questions:
            return [f"{name} is not in the vocabulary"]
        if fact.name != name:
            return [f"{name} is filed under another name: {fact.name}"]
        if fact.knowledge is not Knowledge.KNOWN:
            return [] if fact.value is None else [f"{name} is {fact.knowledge} and yet has a value"]
        return [problem] if (problem := self.questions[name].problem(fact.value)) else []


def _question(name: str, entry: Mapping[str, Any]) -> Question:
    kind = Kind(entry["type"])
    return Question(name, kind, entry["question"], LEVELS if kind is Kind.LEVEL else tuple(entry.get("options", ())))


def _incident_problem(incident: Incident) -> str | None:
    if incident.severity not in (1, 2, 3, 4):
        return f"incident {incident.id}: severity must be 1 to 4, not {incident.severity!r}"
    moments = (incident.latest, incident.resolved_at or incident.latest)
    return None if all(map(_is_moment, moments)) else f"incident {incident.id}: dates need a time zone"


@cache
def standard() -> Vocabulary:
    """The vocabulary that comes with the project."""
    return Vocabulary.read(yaml.load(VOCABULARY_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def validate(facts: Facts) -> None:
    """Checks against the standard vocabulary; raises FactInvalid."""
    standard().validate(facts)
