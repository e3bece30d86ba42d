"""How clear and complete the group's own rules are: hands their text to `rules.clarity` and cites what it finds."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rules.clarity import ClarityReading, Quote, RuleText, read
from rules.clarity.dates import has_come, stated_updates
from rules.clarity.resources import resources
from rules.clarity.sets import language_of
from rules.clarity.words import sentences
from rules.facts import Evidence
from rules.vocabulary import Kind, standard
from scrapers.snapshot import Link, Reading, Snapshot, State
from vetting.probes.history import rules_changed_since
from vetting.probes.known import Known
from vetting.probes.prose import LONGEST, OF_ITSELF, prose
from vetting.probes.sheet import Sheet, cite

MOST_LINKS = 5  # to crisis lines that are cited
_what = re.compile(r"\)?\s?[:–—-]\s{0,2}[^\W\d_][^\n.]{4,200}")
_changed = re.compile(
    r"\b(?:add|remov|chang|clarif|reword|new\b|now\b|merge|correct|introduc|drop|neu|ergänz|entfern|geändert|añad|quit|nuev|cambi"
    r"|ajout|supprim|nouve|retir|modif|adicion|nov[ao])",
    re.IGNORECASE,
)
ANSWERED_ELSEWHERE = frozenset({"language", "offers_anonymity", "topic_self_harm", "purpose_stated"})


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    snapshot = sheet.snapshot
    published = _published(snapshot)
    sources = (*cite(snapshot.rules), *cite(snapshot.rules_text))
    reading = read(texts(snapshot), _of_itself(snapshot), snapshot.taken_at)
    _linked_help(sheet, reading)
    _promises(sheet, reading, sources)
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


def _of_itself(snapshot: Snapshot) -> str:
    """All that the group says of itself beside its rules."""
    return "\n".join(filter(None, (prose(getattr(snapshot, name)) for name in OF_ITSELF)))


def _linked_help(sheet: Sheet, reading: ClarityReading) -> None:
    """A link to a crisis line names it as a sentence would, and gives its number or address."""
    snapshot = sheet.snapshot
    links = [link for link in snapshot.links.value or () if link.rel == "crisis"]
    if not links:
        return
    _, quotes, _ = reading.facts()["urgent_help"]
    told = [(link, cite(snapshot.links, f"{link.text} {link.url}".strip())[:1]) for link in links[:MOST_LINKS]]
    sheet.known(
        "urgent_help", "specified", (*_quoted(snapshot, quotes), *(item for _, behind in told for item in behind))
    )
    local = [item for link, behind in told if _countries(link) for item in behind]
    if local:
        sheet.known("urgent_help_local", True, local)


def _countries(link: Link) -> set[str]:
    """Where the line works to which a link leads, as far as its number, address or words are known."""
    said = sentences(f"Call {link.url.partition(':')[2]}\n{link.text}")
    return {country for resource in resources(said) for country in resource.countries}


def _promises(sheet: Sheet, reading: ClarityReading, rules: tuple[Evidence, ...]) -> None:
    """A promise of a cure counts wherever it stands; that there is none is told only of words that were read."""
    snapshot = sheet.snapshot
    promised, quotes, reason = reading.facts()["claims_of_cure"]
    if promised:
        sheet.known("claims_of_cure", True, _quoted(snapshot, quotes))
    elif not snapshot.description.known:
        sheet.missing("claims_of_cure", "description", snapshot.description)
    elif promised is None:
        sheet.unknown("claims_of_cure", reason, rules)
    elif _published(snapshot) is not None:
        sheet.known("claims_of_cure", False, (*rules, *cite(snapshot.description)))


def _place_and_date(known: Known, sheet: Sheet, reading: ClarityReading) -> None:
    """What the platform itself tells comes first; where it does not, the text may, and last what earlier versions show."""
    snapshot = sheet.snapshot
    in_text, quotes, _ = reading.facts()["rules_updated_on"]
    _dated(sheet, bool(in_text), _quoted(snapshot, quotes))
    if snapshot.rules_updated_at.value:
        sheet.known("rules_updated_on", snapshot.rules_updated_at.value, cite(snapshot.rules_updated_at))
    elif in_text is None and (change := rules_changed_since(known)) and change.since:
        sheet.known("rules_updated_on", change.since, change.evidence)
    if snapshot.rules.value or snapshot.rules_text.value:
        sheet.known("rules_in_one_place", True, cite(snapshot.rules if snapshot.rules.value else snapshot.rules_text))


def _dated(sheet: Sheet, in_text: bool, quoted: tuple[Evidence, ...]) -> None:  # noqa: FBT001 - one of three ways to a date
    """Specified where a date in the text comes with what was changed then, mentioned where there is only a date."""
    snapshot = sheet.snapshot
    for reading in (snapshot.rules_text, snapshot.rules):
        change = dated_change(prose(reading)[:LONGEST], snapshot.taken_at)
        if change:
            sheet.known("rules_dated", "specified", cite(reading, change)[:1])
            return
    dated = snapshot.rules_updated_at.value or in_text or any(rule.created_at for rule in snapshot.rules.value or ())
    where = cite(snapshot.rules_updated_at) or quoted or (*cite(snapshot.rules), *cite(snapshot.rules_text))
    sheet.known("rules_dated", "mentioned" if dated else "absent", where)


def dated_change(text: str, at: datetime) -> str:
    """The first change that `text` tells with its date ("Changed on 1 March 2026: added numbers for Ireland"); empty without one.

    One such entry alone must speak of a change, so that a date above the rules is none. A date after `at` is not told.
    """
    stated = [(start, end) for moment, start, end in stated_updates(text) if has_come(moment, at)]
    entries = [(start, what) for start, end in stated if (what := _what.match(text, end))]
    told = [entry for entry in entries if _changed.search(entry[1][0])] or (entries if len(entries) > 1 else [])
    return text[told[0][0] : told[0][1].end()].strip() if told else ""


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
    return language_of(rules, _of_itself(snapshot)) if given else ""


def _unreadable(sheet: Sheet, reading: ClarityReading) -> None:
    """No rules were read: what the group says elsewhere stands, and all else is open, for the reason the text could not be had."""
    field = "rules" if "rules" in sheet.never_shown or sheet.snapshot.rules.reason else "rules_text"
    never = {"rules", "rules_text"} <= sheet.never_shown
    facts = reading.facts()
    for name in ("rules_published", "rules_updated_on", *facts):
        if name in ANSWERED_ELSEWHERE or name in sheet.facts:
            continue
        value, quotes, _ = facts.get(name, (None, (), ""))
        if value is True or value == "specified" or (name == "urgent_help" and value == "mentioned"):
            sheet.known(name, value, _quoted(sheet.snapshot, quotes))
        elif never:
            sheet.not_observable(name)
        else:
            blocked = getattr(sheet.snapshot, field)
            sheet.unknown(name, blocked.reason or "not_attempted", cite(blocked))


def _quoted(snapshot: Snapshot, quotes: tuple[Quote, ...]) -> tuple[Evidence, ...]:
    """Each quote with the place it was read: rules first, then the prose beside them, then what the group says of itself."""
    found: list[Evidence] = []
    for quote in quotes:
        for name in ("rules", "rules_text", "description", "funding", "name"):
            reading = getattr(snapshot, name)
            if reading.sources and quote.text in prose(reading):
                found.extend(cite(reading, quote.text)[:1])
                break
    return tuple(found)
