"""Judges what is known of a group: facts, evaluation and report as the bytes that are stored. Pure, but for the pack on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rules.document import canonical_json, evaluation_document, facts_document
from rules.engine import evaluate
from rules.explain import improvements
from rules.pack import Pack
from rules.vocabulary import validate
from scrapers.registry import adapters
from scrapers.snapshot import Snapshot, to_document
from vetting import report
from vetting.models.assessments import assessment_id
from vetting.models.groups import group_id
from vetting.models.snapshots import snapshot_id
from vetting.probes import Known, probe
from vetting.probes.changes import timeline
from vetting.probes.looks import looked_at

OTHER_HANDS = (
    "The rating is suspended: a person looked on {day} and found the group in other hands than before. What was known of it says "
    "nothing about those who run it now."
)


@dataclass(frozen=True)
class Judgement:
    """One group judged at one moment; `id` names the assessment, and `facts`, `evaluation` and `report` are canonical JSON.

    `snapshot` is our own reading, `told` the same with what was contributed.
    """

    id: str
    group_id: str
    snapshot: Snapshot
    told: Snapshot
    judged: report.Judged
    facts: bytes
    evaluation: bytes
    report: bytes


@cache
def core_pack() -> Pack:
    """The pack that comes with the project, in force until another is adopted: loaded and proven once a process."""
    return Pack.core()


def known_alone(snapshot: Snapshot) -> Known:
    """A reading without a past."""
    profile = adapters()[snapshot.ref.platform].profile
    return Known(
        snapshot,
        never_shown=profile.never_shown,
        pseudonymous=profile.pseudonymous,
        stewards_take_messages=profile.stewards_take_messages,
    )


def judge(pack: Pack, known: Known, at: datetime, *, is_demo: bool = False) -> Judgement:
    """What `pack` says, as of `at`, of all that is known. The same arguments give the same bytes on every machine."""
    facts = looked_at(known, probe(known, at))
    validate(facts)
    evaluation = evaluate(pack, facts, at)
    written = canonical_json(facts_document(facts))
    digest = hashlib.sha256(written).hexdigest()
    group = group_id(known.snapshot.ref, is_demo=is_demo)
    reading = snapshot_id(group, to_document(known.told))
    judged = report.Judged(
        assessment=assessment_id(reading, pack.digest, digest, at),
        pack=pack,
        facts=facts,
        facts_digest=digest,
        evaluation=evaluation,
        improvements=improvements(pack, facts, at),
        changes=timeline((*known.earlier, known.snapshot)),
    )
    profile = adapters()[known.snapshot.ref.platform].profile
    document = report.document(report.Subject(group, is_demo, profile, known.told), judged)
    if document["suspended"] and known.look and not known.look.same_hands:
        document["summary"] = OTHER_HANDS.format(day=f"{known.look.at:%Y-%m-%d}")
    return Judgement(
        id=judged.assessment,
        group_id=group,
        snapshot=known.snapshot,
        told=known.told,
        judged=judged,
        facts=written,
        evaluation=canonical_json(evaluation_document(evaluation)),
        report=canonical_json(document),
    )
