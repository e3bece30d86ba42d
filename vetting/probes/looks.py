"""What a person found who looked at signs of a takeover, and what that leaves of them.

Found in the same hands: the newest reading before the look is the state that was looked at, and only what changed since is a
sign. Found in other hands: what was read before says nothing of those who run the group now, so the signs stand, however
long ago, until a later look finds otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules.facts import Fact, Facts
from scrapers.snapshot import Reading, Snapshot, State
from vetting.probes import takeover
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet

SIGNS = "takeover_signs"


def looked_at(known: Known, facts: Facts) -> Facts:
    """The facts with the signs that are left after the last look; what else is known stays as it is."""
    if known.look is None:
        return facts
    signs = _since(known, known.look.at) if known.look.same_hands else _at_least_one(facts.values[SIGNS])
    return replace(facts, values={**facts.values, SIGNS: signs})


def _since(known: Known, at: datetime) -> Fact:
    seen = [then for then in known.earlier if then.taken_at <= at]
    later = [then for then in known.earlier if then.taken_at > at]
    unseen = replace(
        known,
        snapshot=_without_past_rules(known.snapshot, at),
        earlier=() if known.snapshot.taken_at <= at else (*seen[-1:], *later),
    )
    sheet = Sheet(unseen.told, unseen.never_shown)
    takeover.probe(unseen, sheet)
    return sheet.facts[SIGNS]


def _at_least_one(signs: Fact) -> Fact:
    return replace(signs, value=max(1, signs.value)) if isinstance(signs.value, int) else signs


def _without_past_rules(snapshot: Snapshot, at: datetime) -> Snapshot:
    """Without what archives kept of the rules before the look: whoever looked knew it."""
    past = snapshot.past_rules
    if past.state is not State.VALUE or past.value is None:
        return snapshot
    kept = [(rules, source) for rules, source in zip(past.value, past.sources, strict=False) if rules.at > at]
    left = Reading.of(tuple(rules for rules, _ in kept), *(source for _, source in kept))
    return replace(snapshot, past_rules=left if kept else Reading.unread())
