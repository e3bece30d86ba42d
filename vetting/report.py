"""Assessment -> the one document that page, API, PDF and badge show. Pure; written once, when it is published.

Schema "report/1": plain JSON data. All numbers are rounded to what is shown, and `arithmetic` holds every step from the
findings to the headline, so that a person with a pencil gets the same number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.clarity.answers import NOT_READABLE, NOT_TOLD
from rules.conditions import Values, view
from rules.explain import Improvement, sentence
from rules.facts import Evidence, Fact, Facts, Knowledge
from rules.findings import DimensionScore, Evaluation, Finding, Result
from rules.pack import Pack
from rules.vocabulary import standard
from rules.wording import in_words
from scrapers.adapter import Profile
from scrapers.snapshot import READINGS, Fetched, Snapshot, SourceKind, Steward
from vetting.probes.changes import Change
from vetting.probes.claims import FoundClaim, claims_in
from vetting.probes.clarity import rules_language
from vetting.probes.contributions import FIELDS, contributed, is_open

SCHEMA = "report/1"
PLACES = 2  # of every number in the document
MOST_CHANGES = 50  # the newest; the rest is in the group's history

SUMMARIES = {
    "A": "What can be read in public speaks for this group: clear who answers for it, thorough rules, a steady past.",
    "B": "What can be read in public speaks well of this group. A few things are missing or could not be confirmed.",
    "C": "Some of what looks after members was found, and important parts are missing. Read the findings before you join.",
    "D": "Much of what looks after members was not found. Look at the findings, and at other groups too.",
    "E": "Very little of what looks after members was found, or something serious speaks against joining.",
    "U": "Not enough can be known in public to give a grade. That speaks neither for the group nor against it.",
}
SUSPENDED = "The rating is suspended: something about the group changed that a person has to look at first."
SELF_REPORTED = "Self-reported"
OFFERS = {
    "language": "Language",
    "members": "Members",
    "joining": "Joining",
    "visibility": "Who can read it",
    "cost": "Cost",
    "offers_anonymity": "Taking part without your name",
    "moderated_hours": "Hours with a moderator",
    "adult_marked": "For adults only",
}
LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese"}
READ_IN = "The group's rules were read in {language}."
LESS_CERTAIN = (
    "The group's rules were read in {language}. Here our reading rests on lists of words alone and is less certain than in "
    "English: what we did not find may stand there all the same, so look at the rules yourself."
)
STAYS_OPEN = " What we ask about them stays open, which speaks neither for the group nor against it."
NOT_READ = {
    NOT_READABLE: f"The group's rules are in a language that we cannot read.{STAYS_OPEN}",
    NOT_TOLD: f"We could not tell the language of the group's rules, and found nothing in them.{STAYS_OPEN}",
}


@dataclass(frozen=True)
class Subject:
    """What is assessed, as the report names it."""

    id: str
    is_demo: bool
    profile: Profile
    snapshot: Snapshot


@dataclass(frozen=True)
class Judged:
    """One evaluation with all that it rests on."""

    assessment: str
    pack: Pack
    facts: Facts
    facts_digest: str
    evaluation: Evaluation
    improvements: tuple[Improvement, ...]
    changes: tuple[Change, ...] = ()


def document(subject: Subject, judged: Judged) -> dict[str, Any]:
    """The whole report as JSON-ready data."""
    evaluation, snapshot = judged.evaluation, subject.snapshot
    return {
        "schema": SCHEMA,
        "assessment": judged.assessment,
        "group": _group(subject),
        "assessed_at": _moment(evaluation.at),
        "read_at": _moment(snapshot.taken_at),
        **_verdict(evaluation),
        "dimensions": [_dimension(dimension) for dimension in evaluation.dimensions],
        "incidents": _incidents(judged),
        "caps": [
            {"id": cap.id, "limit": cap.limit, "message": cap.message, "certain": cap.certain}
            for cap in evaluation.caps
        ],
        "arithmetic": arithmetic(evaluation),
        "findings": _findings(judged),
        "rules_note": _rules_note(snapshot, judged.facts),
        "offers": _offers(judged.facts),
        "stewards": _stewards(snapshot),
        "stewards_state": {"state": snapshot.stewards.state, "reason": snapshot.stewards.reason},
        "stewards_complete": snapshot.stewards_complete,
        "deleted_stewards": snapshot.deleted_stewards,
        "changes": [_change(change) for change in judged.changes[:MOST_CHANGES]],
        "captures": [_capture(line) for line in snapshot.fetched],
        "warnings": list(snapshot.warnings),
        "contributed": list(contributed(snapshot)),
        "contributable": [field for field in FIELDS if is_open(snapshot, field)],
        "declared": _declared(snapshot),
        "urgent_help": {"shown": evaluation.grade in "DEU" or bool(evaluation.caps)},
        "ladder": [{"grade": grade, "floor": _round(floor)} for grade, floor in judged.pack.grades.ladder],
        "pack": {"name": judged.pack.name, "version": judged.pack.version, "digest": judged.pack.digest},
        "facts_digest": judged.facts_digest,
    }


def arithmetic(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Every step in order: {label, expression, value}. Each expression, worked out with the numbers shown, gives its value."""
    steps = evaluation.arithmetic
    rows = [_step(_dimension_label(d), _dimension_sum(d), d.low) for d in evaluation.dimensions]
    observed = [d for d in evaluation.dimensions if d.observable]
    total = sum(d.weight for d in observed)
    shares = " + ".join(f"{_number(d.weight)} × {_number(d.low)}" for d in observed)
    rows.append(_step("Weighted mean of the dimensions", f"({shares}) ÷ {_number(total)}", steps["mean_low"]))
    if steps["vouches"]:
        rows.append(
            _step("Vouches by verified clinicians and organisations", "added, 5 points at most", steps["vouches"])
        )
    rows.append(_step("Incident records", _discounts(evaluation), evaluation.incident_score))
    mean = _number(min(100.0, steps["mean_low"] + steps["vouches"]))
    rows.append(_step("Low end", f"{mean} × {_number(evaluation.incident_score)} ÷ 100", evaluation.low))
    rows.extend(_step("Limit", cap.message, cap.limit) for cap in evaluation.caps if cap.limit is not None)
    rows.append(_step("Headline", "the low end, or the lowest limit if that is less", evaluation.headline))
    return rows


def _group(subject: Subject) -> dict[str, Any]:
    snapshot = subject.snapshot
    return {
        "id": subject.id,
        "platform": snapshot.ref.platform,
        "platform_title": subject.profile.title,
        "key": snapshot.ref.key,
        "name": snapshot.name.value or snapshot.ref.key,
        "url": snapshot.ref.canonical_url,
        "description": snapshot.description.value or "",
        "is_demo": subject.is_demo,
    }


def _verdict(evaluation: Evaluation) -> dict[str, Any]:
    suspended = "suspended" in evaluation.flags
    last = {"grade": evaluation.last_grade, "at": _moment(evaluation.last_grade_at)} if evaluation.last_grade else None
    return {
        "grade": evaluation.grade,
        "suspended": suspended,
        "summary": SUSPENDED if suspended else SUMMARIES[evaluation.grade],
        "headline": _round(evaluation.headline),
        "low": _round(evaluation.arithmetic["headline"]),
        "high": _round(evaluation.arithmetic["headline_high"]),
        "coverage": _round(evaluation.coverage, 4),
        "grade_reasons": list(evaluation.grade_reasons),
        "flags": list(evaluation.flags),
        "freshness": next((flag for flag in evaluation.flags if flag in ("ageing", "stale")), "fresh"),
        "last_known": last,
    }


def _dimension(dimension: DimensionScore) -> dict[str, Any]:
    numbers = ("weight", "low", "high", "earned", "unknown", "observable", "applicable", "known")
    return {
        "id": dimension.id,
        "title": dimension.title,
        **{name: _round(getattr(dimension, name)) for name in numbers},
        "coverage": _round(dimension.coverage, 4),
    }


def _incidents(judged: Judged) -> dict[str, Any]:
    numbers = ("severity", "corroboration", "decay", "response", "factor")
    discounts = [
        {"incident": item.incident, **{name: _round(getattr(item, name), 4) for name in numbers}}
        for item in judged.evaluation.discounts
    ]
    records = [
        {
            "category": incident.category,
            "severity": incident.severity,
            "month": f"{incident.latest:%Y-%m}",
            "state": incident.corroboration,
            "response": incident.response,
        }
        for incident in judged.facts.incidents
    ]
    return {"score": _round(judged.evaluation.incident_score), "discounts": discounts, "records": records}


def _findings(judged: Judged) -> list[dict[str, Any]]:
    gains = {item.rule: item.gain for item in judged.improvements}
    values = view(judged.facts)
    return [_finding(finding, judged, values, gains) for finding in judged.evaluation.findings]


def _finding(finding: Finding, judged: Judged, values: Values, gains: Mapping[str, float]) -> dict[str, Any]:
    gain = gains.get(finding.rule)
    return {
        "rule": finding.rule,
        "question": finding.question,
        "dimension": finding.dimension,
        "result": finding.result,
        "weight": _round(finding.weight),
        "earned": _round(finding.weight * finding.fraction),
        "counts": finding.result not in (Result.INAPPLICABLE, Result.NOT_OBSERVABLE),
        "message": sentence(finding, values),
        "remedy": finding.remedy,
        "effort": finding.effort,
        "gain": None if gain is None else _round(gain),
        "source": finding.source,
        "source_url": finding.source_url,
        "carried_from": _moment(finding.carried_from) if finding.carried_from else None,
        "facts": [_fact(judged.facts.get(name)) for name in sorted(finding.decisive(values, judged.evaluation.at))],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "question": standard()[fact.name].text,
        "value": in_words(fact.value) if fact.knowledge is Knowledge.KNOWN else "",
        "knowledge": fact.knowledge,
        "reason": fact.reason,
        "evidence": [_evidence(item) for item in fact.evidence],
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "ref": item.ref,
        "url": item.url,
        "locator": item.locator,
        "quote": item.quote,
        "at": _moment(item.at) if item.at else None,
    }


def _offers(facts: Facts) -> list[dict[str, str]]:
    """What the group offers and to whom, as far as it is known: said before what it lacks."""
    known = [fact for fact in map(facts.get, OFFERS) if fact.knowledge is Knowledge.KNOWN and fact.value != "absent"]
    return [
        {"label": OFFERS[fact.name], "value": LANGUAGES.get(str(fact.value)) or in_words(fact.value)} for fact in known
    ]


def _rules_note(snapshot: Snapshot, facts: Facts) -> str:
    """In which language the rules were read and how far that can be relied on; empty where there were none to read."""
    unread = next((NOT_READ[fact.reason] for fact in facts.values.values() if fact.reason in NOT_READ), "")
    told = rules_language(snapshot)
    if unread or not told:
        return unread
    if told not in LANGUAGES:
        return "We could not tell the language of the group's rules, and read them as English."
    return (READ_IN if told == "en" else LESS_CERTAIN).format(language=LANGUAGES[told])


def _stewards(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Public handles and roles with the state of their claims; deleted accounts are only counted."""
    claims = claims_in(snapshot)
    return [_steward(steward, claims) for steward in snapshot.stewards.value or () if steward.status != "deleted"]


def _declared(snapshot: Snapshot) -> list[str]:
    """The fields that stand on the group's own self-description alone."""
    sources = {field: getattr(snapshot, field).sources for field in READINGS}
    return [field for field, told in sources.items() if told and all(s.kind is SourceKind.DECLARED for s in told)]


def _steward(steward: Steward, claims: tuple[FoundClaim, ...]) -> dict[str, Any]:
    own = [claim for claim in claims if claim.steward == steward.handle]
    return {
        "handle": steward.handle,
        "role": steward.role,
        "title": steward.title,
        "since": _moment(steward.since) if steward.since else None,
        "is_bot": steward.is_bot,
        "status": steward.status,
        "claims": [{"text": claim.text, "kind": claim.kind, "label": SELF_REPORTED} for claim in own],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "at": _moment(change.at),
        "since": _moment(change.since) if change.since else None,
        "before": change.before,
        "after": change.after,
        "evidence": [_evidence(item) for item in change.evidence],
    }


def _capture(line: Fetched) -> dict[str, Any]:
    return {
        "digest": line.digest,
        "url": line.url,
        "at": _moment(line.at),
        "outcome": line.outcome,
        "detail": line.detail,
        "status": line.status,
        "size": line.size,
        "purpose": line.purpose,
    }


def _step(label: str, expression: str, value: float) -> dict[str, Any]:
    return {"label": label, "expression": expression, "value": _round(value)}


def _dimension_label(dimension: DimensionScore) -> str:
    return f"{dimension.title}: earned of what can be seen"


def _dimension_sum(dimension: DimensionScore) -> str:
    if not dimension.observable:
        return "nothing of it can be seen here, so it does not count"
    return f"100 × {_number(dimension.earned)} ÷ {_number(dimension.observable)}"


def _discounts(evaluation: Evaluation) -> str:
    if not evaluation.discounts:
        return "no incident on record: 100"
    return "100 × " + " × ".join(f"{_round(item.factor, 4):g}" for item in evaluation.discounts)


def _number(value: float) -> str:
    return f"{_round(value):g}"


def _round(value: float, places: int = PLACES) -> float:
    return round(value, places) + 0.0  # no negative zero


def _moment(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
