"""What people who can see a group send us of it, where we are shown nothing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vetting.db import Base
from vetting.errors import IllegalTransition
from vetting.models.captures import Digest
from vetting.models.groups import GroupId


class Role(StrEnum):
    """What the contributor says to be; only a proof of control makes a steward's word weigh more than a member's."""

    MEMBER = "member"
    STEWARD = "steward"


class ContributionState(StrEnum):
    SUBMITTED = "submitted"  # kept, and counts for nothing yet
    COUNTED = "counted"  # stands behind something that is now known
    WITHDRAWN = "withdrawn"  # by whoever sent it: its content is deleted
    REJECTED = "rejected"  # by the operator: its content is deleted


_S = ContributionState
TRANSITIONS: dict[ContributionState, frozenset[ContributionState]] = {
    _S.SUBMITTED: frozenset({_S.COUNTED, _S.WITHDRAWN, _S.REJECTED}),
    _S.COUNTED: frozenset({_S.SUBMITTED, _S.WITHDRAWN, _S.REJECTED}),  # what it agreed with may go again
    _S.WITHDRAWN: frozenset(),
    _S.REJECTED: frozenset(),
}
LIVE = frozenset({_S.SUBMITTED, _S.COUNTED})


class Contribution(Base):
    """One sending. `document` holds exactly what was sent; `consent` the version of the text that was agreed to.

    The contributor is known by `token_hash` alone. `household` is a keyed hash that means something within this group only,
    kept no longer than `vetting.services.households.KEPT`; no two live marks of one group are equal. `proof_hash` is the token
    by which a steward may prove control of the group until `proof_until`; it is gone once used.
    """

    __tablename__ = "contributions"
    __table_args__ = (Index("uq_contributions_group_id_household", "group_id", "household", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    group_id: Mapped[str] = mapped_column(GroupId, ForeignKey("groups.id"))
    token_hash: Mapped[str] = mapped_column(Digest, unique=True)
    role: Mapped[Role]
    state: Mapped[ContributionState] = mapped_column(default=ContributionState.SUBMITTED)
    document: Mapped[dict[str, Any]]
    consent: Mapped[str]
    household: Mapped[str | None] = mapped_column(String(32))
    proof_hash: Mapped[str | None] = mapped_column(Digest)
    proof_until: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(index=True)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def move(self, to: ContributionState) -> None:
        """Takes the step; the last ones delete the content and all that could connect it with another. Raises
        IllegalTransition.
        """
        if to not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"A contribution that is {self.state} cannot become {to}.")
        self.state = to
        if not self.is_live:
            self.document, self.household, self.proof_hash, self.proof_until = {}, None, None, None
