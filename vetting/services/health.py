"""How well each platform can be read, from stored readings: which fields came, what has changed, when it last went well."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scrapers.adapter import Profile
from scrapers.capture import Outcome
from scrapers.registry import adapters
from scrapers.snapshot import READINGS
from scrapers.snapshot import Snapshot as Reading
from vetting.models import Capture, Group, Snapshot
from vetting.services.context import Context

_position = re.compile(r"\.\d+(?=\.|$)")


@dataclass(frozen=True)
class Drift:
    """One way in which answers differ from what the adapter knows, over all readings that are stored."""

    kind: str
    count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Health:
    """One platform. `readings` is how many were looked at, the newest ones; all shares are from 0 to 1.

    `fields` says of each field that the platform can show in what share of the readings it was read, with a value or as
    absent; `fields_read` is their mean, None without readings. `outcomes` counts how the requests of these readings ended.
    """

    platform: str
    title: str
    readings: int
    fields_read: float | None
    fields: Mapping[str, float]
    outcomes: Mapping[str, int]
    last_good_capture: datetime | None
    drift: tuple[Drift, ...]


def health(context: Context, *, last: int = 20) -> tuple[Health, ...]:
    """Every platform that can be read, by name. Demo groups do not count."""
    with context.database.reading() as session:
        return tuple(_health(session, name, adapter.profile, last) for name, adapter in adapters().items())


def _health(session: Session, platform: str, profile: Profile, last: int) -> Health:
    newest = [row.reading() for row in session.scalars(_readings(platform).limit(last))]
    fields = _shares(newest, [name for name in READINGS if name not in profile.never_shown])
    return Health(
        platform=platform,
        title=profile.title,
        readings=len(newest),
        fields_read=sum(fields.values()) / len(fields) if newest and fields else None,
        fields=fields if newest else {},
        outcomes=dict(Counter(str(line.outcome) for reading in newest for line in reading.fetched).most_common()),
        last_good_capture=_last_good(session, platform),
        drift=_drift(session.scalars(_readings(platform)).yield_per(100)),
    )


def _readings(platform: str) -> Select[Snapshot]:
    of_real_groups = select(Snapshot).join(Group, Group.id == Snapshot.group_id).where(Group.is_demo.is_(False))
    return of_real_groups.where(Snapshot.adapter == platform).order_by(Snapshot.taken_at.desc(), Snapshot.id)


def _shares(readings: list[Reading], fields: Iterable[str]) -> dict[str, float]:
    return {name: sum(getattr(reading, name).known for reading in readings) / (len(readings) or 1) for name in fields}


def _last_good(session: Session, platform: str) -> datetime | None:
    statement = (
        select(func.max(Capture.at))
        .join(Snapshot, Snapshot.id == Capture.snapshot_id)
        .join(Group, Group.id == Snapshot.group_id)
        .where(Snapshot.adapter == platform, Group.is_demo.is_(False), Capture.outcome == Outcome.OK)
    )
    return session.scalar(statement)


def _drift(newest_first: Iterable[Snapshot]) -> tuple[Drift, ...]:
    """Warnings that differ only in a place in a list are of one kind."""
    seen: dict[str, list[datetime]] = {}
    for row in newest_first:
        for kind in {_position.sub(".*", warning) for warning in row.document["warnings"]}:
            seen.setdefault(kind, []).append(row.taken_at)
    found = (Drift(kind, len(times), min(times), max(times)) for kind, times in seen.items())
    return tuple(sorted(found, key=lambda drift: (drift.first_seen, drift.kind)))
