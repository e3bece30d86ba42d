"""A forum of which only a member's thread shows itself: it is called by its start, and read again by that thread."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from scrapers.capture import Capture, Outcome, Request
from tests.scrapers.platforms.platform_replay import AT, answer, refused
from vetting import models
from vetting.errors import GroupUnreadable, NotFound
from vetting.services import groups, reports, rescore
from vetting.services.submissions import ref_of, submit
from vetting.services.vet import vet

ROOT = "https://steady.example/community/"
THREAD = f"{ROOT}threads/i-could-not-sleep.12/"
PAGE = (
    '<!DOCTYPE html><html id="XF" lang="en"><head><title>I could not sleep | Steady Ground</title>'
    '<meta property="og:site_name" content="Steady Ground"><link href="/community/css.php?css=x"></head><body>'
    '<a href="/community/forums/nights.2/">Nights</a><h1>I could not sleep</h1></body></html>'
)
LATER = AT + timedelta(days=7)
HTML = {"content-type": "text/html; charset=utf-8"}


def web(request: Request) -> Capture:
    """The thread is open to all; everything else asks for a login."""
    shown = {THREAD: answer(THREAD, PAGE, headers=HTML)}
    return shown.get(request.url) or refused(request.url, Outcome.LOGIN_WALL)


@pytest.fixture
def forum(context) -> str:
    return vet(context, THREAD, fetch=web).group_id


def test_its_address_is_its_start_wherever_it_is_shown(context, forum):
    group = groups.get(context, forum)
    assert (group.platform, group.key, group.canonical_url) == ("xenforo", "steady.example/community", ROOT)
    report = json.loads(reports.get_report(context, forum).body)
    assert (report["group"]["url"], report["group"]["name"]) == (ROOT, "Steady Ground")
    assert [line["url"] for line in report["captures"] if line["outcome"] == "ok"] == [THREAD]


@pytest.mark.parametrize(
    "address",
    [
        ROOT,
        "steady.example/community",
        "http://www.steady.example/community/",
        f"{ROOT}index.php",
        THREAD,
        f"{THREAD}page-3#post-77",
        f"{ROOT}threads/another.99/",
        f"{ROOT}members/keeper.5/",
    ],
)
def test_it_is_found_by_its_start_and_by_any_of_its_pages(context, forum, address):
    assert groups.find(context, address).id == forum


@pytest.mark.parametrize(
    "address",
    ["https://steady.example/", "https://steady.example/garden/", f"{ROOT}forums/nights.2/", "https://other.example/community/"],
)  # fmt: skip
def test_what_is_another_group_or_a_part_of_it_is_not_found(context, forum, address):
    with pytest.raises(NotFound):
        groups.find(context, address)


def test_it_is_read_again_by_the_thread_though_only_its_start_is_asked_for(context, forum):
    job = submit(context, ROOT)
    assert ref_of(job.payload) == groups.to_read(context, ref_of(job.payload))
    assert (job.payload["group_id"], job.payload["canonical_url"], THREAD in str(job.payload)) == (forum, ROOT, False)
    assert groups.to_read(context, ref_of(job.payload)).inner_url == THREAD
    assert vet(context, ROOT, fetch=web).group_id == forum
    assert groups.get(context, forum).name == "Steady Ground"


def test_its_stored_captures_are_read_again_by_the_thread(context, forum):
    (again,) = rescore.rescore(context, [forum], reread=True)
    assert (again.group_id, again.name, again.grade) == (forum, "Steady Ground", again.grade_before)


def test_the_thread_is_forgotten_once_the_start_can_be_read(context, forum):
    shown = {ROOT: replace(answer(ROOT, PAGE, headers=HTML), at=LATER)}
    vet(context, ROOT, fetch=lambda request: shown.get(request.url) or web(request))
    with context.database.reading() as session:
        ref = session.get_one(models.Group, forum).ref
    assert (ref.canonical_url, groups.to_read(context, ref).inner_url) == (ROOT, "")


def test_a_forum_that_nobody_has_read_by_a_thread_stays_closed(context):
    with pytest.raises(GroupUnreadable) as error:
        vet(context, ROOT, fetch=web)
    assert error.value.code == "login_wall"
