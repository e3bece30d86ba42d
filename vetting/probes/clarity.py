"""How clear and complete the group's own rules are: hands their text to `rules.clarity` and cites what it finds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rules.clarity import ClarityReading, Quote, RuleText, read
from rules.clarity.sets import language_of
from rules.facts import Evidence
from rules.vocabulary import Kind, standard
from scrapers.snapshot import Reading, Snapshot, State
from vetting.probes.history import rules_changed_since
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet, cite

ANSWERED_ELSEWHERE = frozenset({"language", "offers_anonymity", "topic_self_harm", "purpose_stated"})


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    snapshot = sheet.snapshot
    published = _published(snapshot)
    sources = (*cite(snapshot.rules), *cite(snapshot.rules_text))
    description = snapshot.description.value or ""
    reading = read(texts(snapshot), description)
    if published is None:
        _unreadable(sheet, reading)
        return
    sheet.known("rules_published", published, sources)
    _place_and_date(known, sheet, reading)
    for name, answer in reading.facts().items():
        if name in ANSWERED_ELSEWHERE or name in sheet.facts:
            continue
        value, quotes, reason = answer
        if value is None and not published and standard()[name].kind is Kind.LEVEL:
            sheet.known(name, "absent", sources)  # where there are demonstrably no rules, they say nothing
        elif value is None:
            sheet.unknown(name, reason, sources)
        else:
            sheet.known(name, value, _quoted(snapshot, quotes) or sources)


def _place_and_date(known: Known, sheet: Sheet, reading: ClarityReading) -> None:
    """What the platform itself tells comes first; where it does not, the text may, and last what earlier versions show."""
    snapshot = sheet.snapshot
    in_text, quotes, _ = reading.facts()["rules_updated_on"]
    dated = snapshot.rules_updated_at.value or in_text or any(rule.created_at for rule in snapshot.rules.value or ())
    where = (
        cite(snapshot.rules_updated_at)
        or _quoted(snapshot, quotes)
        or (*cite(snapshot.rules), *cite(snapshot.rules_text))
    )
    sheet.known("rules_dated", "mentioned" if dated else "absent", where)
    if snapshot.rules_updated_at.value:
        sheet.known("rules_updated_on", snapshot.rules_updated_at.value, cite(snapshot.rules_updated_at))
    elif in_text is None and (change := rules_changed_since(known)) and change.since:
        sheet.known("rules_updated_on", change.since, change.evidence)
    if snapshot.rules.value or snapshot.rules_text.value:
        sheet.known("rules_in_one_place", True, cite(snapshot.rules if snapshot.rules.value else snapshot.rules_text))


def _published(snapshot: Snapshot) -> bool | None:
    """Does the group publish rules of its own? None where a place in which they may stand could not be read."""
    if snapshot.rules.value or snapshot.rules_text.value:
        return True
    if snapshot.rules.state is State.ABSENT and _nowhere_else(snapshot.rules_text):
        return False
    return False if snapshot.rules_text.state is State.ABSENT and _nowhere_else(snapshot.rules) else None


def _nowhere_else(reading: Reading[Any]) -> bool:
    return reading.state is State.ABSENT or reading.reason == "not_attempted"


def texts(snapshot: Snapshot) -> list[RuleText] | str:
    """The platform's separate rules and the prose beside them; prose alone is split by the reader."""
    single = [RuleText(rule.title, rule.text) for rule in snapshot.rules.value or ()]
    prose = snapshot.rules_text.value or ""
    if single and prose:
        return [*single, RuleText("", prose)]
    return single or prose


def rules_language(snapshot: Snapshot) -> str:
    """The language the group's rules were read in, see `recognise`; empty where there were none to read."""
    given = texts(snapshot)
    rules = [RuleText("", given)] if isinstance(given, str) else given
    return language_of(rules, snapshot.description.value or "") if given else ""


def _unreadable(sheet: Sheet, reading: ClarityReading) -> None:
    """Nothing was read: every question about the rules stays open, for the reason the text could not be had."""
    field = "rules" if "rules" in sheet.never_shown or sheet.snapshot.rules.reason else "rules_text"
    never = {"rules", "rules_text"} <= sheet.never_shown
    for name in ("rules_published", "rules_updated_on", *reading.facts()):
        if name in ANSWERED_ELSEWHERE or name in sheet.facts:
            continue
        if never:
            sheet.not_observable(name)
        else:
            blocked = getattr(sheet.snapshot, field)
            sheet.unknown(name, blocked.reason or "not_attempted", cite(blocked))


def _quoted(snapshot: Snapshot, quotes: tuple[Quote, ...]) -> tuple[Evidence, ...]:
    """Each quote with the place it was read: rules first, then the prose beside them, then the description."""
    found: list[Evidence] = []
    for quote in quotes:
        for reading in (snapshot.rules, snapshot.rules_text, snapshot.description):
            if reading.sources and quote.text in _text(reading):
                found.extend(cite(reading, quote.text)[:1])
                break
    return tuple(found)


def _text(reading: Reading[Any]) -> str:
    if isinstance(reading.value, str):
        return reading.value
    return "\n".join(f"{rule.title}\n{rule.text}" for rule in reading.value or ())
