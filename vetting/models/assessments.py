"""One stored evaluation. It is never changed: a new judgement is a new row."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base
from vetting.models.captures import Digest
from vetting.models.groups import GroupId


class AssessmentChanged(RuntimeError):
    """Code tried to change or delete an assessment that is stored."""


def assessment_id(snapshot: str, pack_digest: str, facts_digest: str, at: datetime) -> str:
    """32 hex digits of all that decides an evaluation: judging the same again gives the same id."""
    whole = f"{snapshot}\0{pack_digest}\0{facts_digest}\0{at.isoformat()}"
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


class Assessment(Base):
    """`facts`, `evaluation` and `report` are the bytes as written; `report_etag` names the report's. The columns between are
    for lists: points of 100 for `low`, `high` and `headline`, a share for `coverage`.
    """

    __tablename__ = "assessments"
    __table_args__ = (Index("ix_assessments_group_id_at", "group_id", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"))
    snapshot_id: Mapped[str] = mapped_column(String(32), ForeignKey("snapshots.id"), index=True)
    at: Mapped[datetime]
    pack: Mapped[str]
    pack_version: Mapped[str]
    pack_digest: Mapped[str] = mapped_column(Digest)
    facts_digest: Mapped[str] = mapped_column(Digest)
    facts: Mapped[bytes]
    evaluation: Mapped[bytes]
    low: Mapped[float]
    high: Mapped[float]
    headline: Mapped[float]
    coverage: Mapped[float]
    grade: Mapped[str] = mapped_column(String(2))
    flags: Mapped[list[str]] = mapped_column(JSON)
    report: Mapped[bytes]
    report_etag: Mapped[str]


@event.listens_for(Assessment, "before_update")
@event.listens_for(Assessment, "before_delete")
def _refuse(_mapper: Any, _connection: Any, assessment: Assessment) -> None:
    raise AssessmentChanged(f"assessment {assessment.id} is stored and stays as it is")
