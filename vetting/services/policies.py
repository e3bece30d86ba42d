"""What a policy of one's own says of groups: pass or fail beside the public grade, from the same stored facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from rules.document import read_facts
from rules.errors import FactInvalid, PackInvalid
from rules.policy import Opinion, Policy
from rules.policy import apply as apply_to
from vetting.errors import InvalidInput, NotFound
from vetting.models import Assessment, Group
from vetting.services.context import Context
from vetting.services.packs import standing_facts, standing_pack


class PolicyRefused(InvalidInput):
    """A policy that cannot be applied; the message lists every problem, one a line."""

    code, title = "policy_refused", "This policy cannot be used"
    remedy = "Correct what is named; `vetting policy check` reads it again."


@dataclass(frozen=True)
class Applied:
    """One group with its public grade, and what the policy says of it."""

    group_id: str
    name: str
    grade: str
    opinion: Opinion


def check(context: Context, file: Path) -> list[str]:
    """Everything wrong with the policy in `file`, as an overlay on the pack in force: what `apply` would refuse, and no more."""
    try:
        Policy.load(file, standing_pack(context))
    except PackInvalid as error:
        return error.problems
    return []


def apply(context: Context, file: Path, group_id: str | None = None) -> Iterator[Applied]:
    """What the policy in `file` says of every group that stands, or of one. Raises PolicyRefused; NotFound for an unknown group.

    Facts that this version of the code no longer knows are passed over: judging the group anew writes new ones.
    """
    try:
        policy = Policy.load(file, standing_pack(context))
    except PackInvalid as error:
        raise PolicyRefused(str(error)) from error
    found = False
    for stored in standing_facts(context, group_id):
        found = True
        try:
            facts = read_facts(json.loads(stored.facts))
        except FactInvalid:
            continue
        name, grade = _public(context, stored.group)
        yield Applied(stored.group, name, grade, apply_to(policy, facts, stored.at, grade))
    if group_id and not found:
        raise NotFound("This group has not been judged.", code="group_not_found")


def _public(context: Context, group_id: str) -> tuple[str, str]:
    statement = select(Group.name, Assessment.grade).join(Assessment, Group.current_assessment_id == Assessment.id)
    with context.database.reading() as session:
        name, grade = session.execute(statement.where(Group.id == group_id)).one()
    return name, grade
