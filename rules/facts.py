"""What is known about a group when it is judged: typed, dated, sourced answers to the vocabulary's questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Value = bool | int | float | str | datetime | tuple[str, ...]


class Knowledge(StrEnum):
    KNOWN = "known"
    UNKNOWN = "unknown"  # nobody could tell: unread, withheld, too little text
    NOT_OBSERVABLE = "not_observable"  # the platform can never show it (its profile says so)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The link from a fact to what is behind it. Opaque here: `kind` is capture, declared, register, incident,
    history or contributed;
    `ref` names the thing (a capture's SHA-256, an incident's id); `locator` the place in it; `quote` the words, if any.
    """

    kind: str
    ref: str
    url: str = ""
    locator: str = ""
    quote: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer. `value` is None unless known; `reason` says why it is not ("robots_disallowed", "too_little_text")."""

    name: str
    knowledge: Knowledge
    value: Value | None = None
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident on record, as far as the score needs it. Severity 1-4; `corroboration` is partially_corroborated, disputed,
    substantiated or anything less; `response` is none, acknowledged, remediated or remediation_verified; dates are UTC.
    """

    id: str
    category: str
    severity: int
    corroboration: str
    response: str
    latest: datetime
    resolved_at: datetime | None = None

    def is_resolved(self, at: datetime) -> bool:
        """Whether the matter was settled by `at`."""
        return self.resolved_at is not None and self.resolved_at <= at

    @property
    def settled_at(self) -> datetime:
        """When it was over: at its resolution, or at its latest occurrence where it went on after that."""
        return max(self.latest, self.resolved_at or self.latest)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was published before, for carry-forward, hysteresis and two-read downgrades. `evaluation` is its document, as
    `rules.document.evaluation_document` wrote it.
    """

    grade: str
    headline: float
    at: datetime
    evaluation: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything an evaluation may use. Order never matters."""

    values: Mapping[str, Fact]
    incidents: tuple[Incident, ...] = ()
    vouches: int = 0  # distinct verified organisations or clinicians that vouch
    objections: int = 0  # distinct ones that object
    previous: Standing | None = None
    read_at: datetime | None = None  # when the newest capture behind the facts was taken

    def get(self, name: str) -> Fact:
        return self.values.get(name) or Fact(name, Knowledge.UNKNOWN, reason="not_probed")
