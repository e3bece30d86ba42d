"""Judges a group anew because something that is known of it has changed, other than by reading it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.collect import Collection
from vetting import models
from vetting.services.context import Context
from vetting.services.jobs import Progress
from vetting.services.keep import keep_reading
from vetting.services.vet import PUBLISHING, assess
from vetting.services.voices import voices


def run_job(context: Context, payload: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """The job of kind "reassess"."""
    tell(Progress(1, 1, PUBLISHING))
    at = context.clock()
    with context.database.writing() as session:
        group = session.get_one(models.Group, payload["group_id"], with_for_update=True)
        kept = _standing(session, group, at)
        judgement = assess(session, kept, kept.reading(), at, is_demo=group.is_demo)
        if not kept.reading().name.known:
            group.name = judgement.told.name.value or group.key
    return {"group_id": group.id, "assessment": judgement.id}


def _standing(session: Session, group: models.Group, at: datetime) -> models.Snapshot:
    """The newest reading. Where there never was one, all is withheld, and it is as fresh as what was last contributed."""
    statement = select(models.Snapshot).where(models.Snapshot.group_id == group.id)
    newest = session.scalars(statement.order_by(models.Snapshot.taken_at.desc(), models.Snapshot.id).limit(1)).one()
    heard = max((voice.at for voice in voices(session, group.id, at)), default=newest.taken_at)
    if newest.document["fetched"] or heard <= newest.taken_at:
        return newest
    fresh = replace(newest.reading(), taken_at=heard)
    return keep_reading(session, Collection(fresh, ()), is_demo=group.is_demo, at=at)
