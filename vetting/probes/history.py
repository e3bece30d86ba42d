"""The group's past: age, activity, what the platform did, and what changed between our readings."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from scrapers.snapshot import Activity, Reading, Snapshot, State
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet, cite
from vetting.probes.stewardship import people

T = TypeVar("T")

GUTTED = 0.5  # rules that lost more than half of their words
KEPT_WORDS = 0.2  # a purpose that shares fewer than this share of its words has changed beyond recognition
REPLACED = 0.5  # a team of which more than half is gone is a sign of a takeover


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    sheet.answer("created_on", "created", lambda created: created.at if created.exact else None)
    sheet.answer("existed_by", "created", lambda created: created.at)
    sheet.answer("members", "members", lambda members: members.count)
    sheet.answer("last_activity", "activity", lambda activity: _last_activity(activity, known.snapshot.taken_at))
    sheet.answer("posts_30d", "activity", lambda activity: activity.posts_30d)
    sheet.answer("active_users_30d", "activity", lambda activity: activity.active_users_30d)
    sheet.answer("platform_sanction", "sanction", lambda sanction: sanction.kind, absent="none")
    _changes(known, sheet)


def _last_activity(activity: Activity, taken_at: datetime) -> datetime | None:
    """When something was last posted; where only a count is told, the beginning of the window it fell into."""
    if activity.last_post_at:
        return activity.last_post_at
    windows = (
        (activity.posts_7d, 7),
        (activity.active_users_7d, 7),
        (activity.posts_30d, 30),
        (activity.active_users_30d, 30),
    )
    days = next((days for count, days in windows if count), None)
    return taken_at - timedelta(days=days) if days else None


def _changes(known: Known, sheet: Sheet) -> None:
    now = known.snapshot
    replaced = _against(known.earlier, lambda then: _replaced(then, now))
    renamed = _against(known.earlier, lambda then: _differs(then.name, now.name))
    repurposed = _against(known.earlier, lambda then: _rewritten(then, now))
    gutted = _against(known.earlier, lambda then: _gutted(then, now))
    redirected = _against(known.earlier, lambda then: then.ref != now.ref)
    for name, value, field in (
        ("stewards_replaced", replaced, "stewards"),
        ("name_changed", renamed, "name"),
        ("purpose_changed", repurposed, "description"),
        ("rules_gutted", gutted, "rules"),
        ("address_redirected", redirected, "name"),
    ):
        if value is None:
            sheet.unknown(name, "no_earlier_reading")
        else:
            sheet.known(name, value, cite(getattr(now, field)))
    signs = (replaced is not None and replaced > REPLACED, gutted is True, redirected is True)
    sheet.known("takeover_signs", sum(signs))


def _against(earlier: tuple[Snapshot, ...], compare: Callable[[Snapshot], T | None]) -> T | None:
    """Compares with the oldest reading that can be compared."""
    answers = (compare(then) for then in earlier)
    return next((answer for answer in answers if answer is not None), None)


def _replaced(then: Snapshot, now: Snapshot) -> float | None:
    """Share of the earlier team that is gone; None where either team is not wholly known."""
    if then.stewards.state is not State.VALUE or not now.stewards.known or not now.stewards_complete:
        return None
    before = {steward.handle for steward in people(then.stewards.value or ())}
    after = {steward.handle for steward in people(now.stewards.value or ())}
    return round(len(before - after) / len(before), 2) if before else None


def _differs(then: Reading[str], now: Reading[str]) -> bool | None:
    return then.value != now.value if then.value and now.value else None


def _rewritten(then: Snapshot, now: Snapshot) -> bool | None:
    before, after = _words(then.description.value), _words(now.description.value)
    if not before or not after:
        return None
    return len(before & after) / len(before | after) < KEPT_WORDS


def _gutted(then: Snapshot, now: Snapshot) -> bool | None:
    before = _rule_words(then)
    if not before or not (now.rules.known or now.rules_text.known):
        return None
    return len(_rule_words(now)) < len(before) * GUTTED


def _rule_words(snapshot: Snapshot) -> set[str]:
    single = " ".join(f"{rule.title} {rule.text}" for rule in snapshot.rules.value or ())
    return _words(f"{single} {snapshot.rules_text.value or ''}")


def _words(text: str | None) -> set[str]:
    return set(re.findall(r"\w{3,}", (text or "").casefold()))
