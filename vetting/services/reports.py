"""The one document of a group, as it was written. Only how old the reading is, is worked out when it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from rules.document import canonical_json
from vetting.errors import NotFound
from vetting.models import Assessment, Group, Snapshot
from vetting.services.context import Context
from vetting.services.freshness import as_of_now, changed_at, freshness, overtaken


@dataclass(frozen=True)
class StoredReport:
    """The report's bytes (JSON) with the tag that names them; `at` is since when it reads so: when the group was judged, or when
    its reading became too old for what was said then.
    """

    body: bytes
    etag: str
    at: datetime


_columns = select(Assessment.report, Assessment.report_etag, Assessment.at)


def get_report(context: Context, group_id: str) -> StoredReport:
    """The report that stands, as fresh as its reading is now. Raises NotFound."""
    statement = _columns.add_columns(Assessment.flags, Snapshot.taken_at, Group.is_demo)
    statement = statement.join(Group, Group.current_assessment_id == Assessment.id)
    statement = statement.join(Snapshot, Snapshot.id == Assessment.snapshot_id).where(Group.id == group_id)
    with context.database.reading() as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("There is no report on this group.", code="report_not_found")
    *stored, flags, read_at, is_demo = row
    word = freshness(read_at, context.clock(), is_demo=is_demo)
    return _aged(StoredReport(*stored), read_at, word) if overtaken(flags, word) else StoredReport(*stored)


def get_past_report(context: Context, assessment_id: str) -> StoredReport:
    """A report as it stood, by its assessment. Raises NotFound."""
    with context.database.reading() as session:
        row = session.execute(_columns.where(Assessment.id == assessment_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such assessment.", code="assessment_not_found")
    return StoredReport(*row)


def _aged(stored: StoredReport, read_at: datetime, word: str) -> StoredReport:
    body = canonical_json(as_of_now(json.loads(stored.body), word))
    etag = ".".join((stored.etag.strip('"'), word))
    return replace(stored, body=body, etag=etag, at=max(stored.at, changed_at(read_at, word)))
