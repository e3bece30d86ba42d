"""What changed in a group over the years, by all our readings of it and by what archives and registers tell."""

from __future__ import annotations

from sqlalchemy import select

from vetting.errors import NotFound
from vetting.models import Group, Snapshot
from vetting.probes import changes
from vetting.probes.changes import Change
from vetting.services.context import Context

READINGS = 260  # looked back at: five years of a weekly reading


def timeline(context: Context, group_id: str) -> tuple[Change, ...]:
    """Every change that our readings of the group show, newest first. Raises NotFound for a group that was never read."""
    newest = select(Snapshot).where(Snapshot.group_id == group_id).order_by(Snapshot.taken_at.desc(), Snapshot.id)
    with context.database.reading() as session:
        known = session.get(Group, group_id)
        rows = session.scalars(newest.limit(READINGS)).all() if known else []
    if not rows:
        raise NotFound("This group has not been vetted.", code="group_not_found")
    return changes.timeline(row.reading() for row in rows)
