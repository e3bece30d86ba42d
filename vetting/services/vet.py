"""Vets one group, from a pasted address to the published report. Read from top to bottom, this is the way of a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from scrapers.capture import Request
from scrapers.collect import Collection, Fetch, Watch, collect, collect_past
from scrapers.recorded import Recorded
from scrapers.refs import GroupRef
from scrapers.registry import resolve
from scrapers.snapshot import Snapshot
from vetting import models
from vetting.services import proofs, records
from vetting.services.context import Context, in_our_words
from vetting.services.fetching import fetcher
from vetting.services.groups import to_read
from vetting.services.jobs import Progress
from vetting.services.judging import Judgement, core_pack, judge, known_alone
from vetting.services.keep import keep_reading
from vetting.services.packs import in_force
from vetting.services.submissions import ref_of

READING, PUBLISHING = "Reading the group’s public pages", "Judging what was read"


def vet(
    context: Context,
    address: str,
    *,
    fetch: Fetch | None = None,
    at: datetime | None = None,
    is_demo: bool = False,
    watch: Watch = lambda _: None,
) -> Judgement:
    """Reads the group at `address`, judges it as of `at` (now) and publishes the report.

    `fetch` replaces the live web, for recorded responses. Raises AddressRefused or GroupUnreadable; what was known before
    stays as it is.
    """
    with in_our_words():
        ref = resolve(address)
    ref = ref if is_demo else to_read(context, ref)
    collection = read_group(ref, fetch or fetcher(context, ref), watch)
    return publish(context, collection, at or context.clock(), is_demo=is_demo)


def run_job(context: Context, payload: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """The job of kind "vet": the same for a GroupRef, with its progress told."""
    ref = to_read(context, ref_of(dict(payload)))
    collection = read_group(ref, fetcher(context, ref), _teller(tell))
    tell(Progress(2, 2, PUBLISHING))
    judgement = publish(context, collection, context.clock(), is_demo=False)
    return {"group_id": judgement.group_id, "assessment": judgement.id}


def appraise(
    address: str, recorded: Recorded, *, at: datetime | None = None, watch: Watch = lambda _: None
) -> Judgement:
    """Judges recorded responses by themselves and keeps nothing: the same captures and `at` (by default the newest capture's
    time) give the same bytes on every machine. Raises AddressRefused or GroupUnreadable.
    """
    with in_our_words():
        ref = recorded.settle(resolve(address))
    snapshot = read_group(ref, recorded, watch).snapshot
    return judge(core_pack(), known_alone(snapshot), at or snapshot.taken_at)


def read_group(ref: GroupRef, fetch: Fetch, watch: Watch = lambda _: None) -> Collection:
    """The group's own pages, and after them what archives and registers tell of its past. Raises as `vet`."""
    with in_our_words():
        return collect_past(collect(ref, fetch, watch), fetch, watch)


def publish(context: Context, collection: Collection, at: datetime, *, is_demo: bool) -> Judgement:
    """Keeps the reading and judges it in one transaction: no report without its evidence."""
    with context.database.writing() as session:
        kept = keep_reading(session, collection, is_demo=is_demo, at=at)
        proofs.settle(session, kept.group_id, collection, at)
        return assess(session, kept, collection.snapshot, at, is_demo=is_demo)


def assess(session: Session, kept: models.Snapshot, snapshot: Snapshot, at: datetime, *, is_demo: bool) -> Judgement:
    """Judges a stored reading with all that our records hold of the group, and makes it the report that stands."""
    known = records.known(session, kept, known_alone(snapshot), at)
    judgement = judge(in_force(session, at), known, at, is_demo=is_demo)
    records.store(session, kept, judgement, at)
    return judgement


def _teller(tell: Callable[[Progress], None]) -> Watch:
    asked: list[str] = []

    def watch(request: Request) -> None:
        asked.append(request.url)
        tell(Progress(1, 2, f"{READING}: {request.purpose} (page {len(asked)})"))

    return watch
