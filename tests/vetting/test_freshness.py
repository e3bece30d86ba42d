"""With time alone: what is served ages without anybody's work, and each group that is due is judged anew, once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from rules.pack import Pack
from scrapers.recorded import Recorded
from tests.vetting.faces import AT as PUBLISHED
from tests.vetting.faces import publish, variant
from tests.vetting.reading import AT
from tests.vetting.test_worker import wait_for
from vetting import demo, models
from vetting.jobs.handlers import HANDLERS
from vetting.jobs.worker import working
from vetting.services import freshness, groups, jobs, reports, schedule, vet

CASES = dict(demo.cases(AT))


def move(context, days, since=AT):
    moment = since + timedelta(days=days)
    object.__setattr__(context, "clock", lambda: moment)


@pytest.fixture
def group(context):
    """A real group with a grade; what it shows is invented."""
    move(context, 0)
    case = CASES["lanterns"]
    return vet.vet(context, case["address"], fetch=Recorded(demo.captures(case, AT))).group_id


def told(context, group):
    return json.loads(reports.get_report(context, group).body)


def work(context):
    """Does the open jobs, as a worker would."""
    with context.database.reading() as session:
        ids = session.scalars(select(models.Job.id)).all()
    for held in filter(None, (jobs.lease(context, one) for one in ids)):
        jobs.complete(context, held, HANDLERS[held.kind](context, held.payload, lambda _: None))


def test_the_limits_are_those_of_the_pack():
    days = Pack.core().fresh_days
    assert (freshness.AGEING.days, freshness.STALE.days) == (days["ageing"], days["stale"])


def test_a_report_grows_old_where_no_worker_runs(context, group):
    first = reports.get_report(context, group)
    written = told(context, group)
    assert written["grade"] in "ABCDE"
    move(context, 30)
    assert reports.get_report(context, group) == first
    move(context, 31)
    ageing = told(context, group)
    assert (ageing["freshness"], ageing["grade"]) == ("ageing", written["grade"])
    assert groups.get(context, group).assessment.flags.count("ageing") == 1
    move(context, 400)
    stale = told(context, group)
    assert (stale["freshness"], stale["grade"]) == ("stale", "U")
    assert stale["last_known"] == {"grade": written["grade"], "at": written["assessed_at"]}
    assert freshness.TOO_OLD in stale["grade_reasons"]
    assert stale["urgent_help"]["shown"]
    assert stale["headline"] == written["headline"]
    shown = groups.get(context, group).assessment
    assert (shown.grade, "stale" in shown.flags) == ("U", True)
    served = reports.get_report(context, group)
    assert served.etag != first.etag
    assert served.at == AT + freshness.STALE


def test_what_is_served_is_what_a_judgement_would_say(context, group):
    move(context, 200)
    served = told(context, group)
    schedule.judge_aged(context)
    work(context)
    judged = told(context, group)
    for name in ("grade", "summary", "grade_reasons", "flags", "freshness", "last_known", "urgent_help", "suspended"):
        assert served[name] == judged[name], name


@pytest.mark.parametrize("days", [7, 30.5, 180.5, 400])
def test_who_is_due_is_judged_once(context, group, days):
    move(context, min(days - 1, 6))
    assert schedule.judge_aged(context) == 0
    move(context, days)
    assert schedule.judge_aged(context) == 1
    assert schedule.judge_aged(context) == 0
    work(context)
    assert schedule.judge_aged(context) == 0
    assert groups.get(context, group).assessment.at == context.clock()


def test_time_alone_changes_only_what_time_changes(context, group):
    before = told(context, group)
    for day in (8, 16, 24):
        move(context, day)
        assert schedule.judge_aged(context) == 1
        work(context)
    after = told(context, group)
    assert after["assessment"] != before["assessment"]
    for name in ("grade", "headline", "low", "high", "coverage", "flags", "caps", "stewards", "changes", "read_at"):
        assert after[name] == before[name], name


def test_a_group_that_cannot_be_judged_is_not_tried_all_the_time(context, group):
    move(context, 10)
    schedule.judge_aged(context)
    with context.database.writing() as session:
        row = session.scalars(select(models.Job)).one()
        row.state, row.finished_at = models.JobState.FAILED, context.clock()
    assert schedule.judge_aged(context) == 0
    move(context, 11.1)
    assert schedule.judge_aged(context) == 1


def test_only_a_few_wait_at_a_time(context):
    move(context, 0, PUBLISHED)
    for number in range(schedule.MOST_OPEN + 2):
        publish(context, variant(group={"is_demo": False, "name": f"Quiet Harbour {number}"}))
    move(context, 8, PUBLISHED)
    assert schedule.judge_aged(context) == schedule.MOST_OPEN
    assert schedule.judge_aged(context) == 0


def test_a_worker_sees_to_it(context, group):
    move(context, 400)
    with working(context):
        wait_for(lambda: groups.history(context, group)[0].at == context.clock(), 60)
    assert groups.history(context, group)[0].grade == "U"
