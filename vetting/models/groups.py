"""The subject: one group on one platform."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.refs import GroupRef
from vetting.db import Base

GroupId = String(16)


def group_id(ref: GroupRef, *, is_demo: bool = False) -> str:
    """16 hex digits. A demo group lives in a namespace of its own and can never stand for a real one."""
    return hashlib.sha256(f"demo\0{ref}".encode()).hexdigest()[:16] if is_demo else ref.id


class Group(Base):
    """A group under one canonical key. `last_read_at` is when its newest snapshot was taken; `current_assessment_id` names
    the assessment that every face shows.
    """

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("is_demo", "platform", "key"),)

    id: Mapped[str] = mapped_column(GroupId, primary_key=True)
    platform: Mapped[str]
    key: Mapped[str]
    canonical_url: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    is_demo: Mapped[bool]
    created_at: Mapped[datetime]
    last_read_at: Mapped[datetime | None]
    current_assessment_id: Mapped[str | None] = mapped_column(
        String(32), ForeignKey("assessments.id", name="fk_groups_current_assessment_id_assessments", use_alter=True)
    )

    @property
    def ref(self) -> GroupRef:
        return GroupRef(self.platform, self.key, self.canonical_url)
