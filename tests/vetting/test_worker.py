"""A job survives its worker: killed, stopped or never told, it is done once, on every queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from vetting import migrations
from vetting.config import Settings
from vetting.errors import GroupUnreadable, InvalidInput
from vetting.jobs.worker import look, working
from vetting.models import JobState
from vetting.services import jobs
from vetting.services.context import Context

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("worker_process.py")


def wait_for(question: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def ask(context, kind="mark", key="k"):
    with context.database.writing() as session:
        job = jobs.open_job(session, kind, {}, dedupe_key=key, at=context.clock())
    context.tell(job.id)
    return job.id


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def installation(request, tmp_path):
    """Environment of a whole installation: database and queue on the same kind of server, Redis beside SQLite."""
    environ = {"VETTING_VAR": str(tmp_path / "var"), "SECRET_KEY": "s" * 32, "JOB_LEASE": "2"}
    if request.param == "postgresql":
        environ["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    if request.param == "redis":
        environ["QUEUE_URL"] = request.getfixturevalue("redis_url")
    with Context.open(Settings.from_environ(environ)) as context:
        migrations.upgrade(context.database)
        yield context, environ


@contextmanager
def worker(environ, folder):
    process = subprocess.Popen(
        [sys.executable, str(WORKER), str(folder)], cwd=ROOT, env={**os.environ, **environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def starts(folder):
    file = folder / "starts"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def test_a_job_whose_worker_is_killed_is_done_by_the_next(installation, tmp_path):
    context, environ = installation
    (tmp_path / "hang").touch()
    job = ask(context)
    with worker(environ, tmp_path) as first:
        wait_for(lambda: starts(tmp_path))
        assert jobs.get(context, job).state is JobState.RUNNING
        assert jobs.get(context, job).progress == jobs.Progress(1, 2, "first half")
        first.send_signal(signal.SIGKILL)
        first.wait()
    (tmp_path / "hang").unlink()
    with worker(environ, tmp_path) as second:
        wait_for(lambda: jobs.get(context, job).finished)
        done = jobs.get(context, job)
        assert done.state is JobState.DONE
        assert done.result == {"pid": second.pid}
        assert done.attempts == 2
        assert starts(tmp_path) == [first.pid, second.pid]


def test_a_worker_that_is_asked_to_stop_hands_its_job_back(installation, tmp_path):
    context, environ = installation
    (tmp_path / "hang").touch()
    (tmp_path / "beat").touch()
    job = ask(context)
    with worker(environ, tmp_path) as first:
        wait_for(lambda: starts(tmp_path))
        first.send_signal(signal.SIGTERM)
        assert first.wait(15) == 0
    assert jobs.get(context, job).state is JobState.QUEUED
    assert jobs.get(context, job).attempts == 0


def test_a_job_that_the_queue_lost_is_rung_again(installation):
    context, _ = installation
    with context.database.writing() as session:
        job = jobs.open_job(session, "mark", {}, dedupe_key="k", at=context.clock() - timedelta(seconds=5))
    with working(context, handlers={"mark": lambda *_: {"done": True}}):
        wait_for(lambda: jobs.get(context, job.id).finished)
    assert jobs.get(context, job.id).result == {"done": True}


def test_a_bell_rung_ten_times_does_the_job_once(installation):
    context, _ = installation
    done = []
    job = ask(context)
    for _ in range(9):
        context.tell(job)
    with working(context, handlers={"mark": lambda *_: done.append(1) or {}}):
        wait_for(lambda: jobs.get(context, job).finished)
        ask(context, key="last")
        wait_for(lambda: len(done) >= 2)
    assert len(done) == 2


def test_pickup_is_quick(installation):
    context, _ = installation
    with working(context, handlers={"mark": lambda *_: {}}):
        time.sleep(1)
        before = time.monotonic()
        job = ask(context)
        wait_for(lambda: jobs.get(context, job).finished)
        assert time.monotonic() - before < 2


def fails(error):
    def handler(*_):
        raise error

    return {"mark": handler}


def never():
    return False


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (InvalidInput("No."), JobState.FAILED, "invalid_input"),
        (GroupUnreadable("Not now.", code="rate_limited"), JobState.QUEUED, "rate_limited"),
        (KeyError("a bug"), JobState.QUEUED, "internal_error"),
    ],
)
def test_what_may_pass_is_tried_again_and_the_rest_is_not(context, error, state, code):
    job = ask(context)
    look(context, fails(error), never, job)
    view = jobs.get(context, job)
    assert (view.state, view.error.code, view.finished) == (state, code, state is JobState.FAILED)
    assert "a bug" not in view.error.message


def test_a_broker_that_is_down_loses_nothing(context, monkeypatch):
    def down(job_id):
        raise ConnectionError

    monkeypatch.setattr(context.queue, "tell", down)
    job = ask(context)
    assert jobs.get(context, job).state is JobState.QUEUED
