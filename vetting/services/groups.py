"""Groups as every face shows them: the record and the assessment that stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, load_only

from rules.grading import UNGRADED
from scrapers import registry
from scrapers.refs import GroupRef
from vetting.errors import NotFound
from vetting.models import Assessment, Group, Snapshot
from vetting.models.groups import group_id
from vetting.services.context import Context, in_our_words
from vetting.services.freshness import freshness, overtaken, with_flag


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
    """`last_read_at` is when the newest evidence was taken; `assessment` is None until the first judgement, and as fresh as its
    reading is now: without a grade where that is too old to grade by.
    """

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
    return _view(row, context.clock())


def find(context: Context, address: str) -> GroupView:
    """The group that any spelling of its address names, a real one before a demo one, without asking the network.

    A page on a host nobody knows may have turned out to be a platform's when it was read; then it has that platform's key,
    and is found by its canonical address, and by addresses of boards and topics below it. Raises AddressRefused, or NotFound where
    nobody has vetted it yet.
    """
    with in_our_words():
        ref = registry.resolve(address)
        possible = registry.possible(address)
    named = [group_id(one, is_demo=is_demo) for one in (ref, *possible) for is_demo in (False, True)]
    statement = _groups().where(or_(Group.id.in_(named), _at(ref)))
    with context.database.reading() as session:
        rows = session.execute(statement.order_by(Group.id)).all()
    if not rows:
        raise NotFound("This group has not been vetted yet.", code="group_not_found", remedy="Ask for it to be vetted.")
    order = {identifier: place for place, identifier in enumerate(named)}
    found = min(rows, key=lambda row: (row[0].is_demo, order.get(row[0].id, 2)))  # 2: after what the address names
    return _view(found, context.clock())


def on_record(session: Session, ref: GroupRef) -> GroupRef:
    """The ref of the real group that has this canonical address: where the host is nobody's, its page has told more than the
    address does. The one given where there is none.
    """
    if ref.platform != registry.FALLBACK:
        return ref
    statement = select(Group).where(_at(ref), Group.is_demo.is_(False))
    group = session.scalars(statement.order_by(Group.last_read_at.desc(), Group.id).limit(1)).one_or_none()
    return group.ref if group else ref


def to_read(context: Context, ref: GroupRef) -> GroupRef:
    """The ref by which the group can be read: as on record, with the inner page of its newest reading if it needed one."""
    with context.database.reading() as session:
        known = on_record(session, ref)
        newest = select(Snapshot).where(Snapshot.group_id == known.id).order_by(Snapshot.taken_at.desc(), Snapshot.id)
        row = session.scalars(newest.limit(1)).one_or_none()
        return replace(known, inner_url=row.reading().ref.inner_url) if row else known


def listing(context: Context, *, demo: bool = False, limit: int = 50, offset: int = 0) -> Listing:
    """Assessed groups, real or demo, by name."""
    chosen = (Group.is_demo.is_(demo), Group.current_assessment_id.is_not(None))
    page = _groups().where(*chosen).order_by(func.lower(Group.name), Group.id).limit(limit).offset(offset)
    with context.database.reading() as session:
        rows = session.execute(page).all()
        total = session.scalar(select(func.count()).select_from(Group).where(*chosen)) or 0
    now = context.clock()
    return Listing(tuple(_view(row, now) for row in rows), total)


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


def _at(ref: GroupRef) -> ColumnElement[bool]:
    """The groups with this canonical address, whatever its scheme and with or without a slash at its end."""
    bare = ref.canonical_url.partition("://")[2].rstrip("/")
    return Group.canonical_url.in_([f"{scheme}://{bare}{end}" for scheme in ("https", "http") for end in ("/", "")])


def _groups() -> Select[Group, Assessment]:
    current = Group.current_assessment_id == Assessment.id
    return select(Group, Assessment).outerjoin(Assessment, current).options(_listed)


def _view(row: Row[Group, Assessment], now: datetime) -> GroupView:
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
        assessment=None if assessment is None else _aged(_assessment(assessment), group, now),
    )


def _aged(view: AssessmentView, group: Group, now: datetime) -> AssessmentView:
    word = freshness(group.last_read_at or view.at, now, is_demo=group.is_demo)
    if not overtaken(view.flags, word):
        return view
    grade = UNGRADED if word == "stale" else view.grade
    return replace(view, grade=grade, flags=tuple(with_flag(view.flags, word)))


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
