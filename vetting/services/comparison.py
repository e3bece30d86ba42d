"""Why two stored judgements of a group differ: its evidence, our method, or time alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.compare import Cause, Judged, RuleChange
from rules.compare import compare as compare_judged
from rules.document import read_facts
from rules.errors import FactInvalid
from vetting.errors import NotFound
from vetting.models import Assessment
from vetting.services.context import Context
from vetting.services.packs import by_digest

PLACES = 6  # of points, as evaluations are rounded
NOT_COMPARABLE = "One of the two was judged on facts that this version does not know any more."


@dataclass(frozen=True)
class Side:
    """One of the two judgements, as it was published."""

    assessment_id: str
    at: datetime
    grade: str
    headline: float
    pack_version: str


@dataclass(frozen=True)
class Change:
    """A rule whose answer changed ("" where a pack does not have it), and which of the three causes changed it."""

    rule: str
    question: str
    before: str
    after: str
    cause: Cause


@dataclass(frozen=True)
class Difference:
    """`total` is the change of the published headline, in points of 100. `points` says what each cause did to it; the three and
    `rest` add up to `total`. `rest` is what this version of the program judges otherwise than the one that published; mostly 0.
    """

    before: Side
    after: Side
    total: float
    points: Mapping[Cause, float]
    rest: float
    changes: tuple[Change, ...]


def compare(context: Context, group_id: str, before_id: str | None = None, after_id: str | None = None) -> Difference:
    """Compares two assessments of a group: by default the newest, and the one before `after_id`.

    Raises NotFound for assessments the group does not have, where there is none before, and where one of the two can no longer
    be judged again.
    """
    with context.database.reading() as session:
        after = _assessment(session, group_id, after_id)
        before = _assessment(session, group_id, before_id, earlier_than=None if before_id else after)
        judged = [_judged(session, row) for row in (before, after)]
    found = compare_judged(*judged)
    questions = {rule.id: rule.question for one in judged for rule in one.pack.rules}
    total = round(after.headline - before.headline, PLACES)
    return Difference(
        before=_side(before),
        after=_side(after),
        total=total,
        points=found.points,
        rest=round(total - sum(found.points.values()), PLACES) + 0.0,  # no negative zero
        changes=tuple(_change(change, questions) for change in found.changes),
    )


def _assessment(
    session: Session, group_id: str, identifier: str | None, *, earlier_than: Assessment | None = None
) -> Assessment:
    statement = select(Assessment).where(Assessment.group_id == group_id)
    if identifier is not None:
        statement = statement.where(Assessment.id == identifier)
    if earlier_than is not None:
        statement = statement.where(Assessment.at < earlier_than.at)
    row = session.scalars(statement.order_by(Assessment.at.desc(), Assessment.id).limit(1)).one_or_none()
    if row is None:
        raise NotFound("There is no such assessment of this group to compare.", code="assessment_not_found")
    return row


def _judged(session: Session, row: Assessment) -> Judged:
    try:
        facts = read_facts(json.loads(row.facts))
    except FactInvalid as error:
        raise NotFound(NOT_COMPARABLE, code="not_comparable", remedy="Compare newer ones.") from error
    return Judged(by_digest(session, row.pack_digest), facts, row.at)


def _side(row: Assessment) -> Side:
    return Side(row.id, row.at, row.grade, row.headline, row.pack_version)


def _change(change: RuleChange, questions: Mapping[str, str]) -> Change:
    return Change(change.rule, questions[change.rule], change.before, change.after, change.cause)
