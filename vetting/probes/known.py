"""All that a probe may look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rules.facts import Incident, Standing
from scrapers.snapshot import Snapshot
from vetting.probes.contributions import Voice, with_contributions


@dataclass(frozen=True)
class Look:
    """What a person found who looked, at `at`, whether the group is still in the hands it was in."""

    at: datetime
    same_hands: bool


@dataclass(frozen=True)
class Known:
    """One group as it stands in our records.

    `never_shown`, `pseudonymous` and `stewards_take_messages` come from the platform's profile; `earlier` are our snapshots
    before this one, oldest first; `incidents` are those on record; `previous` is what was published last. `contributions` are what
    people who can see the group tell of it; `look` is the last one that a person took.
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
    contributions: tuple[Voice, ...] = ()
    look: Look | None = None

    @cached_property
    def told(self) -> Snapshot:
        """The reading with what was contributed where it is open. What is compared over time is `snapshot`, our own reading."""
        return with_contributions(self.snapshot, self.contributions)
