"""What stewards and groups say of themselves: a title, a licence, an affiliation, as found in a capture."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base
from vetting.models.captures import Digest
from vetting.models.groups import GroupId


class ClaimState(StrEnum):
    PRESENT = "present"
    WITHDRAWN = "withdrawn"  # it stood there once, and the newest reading no longer shows it


class Claim(Base):
    """`steward` is a handle, None where the group itself claims; `text` is what stands at `locator` in the capture."""

    __tablename__ = "claims"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"), index=True)
    steward: Mapped[str | None]
    kind: Mapped[str]
    text: Mapped[str]
    state: Mapped[ClaimState]
    capture_digest: Mapped[str] = mapped_column(Digest, ForeignKey("bodies.digest"), index=True)
    locator: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
