"""What changed in a group: between two readings of ours, and what archives and registers tell of the years before. Pure.

Only what both readings saw is compared: a team that could not be read is not a team that left, and where both readings rest on
the same bytes a difference is ours and not the group's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rules.clarity import split
from rules.facts import Evidence
from scrapers.capture import Outcome
from scrapers.errors import AddressRefused
from scrapers.snapshot import GroupRule, Reading, Snapshot, Source, State
from scrapers.urls import Url
from vetting.probes.sheet import MAX_QUOTE, cite, evidence
from vetting.probes.stewardship import people

REWORDED = 0.6  # two rules that share this much of their words are one rule in other words
MOST_PAIRS = 400  # of rules compared word by word; a text with more is another text
MOST_WORDS = 200  # of a rule
RESIZED = 0.25  # share of its members by which a group must grow or shrink to be worth a line
ALIKE = 0.8  # texts with this share of words in common are not told apart where two readers read them
ANSWERED = frozenset({Outcome.OK, Outcome.NOT_FOUND})


@dataclass(frozen=True)
class Change:
    """One thing that is no longer as it was.

    `at` is when it was first seen to be so, and `since` when it was last seen to be otherwise (None where the moment itself is
    told). `kind`: rule_added, rule_removed, rule_reworded, steward_joined, steward_left, name, description, address, members,
    created, archived, domain_registered, domain_transferred. `before` and `after` are short enough to be shown.
    """

    kind: str
    at: datetime
    since: datetime | None
    before: str
    after: str
    evidence: tuple[Evidence, ...]


def timeline(readings: Iterable[Snapshot]) -> tuple[Change, ...]:
    """Everything that these readings of one group show to have changed, newest first; their order does not matter."""
    ordered = tuple(sorted(set(readings), key=lambda reading: (reading.taken_at, repr(reading))))
    found = [change for aspect in ASPECTS for change in aspect(ordered)]
    order = sorted(dict.fromkeys(found), key=lambda change: (change.kind, change.before, change.after))
    return tuple(sorted(order, key=lambda change: change.at, reverse=True))


def rule_changes(before: Iterable[str], after: Iterable[str]) -> list[tuple[str, str]]:
    """(old, new) for every rule that is not in both: new is empty where it was removed, old where it was added.

    Rules that share most of their words are paired, the most alike first. Neither order nor spelling in capitals matters.
    """
    old, new = _by_words(before), _by_words(after)
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    pairs: list[tuple[str, str]] = []
    for _, left, right in sorted(_similar(gone, come), key=lambda pair: (-pair[0], pair[1:])):
        if left in gone and right in come:
            gone.remove(left)
            come.remove(right)
            pairs.append((old[left], new[right]))
    return [*pairs, *((old[words], "") for words in gone), *(("", new[words]) for words in come)]


@lru_cache(maxsize=1024)  # a text is compared with its neighbours on both sides
def rules_in(prose: str, single: tuple[GroupRule, ...] = ()) -> tuple[str, ...]:
    """The single rules of a text, and those that the platform itself keeps apart."""
    rules = [*((rule.title, rule.text) for rule in single), *((rule.title, rule.text) for rule in split(prose))]
    return tuple(": ".join(part for part in rule if part) for rule in rules)


def unanswered(then: Reading[Any], now: Snapshot) -> bool:
    """True where a place at which `then` was read did not answer this time: what is missing may still stand there.

    One that answers without a credential, after it was asked with one in vain, has answered.
    """
    asked = {line.url for line in now.fetched}
    answered = {line.url for line in now.fetched if line.outcome in ANSWERED}
    return any(source.url in asked - answered for source in then.sources)


def home(snapshot: Snapshot) -> str:
    """The registrable domain at which the group answered: behind all redirects, that of the page which told its name."""
    sources = (*snapshot.name.sources, *snapshot.description.sources)
    try:
        url = Url.parse(sources[0].url if sources else snapshot.ref.canonical_url)
    except AddressRefused:
        return ""
    return url.bare_host if url.registrable_domain == url.host else url.registrable_domain


def words(text: str | None) -> set[str]:
    return set(re.findall(r"\w{3,}", (text or "").casefold()))


def alike(one: str, other: str) -> bool:
    """Whether two texts, read by different readers, may be the same."""
    mine, theirs = words(one), words(other)
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def was(reading: Reading[Any]) -> tuple[Evidence, ...]:
    """Evidence from an earlier reading of ours."""
    return tuple(replace(item, kind="history") for item in cite(reading))


Aspect = Callable[[tuple[Snapshot, ...]], Iterator[Change]]


def _pairs(readings: tuple[Snapshot, ...], field: str) -> Iterator[tuple[Snapshot, Snapshot]]:
    """Neighbours among the readings that have the field, where it was read from other bytes and every place answered."""
    told = [reading for reading in readings if getattr(reading, field).known]
    for then, now in pairwise(told):
        before, after = getattr(then, field), getattr(now, field)
        same = {source.digest for source in before.sources} == {source.digest for source in after.sources}
        if not (same and before.sources) and not unanswered(before, now):
            yield then, now


def _change(kind: str, field: str, then: Snapshot, now: Snapshot, texts: tuple[str, str]) -> Change:
    before, after = (text[:MAX_QUOTE] for text in texts)
    behind = (*was(getattr(then, field)), *cite(getattr(now, field)))
    return Change(kind, now.taken_at, then.taken_at, before, after, behind)


def _text(kind: str, field: str) -> Aspect:
    def aspect(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
        for then, now in _pairs(readings, field):
            before, after = (" ".join((getattr(reading, field).value or "").split()) for reading in (then, now))
            if before != after:
                yield _change(kind, field, then, now, (before, after))

    return aspect


def _rules(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
    for field in ("rules", "rules_text"):
        for then, now in _pairs(readings, field):
            before, after = (_told_rules(getattr(reading, field)) for reading in (then, now))
            for old, new in rule_changes(before, after):
                yield _change(_rule_kind(old, new), field, then, now, (old, new))


def _told_rules(reading: Reading[Any]) -> tuple[str, ...]:
    return rules_in(reading.value) if isinstance(reading.value, str) else rules_in("", reading.value or ())


def _rule_kind(old: str, new: str) -> str:
    if not old:
        return "rule_added"
    return "rule_reworded" if new else "rule_removed"


def _team(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
    whole = tuple(
        reading for reading in readings if reading.stewards.state is State.VALUE and reading.stewards_complete
    )
    for then, now in _pairs(whole, "stewards"):
        before, after = ({steward.handle for steward in people(each.stewards.value or ())} for each in (then, now))
        for handle in sorted(before - after):
            yield _change("steward_left", "stewards", then, now, (handle, ""))
        for handle in sorted(after - before):
            yield _change("steward_joined", "stewards", then, now, ("", handle))


def _size(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
    """Growth against the size last told, so that a slow one is told too."""
    then: Snapshot | None = None
    for now in readings:
        after = now.members.value
        before = then.members.value if then else None
        if after is None:
            continue
        if then is None or before is None or before.kind != after.kind:
            then = now
        elif abs(after.count - before.count) >= max(RESIZED * before.count, before.precision, after.precision):
            yield _change("members", "members", then, now, (str(before.count), str(after.count)))
            then = now


def _address(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
    for then, now in _pairs(readings, "name"):
        if home(then) != home(now):
            yield _change("address", "name", then, now, (home(then), home(now)))


def _told_by_others(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
    """Moments that platform, archive and register name, each from the newest reading that has them."""
    created, archive, domain = (_newest(readings, field) for field in ("created", "archive", "domain"))
    if created.value and created.value.exact:
        yield Change("created", created.value.at, None, "", "", cite(created))
    if archive.value:
        yield Change("archived", archive.value.first, None, "", archive.value.dialect, cite(archive))
    for kind, field in (("domain_registered", "registered_at"), ("domain_transferred", "transferred_at")):
        at = getattr(domain.value, field, None)
        if domain.value and at:
            yield Change(kind, at, None, "", domain.value.name, cite(domain))


def _archived_rules(readings: tuple[Snapshot, ...]) -> Iterator[Change]:
    """Changes of the rules between the archived versions, and from the last of them to the first reading of ours."""
    past = _newest(readings, "past_rules")
    told = next((reading for reading in readings if reading.rules_text.value), None)
    versions = [(item.at, item.text, source) for item, source in zip(past.value or (), past.sources, strict=False)]
    if told and versions and told.taken_at > versions[-1][0] and told.rules_text.sources:
        today = told.rules_text.value or ""
        if not alike(versions[-1][1], today):
            versions.append((told.taken_at, today, told.rules_text.sources[0]))
    for (since, before, left), (at, after, right) in pairwise(versions):
        for old, new in rule_changes(rules_in(before), rules_in(after)):
            yield _archived(_rule_kind(old, new), since, at, (old, new), (left, right))


def _archived(
    kind: str, since: datetime, at: datetime, texts: tuple[str, str], sources: tuple[Source, Source]
) -> Change:
    before, after = (text[:MAX_QUOTE] for text in texts)
    return Change(kind, at, since, before, after, tuple(evidence(source) for source in sources))


def _newest(readings: tuple[Snapshot, ...], field: str) -> Reading[Any]:
    found = [getattr(reading, field) for reading in readings if getattr(reading, field).state is State.VALUE]
    return found[-1] if found else Reading.unread()


def _by_words(rules: Iterable[str]) -> Mapping[str, str]:
    """Rules by what they say, without case, marks and spacing; of two that say the same the first in the alphabet."""
    named = {" ".join(re.findall(r"\w+", rule.casefold())): rule for rule in sorted(rules, reverse=True)}
    return {key: rule for key, rule in named.items() if key}


def _similar(gone: list[str], come: list[str]) -> Iterator[tuple[float, str, str]]:
    if len(gone) * len(come) > MOST_PAIRS:
        return
    matcher = SequenceMatcher(autojunk=False)
    for right in come:
        matcher.set_seq2(right.split()[:MOST_WORDS])
        for left in gone:
            matcher.set_seq1(left.split()[:MOST_WORDS])
            if matcher.quick_ratio() >= REWORDED and (ratio := matcher.ratio()) >= REWORDED:
                yield ratio, left, right


ASPECTS: tuple[Aspect, ...] = (
    _rules,
    _team,
    _text("name", "name"),
    _text("description", "description"),
    _address,
    _size,
    _told_by_others,
    _archived_rules,
)
