"""A person has looked whether a group is still in the hands it was in; what was found is kept, and the group judged anew."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vetting import models
from vetting.errors import InvalidInput, NotFound
from vetting.models import Finding
from vetting.probes.known import Look
from vetting.services import jobs
from vetting.services.context import Context
from vetting.services.contributions import REASSESS
from vetting.services.submissions import payload


def looked(context: Context, group_id: str, *, finding: Finding, note: str, by: str) -> models.Look:
    """Keeps the look and opens the job that judges the group anew. Raises NotFound, or InvalidInput where nobody or nothing is
    named.
    """
    if not by.strip() or not note.strip():
        raise InvalidInput("A look needs a name and a note.", remedy="Say who looked, and what shows the finding.")
    at = context.clock()
    with context.database.writing() as session:
        group = session.get(models.Group, group_id)
        if group is None or group.current_assessment_id is None:
            raise NotFound("There is no report on this group.", code="report_not_found")
        row = models.Look(group_id=group_id, finding=finding, note=note.strip(), by=by.strip(), at=at)
        session.add(row)
        about = {**payload(group.ref), "group_id": group_id}
        job = jobs.open_job(session, REASSESS, about, dedupe_key=f"{REASSESS}:{secrets.token_hex(8)}", at=at)
    context.tell(job.id)
    return row


def last(session: Session, group_id: str, at: datetime) -> Look | None:
    """The look that stands at `at`."""
    statement = select(models.Look).where(models.Look.group_id == group_id, models.Look.at <= at)
    row = session.scalars(statement.order_by(models.Look.at.desc(), models.Look.id.desc()).limit(1)).one_or_none()
    return Look(row.at, row.finding is Finding.SAME_HANDS) if row else None
