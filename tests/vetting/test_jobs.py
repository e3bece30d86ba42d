"""The jobs table: one open job a key, one holder a lease, attempts that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from vetting.errors import GroupUnreadable, NotFound
from vetting.models import JobState
from vetting.services import jobs
from vetting.services.context import Context

START = datetime(2026, 3, 1, tzinfo=UTC)


class Hands:
    """A clock that a test turns."""

    def __init__(self):
        self.at = START

    def __call__(self):
        return self.at

    def forward(self, **delta):
        self.at += timedelta(**delta)


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def context(settings, database, clock):
    with Context.open(settings, clock) as opened:
        yield opened


def ask(context, key="k"):
    with context.database.writing() as session:
        return jobs.open_job(session, "vet", {"group_id": "g"}, dedupe_key=key, at=context.clock()).id


def test_one_open_job_a_key_and_a_new_one_once_it_is_finished(context):
    first = ask(context)
    assert ask(context) == first
    held = jobs.lease(context, first)
    assert ask(context) == first
    jobs.complete(context, held, {"assessment_id": "a"})
    second = ask(context)
    assert second != first
    assert ask(context, "other") not in (first, second)


def test_of_eight_workers_one_gets_the_lease(context):
    job = ask(context)
    with ThreadPoolExecutor(8) as pool:
        held = [lease for lease in pool.map(lambda _: jobs.lease(context, job), range(8)) if lease]
    assert len(held) == 1


def test_progress_renews_the_lease(context, clock):
    held = jobs.lease(context, ask(context))
    for step in range(5):
        clock.forward(seconds=context.settings.job_lease - 1)
        jobs.heartbeat(context, held, jobs.Progress(step, 5, "rules"))
        assert jobs.lease(context, held.job_id) is None
    assert jobs.get(context, held.job_id).progress == jobs.Progress(4, 5, "rules")


def test_who_lost_the_lease_can_change_nothing(context, clock):
    old = jobs.lease(context, ask(context))
    clock.forward(seconds=context.settings.job_lease)
    new = jobs.lease(context, old.job_id)
    assert new.attempt == old.attempt + 1
    for attempt in (
        lambda: jobs.heartbeat(context, old, jobs.Progress(1, 1, "late")),
        lambda: jobs.complete(context, old, {}),
        lambda: jobs.fail(context, old, GroupUnreadable()),
        lambda: jobs.release(context, old),
    ):
        with pytest.raises(jobs.LeaseLost):
            attempt()
    jobs.complete(context, new, {"by": "new"})
    assert jobs.get(context, old.job_id).result == {"by": "new"}


def test_a_failure_is_tried_later_and_later_and_then_told(context, clock):
    job = ask(context)
    for wait in (30, 120):
        jobs.fail(context, jobs.lease(context, job), GroupUnreadable("Not now."))
        assert jobs.get(context, job).run_at == clock.at + timedelta(seconds=wait)
        clock.forward(seconds=wait - 1)
        assert jobs.lease(context, job) is None
        assert jobs.resend_expired(context) == 0
        clock.forward(seconds=1)
    jobs.fail(context, jobs.lease(context, job), GroupUnreadable("Not now."))
    view = jobs.get(context, job)
    assert view.state is JobState.FAILED
    assert view.error.message == "Not now."
    assert view.finished_at == clock.at


def test_a_job_that_kills_every_worker_ends(context, clock):
    job = ask(context)
    for _ in range(jobs.MAX_ATTEMPTS):
        assert jobs.lease(context, job)
        clock.forward(seconds=context.settings.job_lease)
        jobs.resend_expired(context)
    assert jobs.lease(context, job) is None
    assert jobs.get(context, job).error.code == "worker_lost"


def test_ringing_again_waits_until_the_last_bell_had_its_time(context, clock):
    ask(context)
    assert jobs.resend_expired(context) == 0
    clock.forward(seconds=context.settings.job_lease)
    assert jobs.resend_expired(context) == 1
    assert jobs.resend_expired(context) == 0


def test_finished_jobs_are_forgotten(context, clock):
    job = ask(context)
    jobs.complete(context, jobs.lease(context, job), {})
    clock.forward(days=6)
    jobs.resend_expired(context)
    assert jobs.get(context, job).finished
    clock.forward(days=1)
    jobs.resend_expired(context)
    with pytest.raises(NotFound):
        jobs.get(context, job)
