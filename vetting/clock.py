"""The one place that asks what time it is. Everything else is handed the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """UTC, to the second: what is stored and compared needs no more."""
    return datetime.now(UTC).replace(microsecond=0)


def precisely() -> datetime:
    """UTC, to the microsecond: for pauses, which a clock of whole seconds cuts short by up to one."""
    return datetime.now(UTC)
