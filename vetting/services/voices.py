"""The contributions of a group that count, and keeping their states true."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from vetting.models import Contribution, ContributionState
from vetting.models.contributions import LIVE
from vetting.probes.contributions import CURRENT, Voice, answers


def live(session: Session, group_id: str, at: datetime) -> list[Contribution]:
    """What was sent of the group up to `at`, is neither withdrawn nor rejected, and not too old."""
    statement = select(Contribution).where(
        Contribution.group_id == group_id,
        Contribution.state.in_(LIVE),
        Contribution.at > at - CURRENT,
        Contribution.at <= at,
    )
    return list(session.scalars(statement.order_by(Contribution.at, Contribution.id)))


def voices(session: Session, group_id: str, at: datetime) -> tuple[Voice, ...]:
    """The same as the probes hear them."""
    return tuple(voice(row) for row in live(session, group_id, at))


def voice(row: Contribution) -> Voice:
    return Voice(row.id, row.at, row.document, proven=row.proven_at is not None)


def outdated(at: datetime) -> Delete:
    """Deletes what counts no more because of its age, and what is left of the withdrawn."""
    return delete(Contribution).where(Contribution.at <= at - CURRENT)


def recount(session: Session, group_id: str, at: datetime) -> bool:
    """Moves each contribution to the state that it has with the others; True if one moved, so that the group is to be judged
    anew.
    """
    rows = live(session, group_id, at)
    backing = frozenset().union(*(answer.voices for answer in answers(map(voice, rows)).values()))
    moved = False
    for row in rows:
        state = ContributionState.COUNTED if row.id in backing else ContributionState.SUBMITTED
        if row.state is not state:
            row.move(state)
            moved = True
    session.flush()
    return moved
