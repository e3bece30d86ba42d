"""The bell beside the jobs table: Huey carries "look at job N" over SQLite, Redis or PostgreSQL.

A message may be lost or come twice; the table decides what is done. Messages are JSON: who can write to the broker can ask
for a job to be looked at, and nothing more.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import make_url

NAME = "vetting"


class JsonSerializer(Serializer):  # type: ignore[misc] # huey has no types
    """Huey's messages as JSON arrays instead of pickles."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class Queue:
    """`tell` rings; `on_look` says what a process that listens does. A process that only rings never sets it."""

    def __init__(self, url: str) -> None:
        """Raises the storage's error where the broker does not answer and its tables must be made (PostgreSQL)."""
        self.huey = _huey(url)
        self.on_look: Callable[[str], None] = _nobody
        self._closing = threading.Lock()
        self._look = self.huey.task(name="look")(self._delivered)

    def tell(self, job_id: str) -> None:
        self._look(job_id)

    def close(self) -> None:
        """Closes what this thread holds and what all share; whoever rings after that opens it again."""
        with self._closing:
            self.huey.storage.close()

    def _delivered(self, job_id: str) -> None:
        self.on_look(job_id)


def _huey(url: str) -> Huey:
    common: dict[str, Any] = {"name": NAME, "results": False, "serializer": JsonSerializer()}
    if url.startswith("redis"):
        return RedisHuey(url=url, **common)
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(path), **common)
    return PostgresHuey(dsn=url.replace("+psycopg", "", 1), **common)


def _nobody(job_id: str) -> None:
    raise RuntimeError(f"job {job_id} was delivered to a process that runs no jobs")
