"""Works on jobs: alone (`vetting work`) or as threads of the serving process. Who rings, and how often, does not matter."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from huey.consumer import BaseProcess, Consumer

from vetting.errors import VettingError
from vetting.jobs.handlers import HANDLERS, Handler
from vetting.log import log
from vetting.services import jobs, schedule
from vetting.services.agent import warn_if_nameless
from vetting.services.context import Context

QUICK, MAX_DELAY = 0.05, 0.2  # seconds between two looks into a quiet SQLite queue; brokers wake us themselves
STOP_AFTER = 10  # seconds for running jobs to reach their next step once a worker is asked to stop


class Stopping(Exception):  # a signal: the worker was asked to stop, the job goes back
    """Raised inside a handler where it tells its progress."""


def look(context: Context, handlers: Mapping[str, Handler], stopping: Callable[[], bool], job_id: str) -> None:
    """Does the job if it is there, due and free; nothing otherwise. What a handler raises ends in the job's row."""
    held = jobs.lease(context, job_id)
    if held is None:
        return
    with suppress(jobs.LeaseLost):  # whoever has it now will write its end
        try:
            result = handlers[held.kind](context, held.payload, partial(_step, context, held, stopping))
        except Stopping:
            jobs.release(context, held)
        except jobs.LeaseLost:
            log.warning("lease_lost", job=job_id)
        except VettingError as error:
            jobs.fail(context, held, error)
        except Exception:  # noqa: BLE001 - a handler's bug must not leave the job hanging until its lease ends
            log.exception("job_failed", job=job_id, kind=held.kind)
            jobs.fail(context, held, VettingError(code="internal_error"))
        else:
            jobs.complete(context, held, result)


def _step(context: Context, held: jobs.Lease, stopping: Callable[[], bool], progress: jobs.Progress) -> None:
    if stopping():
        raise Stopping
    jobs.heartbeat(context, held, progress)


class Resender(BaseProcess):  # type: ignore[misc] # huey has no types
    """Takes the place of Huey's scheduler, whose delays and timetables are not used: rings again for what was lost, and opens
    jobs for what time alone brings about.
    """

    process_name = "Resender"

    def __init__(self, context: Context, stop_flag: Any) -> None:
        super().__init__(context.queue.huey, stop_flag)
        self._context = context

    def loop(self, now: object = None) -> None:  # noqa: ARG002 - huey's interface
        started = time.monotonic()
        for duty in (jobs.resend_expired, schedule.judge_aged):
            try:
                duty(self._context)
            except Exception:  # noqa: BLE001 - a database that is away comes back; this thread must be there then
                log.exception("resend_failed", duty=duty.__name__)
        self.sleep_for_interval(started, max(1, self._context.settings.job_lease / 8))

    def shutdown(self) -> None:
        self._context.queue.close()


class Worker(Consumer):  # type: ignore[misc] # huey has no types
    """Threads that listen to `context.queue` until they are stopped. It leaves the process's signals alone."""

    def __init__(self, context: Context, *, threads: int, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        self._context = context
        warn_if_nameless(context.settings)
        context.queue.on_look = partial(look, context, handlers, lambda: bool(self.stop_flag.is_set()))
        context.queue.huey.on_shutdown("close")(context.queue.close)  # runs in each thread as it ends
        super().__init__(
            context.queue.huey,
            workers=threads,
            initial_delay=QUICK,
            max_delay=MAX_DELAY,
            shutdown_timeout=STOP_AFTER,
        )

    def _create_scheduler(self) -> Resender:
        return Resender(self._context, self.stop_flag)

    def _set_signal_handlers(self) -> None:
        """Whoever runs the worker decides what a signal means."""


def work(context: Context, *, threads: int, handlers: Mapping[str, Handler] = HANDLERS) -> None:
    """Works in this process until it is told to stop (SIGINT, SIGTERM); then hands back what it holds."""
    worker = Worker(context, threads=threads, handlers=handlers)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: worker.stop_flag.set())
    worker.run()
    worker.stop(graceful=True)


@contextmanager
def working(context: Context, *, threads: int = 2, handlers: Mapping[str, Handler] = HANDLERS) -> Iterator[None]:
    """Works in threads of this process while the block runs."""
    worker = Worker(context, threads=threads, handlers=handlers)
    thread = threading.Thread(target=worker.run, name="jobs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop(graceful=True)
        thread.join(STOP_AFTER)
