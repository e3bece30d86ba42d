"""What every service function is handed first: settings, database, queue and clock, made once a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from scrapers.errors import AddressRefused as ScrapersAddressRefused
from scrapers.errors import FetchRefused, ScrapersError
from scrapers.errors import GroupUnreadable as ScrapersGroupUnreadable
from vetting.clock import Clock, now
from vetting.config import Settings
from vetting.db import Database
from vetting.errors import AddressRefused, GroupUnreadable, InvalidInput, VettingError
from vetting.log import log
from vetting.services.queue import Queue


@dataclass(frozen=True)
class Context:
    """`with Context.open(settings) as context: ...` closes what it opened. Open it after a fork, not before."""

    settings: Settings
    database: Database
    queue: Queue
    clock: Clock = now

    @classmethod
    def open(cls, settings: Settings, clock: Clock = now) -> Context:
        return cls(settings, Database(settings.database_url), Queue(settings.queue_url), clock)

    def tell(self, job_id: str) -> None:
        """Rings for a job that is committed. A broker that is down loses nothing: the bell is rung again later."""
        try:
            self.queue.tell(job_id)
        except Exception as error:  # noqa: BLE001 - every broker has errors of its own, and the job is safe
            log.warning("queue_unreachable", job=job_id, error=type(error).__name__)

    def close(self) -> None:
        self.queue.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turns the scrapers' errors into the service's, with their code, message and remedy."""
    try:
        yield
    except ScrapersError as error:
        raise _ours(error)(error.message, code=str(error.code), remedy=error.remedy) from error


def _ours(error: ScrapersError) -> type[VettingError]:
    if isinstance(error, (ScrapersAddressRefused, FetchRefused)):
        return AddressRefused
    return GroupUnreadable if isinstance(error, ScrapersGroupUnreadable) else InvalidInput
