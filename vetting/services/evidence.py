"""What stands behind a report: the responses, their bytes, and all of it as one file that others can open."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

import scrapers.capture
from scrapers import warc
from scrapers.capture import Outcome
from scrapers.recorded import Recorded, read_folder
from vetting.errors import InvalidInput, NotFound
from vetting.models import Assessment, Body, Capture, Group
from vetting.services.context import Context, in_our_words


@dataclass(frozen=True)
class CaptureView:
    """One response; `digest` (SHA-256) is empty and `size` 0 where nothing came."""

    url: str
    final_url: str
    method: str
    status: int | None
    outcome: Outcome
    detail: str
    at: datetime
    digest: str
    size: int


@dataclass(frozen=True)
class BodyView:
    """The bytes a platform sent. They are hostile: a face serves them as a download or as plain text, never as a page."""

    digest: str
    content: bytes
    content_type: str
    url: str
    at: datetime


_current = (
    select(Capture, Body)
    .join(Assessment, Assessment.snapshot_id == Capture.snapshot_id)
    .join(Group, Group.current_assessment_id == Assessment.id)
    .outerjoin(Body, Body.digest == Capture.digest)
    .order_by(Capture.position)
)


def captures(context: Context, group_id: str) -> tuple[CaptureView, ...]:
    """The responses behind the report that stands, in the order asked. Raises NotFound where there is no report."""
    statement = _current.where(Group.id == group_id).with_only_columns(Capture, Body.size)
    with context.database.reading() as session:
        rows = session.execute(statement).all()
    _must_exist(bool(rows))
    return tuple(_view(capture, size or 0) for capture, size in rows)


def body(context: Context, digest: str) -> BodyView:
    """One body by its SHA-256. Raises NotFound for what no kept capture carried."""
    statement = select(Capture, Body).join(Body, Body.digest == Capture.digest).where(Capture.digest == digest)
    with context.database.reading() as session:
        row = session.execute(statement.order_by(Capture.id).limit(1)).one_or_none()
    if row is None:
        raise NotFound("No evidence is kept under this digest.", code="evidence_not_found")
    capture, kept = row
    restored = capture.with_body(kept.content)
    return BodyView(digest, restored.body, restored.content_type, capture.final_url, capture.at)


def recorded(context: Context, group_id: str) -> list[scrapers.capture.Capture]:
    """The same responses with their bytes, as they were fetched. Raises NotFound."""
    with context.database.reading() as session:
        rows = session.execute(_current.where(Group.id == group_id)).all()
    _must_exist(bool(rows))
    return [capture.with_body(kept.content if kept else b"") for capture, kept in rows]


def export(context: Context, group_id: str, target: Path) -> int:
    """Writes the evidence as WARC and answers with how many responses. `target` is replaced whole or not at all.

    Raises NotFound, or OSError where the file cannot be written.
    """
    found = recorded(context, group_id)
    draft = target.with_name(f".{secrets.token_hex(4)}.{target.name}")  # the name's end tells the writer to compress
    try:
        warc.write(found, draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return len(found)


def replay(place: Path, at: datetime | None = None) -> Recorded:
    """A `fetch` that answers from a WARC file or a folder of recorded responses, those without a date as of `at`. Raises
    InvalidInput.
    """
    try:
        with in_our_words():
            return Recorded(read_folder(place, at=at) if place.is_dir() else warc.read(place))
    except OSError as error:
        raise InvalidInput(f"{place} cannot be read: {error.strerror}.", code="captures_unreadable") from error


def _must_exist(found: bool) -> None:  # noqa: FBT001 - one internal question
    if not found:
        raise NotFound("There is no evidence on this group.", code="evidence_not_found")


def _view(capture: Capture, size: int) -> CaptureView:
    return CaptureView(
        capture.url,
        capture.final_url,
        capture.method,
        capture.status,
        capture.outcome,
        capture.detail,
        capture.at,
        capture.digest or "",
        size,
    )
