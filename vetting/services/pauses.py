"""Lets a reading rest where its site wants a longer pause than a request is held up for, and go on from there.

What was answered so far is kept until then. Only the group's own site can put a reading off: an archive that is busy costs its own
answers and nothing else. A pause longer than LONGEST is not waited for; the reading then goes on without the page, as ever.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Delete, delete

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import Fetch
from scrapers.refs import GroupRef
from vetting.clock import Clock
from vetting.db import Database, insert
from vetting.errors import VettingError
from vetting.models import Answer
from vetting.services.gate import MANNERS

LONGEST = timedelta(hours=1)
BUSY = timedelta(minutes=1)  # others of ours are reading there: until we look again
MARGIN = timedelta(minutes=30)  # for which answers are kept beyond the pause: the job may have to wait for a worker


class PutOff(VettingError):
    """The site wants a pause until `until`; what has been read is kept so that the reading can go on then."""

    code, status, title = "put_off", 503, "The reading goes on later"
    remedy = "Ask for the same again after that: it goes on from where it is."

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(
            f"{host} wants a pause until {until:%Y-%m-%d %H:%M} UTC before we ask for its next page; what was read so far is kept."
        )
        self.until = until


def resuming(fetch: Fetch, ref: GroupRef, database: Database, clock: Clock) -> Fetch:
    """`fetch` for one reading of the group: what an earlier try was answered is not asked again. Raises PutOff."""
    home, answered = _host(ref.canonical_url), dict[str, Capture]()

    def ask(request: Request) -> Capture:
        key = _key(ref, request)
        capture = _kept(database, clock(), key, request) or fetch(request)
        wait = _wanted(capture) if _host(request.url) == home else None
        if wait is not None and wait <= LONGEST:
            until = clock() + wait * (1 + MANNERS.jitter)  # so that chance cannot ask for a little more each time
            _keep(database, answered, until + MARGIN)
            raise PutOff(home, until)
        if capture.outcome is not Outcome.RATE_LIMITED:
            answered[key] = capture
        return capture

    return ask


def forgotten(now: datetime) -> Delete:
    """Deletes the answers that nobody has come back for."""
    return delete(Answer).where(Answer.until <= now)


def _wanted(capture: Capture) -> timedelta | None:
    """How long the gate wants us to stay away, where it was the gate that turned the request away."""
    if capture.status is not None:
        return None
    if capture.outcome is Outcome.RATE_LIMITED and capture.detail.isdecimal():
        return timedelta(seconds=int(capture.detail) + 1)
    return BUSY if capture.detail == "host_busy" else None


def _kept(database: Database, now: datetime, key: str, request: Request) -> Capture | None:
    with database.reading() as session:
        row = session.get(Answer, key)
    if row is None or row.until <= now:
        return None
    return Capture(
        request.url,
        row.final_url,
        row.outcome,
        row.at,
        row.status,
        row.headers,
        zlib.decompress(row.compressed),
        row.detail,
        request.method,
    )


def _keep(database: Database, answered: dict[str, Capture], until: datetime) -> None:
    with database.writing() as session:
        for key, capture in sorted(answered.items()):
            columns = _columns(capture) | {"until": until}
            statement = insert(session, Answer).values(request=key, **columns)
            session.execute(statement.on_conflict_do_update(index_elements=[Answer.request], set_=columns))


def _columns(capture: Capture) -> dict[str, object]:
    return {
        "final_url": capture.final_url,
        "outcome": capture.outcome,
        "detail": capture.detail,
        "status": capture.status,
        "headers": dict(capture.headers),
        "compressed": zlib.compress(capture.body),
        "at": capture.at,
    }


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _key(ref: GroupRef, request: Request) -> str:
    parts: Sequence[str] = (
        ref.id,
        request.method,
        request.url,
        request.auth or "",
        repr(sorted(request.headers.items())),
    )
    whole = "\0".join(parts).encode("utf-8", "surrogatepass") + b"\0" + request.body
    return hashlib.sha256(whole).hexdigest()
