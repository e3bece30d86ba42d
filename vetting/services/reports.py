"""The one document of a group, as it was written: nothing is computed when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vetting.errors import NotFound
from vetting.models import Assessment, Group
from vetting.services.context import Context


@dataclass(frozen=True)
class StoredReport:
    """The report's bytes (JSON) with the tag that names them; `at` is when the group was judged."""

    body: bytes
    etag: str
    at: datetime
    assessment_id: str


_columns = select(Assessment.report, Assessment.report_etag, Assessment.at, Assessment.id)


def get_report(context: Context, group_id: str) -> StoredReport:
    """The report that stands. Raises NotFound."""
    statement = _columns.join(Group, Group.current_assessment_id == Assessment.id).where(Group.id == group_id)
    with context.database.reading() as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("There is no report on this group.", code="report_not_found")
    return StoredReport(*row)


def get_past_report(context: Context, assessment_id: str) -> StoredReport:
    """A report as it stood, by its assessment. Raises NotFound."""
    with context.database.reading() as session:
        row = session.execute(_columns.where(Assessment.id == assessment_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such assessment.", code="assessment_not_found")
    return StoredReport(*row)
