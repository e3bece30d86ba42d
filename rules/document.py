"""Evaluations and facts as JSON: the one form in which they are stored, shown and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rules.conditions import Values, view
from rules.errors import FactInvalid
from rules.explain import sentence
from rules.facts import Evidence, Fact, Facts, Incident, Knowledge, Standing
from rules.findings import Evaluation, Finding
from rules.vocabulary import Vocabulary, read_moment, standard

_PLACES = 6
_INTERNAL = ("template", "decisive", "addends")
_KEPT_OF_FINDING = ("rule", "result", "fraction", "possible", "carried", "carried_from")


def evaluation_document(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as JSON-ready values: moments as ISO 8601 in UTC, numbers rounded to six places here and nowhere earlier
    (but for the headline and coverage that a grade is given on), messages in full sentences.
    """
    values = view(evaluation.facts)
    document = _fields(evaluation)
    document["findings"] = [_finding(finding, values, evaluation.at) for finding in evaluation.findings]
    return document


def canonical_json(document: Any) -> bytes:
    """The one byte form of a document: keys sorted, no spaces, UTF-8. Raises ValueError for a number that is not finite."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _finding(finding: Finding, values: Values, at: datetime) -> dict[str, Any]:
    facts = sorted(finding.decisive(values, at))
    return {**_fields(finding), "message": sentence(finding, values), "facts": facts}


def _fields(value: Any, places: int | None = _PLACES) -> dict[str, Any]:
    parts = {one.name: getattr(value, one.name) for one in fields(value) if one.name not in _INTERNAL}
    return {name: _plain(part, places) for name, part in parts.items() if not isinstance(part, Facts)}


def _plain(value: Any, places: int | None = _PLACES) -> Any:
    if is_dataclass(value):
        return _fields(value, places)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, float) and places is not None:
        return round(value, places) + 0.0  # no negative zero
    if isinstance(value, tuple | list):
        return [_plain(one, places) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one, places) for key, one in value.items()}
    return str(value) if isinstance(value, str) else value


# --- facts -------------------------------------------------------------------------------------------------------------


def facts_document(facts: Facts) -> dict[str, Any]:
    """The facts as JSON-ready values, exact, and in one order whatever order they came in. Of what was published before
    only that is kept which an evaluation looks at.
    """
    return {
        "values": {name: _plain(facts.values[name], None) for name in sorted(facts.values)},
        "incidents": [_plain(incident, None) for incident in sorted(facts.incidents, key=repr)],
        "vouches": facts.vouches,
        "objections": facts.objections,
        "previous": _standing(facts.previous) if facts.previous else None,
        "read_at": _plain(facts.read_at),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    before = standing.evaluation
    kept = {key: before[key] for key in ("read_at", "last_grade", "last_grade_at", "pending") if key in before}
    kept["findings"] = [
        {key: finding[key] for key in _KEPT_OF_FINDING if key in finding} for finding in before.get("findings", ())
    ]
    kept["caps"] = [{"id": cap["id"]} for cap in before.get("caps", ())]
    return {
        "grade": standing.grade,
        "headline": standing.headline,
        "at": _plain(standing.at),
        "evaluation": _plain(kept, None),
    }


def read_facts(document: Mapping[str, Any], vocabulary: Vocabulary | None = None) -> Facts:
    """The facts that `facts_document` wrote; evaluating them gives the same bytes. Raises FactInvalid where one does not fit."""
    words, previous = vocabulary or standard(), document["previous"]
    values = {name: _read_fact(fact, words) for name, fact in document["values"].items()}
    standing = Standing(**{**previous, "at": read_moment(previous["at"])}) if previous else None
    return replace(_read_rest(document), values=values, previous=standing)


def read_answers(document: Mapping[str, Any]) -> Facts:
    """As `read_facts`, but without evidence and without what was published before: all that a judgement from the start needs, at
    a tenth of the work. For going through very many.
    """
    values = {
        name: _answer(name, fact["knowledge"], tuple(value) if isinstance(value := fact["value"], list) else value)
        for name, fact in document["values"].items()
    }
    return replace(_read_rest(document), values=values)


def _read_rest(document: Mapping[str, Any]) -> Facts:
    return Facts(
        values={},
        incidents=tuple([_read_incident(incident) for incident in document["incidents"]]),
        vouches=document["vouches"],
        objections=document["objections"],
        read_at=_read_optional(document["read_at"]),
    )


def without_evidence(written: bytes) -> bytes:
    """Stored facts (the canonical JSON of `facts_document`) without their evidence, which is most of what there is to parse.

    Keys stand in order there, and a quotation mark inside a text is escaped: so no text, however hostile, can hold either mark.
    """
    first, *rest = written.split(b'"evidence":[')
    return b'"knowledge":'.join([first, *[part.partition(b'],"knowledge":')[2] for part in rest]])


def _read_fact(raw: Mapping[str, Any], words: Vocabulary) -> Fact:
    return replace(
        _read_answer(raw["name"], raw["knowledge"], raw["value"], words),
        evidence=tuple(Evidence(**{**one, "at": _read_optional(one["at"])}) for one in raw["evidence"]),
        reason=raw["reason"],
        at=_read_optional(raw["at"]),
    )


@lru_cache(maxsize=10_000, typed=True)
def _answer(name: str, knowledge: str, value: Any) -> Fact:
    """Without evidence, groups share most of their facts; typed, for True is not 1 here."""
    return _read_answer(name, knowledge, value, standard())


def _read_answer(name: str, knowledge: str, value: Any, words: Vocabulary) -> Fact:
    if name not in words:
        raise FactInvalid(f"{name} is not in the vocabulary")
    return Fact(name, Knowledge(knowledge), words[name].read(value) if knowledge == Knowledge.KNOWN else None)


def _read_incident(raw: Mapping[str, Any]) -> Incident:
    dates = {"latest": read_moment(raw["latest"]), "resolved_at": _read_optional(raw["resolved_at"])}
    return Incident(**{**raw, **dates})


def _read_optional(raw: str | None) -> datetime | None:
    return read_moment(raw) if raw else None
