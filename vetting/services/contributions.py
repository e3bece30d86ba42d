"""People who can see a group tell what we are not shown of it, by an explicit act that they can take back.

What counts, and what it is there against, says `vetting.probes.contributions`. Nobody has an account: whoever sends is known by
a token that is shown once, in an address, and stored as a hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.collect import Collection
from scrapers.snapshot import Snapshot
from vetting import models
from vetting.errors import InvalidInput, NotFound, TooMany, VettingError
from vetting.models import Contribution, ContributionState, Role
from vetting.probes.contributions import MOST_APART, answers
from vetting.services import hosts, households, jobs, tokens
from vetting.services.context import Context
from vetting.services.jobs import JobView
from vetting.services.keep import keep_reading
from vetting.services.sendings import FieldsRefused, checked
from vetting.services.subjects import Subject, described, newest, subject
from vetting.services.submissions import payload
from vetting.services.voices import live, recount, voice

REASSESS = "reassess"
MOST_LIVE = 100  # contributions of one group that are kept at the same time
CONSENT_VERSION = "2026-11"
CONSENT = (
    "I can see this in the group, or on its public page, myself. I send exactly what is shown above: what the group says of "
    "itself, who runs it by public handle and role, and numbers. It holds no posts, no messages and nothing about any member. "
    "It may be published in the group’s report, marked as contributed and without a word about me. With the address that I am "
    "given I can withdraw it at any time; then what I sent is deleted."
)


class AlreadyContributed(VettingError):
    """The same household has told something of this group before."""

    code, status, title = "already_contributed", 409, "Somebody has contributed from this connection"
    remedy = (
        f"Withdraw the earlier contribution by its address, or wait until {MOST_APART.days} days have passed: two from one "
        "connection cannot count as two."
    )


@dataclass(frozen=True)
class ContributionView:
    """A contribution as its sender sees it. `agreed` are the fields of it that are known by now, `open` those on which others
    say otherwise; `proof` is what a steward has to show until `proof_until`, empty where there is nothing to prove any more.
    """

    id: str
    group_id: str
    role: Role
    state: ContributionState
    document: Mapping[str, Any]
    at: datetime
    agreed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    proof: str = ""
    proof_until: datetime | None = None
    proven: bool = False


def preview(context: Context, group_id: str, document: Any) -> dict[str, Any]:
    """The document exactly as it would be kept. Keeps nothing. Raises as `subject`, and FieldsRefused."""
    return _fitting(subject(context, group_id), document)


def contribute(
    context: Context, group_id: str, document: Any, *, role: Role, consent: str, address: str
) -> tuple[str, ContributionView]:
    """Keeps what was sent and answers with its token, which is told nobody else and never again.

    `address` is where it came from; only a mark of the household is kept, for `households.KEPT`. Raises as `preview`, and
    InvalidInput without consent, AlreadyContributed, TooMany, AddressRefused for a site that has asked to be left out.
    """
    if consent != CONSENT_VERSION:
        raise InvalidInput(
            "Without your consent to the text as it stands, nothing is taken.",
            code="consent_missing",
            remedy="Read the sentence beside the box again and tick it.",
        )
    at, token = context.clock(), secrets.token_hex(16)
    hosts.require_open(context, subject(context, group_id).url)
    with context.database.writing() as session:
        about = described(*_held(session, group_id, at))
        kept = _fitting(about, document)
        mark = households.mark(context, group_id, address)
        _refuse_more(session, group_id, mark, at)
        row = Contribution(
            id=secrets.token_hex(16),
            group_id=group_id,
            token_hash=_hash(token),
            role=role,
            state=ContributionState.SUBMITTED,
            document=kept,
            consent=consent,
            household=mark,
            at=at,
        )
        if role is Role.STEWARD and about.can_prove:
            row.proof_hash = tokens.proof_hash(group_id, tokens.proof(context, token))
            row.proof_until = at + tokens.KEPT
        session.add(row)
        session.flush()
        job = _recounted(session, group_id, at)
    _tell(context, job)
    return token, status(context, token)


def status(context: Context, token: str) -> ContributionView:
    """Raises NotFound."""
    at = context.clock()
    with context.database.reading() as session:
        row = _row(session, token)
        told = answers(voice(each) for each in live(session, row.group_id, at)) if row.is_live else {}
    mine = {field: told[field].value is not None for field in row.document if field in told}
    waiting = row.proof_until if row.proof_until and row.proof_until > at else None
    return ContributionView(
        id=row.id,
        group_id=row.group_id,
        role=row.role,
        state=row.state,
        document=row.document,
        at=row.at,
        agreed=tuple(field for field, known in mine.items() if known and row.id in told[field].voices),
        open=tuple(field for field, known in mine.items() if not known),
        proof=tokens.proof(context, token) if waiting else "",
        proof_until=waiting,
        proven=row.proven_at is not None,
    )


def withdraw(context: Context, token: str) -> None:
    """Deletes what was sent; the report is made anew without it. Raises NotFound, or IllegalTransition the second time."""
    with context.database.writing() as session:
        job = _ended(session, _row(session, token), ContributionState.WITHDRAWN, context.clock())
    _tell(context, job)


def reject(context: Context, identifier: str) -> None:
    """The operator takes out what should not have been sent (posts, members, abuse): deleted as if withdrawn. Raises NotFound,
    or IllegalTransition.
    """
    with context.database.writing() as session:
        row = session.get(Contribution, identifier)
        if row is None:
            raise NotFound("There is no such contribution.", code="contribution_not_found")
        job = _ended(session, row, ContributionState.REJECTED, context.clock())
    _tell(context, job)


def listing(context: Context, group_id: str) -> tuple[Contribution, ...]:
    """Every contribution to the group, newest first, for the operator."""
    statement = select(Contribution).where(Contribution.group_id == group_id).order_by(Contribution.at.desc())
    with context.database.reading() as session:
        return tuple(session.scalars(statement))


def _held(session: Session, group_id: str, at: datetime) -> tuple[Snapshot, bool]:
    """As `newest`, with the group's row held, and written if this is the first that we have of it."""
    snapshot, is_read = newest(session, group_id, at)
    if session.get(models.Group, group_id, with_for_update=True, populate_existing=True) is None:
        keep_reading(session, Collection(snapshot, ()), is_demo=False, at=at)
    return snapshot, is_read


def _fitting(about: Subject, document: Any) -> dict[str, Any]:
    """What the platform shows everyone is not taken: we read that ourselves. Raises FieldsRefused."""
    kept = checked(document)
    shown = {
        field: "The platform shows this to everyone; we read it there." for field in kept if field not in about.fields
    }
    if shown:
        raise FieldsRefused(shown)
    return kept


def _refuse_more(session: Session, group_id: str, mark: str, at: datetime) -> None:
    session.execute(households.forgotten(at))
    mine = select(Contribution.id).where(Contribution.group_id == group_id, Contribution.household == mark)
    if session.scalars(mine.limit(1)).first():
        raise AlreadyContributed
    if len(live(session, group_id, at)) >= MOST_LIVE:
        raise TooMany("More has been sent about this group than can be weighed.", code="enough_contributed")


def _ended(session: Session, row: Contribution, to: ContributionState, at: datetime) -> JobView | None:
    session.get_one(models.Group, row.group_id, with_for_update=True)
    session.refresh(row)
    counted = row.state is ContributionState.COUNTED
    row.move(to)
    session.flush()
    return _recounted(session, row.group_id, at, changed=counted)


def _recounted(session: Session, group_id: str, at: datetime, *, changed: bool = False) -> JobView | None:
    """Opens the job that judges the group anew, in the same transaction, where something that counts has changed."""
    if not recount(session, group_id, at) and not changed:
        return None
    ref = session.get_one(models.Group, group_id).ref
    return jobs.open_job(session, REASSESS, payload(ref), dedupe_key=f"{REASSESS}:{secrets.token_hex(8)}", at=at)


def _tell(context: Context, job: JobView | None) -> None:
    if job is not None:
        context.tell(job.id)


def _row(session: Session, token: str) -> Contribution:
    row = session.scalars(select(Contribution).where(Contribution.token_hash == _hash(token))).one_or_none()
    if row is None:
        raise NotFound(
            "There is no contribution under this address.",
            code="contribution_not_found",
            remedy="Compare it with the one you were given when you sent it.",
        )
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def role(name: str) -> Role:
    """What the contributor says to be; a member where it is left out. Raises InvalidInput."""
    try:
        return Role(name or Role.MEMBER)
    except ValueError as error:
        raise InvalidInput(
            "This is no role.", code="role_unknown", remedy="Say whether you are a member or run the group."
        ) from error
