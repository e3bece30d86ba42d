"""Answers that brought nothing, remembered for a little while so that the same is not asked again and again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.capture import Outcome
from vetting.db import Base


class Refusal(Base):
    """One answer under the SHA-256 of its request, until a moment. Whose request it was is not kept, nor what it asked for."""

    __tablename__ = "refusals"

    request: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[Outcome]
    detail: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]]
    compressed: Mapped[bytes]
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
