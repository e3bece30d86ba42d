"""What people found who looked whether a group is still in the hands it was in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base
from vetting.models.groups import GroupId


class Finding(StrEnum):
    SAME_HANDS = "same_hands"  # signs of a takeover up to then are explained
    OTHER_HANDS = "other_hands"  # the rating stays suspended until a later look finds otherwise


class Look(Base):
    """One look. Rows are only ever added: the last one is the one that stands. `note` is for the record, never published."""

    __tablename__ = "looks"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"), index=True)
    finding: Mapped[Finding]
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
