"""How single values stand in the document: numbers with their places, moments, evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rules.facts import Evidence

PLACES = 2  # of every number in the document but those below
FINER_PLACES = 4  # of what is added up and multiplied, and of shares
MOST_PLACES = 12  # of a number in an expression that needs them


def rounded(value: float, places: int = PLACES) -> float:
    return round(value, places) + 0.0  # no negative zero


def number(value: float, places: int = PLACES) -> str:
    """Without the zeros that say nothing: 36.25, 75, 92.6296."""
    text = f"{rounded(value, places):.{places}f}"
    return text.rstrip("0").rstrip(".")


def fewest(work: Callable[..., float], numbers: Sequence[float], value: float, least: int, places: int = PLACES) -> int:
    """To how few places, at least `least`, numbers may be rounded so that `work` still gives `value`, which has `places`."""
    half = 0.5 * 10**-places + 1e-12
    enough = (more for more in range(least, MOST_PLACES) if abs(work(*_all(numbers, more)) - value) <= half)
    return next(enough, MOST_PLACES)


def _all(numbers: Sequence[float], places: int) -> list[float]:
    return [rounded(each, places) for each in numbers]


def shortened(text: str, most: int) -> str:
    """One line of at most so many characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    start = line[: most - 1]
    return f"{start.rpartition(' ')[0] or start}…"


def moment(at: datetime | None) -> str:
    """ISO 8601 in UTC; empty for none."""
    return at.isoformat().replace("+00:00", "Z") if at else ""


def evidence(item: Evidence) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "ref": item.ref,
        "url": item.url,
        "locator": item.locator,
        "quote": item.quote,
        "at": moment(item.at) if item.at else None,
    }
