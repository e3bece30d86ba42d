"""What time alone brings about: groups are judged anew when their reading passes a limit of age, and once a week in any case, for
incidents fade and groups grow older. Nothing is fetched, and nothing is judged here: this only opens jobs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from vetting.models import Assessment, Group, Job
from vetting.models.jobs import OPEN
from vetting.services.context import Context
from vetting.services.contributions import REASSESS
from vetting.services.freshness import AGEING, STALE
from vetting.services.jobs import open_job
from vetting.services.submissions import payload

EVERY = timedelta(days=7)
AGAIN = timedelta(days=1)  # a group that could not be judged is not tried more often
MOST_OPEN = 4  # at a time, so that nobody who pastes an address waits behind them
AGED = f"{REASSESS}:aged:"  # before the group's id: the dedupe key of these jobs


def judge_aged(context: Context) -> int:
    """Opens and rings a job for some of the groups that are due, none of them twice; answers with how many. Invented groups
    stay as they are. Safe to run anywhere at any time.
    """
    now = context.clock()
    with context.database.reading() as session:
        if not _due_groups(session, now, 1):
            return 0
    with context.database.writing() as session:
        room = MOST_OPEN - _open_jobs(session)
        due = _due_groups(session, now, room) if room > 0 else []
        opened = [
            open_job(session, REASSESS, payload(group.ref), dedupe_key=f"{AGED}{group.id}", at=now) for group in due
        ]
    for job in opened:
        context.tell(job.id)
    return len(opened)


def _open_jobs(session: Session) -> int:
    mine = select(func.count()).select_from(Job).where(Job.dedupe_key.startswith(AGED), OPEN)
    return session.scalar(mine) or 0


def _due_groups(session: Session, now: datetime, limit: int) -> list[Group]:
    """The longest unjudged first."""
    tried = select(Job.dedupe_key).where(Job.dedupe_key.startswith(AGED), or_(OPEN, Job.created_at > now - AGAIN))
    statement = (
        select(Group)
        .join(Assessment, Group.current_assessment_id == Assessment.id)
        .where(Group.is_demo.is_(False), _is_due(now), (literal(AGED) + Group.id).not_in(tried))
        .order_by(Assessment.at, Group.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Judged a week ago, or read so long ago that a limit of age was passed within the last day."""
    passed = [Group.last_read_at.between(now - age - AGAIN, now - age) for age in (AGEING, STALE)]
    return or_(Assessment.at <= now - EVERY, *passed)
