"""What a site's robots.txt lets us read (RFC 9309).

Threat: reading what its owner has asked machines to leave alone; and a robots.txt that is a web page, huge, or made to hurt.
Guard: it is fetched through the same guarded transport and gate as every page, and parsed by protego, whose matching does not
backtrack. A site whose robots.txt cannot be read is not read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from scrapers.capture import Capture
from scrapers.politeness import DECIDED

# RFC 9309 §2.5: at least 500 KiB are parsed. §2.4: no copy is used for longer than a day.
PARSED_BYTES = 512_000
KEPT = timedelta(hours=24)
# A site that failed just now is asked again soon: its silence is no rule that it gave.
FAILURE_KEPT = timedelta(minutes=10)
MAX_SITES = 10_000


@dataclass(frozen=True)
class Rules:
    """What holds for us on one origin. `silent` is the Capture that brought no answer at all, else None."""

    agent: str
    until: datetime
    parsed: Protego | None = None
    unavailable: bool = False
    silent: Capture | None = None

    def allow(self, url: str) -> bool:
        if self.unavailable or self.silent is not None:
            return False
        return self.parsed is None or bool(self.parsed.can_fetch(url, self.agent))

    @property
    def delay(self) -> float:
        """Crawl-delay in seconds, at most a day; 0 where none is set."""
        asked = (self.parsed.crawl_delay(self.agent) if self.parsed else None) or 0.0
        return min(max(0.0, float(asked)), KEPT.total_seconds())


class Robots:
    """Rules by origin, kept for at most a day. `fetch` reads one address and never raises; `agent` is our product token."""

    def __init__(self, fetch: Callable[[str], Capture], agent: str, clock: Callable[[], datetime]) -> None:
        self._fetch, self._agent, self._clock = fetch, agent, clock
        self._known: dict[str, Rules] = {}
        self._lock = threading.Lock()

    def of(self, origin: str) -> Rules:
        """The rules of an origin ("https://forum.example"), fetched where none are known or they are too old."""
        known = self._known.get(origin)
        if known is None or known.until <= self._clock():
            known = read(self._fetch(f"{origin}/robots.txt"), self._agent)
            self._keep(origin, known)
        return known

    def _keep(self, origin: str, rules: Rules) -> None:
        with self._lock:
            if len(self._known) >= MAX_SITES:
                self._known.clear()
            self._known[origin] = rules


def read(capture: Capture, agent: str) -> Rules:
    """What a fetched robots.txt says. Never raises.

    4xx and more than five redirects allow everything (§2.3.1.2, §2.3.1.3), except 429: that is a server that wants less. 5xx and
    silence forbid everything (§2.3.1.4).
    """
    if capture.detail == "too_many_redirects":
        return Rules(agent, capture.at + KEPT)
    if capture.status is None:
        # What the operator decided is asked of the gate each time, so that lifting it works at once.
        kept = timedelta(0) if capture.detail in DECIDED else FAILURE_KEPT
        return Rules(agent, capture.at + kept, silent=capture)
    if capture.status == 429 or capture.status >= 500:
        return Rules(agent, capture.at + FAILURE_KEPT, unavailable=True)
    if not 200 <= capture.status < 300:
        return Rules(agent, capture.at + KEPT)
    text = capture.body[:PARSED_BYTES].decode("utf-8-sig", "replace")
    return Rules(agent, capture.at + KEPT, parsed=Protego.parse(text))
