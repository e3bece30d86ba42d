"""What was refused a moment ago is not asked again, by whichever job; what was answered is asked conditionally."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug import Response

from scrapers.capture import Outcome, Request
from scrapers.refs import GroupRef
from tests.vetting.reading import AT, capture
from vetting.errors import GroupUnreadable
from vetting.models import HostGate, Refusal
from vetting.services import fetching, hosts, submissions, vet
from vetting.services.context import Context
from vetting.services.gate import DatabaseGate
from vetting.services.pauses import PutOff
from vetting.services.refusals import FAILED, WINDOWS, remembering

PAGE = "<!doctype html><html><head><title>Calm</title></head><body><h1>Calm</h1></body></html>"


@pytest.fixture
def site(httpserver):
    httpserver.expect_request("/robots.txt").respond_with_data("", 404)
    return httpserver


@pytest.fixture
def contexts(settings, database, monkeypatch):
    """Two processes' contexts on one database; they wait for nobody, and their clock can be moved."""
    monkeypatch.setattr(DatabaseGate, "enter", lambda *_: None)
    fetching._fetcher.cache_clear()
    opened = [Context.open(replace(settings, allow_loopback=True)) for _ in range(2)]
    yield opened
    for context in opened:
        context.close()
    fetching._fetcher.cache_clear()


def asked(site, path):
    return sum(request.path == path for request, _ in site.log)


def ask(context, url):
    return fetching.fetcher(context, GroupRef("web", "x", url))(Request(url, "page"))


def move(context, step):
    moment = context.clock() + step
    object.__setattr__(context, "clock", lambda: moment)


@pytest.mark.parametrize(
    ("status", "outcome", "window"),
    [(404, Outcome.NOT_FOUND, WINDOWS[Outcome.NOT_FOUND]), (500, Outcome.UNAVAILABLE, FAILED)],
)
def test_a_refusal_is_remembered_across_processes_for_its_time(site, contexts, status, outcome, window):
    site.expect_request("/gone").respond_with_data('{"reason": "banned"}', status, headers={"X-Seen": "1"})
    url = site.url_for("/gone")
    first, second = ask(contexts[0], url), ask(contexts[1], url)
    assert asked(site, "/gone") == 1
    assert (second.outcome, second.status, second.body, second.at) == (outcome, status, first.body, first.at)
    assert second.headers["x-seen"] == "1"
    move(contexts[1], window + timedelta(seconds=1))
    ask(contexts[1], url)
    assert asked(site, "/gone") == 2
    with contexts[0].database.reading() as session:
        assert len(session.scalars(select(Refusal)).all()) == 1


def test_an_answer_is_not_remembered_here_but_asked_for_with_its_validators(site, contexts):
    def answer(request):
        return (
            Response(status=304)
            if request.headers.get("If-None-Match") == '"a"'
            else Response(PAGE, headers={"ETag": '"a"'}, mimetype="text/html")
        )

    site.expect_request("/").respond_with_handler(answer)
    vet.vet(contexts[0], site.url_for("/"))
    again = ask(contexts[1], site.url_for("/"))
    assert (again.outcome, again.detail, again.body) == (Outcome.OK, "not_modified", PAGE.encode())
    assert asked(site, "/") == 2


def test_a_missing_group_asked_for_by_two_jobs_costs_its_host_one_request(site, contexts):
    site.expect_request("/gone/").respond_with_data("", 404)
    url = site.url_for("/gone/")
    for context in contexts:
        job = submissions.submit(context, url)
        with pytest.raises(GroupUnreadable):
            vet.run_job(context, job.payload, lambda _: None)
    assert asked(site, "/gone/") == 1


def test_what_a_host_asked_of_one_group_holds_for_every_group_on_it(site, settings, database):
    site.expect_request("/one").respond_with_data("", 429, headers={"Retry-After": "600"})
    fetching._fetcher.cache_clear()
    with Context.open(replace(settings, allow_loopback=True)) as context:
        capture = ask(context, site.url_for("/one"))
        assert (capture.outcome, capture.detail) == (Outcome.RATE_LIMITED, "600")
    with Context.open(replace(settings, allow_loopback=True)) as context:
        with pytest.raises(PutOff) as off:
            ask(context, site.url_for("/two"))
        assert off.value.until - context.clock() > timedelta(seconds=590)
    assert [request.path for request, _ in site.log] == ["/robots.txt", "/one"]
    fetching._fetcher.cache_clear()


def test_what_we_decided_ourselves_ends_when_it_is_lifted(site, settings, database):
    site.expect_request("/page").respond_with_data(PAGE, content_type="text/html")
    fetching._fetcher.cache_clear()
    with Context.open(replace(settings, allow_loopback=True)) as context:
        url = f"http://127.0.0.1:{site.port}/page"
        fetch = fetching.fetcher(context, GroupRef("web", "x", url))
        request = Request(url, "page")
        hosts.leave_out(context, "127.0.0.1", reason="asked", by="wren")
        left_out = fetch(request)
        hosts.pause(context, "127.0.0.1", until=None, reason="", by="wren")
        hosts.readmit(context, "127.0.0.1", reason="", by="wren")
        paused = fetch(request)
        hosts.resume(context, "127.0.0.1", reason="", by="wren")
        assert (left_out.outcome, left_out.detail) == (Outcome.ROBOTS_DISALLOWED, "left_out")
        assert (paused.outcome, paused.detail) == (Outcome.UNAVAILABLE, "host_paused")
        assert site.log == []
        assert fetch(request).ok
        with context.database.reading() as session:
            assert session.scalars(select(HostGate)).one().holder is None
    fetching._fetcher.cache_clear()


def test_requests_with_a_credential_and_with_another_body_are_others(database):
    told = []

    def fetch(request):
        told.append(request)
        return replace(reply, url=request.url)

    reply = capture("gone", at=AT, outcome=Outcome.NOT_FOUND, status=404)
    memory = remembering(fetch, database, lambda: AT)
    plain = Request("https://calm.example/", "page")
    for request in (plain, plain, replace(plain, body=b"x"), replace(plain, auth="key"), replace(plain, auth="key")):
        assert memory(request).outcome is Outcome.NOT_FOUND
    assert len(told) == 4
