"""The group's past: age, activity, what the platform did, and what changed between our readings."""

from __future__ import annotations

from datetime import datetime, timedelta

from rules.facts import Evidence
from scrapers.snapshot import Activity, Snapshot
from vetting.probes import takeover
from vetting.probes.changes import Change, timeline, was
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet, cite

YEAR = timedelta(days=365)
POSTS_NOT_READ = "posts_not_read"


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    sheet.answer("created_on", "created", lambda created: created.at if created.exact else None)
    sheet.answer("domain_registered_on", "domain", lambda domain: domain.registered_at)
    sheet.answer("archive_first_seen", "archive", lambda archive: archive.first)
    _existed_by(known, sheet)
    sheet.answer("members", "members", lambda members: members.count)
    sheet.answer("last_activity", "activity", lambda activity: _last_activity(activity, known.snapshot.taken_at))
    sheet.answer("posts_30d", "activity", lambda activity: activity.posts_30d)
    sheet.answer("active_users_30d", "activity", lambda activity: activity.active_users_30d)
    sheet.answer("platform_sanction", "sanction", lambda sanction: sanction.kind, absent="none")
    # An announcement is a post, and no adapter reads posts: nothing in a snapshot can tell.
    sheet.unknown("stewardship_changes_announced", POSTS_NOT_READ)
    takeover.probe(known, sheet)


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


def _existed_by(known: Known, sheet: Sheet) -> None:
    """The earliest moment at which platform, archive or an earlier reading of ours shows the group. Never the domain's register:
    a registration is no founding.
    """
    now = sheet.snapshot
    seen: list[tuple[datetime, tuple[Evidence, ...]]] = []
    if now.created.value:
        seen.append((now.created.value.at, cite(now.created)))
    if now.archive.value and not _registered_after(now.archive.value.first, now):
        seen.append((now.archive.value.first, cite(now.archive)))
    first = next((then for then in known.earlier if then.name.known), None)
    if first:
        seen.append((first.taken_at, was(first.name)))
    if seen:
        sheet.known("existed_by", *min(seen, key=lambda sight: sight[0]))
    else:
        sheet.missing("existed_by", "created", now.created)


def _registered_after(moment: datetime, now: Snapshot) -> bool:
    """The domain was registered later than the archive saw a page there: what it saw may have been somebody else's."""
    registered = now.domain.value.registered_at if now.domain.value else None
    return registered is not None and registered > moment


def rules_changed_since(known: Known) -> Change | None:
    """The latest change of the rules, where it is certain to have come within the last two years.

    Its `since` is when they still read otherwise; an older moment is not told, for it would make the rules look older than they
    may be.
    """
    now = known.snapshot
    changes = [change for change in timeline((*known.earlier, now)) if change.kind.startswith("rule_")]
    recent = [change for change in changes if change.since and now.taken_at - change.since <= 2 * YEAR]
    return max(recent, key=lambda change: (change.at, change.since or change.at), default=None)
