"""Looks for the proof that a contributor controls the group, where only those who run it can write: in what our own reading sees
of its description, its rules, its `/.well-known/support-group.json`. Where we can read none of them there is no such proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.capture import Capture
from scrapers.collect import Collection
from scrapers.self_description import PATH, read_self_description
from scrapers.urls import Url
from vetting.models import Contribution
from vetting.services.tokens import PREFIX, proof_hash
from vetting.services.voices import recount

_token = re.compile(re.escape(PREFIX) + "([0-9a-f]{32})(?![0-9a-f])")


def settle(session: Session, group_id: str, collection: Collection, at: datetime) -> None:
    """Marks as proven the contributions whose token the reading shows. A token that was found is used up."""
    seen = {proof_hash(group_id, shown) for shown in shown_in(collection)}
    if not seen:
        return
    statement = select(Contribution).where(
        Contribution.group_id == group_id, Contribution.proof_hash.in_(seen), Contribution.proof_until > at
    )
    for row in session.scalars(statement):
        row.proven_at, row.proof_hash, row.proof_until = at, None, None
    session.flush()
    recount(session, group_id, at)


def shown_in(collection: Collection) -> set[str]:
    """Every proof in the places that only those who run the group can write."""
    return {PREFIX + found for text in _texts(collection) for found in _token.findall(text)}


def _texts(collection: Collection) -> Iterator[str]:
    snapshot = collection.snapshot
    yield snapshot.description.value or ""
    yield snapshot.rules_text.value or ""
    for rule in snapshot.rules.value or ():
        yield f"{rule.title}\n{rule.text}"
    for capture in collection.captures:
        if _is_own_file(capture, snapshot.ref.canonical_url):
            yield capture.body.decode("utf-8", errors="replace")


def _is_own_file(capture: Capture, page: str) -> bool:
    """The self-description that speaks of this group and came from its own host."""
    if not capture.ok:
        return False
    at, group = Url.parse(capture.final_url), Url.parse(page)
    same = (at.bare_host, at.port, at.path) == (group.bare_host, group.port, PATH)
    return same and read_self_description(capture, page) is not None
