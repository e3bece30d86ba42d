"""Incidents on record: categories, severities, and the two state machines beside each other."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base, choice
from vetting.errors import IllegalTransition
from vetting.models.groups import GroupId

State = TypeVar("State", bound=StrEnum)


class Category(StrEnum):
    CRISIS_MISHANDLED = "crisis_mishandled"
    HARM_ENCOURAGEMENT = "harm_encouragement"
    EXPLOITATION = "exploitation"
    CHILD_SAFETY = "child_safety"
    STAFF_MISCONDUCT = "staff_misconduct"
    CREDENTIAL_FRAUD = "credential_fraud"
    UNSAFE_ADVICE = "unsafe_advice"
    COMMERCIAL = "commercial"
    PRIVACY_BREACH = "privacy_breach"
    HARASSMENT_HATE = "harassment_hate"
    COERCIVE_CONTROL = "coercive_control"
    GOVERNANCE_CAPTURE = "governance_capture"
    INFO_INTEGRITY = "info_integrity"


class IncidentState(StrEnum):
    SUBMITTED = "submitted"
    TRIAGED = "triaged"
    UNDER_REVIEW = "under_review"
    PARTIALLY_CORROBORATED = "partially_corroborated"
    SUBSTANTIATED = "substantiated"
    DISPUTED = "disputed"
    UNSUBSTANTIATED = "unsubstantiated"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    RETRACTED = "retracted"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    CLOSED = "closed"


class Response(StrEnum):
    """What the group did about it."""

    NONE = "none"
    ACKNOWLEDGED = "acknowledged"
    REMEDIATED = "remediated"
    REMEDIATION_VERIFIED = "remediation_verified"


_S = IncidentState
DISPOSITIONS = frozenset(
    {
        _S.PARTIALLY_CORROBORATED,
        _S.SUBSTANTIATED,
        _S.DISPUTED,
        _S.UNSUBSTANTIATED,
        _S.DUPLICATE,
        _S.OUT_OF_SCOPE,
        _S.RETRACTED,
    }
)
PUBLIC = frozenset({_S.PARTIALLY_CORROBORATED, _S.SUBSTANTIATED, _S.DISPUTED})
TRANSITIONS: dict[IncidentState, frozenset[IncidentState]] = {
    _S.SUBMITTED: frozenset({_S.TRIAGED}),
    _S.TRIAGED: frozenset({_S.UNDER_REVIEW}),
    _S.UNDER_REVIEW: DISPOSITIONS,
    **dict.fromkeys(DISPOSITIONS, frozenset({_S.APPEALED})),
    _S.APPEALED: frozenset({_S.UPHELD, _S.OVERTURNED}),
    _S.UPHELD: frozenset({_S.CLOSED}),
    _S.OVERTURNED: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}
RESPONSES: dict[Response, frozenset[Response]] = {
    Response.NONE: frozenset({Response.ACKNOWLEDGED, Response.REMEDIATED}),
    Response.ACKNOWLEDGED: frozenset({Response.REMEDIATED}),
    Response.REMEDIATED: frozenset({Response.REMEDIATION_VERIFIED}),
    Response.REMEDIATION_VERIFIED: frozenset(),
}


class Incident(Base):
    """One incident. It happened between `earliest` and `latest`; `disposition` is the decision that stands, also while an
    appeal runs, and is None before one and after one was overturned; `summary` is a reviewer's paraphrase.
    """

    __tablename__ = "incidents"
    __table_args__ = (CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"), index=True)
    category: Mapped[Category]
    severity: Mapped[int]
    state: Mapped[IncidentState] = mapped_column(default=IncidentState.SUBMITTED)
    disposition: Mapped[IncidentState | None] = mapped_column(choice(IncidentState, "disposition"))
    response: Mapped[Response] = mapped_column(default=Response.NONE)
    earliest: Mapped[datetime]
    latest: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(default="")

    @property
    def is_public(self) -> bool:
        return self.disposition in PUBLIC

    def move(self, to: IncidentState) -> None:
        """Raises IllegalTransition."""
        self.state = _step(TRANSITIONS, self.state, to)
        if to in DISPOSITIONS:
            self.disposition = to
        elif to is IncidentState.OVERTURNED:
            self.disposition = None

    def respond(self, to: Response) -> None:
        """Raises IllegalTransition."""
        self.response = _step(RESPONSES, self.response, to)


def _step(table: dict[State, frozenset[State]], current: State, to: State) -> State:
    if to not in table[current]:
        allowed = ", ".join(sorted(table[current])) or "nothing"
        raise IllegalTransition(
            f"What is {current} cannot become {to}.", remedy=f"From {current} it can become: {allowed}."
        )
    return to
