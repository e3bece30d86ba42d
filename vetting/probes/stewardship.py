"""Who answers for the group: founder, team, how to reach them."""

from __future__ import annotations

from datetime import datetime, timedelta

from scrapers.snapshot import Founder, Reading, State, Steward
from vetting.probes.known import Known
from vetting.probes.prose import OF_ITSELF, labels, told
from vetting.probes.sheet import Sheet, cite

SETTLED = timedelta(days=180)
YOUNG = timedelta(days=90)
SEEN = timedelta(days=90)
WHERE_NAMED = (*OF_ITSELF, "rules_text")  # single rules are about members and whom those may speak for


def probe(known: Known, sheet: Sheet, at: datetime) -> None:
    sheet.answer("founder_known", "founder", _founder_told, absent=False)
    sheet.answer("founder_basis", "founder", lambda founder: founder.basis)
    _team(sheet, at)
    _reachable(known, sheet)
    _organisation(sheet)


def _founder_told(founder: Founder) -> bool:
    """An inference (the oldest moderator, whoever sent an invitation) is not public knowledge of the founder."""
    return founder.basis in ("declared", "creator_event")


def _team(sheet: Sheet, at: datetime) -> None:
    reading = sheet.snapshot.stewards
    sheet.answer("stewards_listed", "stewards", lambda stewards: bool(people(stewards)), absent=False)
    sheet.answer("stewards_count", "stewards", lambda stewards: len(people(stewards)), absent=0)
    sheet.answer("stewards_bots", "stewards", lambda stewards: sum(s.is_bot for s in stewards), absent=0)
    team = people(reading.value or ())
    _roles(sheet, reading, team)
    _times(sheet, reading, team, at)
    _per_member(sheet, team)


def _roles(sheet: Sheet, reading: Reading[tuple[Steward, ...]], team: list[Steward]) -> None:
    if not reading.known:
        sheet.missing("stewards_roles_stated", "stewards", reading)
    else:
        sheet.known("stewards_roles_stated", any(s.title or s.bio for s in team), cite(reading))


def _times(sheet: Sheet, reading: Reading[tuple[Steward, ...]], team: list[Steward], at: datetime) -> None:
    since = sorted(s.since for s in team if s.since)
    seen = [s.last_seen_at for s in team if s.last_seen_at]
    made = [s.account_created_at for s in team if s.account_created_at]
    if since:
        sheet.known("stewards_longest_since", since[0], cite(reading))
        settled = sum(at - moment > SETTLED for moment in since)
        sheet.known("stewards_settled", settled >= min(2, len(team)), cite(reading))
    else:
        _untold(sheet, reading, "stewards.since", "stewards_longest_since", "stewards_settled")
    if seen:
        sheet.known("stewards_active", sum(at - moment <= SEEN for moment in seen), cite(reading))
    else:
        _untold(sheet, reading, "stewards.last_seen_at", "stewards_active")
    if made:
        young = sum(at - moment < YOUNG for moment in made)
        sheet.known("stewards_accounts_young", young * 2 > len(made), cite(reading))
    else:
        _untold(sheet, reading, "stewards.account_created_at", "stewards_accounts_young")


def _untold(sheet: Sheet, reading: Reading[tuple[Steward, ...]], field: str, *names: str) -> None:
    """A team was read, or not, but nothing of this detail."""
    for name in names:
        if field in sheet.never_shown:
            sheet.not_observable(name)
        else:
            sheet.missing(name, "stewards", reading)


def _per_member(sheet: Sheet, team: list[Steward]) -> None:
    stewards, members = sheet.snapshot.stewards, sheet.snapshot.members
    if stewards.state is State.VALUE and members.value and team and sheet.snapshot.stewards_complete:
        evidence = (*cite(stewards), *cite(members))
        sheet.known("members_per_steward", round(members.value.count / len(team), 1), evidence)
    elif stewards.state is State.VALUE and not sheet.snapshot.stewards_complete:
        sheet.unknown("members_per_steward", "team_incomplete")
    elif stewards.state is State.VALUE:
        sheet.missing("members_per_steward", "members", members)
    else:
        sheet.missing("members_per_steward", "stewards", stewards)


def _reachable(known: Known, sheet: Sheet) -> None:
    contacts, links = sheet.snapshot.contacts, sheet.snapshot.links
    ways = [link for link in links.value or () if link.rel == "contact"]
    if contacts.value or ways:
        sheet.known("stewards_reachable", True, cite(contacts if contacts.value else links))
    elif known.stewards_take_messages and people(sheet.snapshot.stewards.value or ()):
        sheet.known("stewards_reachable", True, cite(sheet.snapshot.stewards))
    elif contacts.state is State.ABSENT:
        sheet.known("stewards_reachable", False, cite(contacts))
    else:
        sheet.missing("stewards_reachable", "contacts", contacts)


def _organisation(sheet: Sheet) -> None:
    """Whether the group's own words name one; where they were read and are silent, none is named."""
    found = [
        (labels("organisations", sentence), reading, sentence)
        for reading, sentence in told(sheet.snapshot, WHERE_NAMED)
    ]
    named = [(reading, sentence) for said, reading, sentence in found if "named" in said and "denied" not in said]
    denied = [(reading, sentence) for said, reading, sentence in found if "denied" in said]
    for reading, sentence in (named or denied)[:1]:
        sheet.known("organisation_named", bool(named), cite(reading, sentence.text)[:1])
        return
    if found:
        sheet.known("organisation_named", False, cite(found[0][1]))
    else:
        sheet.missing("organisation_named", "description", sheet.snapshot.description)


def people(stewards: tuple[Steward, ...]) -> list[Steward]:
    """Those who can answer for the group: no bots, no staff of the platform, no suspended or deleted accounts."""
    return [s for s in stewards if not s.is_bot and not s.is_platform_staff and s.status in ("active", "unknown")]
