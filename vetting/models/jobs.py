"""Work to be done: this table is the truth, the queue only says where to look."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = text("state IN ('queued', 'running')")


class Job(Base):
    """One piece of work. A worker holds it until `lease_until` and renews that by telling its progress; `attempts` counts the
    leases given and is the proof of which worker holds it now. `told_at` is when the queue last heard of it. No two open jobs
    share a `dedupe_key`. `progress` is {step, of, text}; `error` is {code, message, remedy}.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("uq_jobs_dedupe_key_open", "dedupe_key", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_jobs_state_told_at", "state", "told_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState]
    dedupe_key: Mapped[str]
    run_at: Mapped[datetime]
    told_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    progress: Mapped[dict[str, Any]]
    error: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
