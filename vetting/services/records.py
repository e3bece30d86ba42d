"""What our records hold of a group, as the probes need it; and how a judgement becomes part of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.facts import Incident, Standing
from scrapers.snapshot import Snapshot
from vetting import models
from vetting.db import insert_missing
from vetting.models.claims import ClaimState
from vetting.probes import Known
from vetting.probes.claims import FoundClaim, claims_in
from vetting.services import looks
from vetting.services.voices import voices

if TYPE_CHECKING:
    from vetting.services.judging import Judgement

EARLIER = 50  # readings looked back at; a group is read weekly, so about a year


def known(session: Session, kept: models.Snapshot, known_alone: Known, at: datetime) -> Known:
    """The reading together with the group's past up to `at`: earlier readings, incidents on record, the last verdict, what was
    contributed, and what a person found who looked.
    """
    return replace(
        known_alone,
        earlier=_earlier(session, kept),
        incidents=_incidents(session, kept.group_id, at),
        previous=_previous(session, kept.group_id, at),
        contributions=voices(session, kept.group_id, at),
        look=looks.last(session, kept.group_id, at),
    )


def store(session: Session, kept: models.Snapshot, judgement: Judgement, at: datetime) -> None:
    """Keeps the assessment, and makes it the one that stands unless a later one does. Storing the same again changes nothing."""
    evaluation, judged = judgement.judged.evaluation, judgement.judged
    row = {
        "id": judgement.id,
        "group_id": kept.group_id,
        "snapshot_id": kept.id,
        "at": at,
        "pack": evaluation.pack,
        "pack_version": evaluation.pack_version,
        "pack_digest": evaluation.pack_digest,
        "facts_digest": judged.facts_digest,
        "facts": judgement.facts,
        "evaluation": judgement.evaluation,
        "low": evaluation.low,
        "high": evaluation.high,
        "headline": evaluation.headline,
        "coverage": evaluation.coverage,
        "grade": evaluation.grade,
        "flags": list(evaluation.flags),
        "report": judgement.report,
        "report_etag": hashlib.sha256(judgement.report).hexdigest()[:32],
    }
    insert_missing(session, models.Assessment, [row])
    group = session.get_one(models.Group, kept.group_id)
    standing = session.get(models.Assessment, group.current_assessment_id) if group.current_assessment_id else None
    if standing is None or standing.at <= at:
        group.current_assessment_id = judgement.id
        _remember_claims(session, kept, judgement.snapshot)


def _earlier(session: Session, kept: models.Snapshot) -> tuple[Snapshot, ...]:
    statement = (
        select(models.Snapshot)
        .where(models.Snapshot.group_id == kept.group_id, models.Snapshot.taken_at < kept.taken_at)
        .order_by(models.Snapshot.taken_at.desc())
        .limit(EARLIER)
    )
    return tuple(row.reading() for row in reversed(session.scalars(statement).all()))


def _incidents(session: Session, group: str, at: datetime) -> tuple[Incident, ...]:
    rows = session.scalars(
        select(models.Incident).where(models.Incident.group_id == group).order_by(models.Incident.id)
    )
    return tuple(
        Incident(row.id, row.category, row.severity, str(row.disposition), row.response, row.latest, row.resolved_at)
        for row in rows
        if row.is_public and row.earliest <= at
    )


def _previous(session: Session, group: str, at: datetime) -> Standing | None:
    statement = (
        select(models.Assessment)
        .where(models.Assessment.group_id == group, models.Assessment.at < at)
        .order_by(models.Assessment.at.desc())
        .limit(1)
    )
    row = session.scalars(statement).one_or_none()
    return Standing(row.grade, row.headline, row.at, json.loads(row.evaluation)) if row else None


def _remember_claims(session: Session, kept: models.Snapshot, snapshot: Snapshot) -> None:
    """Claims seen now are present; those of places that were read and no longer show them are withdrawn."""
    seen = {_claim_id(kept.group_id, claim): claim for claim in claims_in(snapshot)}
    rows = session.scalars(select(models.Claim).where(models.Claim.group_id == kept.group_id)).all()
    for row in rows:
        if row.id in seen:
            row.state, row.last_seen = ClaimState.PRESENT, max(row.last_seen, kept.taken_at)
        elif (snapshot.stewards if row.steward else snapshot.description).known:
            row.state = ClaimState.WITHDRAWN
    new = seen.keys() - {row.id for row in rows}
    session.add_all(_claim(kept, identifier, seen[identifier]) for identifier in sorted(new))


def _claim(kept: models.Snapshot, identifier: str, claim: FoundClaim) -> models.Claim:
    source = claim.sources[0]
    return models.Claim(
        id=identifier,
        group_id=kept.group_id,
        steward=claim.steward or None,
        kind=claim.kind,
        text=claim.text,
        state=ClaimState.PRESENT,
        capture_digest=source.digest,
        locator=source.locator,
        first_seen=kept.taken_at,
        last_seen=kept.taken_at,
    )


def _claim_id(group: str, claim: FoundClaim) -> str:
    return hashlib.sha256(f"{group}\0{claim.steward}\0{claim.kind}\0{claim.text}".encode()).hexdigest()[:32]
