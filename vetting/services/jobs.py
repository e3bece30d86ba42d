"""The jobs table: who asks gets one open job a dedupe key, who works holds a lease, and what a dead worker held is done again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, delete, or_, select, update
from sqlalchemy.orm import Session

from vetting.db import insert
from vetting.errors import NotFound, TooMany, VettingError
from vetting.models.jobs import OPEN, Job, JobState
from vetting.services import households, pauses
from vetting.services.context import Context
from vetting.services.gate import forgotten
from vetting.services.pauses import PutOff
from vetting.services.voices import outdated

MAX_ATTEMPTS = 3
BACKOFF = timedelta(seconds=30)  # before the second attempt; four times as long before the third
LONGEST_READING = timedelta(days=3)  # for which one job is put off again and again where its site wants pauses
KEEP_FINISHED = timedelta(days=7)  # who asked when is nobody's business for longer
WORKER_LOST = VettingError("The worker stopped in the middle, each time.", code="worker_lost")


class LeaseLost(Exception):  # a signal to stop, not a failure: another worker has the job now
    """The job is not this worker's any more."""


@dataclass(frozen=True)
class Progress:
    """Step `step` of `of`, both 0 before the first; `text` says what is being done."""

    step: int = 0
    of: int = 0
    text: str = ""


@dataclass(frozen=True)
class Problem:
    """Why the last attempt failed, in words for the person who waits."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True)
class JobView:
    """A job as its asker sees it. `error` may stand beside state queued: then it is tried again at `run_at`."""

    id: str
    kind: str
    state: JobState
    payload: Mapping[str, Any]
    progress: Progress
    error: Problem | None
    result: Mapping[str, Any] | None
    attempts: int
    max_attempts: int
    run_at: datetime
    created_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True)
class Lease:
    """The right to work on a job; `attempt` tells this holder from the one before."""

    job_id: str
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    max_attempts: int
    created_at: datetime


def get(context: Context, job_id: str) -> JobView:
    """Raises NotFound, also for jobs finished longer ago than KEEP_FINISHED."""
    with context.database.reading() as session:
        job = session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such job, or it was finished long ago.", code="job_not_found")
    return _view(job)


def open_job(session: Session, kind: str, payload: Mapping[str, Any], *, dedupe_key: str, at: datetime) -> JobView:
    """The one open job under `dedupe_key`, written now if there is none. The caller commits, then rings (`context.tell`)."""
    columns = _fresh(kind, payload, dedupe_key, at)
    statement = insert(session, Job).values(columns)
    statement = statement.on_conflict_do_nothing(index_elements=["dedupe_key"], index_where=OPEN)
    for _ in range(10):  # the job that was in the way may be finished before it is read
        session.execute(statement)
        job = session.scalar(select(Job).where(Job.dedupe_key == dedupe_key, OPEN))
        if job is not None:
            return _view(job)
    raise TooMany("The same was asked too often at once.")


def lease(context: Context, job_id: str) -> Lease | None:
    """Takes the job if it is due and nobody holds it; None otherwise."""
    now = context.clock()
    due = (Job.state == JobState.QUEUED) & (Job.run_at <= now)
    abandoned = (Job.state == JobState.RUNNING) & (Job.lease_until <= now) & (Job.attempts < Job.max_attempts)
    statement = (
        update(Job)
        .where(Job.id == job_id, or_(due, abandoned))
        .values(state=JobState.RUNNING, attempts=Job.attempts + 1, lease_until=_lease_end(context))
        .returning(Job.id, Job.kind, Job.payload, Job.attempts, Job.max_attempts, Job.created_at)
    )
    with context.database.writing() as session:
        row = session.execute(statement).one_or_none()
    return None if row is None else Lease(*row)


def heartbeat(context: Context, held: Lease, progress: Progress) -> None:
    """Shows what is being done and renews the lease. Raises LeaseLost: stop, and store nothing."""
    shown = {"step": progress.step, "of": progress.of, "text": progress.text}
    _change(context, _held(held).values(progress=shown, lease_until=_lease_end(context)))


def complete(context: Context, held: Lease, result: Mapping[str, Any]) -> None:
    """Raises LeaseLost."""
    done = {"state": JobState.DONE, "result": dict(result), "error": None}
    _change(context, _held(held).values(**done, lease_until=None, finished_at=context.clock()))


def fail(context: Context, held: Lease, error: VettingError) -> None:
    """Queues the job again if trying later can help and attempts are left; closes it otherwise. What was only put off costs no
    attempt and is no failure, and tells when it goes on. Raises LeaseLost.
    """
    now = context.clock()
    if isinstance(error, PutOff) and error.until <= held.created_at + LONGEST_READING:
        _put_back(context, held, error)
        return
    problem = {"code": error.code, "message": error.message, "remedy": error.remedy}
    if may_pass(error) and held.attempt < held.max_attempts:
        again = now + BACKOFF * 4 ** (held.attempt - 1)
        changes = {"state": JobState.QUEUED, "run_at": again, "told_at": again}
    else:
        changes = {"state": JobState.FAILED, "finished_at": now}
    _change(context, _held(held).values(**changes, lease_until=None, error=problem))


def _put_back(context: Context, held: Lease, error: PutOff) -> None:
    shown = {"step": 0, "of": 0, "text": f"{error.message} The reading goes on by itself."}
    changes = {
        "state": JobState.QUEUED,
        "run_at": error.until,
        "told_at": error.until,
        "progress": shown,
        "error": None,
    }
    _change(context, _held(held).values(**changes, lease_until=None, attempts=Job.attempts - 1))


def release(context: Context, held: Lease) -> None:
    """Hands an unfinished job back, as if it had not been taken. Raises LeaseLost."""
    now = context.clock()
    back = {"state": JobState.QUEUED, "run_at": now, "lease_until": None, "attempts": Job.attempts - 1}
    _change(context, _held(held).values(**back))
    context.tell(held.job_id)


# Answers of a platform that asking again in a minute does not change.
REFUSALS = frozenset(
    {
        "robots_disallowed",
        "needs_auth",
        "login_wall",
        "challenge",
        "consent_wall",
        "not_found",
        "private",
        "gated",
        "quarantined",
        "banned",
    }
)


def may_pass(error: VettingError) -> bool:
    """True for what may be gone on another try: the platform or this service was at fault, not the request or its refusal."""
    return (error.status >= 500 or error.status == TooMany.status) and error.code not in REFUSALS


def resend_expired(context: Context) -> int:
    """Rings again for jobs that are due and unheard of, or whose worker is gone, and says for how many; closes those whose
    workers died at every attempt, and forgets jobs finished, hosts visited, answers kept and contributions made long ago. Safe
    to run anywhere at any time.
    """
    now = context.clock()
    silent = Job.told_at <= now - timedelta(seconds=context.settings.job_lease / 2)
    waiting = (Job.state == JobState.QUEUED) & (Job.run_at <= now)
    abandoned = (Job.state == JobState.RUNNING) & (Job.lease_until <= now)
    with context.database.writing() as session:
        session.execute(_given_up(now).where(abandoned, Job.attempts >= Job.max_attempts))
        session.execute(delete(Job).where(Job.finished_at <= now - KEEP_FINISHED))
        session.execute(forgotten(now))
        session.execute(households.forgotten(now))
        session.execute(pauses.forgotten(now))
        session.execute(outdated(now))
        again = update(Job).where(silent, or_(waiting, abandoned)).values(told_at=now).returning(Job.id)
        ids = session.scalars(again.execution_options(synchronize_session=False)).all()
    for job_id in ids:
        context.tell(job_id)
    return len(ids)


def _fresh(kind: str, payload: Mapping[str, Any], dedupe_key: str, at: datetime) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(16),
        "kind": kind,
        "payload": dict(payload),
        "state": JobState.QUEUED,
        "dedupe_key": dedupe_key,
        "run_at": at,
        "told_at": at,
        "attempts": 0,
        "max_attempts": MAX_ATTEMPTS,
        "progress": {},
        "created_at": at,
    }


def _held(held: Lease) -> Update:
    return update(Job).where(Job.id == held.job_id, Job.state == JobState.RUNNING, Job.attempts == held.attempt)


def _given_up(now: datetime) -> Update:
    problem = {"code": WORKER_LOST.code, "message": WORKER_LOST.message, "remedy": WORKER_LOST.remedy}
    return update(Job).values(state=JobState.FAILED, lease_until=None, finished_at=now, error=problem)


def _change(context: Context, statement: Update) -> None:
    with context.database.writing() as session:
        if session.execute(statement.returning(Job.id)).one_or_none() is None:
            raise LeaseLost


def _lease_end(context: Context) -> datetime:
    return context.clock() + timedelta(seconds=context.settings.job_lease)


def _view(job: Job) -> JobView:
    return JobView(
        id=job.id,
        kind=job.kind,
        state=job.state,
        payload=job.payload,
        progress=Progress(**job.progress),
        error=None if job.error is None else Problem(**job.error),
        result=job.result,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        run_at=job.run_at,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
