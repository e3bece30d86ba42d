"""A page says how old the reading is on the day on which it is looked at."""

from __future__ import annotations

from datetime import timedelta

from tests.vetting.faces import AT, publish, sample, variant
from vetting.services import groups, schedule


def move(context, days):
    moment = AT + timedelta(days=days)
    object.__setattr__(context, "clock", lambda: moment)


def test_a_page_and_its_tag_change_with_age(client, site):
    move(site, 0)
    group = publish(site, variant(group={"is_demo": False}))
    first = client.get(f"/groups/{group}")
    move(site, 400)
    again = client.get(f"/groups/{group}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "Grade U" in again.text
    assert "read within the last 30 days" not in again.text
    assert "Last known grade" in again.text
    assert client.get(f"/api/v1/groups/{group}/report").json["grade"] == "U"
    assert client.get(f"/api/v1/groups/{group}").json["assessment"]["grade"] == "U"


def test_an_invented_group_ages_and_keeps_its_grade(client, site):
    move(site, 0)
    group = publish(site, sample())
    move(site, 400)
    assert client.get(f"/api/v1/groups/{group}/report").json["freshness"] == "ageing"
    assert client.get(f"/api/v1/groups/{group}/report").json["grade"] == sample()["grade"]
    assert groups.listing(site, demo=True).groups[0].assessment.grade == sample()["grade"]
    assert schedule.judge_aged(site) == 0
