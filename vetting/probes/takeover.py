"""What a takeover would leave behind: people, name, purpose, address, rules or domain no longer those of an earlier reading.

A sign counts only where both readings saw the thing: a page that does not answer today proves nothing. One sign alone suspends
the rating until a person has looked, so what is often harmless alone (a new name, a domain that moved) counts only together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from rules.facts import Evidence
from rules.facts import Value as FactValue
from scrapers.snapshot import Reading, Snapshot, State
from vetting.probes.changes import home, unanswered, was, words
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet, cite, evidence
from vetting.probes.stewardship import people

T = TypeVar("T", bound=FactValue)

YEAR = timedelta(days=365)
RECENT = timedelta(days=548)  # what was lost longer ago belongs to the group's history; nobody has just taken it over
GUTTED = 0.5  # rules that lost more than half of their words
KEPT_WORDS = 0.2  # a purpose that shares fewer than this share of its words has changed beyond recognition
NOT_COMPARABLE = "not_comparable"  # there are earlier readings, but none that shows what today's does
REPLACED = 0.5  # a team of which more than half is gone, and others have come, is a sign of a takeover


@dataclass(frozen=True)
class Difference:
    """What a comparison with an earlier state found, when that state was, and where both stand."""

    value: FactValue
    then: datetime
    evidence: tuple[Evidence, ...]


def probe(known: Known, sheet: Sheet) -> None:
    """Writes what changed since earlier readings, and how many signs of a takeover that makes."""
    now, earlier = known.snapshot, known.earlier
    last_year = _since_a_year_ago(earlier, now)
    changes = {
        "stewards_replaced": _first(_compared(last_year, now, ("stewards",), _replaced)),
        "name_changed": _first(_compared(earlier, now, ("name",), _renamed)),
        "purpose_changed": _first(_compared(earlier, now, ("description",), _rewritten)),
        "address_redirected": _first(_compared(earlier, now, ("name",), _elsewhere)),
        "rules_gutted": _worst((*_compared(earlier, now, ("rules", "rules_text"), _gutted), *_archived(now))),
    }
    reason = NOT_COMPARABLE if earlier else "no_earlier_reading"
    for name, change in changes.items():
        if change is None:
            sheet.unknown(name, reason)
        else:
            sheet.known(name, change.value, change.evidence)
    overthrown = _first(_compared(last_year, now, ("stewards",), _overthrown))
    signs = [
        *_alone(overthrown, changes["address_redirected"], changes["rules_gutted"], now),
        *_together(known, changes),
    ]
    # None where nothing could be compared, too: the pack's cap suspends what is unknown, and a first reading is no suspect. Whether
    # anything was compared is told by the questions above, which are open then.
    sheet.known("takeover_signs", len(signs), [item for sign in signs for item in sign])


def _alone(
    team: Difference | None, address: Difference | None, rules: Difference | None, now: Snapshot
) -> Iterator[tuple[Evidence, ...]]:
    """The evidence of each sign that counts by itself."""
    for sign in (team, address):
        if sign and sign.value is True:
            yield sign.evidence
    if rules and rules.value is True and now.taken_at - rules.then <= RECENT:
        yield rules.evidence


def _together(known: Known, changes: dict[str, Difference | None]) -> Iterator[tuple[Evidence, ...]]:
    """A new name with a new purpose is a sign; either with a domain that changed hands since our first reading is another."""
    renamed, repurposed = (
        change.evidence if change and change.value is True else ()
        for change in (changes["name_changed"], changes["purpose_changed"])
    )
    if renamed and repurposed:
        yield (*renamed, *repurposed)
    if (renamed or repurposed) and _handed_over(known):
        yield (*cite(known.snapshot.domain), *renamed, *repurposed)


def _handed_over(known: Known) -> bool:
    domain = known.snapshot.domain.value
    moments = (domain.registered_at, domain.transferred_at) if domain else ()
    return bool(known.earlier) and any(at > known.earlier[0].taken_at for at in moments if at)


Compare = Callable[[Snapshot, Snapshot], FactValue | None]


def _compared(
    earlier: Iterable[Snapshot], now: Snapshot, fields: tuple[str, ...], compare: Compare
) -> Iterator[Difference]:
    """The readings that can be compared with this one, oldest first."""
    for then in earlier:
        value = compare(then, now)
        if value is not None:
            behind = [item for field in fields for item in (*was(getattr(then, field)), *cite(getattr(now, field)))]
            yield Difference(value, then.taken_at, tuple(behind))


def _archived(now: Snapshot) -> Iterator[Difference]:
    """Today's rules against what archives kept of them."""
    after = _rule_words(now)
    if not after:
        return
    for past, source in zip(now.past_rules.value or (), now.past_rules.sources, strict=False):
        behind = (evidence(source), *cite(now.rules), *cite(now.rules_text))
        yield Difference(len(after) < len(words(past.text)) * GUTTED, past.at, behind)


def _first(differences: Iterator[Difference]) -> Difference | None:
    return next(differences, None)


def _worst(differences: tuple[Difference, ...]) -> Difference | None:
    """The latest loss; where nothing was lost, the comparison with the oldest state."""
    lost = [difference for difference in differences if difference.value is True]
    if lost:
        return max(lost, key=lambda difference: difference.then)
    return min(differences, key=lambda difference: difference.then, default=None)


def _since_a_year_ago(earlier: tuple[Snapshot, ...], now: Snapshot) -> tuple[Snapshot, ...]:
    """The newest reading that is a year old, and those after it; all of them where none is so old."""
    old = [then for then in earlier if now.taken_at - then.taken_at >= YEAR]
    return (*old[-1:], *earlier[len(old) :])


def _replaced(then: Snapshot, now: Snapshot) -> float | None:
    """Share of the earlier team that is gone; None where either team is not wholly known."""
    if then.stewards.state is not State.VALUE or not now.stewards.known or not now.stewards_complete:
        return None
    before, after = _team(then), _team(now)
    return round(len(before - after) / len(before), 2) if before else None


def _overthrown(then: Snapshot, now: Snapshot) -> bool | None:
    share = _replaced(then, now)
    return None if share is None else share > REPLACED and bool(_team(now) - _team(then))


def _team(snapshot: Snapshot) -> set[str]:
    return {steward.handle for steward in people(snapshot.stewards.value or ())}


def _renamed(then: Snapshot, now: Snapshot) -> bool | None:
    return _differs(then.name, now.name)


def _differs(then: Reading[str], now: Reading[str]) -> bool | None:
    return then.value.split() != now.value.split() if then.value and now.value else None


def _rewritten(then: Snapshot, now: Snapshot) -> bool | None:
    before, after = words(then.description.value), words(now.description.value)
    if not before or not after:
        return None
    return len(before & after) / len(before | after) < KEPT_WORDS


def _elsewhere(then: Snapshot, now: Snapshot) -> bool | None:
    """Whether the address leads to another site than before; None where the group did not answer both times."""
    return home(then) != home(now) if then.name.known and now.name.known else None


def _gutted(then: Snapshot, now: Snapshot) -> bool | None:
    before = _rule_words(then)
    if not before or not (now.rules.known or now.rules_text.known):
        return None
    if unanswered(then.rules, now) or unanswered(then.rules_text, now):
        return None
    return len(_rule_words(now)) < len(before) * GUTTED


def _rule_words(snapshot: Snapshot) -> set[str]:
    single = " ".join(f"{rule.title} {rule.text}" for rule in snapshot.rules.value or ())
    return words(f"{single} {snapshot.rules_text.value or ''}")
