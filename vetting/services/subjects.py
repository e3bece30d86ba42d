"""Which group a contribution is about, and what of it we are not shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.refs import GroupRef
from scrapers.registry import adapters
from scrapers.snapshot import Reading, Snapshot
from vetting import models
from vetting.errors import NotAllowed, NotFound
from vetting.models import JobState
from vetting.probes.contributions import FIELDS, is_open
from vetting.services import tokens
from vetting.services.context import Context
from vetting.services.jobs import JobView
from vetting.services.submissions import VET, ref_of

# The answers of a platform that say: it is there, and not for us to see.
CLOSED = frozenset({"robots_disallowed", "needs_auth", "login_wall", "challenge", "consent_wall", "private", "gated"})


@dataclass(frozen=True)
class Subject:
    """The group that a contribution is about. `fields` are those that we do not know ourselves; `can_prove` whether we read
    any place in which a steward could show a token.
    """

    group_id: str
    name: str
    url: str
    platform: str
    fields: tuple[str, ...]
    can_prove: bool
    is_read: bool


def can_help(job: JobView) -> bool:
    """Whether the job failed because we are not shown the group, so that those who are can tell."""
    return job.kind == VET and job.state == JobState.FAILED and job.error is not None and job.error.code in CLOSED


def subject(context: Context, group_id: str) -> Subject:
    """Raises NotFound for a group that nobody has tried to read, and NotAllowed for an invented one."""
    with context.database.reading() as session:
        return described(*newest(session, group_id, context.clock()))


def newest(session: Session, group_id: str, at: datetime) -> tuple[Snapshot, bool]:
    """Our newest reading of the group, and whether it is one; else what a failed job tells. Raises as `subject`."""
    group = session.get(models.Group, group_id)
    if group is not None and group.is_demo:
        raise NotAllowed("This group is invented; nobody can see more of it.", remedy="Look for a real group.")
    statement = select(models.Snapshot).where(models.Snapshot.group_id == group_id)
    row = session.scalars(
        statement.order_by(models.Snapshot.taken_at.desc(), models.Snapshot.id).limit(1)
    ).one_or_none()
    if row is not None:
        return row.reading(), bool(row.document["fetched"])
    return _refused(session, group_id, at), False


def _refused(session: Session, group_id: str, at: datetime) -> Snapshot:
    """Raises NotFound where no reading was refused lately."""
    failed = (models.Job.dedupe_key == f"{VET}:{group_id}", models.Job.state == JobState.FAILED)
    statement = select(models.Job).where(*failed).order_by(models.Job.finished_at.desc()).limit(1)
    job = session.scalars(statement).one_or_none()
    code = (job.error or {}).get("code") if job else None
    if job is None or code not in CLOSED:
        raise NotFound(
            "This group has not been found closed to us.",
            code="group_not_found",
            remedy="Paste its address on the first page; if we are not shown the group, the way to contribute is told there.",
        )
    return closed_snapshot(ref_of(job.payload), str(code), at)


def described(snapshot: Snapshot, is_read: bool) -> Subject:  # noqa: FBT001 - the pair that `newest` answers with
    ref = snapshot.ref
    return Subject(
        group_id=ref.id,
        name=snapshot.name.value or ref.key,
        url=ref.canonical_url,
        platform=adapters()[ref.platform].profile.title,
        fields=tuple(field for field in FIELDS if is_open(snapshot, field)),
        can_prove=is_read and tokens.can_show(snapshot),
        is_read=is_read,
    )


def closed_snapshot(ref: GroupRef, reason: str, at: datetime) -> Snapshot:
    """The reading of a group that we are not shown: it is there, and all of it is withheld."""
    withheld: dict[str, Reading[Any]] = dict.fromkeys((*FIELDS.values(), "rules_text"), Reading.withheld(reason))
    return replace(Snapshot(ref=ref, taken_at=at), **withheld)  # type: ignore[arg-type] # every one of them is a Reading
