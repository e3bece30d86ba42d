"""What others know of a group's past: public archives and the register of its domain. Asked after the group has been read.

Like an adapter, a source does no I/O: it yields Requests, is handed Captures and returns the Snapshot with its fields filled.

class Example(PastSource):
    name = "example"

    def read(self, group):
        answer = yield Request("https://archive.example/?url=" + group.snapshot.ref.canonical_url, "archive", delay=2.5)
        return replace(group.snapshot, archive=...)

PAST = Example()
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

from scrapers.capture import Capture, Request
from scrapers.snapshot import Snapshot

Look = Generator[Request, Capture, Snapshot]


@dataclass(frozen=True)
class Collection:
    """What came of one reading: the snapshot and, in the order asked, every capture behind it."""

    snapshot: Snapshot
    captures: tuple[Capture, ...]

    @cached_property
    def by_digest(self) -> dict[str, Capture]:
        """Captures with a body, by the name under which sources cite them."""
        return {capture.digest: capture for capture in self.captures if capture.body}


class PastSource(ABC):
    """One archive or register. `PAST` in its module is found by `scrapers.registries.past_sources`."""

    name: str

    @abstractmethod
    def read(self, group: Collection) -> Look:
        """Asks for what is known of the group that was just read. Whatever comes back, it returns a Snapshot."""

    def kept(self, capture: Capture) -> Capture:
        """The capture as it may be kept; a source that tells of persons leaves them out here. Doing so twice changes nothing."""
        return capture
