"""Groups as every face shows them: the record and the assessment that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import load_only

from scrapers import registry
from vetting.errors import NotFound
from vetting.models import Assessment, Group
from vetting.models.groups import group_id
from vetting.services.context import Context, in_our_words


@dataclass(frozen=True)
class AssessmentView:
    """A stored judgement without its documents: points of 100, `coverage` a share."""

    id: str
    at: datetime
    pack: str
    pack_version: str
    pack_digest: str
    low: float
    high: float
    headline: float
    coverage: float
    grade: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class GroupView:
    """`last_read_at` is when the newest evidence was taken; `assessment` is None until the first judgement."""

    id: str
    platform: str
    key: str
    canonical_url: str
    name: str
    is_demo: bool
    created_at: datetime
    last_read_at: datetime | None
    assessment: AssessmentView | None


@dataclass(frozen=True)
class Listing:
    """One page of groups, and how many there are in all."""

    groups: tuple[GroupView, ...]
    total: int


def get(context: Context, identifier: str) -> GroupView:
    """Raises NotFound."""
    with context.database.reading() as session:
        row = session.execute(_groups().where(Group.id == identifier)).one_or_none()
    if row is None:
        raise NotFound("This group has not been vetted.", code="group_not_found")
    return _view(row)


def find(context: Context, address: str) -> GroupView:
    """The group that any spelling of its address names, a real one before a demo one, without asking the network.

    A page on a host nobody knows may have turned out to be a platform's when it was read; then it has that platform's key,
    and is found by its canonical address. Raises AddressRefused, or NotFound where nobody has vetted it yet.
    """
    with in_our_words():
        ref = registry.resolve(address)
    bare = ref.canonical_url.rstrip("/")
    named = Group.id.in_([group_id(ref), group_id(ref, is_demo=True)])
    statement = _groups().where(or_(named, Group.canonical_url.in_([bare, f"{bare}/"])))
    with context.database.reading() as session:
        rows = session.execute(statement.order_by(Group.is_demo, named.desc(), Group.id)).all()
    if not rows:
        raise NotFound("This group has not been vetted yet.", code="group_not_found", remedy="Ask for it to be vetted.")
    return _view(rows[0])


def listing(context: Context, *, demo: bool = False, limit: int = 50, offset: int = 0) -> Listing:
    """Assessed groups, real or demo, by name."""
    chosen = (Group.is_demo.is_(demo), Group.current_assessment_id.is_not(None))
    page = _groups().where(*chosen).order_by(func.lower(Group.name), Group.id).limit(limit).offset(offset)
    with context.database.reading() as session:
        rows = session.execute(page).all()
        total = session.scalar(select(func.count()).select_from(Group).where(*chosen)) or 0
    return Listing(tuple(_view(row) for row in rows), total)


def history(context: Context, identifier: str) -> tuple[AssessmentView, ...]:
    """Every judgement of the group, newest first; empty for a group that nobody knows."""
    statement = select(Assessment).options(_listed).where(Assessment.group_id == identifier)
    with context.database.reading() as session:
        rows = session.scalars(statement.order_by(Assessment.at.desc(), Assessment.id)).all()
    return tuple(_assessment(row) for row in rows)


_listed = load_only(
    Assessment.id,
    Assessment.at,
    Assessment.pack,
    Assessment.pack_version,
    Assessment.pack_digest,
    Assessment.low,
    Assessment.high,
    Assessment.headline,
    Assessment.coverage,
    Assessment.grade,
    Assessment.flags,
)


def _groups() -> Select[Group, Assessment]:
    current = Group.current_assessment_id == Assessment.id
    return select(Group, Assessment).outerjoin(Assessment, current).options(_listed)


def _view(row: Row[Group, Assessment]) -> GroupView:
    group, assessment = row
    return GroupView(
        id=group.id,
        platform=group.platform,
        key=group.key,
        canonical_url=group.canonical_url,
        name=group.name,
        is_demo=group.is_demo,
        created_at=group.created_at,
        last_read_at=group.last_read_at,
        assessment=None if assessment is None else _assessment(assessment),
    )


def _assessment(row: Assessment) -> AssessmentView:
    return AssessmentView(
        id=row.id,
        at=row.at,
        pack=row.pack,
        pack_version=row.pack_version,
        pack_digest=row.pack_digest,
        low=row.low,
        high=row.high,
        headline=row.headline,
        coverage=row.coverage,
        grade=row.grade,
        flags=tuple(row.flags),
    )
