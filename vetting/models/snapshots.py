"""Our reading of a group at one moment, as kept."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

import scrapers.snapshot
from vetting.db import Base
from vetting.models.groups import GroupId


def snapshot_id(group: str, document: dict[str, Any]) -> str:
    """32 hex digits of what was read of whom: the same reading has the same name wherever it is kept."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{group}\0{canonical}".encode()).hexdigest()[:32]


class Snapshot(Base):
    """`document` is what `scrapers.snapshot.to_document` wrote; `adapter` names the platform's file that read it, and
    is empty where nothing could be read.
    """

    __tablename__ = "snapshots"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"), index=True)
    taken_at: Mapped[datetime]
    adapter: Mapped[str]
    document: Mapped[dict[str, Any]]

    def reading(self) -> scrapers.snapshot.Snapshot:
        return scrapers.snapshot.from_document(self.document)
