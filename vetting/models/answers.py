"""Answers that a reading has already got, kept while the site wants a pause, so that going on does not mean asking again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.capture import Outcome
from vetting.db import Base


class Answer(Base):
    """One answer under the SHA-256 of its group and request, until a moment."""

    __tablename__ = "answers"

    request: Mapped[str] = mapped_column(String(64), primary_key=True)
    final_url: Mapped[str]
    outcome: Mapped[Outcome]
    detail: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]]
    compressed: Mapped[bytes]
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
