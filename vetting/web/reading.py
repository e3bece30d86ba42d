"""What a report page needs beyond the stored document: the same findings, put in the order in which people ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

OPEN_RESULTS = frozenset({"cant_tell", "not_observable"})
MOST_HELPFUL = 5
_effort_order = {"low": 0, "medium": 1, "high": 2}

CAREFUL = frozenset({"D", "E", "U"})
DO_NOT_JOIN = 10  # points: the limit that stands for it

Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Fold:
    """Findings that are shown together; only what is missing is unfolded from the start."""

    title: str
    results: tuple[str, ...]
    unfolded: bool = False


FOLDS = (
    Fold("Missing, or only in part", ("failed", "partial"), unfolded=True),
    Fold("Found", ("passed",)),
    Fold("Could not be told", ("cant_tell",)),
    Fold("Not asked here", ("not_observable", "inapplicable")),
)


def forbids(cap: Mapping[str, Any]) -> bool:
    """Whether the cap says not to join, or not to rely on the rating, rather than only to expect less."""
    return cap["limit"] is None or cap["limit"] <= DO_NOT_JOIN


@dataclass(frozen=True)
class Reading:
    """One stored report document ("report/1") with the groupings of its page."""

    document: Mapping[str, Any]

    def findings_of(self, dimension: str) -> list[Finding]:
        """The dimension's findings by outcome, heavier before lighter."""
        mine = [finding for finding in self.document["findings"] if finding["dimension"] == dimension]
        return sorted(mine, key=lambda f: (f["result"], -f["weight"], f["rule"]))

    def folds_of(self, dimension: str) -> list[tuple[Fold, list[Finding]]]:
        """The dimension's findings in folds, what is missing first; in each, what is worse before what is better and heavier
        before lighter. Empty folds are left out.
        """
        mine = self.findings_of(dimension)
        folds = ((fold, [finding for finding in mine if finding["result"] in fold.results]) for fold in FOLDS)
        return [(fold, findings) for fold, findings in folds if findings]

    @cached_property
    def helps(self) -> list[Finding]:
        """What would raise the score most, the easier first where two gain the same; at most five."""
        open_to_remedy = [f for f in self.document["findings"] if f["gain"] and f["result"] in FOLDS[0].results]
        ordered = sorted(open_to_remedy, key=lambda f: (-f["gain"], _effort_order.get(f["effort"], 3), f["rule"]))
        return ordered[:MOST_HELPFUL]

    @cached_property
    def unknown(self) -> list[Finding]:
        """What could not be told, or can never be seen on this platform."""
        return [finding for finding in self.document["findings"] if finding["result"] in OPEN_RESULTS]

    @cached_property
    def captured(self) -> frozenset[str]:
        """Digests of the captures that have a page of their own."""
        return frozenset(capture["digest"] for capture in self.document["captures"])

    @cached_property
    def warns(self) -> bool:
        """Whether the page opens with ways to help: the document says so, or the group is one to be careful with."""
        careful = self.document["grade"] in CAREFUL or any(map(forbids, self.document["caps"]))
        return careful or bool(self.document["urgent_help"]["shown"])

    def capture(self, digest: str) -> Mapping[str, Any] | None:
        """The capture's row in the document."""
        return next((row for row in self.document["captures"] if row["digest"] == digest), None)
