"""A small reading of an invented group, for tests that need something to be stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scrapers.capture import Capture, Outcome
from scrapers.collect import Collection
from scrapers.refs import GroupRef
from scrapers.snapshot import Reading, Snapshot, Steward
from vetting import models
from vetting.models.assessments import assessment_id

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REF = GroupRef("reddit", "r/quietharbour", "https://www.reddit.com/r/quietharbour/")
ADDRESS = "https://old.reddit.com/r/QuietHarbour/?utm_source=x"


def capture(path: str, body: bytes = b"", at: datetime = AT, **fields) -> Capture:
    url = f"https://harbour.example/{path}"
    headers = {"content-type": "text/html; charset=utf-8"} if body else {}
    values = {
        "url": url,
        "final_url": url,
        "outcome": Outcome.OK,
        "at": at,
        "status": 200,
        "headers": headers,
        "body": body,
    }
    return Capture(**values | fields)


def reading(*stewards: Steward, at: datetime = AT, name: str = "Quiet Harbour", ref: GroupRef = REF) -> Collection:
    """Two pages (one of them asked for twice) and one refusal."""
    about, refusal = (
        capture("about", b"<h1>Quiet Harbour</h1>", at),
        capture("team", b"", at, outcome=Outcome.LOGIN_WALL, status=403),
    )
    again = replace(about, url="https://harbour.example/", final_url="https://harbour.example/")
    snapshot = Snapshot(ref=ref, taken_at=at, name=Reading.of(name), stewards=Reading.of(stewards))
    return Collection(snapshot, (about, refusal, again))


def judge(
    session, snapshot: models.Snapshot, *, at: datetime = AT, grade: str = "B", report: bytes = b"{}"
) -> models.Assessment:
    """Stores an assessment of `snapshot` and lets it stand."""
    row = models.Assessment(
        id=assessment_id(snapshot.id, "p" * 64, "f" * 64, at),
        group_id=snapshot.group_id,
        snapshot_id=snapshot.id,
        at=at,
        pack="core",
        pack_version="1.0.0",
        pack_digest="p" * 64,
        facts_digest="f" * 64,
        facts=b"{}",
        evaluation=b"{}",
        low=71.0,
        high=80.5,
        headline=71.0,
        coverage=0.9,
        grade=grade,
        flags=["new"],
        report=report,
        report_etag=f"etag-{grade}",
    )
    session.add(row)
    session.flush()
    session.get_one(models.Group, snapshot.group_id).current_assessment_id = row.id
    return row
