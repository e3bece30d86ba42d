"""What the operator decides about hosts: pause one, leave one out because its owner asked for it, and take that back.

A decision holds for the host and everything below it, from the next request on. None is ever overwritten: who decided what, when
and why stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.urls import Url
from vetting.errors import AddressRefused, HostPaused, InvalidInput, NotFound
from vetting.models.hosts import LIFTS, Decision, HostDecision
from vetting.services.context import Context, in_our_words


@dataclass(frozen=True)
class Standing:
    """One decision: pause or leave_out where it stands, any of the four in a history. `until` is None for an open end."""

    host: str
    decision: Decision
    until: datetime | None
    reason: str
    by: str
    at: datetime


def pause(context: Context, host: str, *, until: datetime | None, reason: str, by: str) -> Standing:
    """Nobody of ours asks the host until then, or until it is resumed. Raises InvalidInput."""
    if until is not None and until <= context.clock():
        raise InvalidInput("The end of the pause is in the past.", remedy="Give a later time, or none.")
    return _decide(context, Decision.PAUSE, host, reason, by, until)


def leave_out(context: Context, host: str, *, reason: str, by: str) -> Standing:
    """The host's owner wants to be left alone; it is not asked again. What is published stays. Raises InvalidInput."""
    return _decide(context, Decision.LEAVE_OUT, host, reason, by)


def resume(context: Context, host: str, *, reason: str, by: str) -> Standing:
    """Ends a pause. Raises NotFound where the host itself is not paused."""
    return _lift(context, Decision.RESUME, host, reason, by)


def readmit(context: Context, host: str, *, reason: str, by: str) -> Standing:
    """Takes back a leaving out. Raises NotFound where the host itself is not left out."""
    return _lift(context, Decision.READMIT, host, reason, by)


def listing(context: Context) -> tuple[Standing, ...]:
    """What stands now, by host."""
    with context.database.reading() as session:
        rows = session.scalars(select(HostDecision).order_by(HostDecision.host, HostDecision.id)).all()
    return tuple(_view(row) for row in _standing(rows, context.clock()))


def history(context: Context, host: str) -> tuple[Standing, ...]:
    """Every decision about this host, the oldest first. Raises InvalidInput."""
    statement = select(HostDecision).where(HostDecision.host == _named(host)).order_by(HostDecision.id)
    with context.database.reading() as session:
        return tuple(_view(row) for row in session.scalars(statement))


def standing(session: Session, netloc: str, now: datetime) -> Standing | None:
    """What holds for a host now, by a decision about it or about a host above it; a leaving out before a pause."""
    statement = select(HostDecision).where(HostDecision.host.in_(_and_above(netloc))).order_by(HostDecision.id)
    found = [_view(row) for row in _standing(session.scalars(statement).all(), now)]
    return max(found, key=lambda row: row.decision is Decision.LEAVE_OUT, default=None)


def require_open(context: Context, address: str) -> None:
    """Raises AddressRefused (left_out) or HostPaused, in words for the person who wants this address to be read."""
    host = urlsplit(address).netloc
    with context.database.reading() as session:
        decided = standing(session, host, context.clock())
    if decided is None:
        return
    if decided.decision is Decision.LEAVE_OUT:
        raise AddressRefused(
            f"{decided.host} has asked us not to read it, and we respect that.",
            code="left_out",
            remedy="While that stands we read nothing new there and take nothing from others; only whoever runs the site can have "
            "it changed. What was published before can still be looked up.",
        )
    until = f" until {decided.until:%Y-%m-%d %H:%M} UTC" if decided.until else " for now"
    raise HostPaused(f"Reading {decided.host} is paused{until}.")


def _decide(  # noqa: PLR0917 - the columns of a decision
    context: Context, decision: Decision, host: str, reason: str, by: str, until: datetime | None = None
) -> Standing:
    row = HostDecision(host=_named(host), decision=decision, until=until, reason=reason, by=by, at=context.clock())
    with context.database.writing() as session:
        session.add(row)
    return _view(row)


def _lift(context: Context, decision: Decision, host: str, reason: str, by: str) -> Standing:
    name = _named(host)
    if not any(row.host == name and row.decision is LIFTS[decision] for row in listing(context)):
        raise NotFound(
            f"There is nothing to lift for {name}.",
            code="nothing_decided",
            remedy="`vetting hosts list` shows what stands; a decision about a host above it is lifted there.",
        )
    return _decide(context, decision, name, reason, by)


def _standing(oldest_first: Iterable[HostDecision], now: datetime) -> list[HostDecision]:
    """The last decision of each pair about each host, where it is one that forbids and its time is not over."""
    last: dict[tuple[str, Decision], HostDecision] = {}
    for row in oldest_first:
        last[row.host, LIFTS.get(row.decision, row.decision)] = row
    return [row for row in last.values() if row.decision not in LIFTS and (row.until is None or row.until > now)]


def _and_above(netloc: str) -> list[str]:
    """The host a.forum.example:8080 -> a.forum.example, forum.example, example."""
    labels = (urlsplit(f"//{netloc}").hostname or "").split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _named(host: str) -> str:
    """The host as addresses spell it, from a name or a pasted address; www. is left out, for it lies below. Raises InvalidInput."""
    with in_our_words():
        name = Url.parse(host if "://" in host else f"https://{host}/").bare_host
    if "." not in name:
        raise InvalidInput(f"“{name}” is not the name of one site.", remedy="Give a name like forum.example.")
    return name


def _view(row: HostDecision) -> Standing:
    return Standing(row.host, row.decision, row.until, row.reason, row.by, row.at)
