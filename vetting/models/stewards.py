"""Who answers for a group: public handles and roles. Deleted accounts have no row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base
from vetting.models.groups import GroupId


class Steward(Base):
    """One public handle in one group. `since` is when the platform says the role began; `first_seen` and `last_seen` are the
    first and the newest reading that showed the handle.
    """

    __tablename__ = "stewards"

    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"), primary_key=True)
    handle: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    title: Mapped[str]
    since: Mapped[datetime | None]
    is_bot: Mapped[bool]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
