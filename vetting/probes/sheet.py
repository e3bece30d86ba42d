"""The sheet on which probes write their answers: Readings in, Facts with evidence out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from rules.facts import Evidence, Fact, Knowledge, Value
from scrapers.snapshot import Reading, Snapshot, Source, SourceKind, State

T = TypeVar("T")

NOT_OFFERED = "not_offered"
MAX_QUOTE = 300
_KINDS = {SourceKind.CONTRIBUTED: "contributed", SourceKind.DECLARED: "declared"}


class Sheet:
    """Facts by name, as they are found. A fact is written once; a later answer to the same question is a mistake."""

    def __init__(self, snapshot: Snapshot, never_shown: frozenset[str]) -> None:
        self.snapshot, self.never_shown = snapshot, never_shown
        self.facts: dict[str, Fact] = {}

    def known(self, name: str, value: Value, evidence: Iterable[Evidence] = ()) -> None:
        self._write(Fact(name, Knowledge.KNOWN, value, tuple(evidence), at=self.snapshot.taken_at))

    def unknown(self, name: str, reason: str, evidence: Iterable[Evidence] = ()) -> None:
        self._write(Fact(name, Knowledge.UNKNOWN, None, tuple(evidence), reason))

    def not_observable(self, name: str) -> None:
        self._write(Fact(name, Knowledge.NOT_OBSERVABLE, reason=NOT_OFFERED))

    def missing(self, name: str, field: str, reading: Reading[Any]) -> None:
        """Why the field gives no answer: never shown by the platform, or withheld or unread this time."""
        if field in self.never_shown:
            self.not_observable(name)
        else:
            self.unknown(name, reading.reason or "not_shown", cite(reading))

    def answer(
        self, name: str, field: str, convert: Callable[[Any], Value | None], absent: Value | None = None
    ) -> None:
        """The common case: one field answers one question. `absent` is the answer where the platform shows none."""
        reading: Reading[Any] = getattr(self.snapshot, field)
        value = convert(reading.value) if reading.state is State.VALUE else None
        if value is not None:
            self.known(name, value, cite(reading))
        elif reading.state is State.ABSENT and absent is not None:
            self.known(name, absent, cite(reading))
        else:
            self.missing(name, field, reading)

    def _write(self, fact: Fact) -> None:
        if fact.name in self.facts:
            raise ValueError(f"{fact.name} was answered twice")
        self.facts[fact.name] = fact


def cite(reading: Reading[Any], quote: str = "") -> tuple[Evidence, ...]:
    """Evidence for each place the reading stands on."""
    return tuple(evidence(source, quote) for source in reading.sources)


def evidence(source: Source, quote: str = "") -> Evidence:
    return Evidence(
        _KINDS.get(source.kind, "capture"), source.digest, source.url, source.locator, quote[:MAX_QUOTE], source.at
    )
