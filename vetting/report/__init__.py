"""Assessment -> the one document that page, API, PDF and badge show. Pure; written once, when it is published.

Schema "report/1": plain JSON data. All numbers are rounded to what is shown, and `arithmetic` holds every step from the
findings to the headline, so that a person with a pencil gets the same number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.clarity.answers import NOT_READABLE, NOT_TOLD
from rules.conditions import Values, view
from rules.explain import Improvement, sentence
from rules.facts import Fact, Facts, Knowledge
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
from vetting.report import arithmetic, offers, platform_rules, verdict
from vetting.report.offers import LANGUAGES
from vetting.report.shown import FINER_PLACES, evidence, moment, rounded
from vetting.report.verdict import SUMMARIES

__all__ = ["LANGUAGES", "SCHEMA", "SUMMARIES", "Judged", "Subject", "document"]

SCHEMA = "report/1"
MOST_CHANGES = 50  # the newest; the rest is in the group's history
SELF_REPORTED = "Self-reported"
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
    paraphrases: Mapping[str, str] = field(default_factory=dict)  # incident id -> a reviewer's public summary of it


def document(subject: Subject, judged: Judged) -> dict[str, Any]:
    """The whole report as JSON-ready data."""
    evaluation, snapshot = judged.evaluation, subject.snapshot
    return {
        "schema": SCHEMA,
        "assessment": judged.assessment,
        "group": _group(subject),
        "assessed_at": moment(evaluation.at),
        "read_at": moment(snapshot.taken_at),
        **verdict.said(evaluation, judged.pack.grades),
        "dimensions": [_dimension(dimension) for dimension in evaluation.dimensions],
        "incidents": _incidents(judged),
        "caps": [
            {"id": cap.id, "limit": cap.limit, "message": cap.message, "certain": cap.certain}
            for cap in evaluation.caps
        ],
        "arithmetic": arithmetic.steps(evaluation, judged.pack.vouch_points),
        "findings": _findings(judged),
        "rules_note": _rules_note(snapshot, judged.facts),
        "platform_rules": platform_rules.asked(snapshot),
        "offers": offers.known(judged.facts, snapshot),
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
        "ladder": [{"grade": grade, "floor": rounded(floor)} for grade, floor in judged.pack.grades.ladder],
        "pack": {"name": judged.pack.name, "version": judged.pack.version, "digest": judged.pack.digest},
        "facts_digest": judged.facts_digest,
    }


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


def _dimension(dimension: DimensionScore) -> dict[str, Any]:
    addends = ("weight", "earned", "unknown", "observable", "applicable", "known", "coverage")
    return {
        "id": dimension.id,
        "title": dimension.title,
        "low": rounded(dimension.low),
        "high": rounded(dimension.high),
        **{name: rounded(getattr(dimension, name), FINER_PLACES) for name in addends},
    }


def _incidents(judged: Judged) -> dict[str, Any]:
    records = [
        {
            "category": incident.category,
            "severity": incident.severity,
            "month": f"{incident.latest:%Y-%m}",
            "state": incident.corroboration,
            "response": incident.response,
            "summary": judged.paraphrases.get(incident.id, ""),
        }
        for incident in judged.facts.incidents
    ]
    discounts = [arithmetic.discount(item) for item in judged.evaluation.discounts]
    return {"score": rounded(judged.evaluation.incident_score), "discounts": discounts, "records": records}


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
        "weight": rounded(finding.weight, FINER_PLACES),
        "earned": rounded(finding.addends.earned, FINER_PLACES),
        "unknown": rounded(finding.addends.unknown, FINER_PLACES),
        "counts": finding.result not in (Result.INAPPLICABLE, Result.NOT_OBSERVABLE),
        "message": sentence(finding, values),
        "remedy": finding.remedy,
        "effort": finding.effort,
        "gain": None if gain is None else rounded(gain),
        "source": finding.source,
        "source_url": finding.source_url,
        "carried_from": moment(finding.carried_from) if finding.carried_from else None,
        "facts": [_fact(judged.facts.get(name)) for name in sorted(finding.decisive(values, judged.evaluation.at))],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "question": standard()[fact.name].text,
        "value": in_words(fact.value) if fact.knowledge is Knowledge.KNOWN else "",
        "knowledge": fact.knowledge,
        "reason": fact.reason,
        "evidence": [evidence(item) for item in fact.evidence],
    }


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
        "since": moment(steward.since) if steward.since else None,
        "is_bot": steward.is_bot,
        "status": steward.status,
        "claims": [{"text": claim.text, "kind": claim.kind, "label": SELF_REPORTED} for claim in own],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "at": moment(change.at),
        "since": moment(change.since) if change.since else None,
        "before": change.before,
        "after": change.after,
        "evidence": [evidence(item) for item in change.evidence],
    }


def _capture(line: Fetched) -> dict[str, Any]:
    return {
        "digest": line.digest,
        "url": line.url,
        "at": moment(line.at),
        "outcome": line.outcome,
        "detail": line.detail,
        "status": line.status,
        "size": line.size,
        "purpose": line.purpose,
    }
