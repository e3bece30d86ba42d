"""Judges stored readings anew: with another pack, better probes or another day. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from scrapers.recorded import Recorded
from vetting import models
from vetting.services.context import Context
from vetting.services.evidence import recorded
from vetting.services.vet import assess, publish, read_group


@dataclass(frozen=True)
class Rescored:
    """One group before and after; grades are letters, headlines points of 100."""

    group_id: str
    name: str
    grade_before: str
    grade: str
    headline_before: float
    headline: float


def groups_to_rescore(context: Context, group_id: str | None = None) -> list[str]:
    """Ids of the groups that have been judged; of `group_id` alone where it is given."""
    statement = select(models.Group.id).where(models.Group.current_assessment_id.is_not(None)).order_by(models.Group.id)
    if group_id:
        statement = statement.where(models.Group.id == group_id)
    with context.database.reading() as session:
        return list(session.scalars(statement))


def rescore(context: Context, group_ids: list[str], *, reread: bool = False) -> Iterator[Rescored]:
    """Judges each group's newest reading as of now, one transaction a group, and tells what changed.

    With `reread` the stored captures are read again by the platform's adapter first, as a better parser would.
    """
    for group_id in group_ids:
        yield _reread(context, group_id) if reread else _rejudge(context, group_id)


def _rejudge(context: Context, group_id: str) -> Rescored:
    with context.database.writing() as session:
        group = session.get_one(models.Group, group_id, with_for_update=True)
        before = session.get_one(models.Assessment, group.current_assessment_id)
        kept = session.get_one(models.Snapshot, before.snapshot_id)
        after = assess(session, kept, kept.reading(), context.clock(), is_demo=group.is_demo)
    evaluation = after.judged.evaluation
    return Rescored(group_id, group.name, before.grade, evaluation.grade, before.headline, evaluation.headline)


def _reread(context: Context, group_id: str) -> Rescored:
    with context.database.reading() as session:
        group = session.get_one(models.Group, group_id)
        before = session.get_one(models.Assessment, group.current_assessment_id)
        read = session.get_one(models.Snapshot, before.snapshot_id).reading()
    if not read.fetched:  # what is known was contributed; there is nothing to read again
        return _rejudge(context, group_id)
    collection = read_group(read.ref, Recorded(recorded(context, group_id)))
    after = publish(context, collection, context.clock(), is_demo=group.is_demo)
    evaluation = after.judged.evaluation
    return Rescored(group_id, group.name, before.grade, evaluation.grade, before.headline, evaluation.headline)
