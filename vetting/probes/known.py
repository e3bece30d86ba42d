"""All that a probe may look at."""

from __future__ import annotations

from dataclasses import dataclass

from rules.facts import Incident, Standing
from scrapers.snapshot import Snapshot


@dataclass(frozen=True)
class Known:
    """One group as it stands in our records.

    `never_shown`, `pseudonymous` and `stewards_take_messages` come from the platform's profile; `earlier` are our snapshots
    before this one, oldest first; `incidents` are those on record; `previous` is what was published last.
    """

    snapshot: Snapshot
    never_shown: frozenset[str] = frozenset()
    pseudonymous: bool = False
    stewards_take_messages: bool = False
    earlier: tuple[Snapshot, ...] = ()
    incidents: tuple[Incident, ...] = ()
    vouches: int = 0
    objections: int = 0
    previous: Standing | None = None
