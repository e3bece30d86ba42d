"""Keeps one reading: bodies once, captures, the snapshot, the group and its stewards. Keeping the same again changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import scrapers.snapshot
from scrapers.capture import Capture
from scrapers.collect import Collection
from scrapers.snapshot import State
from vetting import models
from vetting.db import insert_missing
from vetting.models.groups import group_id
from vetting.models.snapshots import snapshot_id

UNREAD = ""  # no adapter has read this: it says only that the group is closed to us
MAX_HANDLE = 255  # longer than any platform's; what is longer is not a handle


def keep_reading(session: Session, collection: Collection, *, is_demo: bool, at: datetime) -> models.Snapshot:
    """The stored snapshot of `collection`, in the caller's transaction. `at` is when a new group's record begins.

    Holds the group's row until the transaction ends, so that two readings of one group follow one another.
    """
    group = _group(session, collection.snapshot, is_demo=is_demo, at=at)
    document = scrapers.snapshot.to_document(collection.snapshot)
    row = {
        "id": snapshot_id(group.id, document),
        "group_id": group.id,
        "taken_at": collection.snapshot.taken_at,
        "adapter": collection.snapshot.ref.platform if collection.snapshot.fetched else UNREAD,
        "document": document,
    }
    insert_missing(session, models.Snapshot, [row])
    keep_bodies(session, collection.captures)
    places = enumerate(collection.captures)
    captures = [
        {**models.Capture.columns(capture), "group_id": group.id, "snapshot_id": row["id"], "position": position}
        for position, capture in places
    ]
    insert_missing(session, models.Capture, captures)
    _remember(session, group, collection.snapshot)
    return session.get_one(models.Snapshot, row["id"])


def keep_bodies(session: Session, captures: tuple[Capture, ...]) -> None:
    """Stores those bodies that are not stored yet, in the order of their digests, so that two writers cannot block each other."""
    wanted = {capture.digest: capture.body for capture in captures if capture.body}
    known = set(session.scalars(select(models.Body.digest).where(models.Body.digest.in_(wanted))))
    new = [models.Body.columns(wanted[digest], digest) for digest in sorted(wanted.keys() - known)]
    insert_missing(session, models.Body, new)


def _group(session: Session, snapshot: scrapers.snapshot.Snapshot, *, is_demo: bool, at: datetime) -> models.Group:
    ref = snapshot.ref
    row = {
        "id": group_id(ref, is_demo=is_demo),
        "platform": ref.platform,
        "key": ref.key,
        "canonical_url": ref.canonical_url,
        "name": ref.key,
        "is_demo": is_demo,
        "created_at": at,
    }
    insert_missing(session, models.Group, [row])
    return session.get_one(models.Group, row["id"], with_for_update=True, populate_existing=True)


def _remember(session: Session, group: models.Group, snapshot: scrapers.snapshot.Snapshot) -> None:
    """The group's own columns follow its newest reading; a reading that is kept late adds only what it saw first."""
    if group.last_read_at is None or group.last_read_at <= snapshot.taken_at:
        group.last_read_at = snapshot.taken_at
        group.canonical_url = snapshot.ref.canonical_url
        if snapshot.name.state is State.VALUE and snapshot.name.value:
            group.name = snapshot.name.value
    for steward in snapshot.stewards.value or ():
        if steward.status != "deleted" and 0 < len(steward.handle) <= MAX_HANDLE:
            _steward(session, group, steward, snapshot.taken_at)


def _steward(session: Session, group: models.Group, seen: scrapers.snapshot.Steward, at: datetime) -> None:
    row = session.get(models.Steward, (group.id, seen.handle))
    if row is None:
        row = models.Steward(group_id=group.id, handle=seen.handle, first_seen=at, last_seen=at)
        session.add(row)
    row.first_seen = min(row.first_seen, at)
    if at >= row.last_seen:
        row.last_seen = at
        row.role, row.title, row.is_bot = seen.role, seen.title, seen.is_bot
        row.since = seen.since or row.since
