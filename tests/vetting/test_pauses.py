"""A site that wants a long pause between two pages is read to the end, at its pace, and whoever waits is told when it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from scrapers.capture import Capture, Outcome, Request
from scrapers.refs import GroupRef
from tests.vetting.reading import AT, REF
from vetting.jobs.handlers import HANDLERS
from vetting.jobs.worker import look
from vetting.models import Answer, JobState
from vetting.services import fetching, groups, jobs, submissions
from vetting.services.gate import DatabaseGate
from vetting.services.pauses import BUSY, LONGEST, MARGIN, PutOff, resuming

URL = REF.canonical_url
HOME = (
    "<!doctype html><html><head><title>Calm Bay</title></head><body><main><h1>Calm Bay</h1>"
    "<p>A support group for people who live with panic attacks.</p>"
    '<a href="/rules">Rules</a> <a href="/about">About us</a></main></body></html>'
)
RULES = (
    "<!doctype html><html><body><main><h1>Rules</h1><ol><li>Be kind to everybody here.</li></ol></main></body></html>"
)


class Time:
    """A clock that moves only when someone sleeps, or when it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def patient(context, clock, monkeypatch):
    """The context of a worker that may read loopback; its time passes only where it is told to."""
    monkeypatch.setattr(fetching, "DatabaseGate", partial(DatabaseGate, clock=clock, sleep=clock.sleep))
    fetching._fetcher.cache_clear()
    yield replace(context, settings=replace(context.settings, allow_loopback=True), clock=clock)
    fetching._fetcher.cache_clear()


def job_for(context, ref):
    with context.database.writing() as session:
        return jobs.open_job(
            session, submissions.VET, submissions.payload(ref), dedupe_key=f"vet:{ref.id}", at=context.clock()
        ).id


@pytest.mark.parametrize("delay", [120, 900])
def test_a_slow_site_is_read_to_the_end(httpserver, patient, clock, delay):
    httpserver.expect_request("/robots.txt").respond_with_data(f"User-agent: *\nCrawl-delay: {delay}\n")
    httpserver.expect_request("/").respond_with_data(HOME, content_type="text/html")
    httpserver.expect_request("/rules").respond_with_data(RULES, content_type="text/html")
    for missing in ("/about", "/.well-known/support-group.json"):
        httpserver.expect_request(missing).respond_with_data("", 404)
    url = httpserver.url_for("/")
    ref = GroupRef("web", "calm.example", url)
    job = job_for(patient, ref)
    asked: list[tuple[datetime, str]] = []
    for _ in range(40):
        seen = len(httpserver.log)
        look(patient, HANDLERS, lambda: False, job)
        asked += [(clock.at, request.path) for request, _ in httpserver.log[seen:]]
        view = jobs.get(patient, job)
        if view.finished:
            break
        assert (view.state, view.error, view.attempts) == (JobState.QUEUED, None, 0)
        assert f"{view.run_at:%Y-%m-%d %H:%M}" in view.progress.text
        assert "goes on by itself" in view.progress.text
        assert jobs.lease(patient, job) is None, "not before its time"
        clock.at = view.run_at
    assert view.state is JobState.DONE
    pages = [path for _, path in asked]
    assert {"/", "/rules"} <= set(pages)
    assert len(pages) == len(set(pages)), "what was answered is not asked again"
    moments = [at for at, _ in asked[1:]]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert all(gap >= timedelta(seconds=delay) for gap in gaps)
    assert groups.get(patient, view.result["group_id"]).name == "Calm Bay"


def away(seconds, detail=None, status=None):
    outcome = Outcome.UNAVAILABLE if detail else Outcome.RATE_LIMITED
    return lambda request: Capture(request.url, request.url, outcome, AT, status, {}, b"", detail or str(seconds))


def ask(context, answer, url=URL):
    return resuming(answer, REF, context.database, lambda: AT)(Request(url, "about"))


def test_others_who_read_there_are_waited_for(context):
    with pytest.raises(PutOff) as off:
        ask(context, away(60, "host_busy"))
    assert off.value.until >= AT + BUSY


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        (away(LONGEST.total_seconds() + 60), URL),
        (away(300), "https://archive.example/list"),
        (away(300, status=429), URL),
        (away(300, "host_resting"), URL),
        (away(300, "host_paused"), URL),
    ],
)
def test_nothing_else_puts_a_reading_off(context, answer, url):
    assert not ask(context, answer, url).ok


def test_what_was_answered_is_kept_whole_and_not_for_ever(context):
    moved = Capture(URL, f"{URL}wiki", Outcome.OK, AT, 200, {"content-type": "text/html"}, b"<h1>Calm</h1>", "")
    answers = iter([moved, away(300)(Request(URL, "rules"))])
    ask_next = resuming(lambda _: next(answers), REF, context.database, lambda: AT)
    assert ask_next(Request(URL, "about")) == moved
    with pytest.raises(PutOff) as off:
        ask_next(Request(f"{URL}rules", "rules"))
    assert ask(context, lambda _: pytest.fail("asked again")) == moved
    object.__setattr__(context, "clock", lambda: off.value.until + MARGIN)
    jobs.resend_expired(context)
    with context.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_reading_that_is_put_off_for_days_ends(context):
    job = job_for(context, REF)
    until = context.clock() + jobs.LONGEST_READING + timedelta(minutes=1)
    held = jobs.lease(context, job)
    jobs.fail(context, held, PutOff("forum.example", until))
    view = jobs.get(context, job)
    assert (view.attempts, view.error.code) == (1, "put_off")
