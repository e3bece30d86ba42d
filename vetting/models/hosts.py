"""Hosts: how often each is asked, by all our processes together, and what was decided about asking it at all."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base

HostName = String(300)  # a name of at most 253 characters and a port


class HostGate(Base):
    """The turn of one host (with its port, where it names one).

    The next request may start at `free_at`, and not before the caller's pause after `left_at`, when the last one ended or, if
    nobody has said so, started. Who reads there now holds the row until `lease_until`. `strikes` counts failures in a row.
    """

    __tablename__ = "host_gate"

    host: Mapped[str] = mapped_column(HostName, primary_key=True)
    left_at: Mapped[datetime] = mapped_column(index=True)
    free_at: Mapped[datetime]
    strikes: Mapped[int]
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class Decision(StrEnum):
    """What an operator can decide; each pair is a decision and what lifts it."""

    PAUSE = "pause"
    RESUME = "resume"
    LEAVE_OUT = "leave_out"
    READMIT = "readmit"


LIFTS = {Decision.RESUME: Decision.PAUSE, Decision.READMIT: Decision.LEAVE_OUT}


class HostDecision(Base):
    """One decision about a host and everything below it. Rows are only ever added: the last of its pair is the one that stands.

    `until` ends a pause by itself; None: it stands until it is lifted.
    """

    __tablename__ = "host_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(HostName, index=True)
    decision: Mapped[Decision]
    until: Mapped[datetime | None]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
