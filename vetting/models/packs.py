"""Which packs have been adopted, by whom and on what grounds. A row is never changed: another pack is another adoption."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base
from vetting.models.captures import Digest


class Pack(Base):
    """One adoption. The highest `number` is in force; the first is 1 and each is one more than the one before it, so that of
    two at the same time only one succeeds. `files` are the pack's own (path -> text): it stays explainable when its folder
    has gone. `rehearsal` is what was known of its effect when it was adopted; empty for the first.
    """

    __tablename__ = "packs"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(Digest, index=True)
    adopted_at: Mapped[datetime]
    by: Mapped[str]
    rehearsal: Mapped[dict[str, Any]]
    files: Mapped[dict[str, str]]
