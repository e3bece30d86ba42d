"""Evidence: the bytes that a platform sent, each body kept once, and the responses that carried them."""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import scrapers.capture
from scrapers.capture import Outcome
from vetting.db import Base
from vetting.models.groups import GroupId

Digest = String(64)


class Body(Base):
    """A body under the SHA-256 of its bytes; `size` counts them before compression."""

    __tablename__ = "bodies"

    digest: Mapped[str] = mapped_column(Digest, primary_key=True)
    compressed: Mapped[bytes]
    size: Mapped[int]

    @staticmethod
    def columns(body: bytes, digest: str) -> dict[str, object]:
        return {"digest": digest, "compressed": zlib.compress(body), "size": len(body)}

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.compressed)


class Capture(Base):
    """One response of one reading, `position` counting from 0 in the order asked. An answer without body has no digest."""

    __tablename__ = "captures"
    __table_args__ = (UniqueConstraint("snapshot_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"), index=True)
    snapshot_id: Mapped[str] = mapped_column(String(32), ForeignKey("snapshots.id"))
    position: Mapped[int]
    digest: Mapped[str | None] = mapped_column(Digest, ForeignKey("bodies.digest"), index=True)
    url: Mapped[str]
    final_url: Mapped[str]
    method: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]]
    outcome: Mapped[Outcome]
    detail: Mapped[str]
    at: Mapped[datetime]

    @staticmethod
    def columns(capture: scrapers.capture.Capture) -> dict[str, object]:
        """What a capture of the scrapers' says, as columns."""
        return {
            "digest": capture.digest if capture.body else None,
            "url": capture.url,
            "final_url": capture.final_url,
            "method": capture.method,
            "status": capture.status,
            "headers": dict(capture.headers),
            "outcome": capture.outcome,
            "detail": capture.detail,
            "at": capture.at,
        }

    def with_body(self, body: bytes) -> scrapers.capture.Capture:
        """The capture as it was when it was kept."""
        return scrapers.capture.Capture(
            url=self.url,
            final_url=self.final_url,
            outcome=self.outcome,
            at=self.at,
            status=self.status,
            headers=self.headers,
            body=body,
            detail=self.detail,
            method=self.method,
        )
