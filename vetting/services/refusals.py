"""Remembers for a little while what could not be read, so that a group that is not there is not asked for again and again."""

from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta

from sqlalchemy import delete

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import Fetch
from scrapers.fetch import HOST_FAILED
from vetting.clock import Clock
from vetting.db import Database, insert
from vetting.models.refusals import Refusal

# A site that failed is left alone for less than a job waits before its second attempt, or that would ask nobody.
FAILED = timedelta(seconds=25)
WINDOWS = {Outcome.NOT_FOUND: timedelta(minutes=10), Outcome.ROBOTS_DISALLOWED: timedelta(minutes=10)}
LONGEST_BODY = 100_000  # bytes; what tells a banned group from a missing one is short


def remembering(fetch: Fetch, database: Database, clock: Clock) -> Fetch:
    """`fetch`, but what was refused a moment ago, to whomever, is answered from memory. Requests with credentials always ask."""

    def ask(request: Request) -> Capture:
        if request.auth:
            return fetch(request)
        known = _lookup(database, clock, request)
        if known is None:
            known = fetch(request)
            _keep(database, request, known)
        return known

    return ask


def _lookup(database: Database, clock: Clock, request: Request) -> Capture | None:
    with database.reading() as session:
        row = session.get(Refusal, _key(request))
    if row is None or row.until <= clock():
        return None
    body = zlib.decompress(row.compressed)
    return Capture(
        request.url, request.url, row.outcome, row.at, row.status, row.headers, body, row.detail, request.method
    )


def _keep(database: Database, request: Request, capture: Capture) -> None:
    """Keeps a refusal for its time, and forgets those whose time is over."""
    window = _window(capture)
    if window is None or len(capture.body) > LONGEST_BODY:
        return
    columns = {
        "outcome": capture.outcome,
        "detail": capture.detail,
        "status": capture.status,
        "headers": dict(capture.headers),
        "compressed": zlib.compress(capture.body),
        "at": capture.at,
        "until": capture.at + window,
    }
    with database.writing() as session:
        session.execute(delete(Refusal).where(Refusal.until <= capture.at))
        statement = insert(session, Refusal).values(request=_key(request), **columns)
        session.execute(statement.on_conflict_do_update(index_elements=[Refusal.request], set_=columns))


def _window(capture: Capture) -> timedelta | None:
    """How long to remember; None for answers, and for what we decided ourselves, which the gate knows at no cost."""
    if capture.outcome is Outcome.UNAVAILABLE:
        return FAILED if capture.status is not None or capture.detail in HOST_FAILED else None
    if capture.outcome is Outcome.ROBOTS_DISALLOWED and capture.detail != "robots_txt":
        return None
    return WINDOWS.get(capture.outcome)


def _key(request: Request) -> str:
    parts = [request.method.encode(), request.url.encode("utf-8", "surrogatepass"), request.body]
    parts += [f"{name.lower()}:{value}".encode() for name, value in sorted(request.headers.items())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
