"""Every route declares its access, and what is declared exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vetting.faces import open_context
from vetting.app import create_app
from vetting.auth.access import ACCESS, Rate, Who


@pytest.fixture
def application(tmp_path: Path):
    with open_context(tmp_path, SUBMIT_RATE="2 per minute", API_RATE="3 per minute") as context:
        yield create_app(context)


def test_the_table_and_the_routes_name_the_same_endpoints(application):
    assert {rule.endpoint for rule in application.url_map.iter_rules()} == set(ACCESS)


def test_a_route_that_nobody_declared_is_refused(application):
    application.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    assert application.test_client().get("/forgotten").status_code == 403


def test_all_is_public_and_what_costs_is_limited():
    assert {access.who for access in ACCESS.values()} == {Who.PUBLIC}
    assert {endpoint for endpoint, access in ACCESS.items() if access.rate is Rate.SUBMIT} == {
        "web.submit",
        "web.preview_contribution",
        "web.send_contribution",
        "web.withdraw_contribution",
        "web.check_self_description",
        "groups.submit",
        "contributions.send",
        "contributions.withdraw",
    }


def test_reading_the_api_too_fast_is_answered_with_when_to_come_back(application):
    client = application.test_client()
    answers = [client.get("/api/v1/jobs/none") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].mimetype == "application/problem+json"


def test_one_reader_is_not_limited_by_another(application):
    client = application.test_client()
    for _ in range(4):
        last = client.get("/api/v1/jobs/none", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    other = client.get("/api/v1/jobs/none", environ_overrides={"REMOTE_ADDR": "192.0.2.2"})
    assert (last.status_code, other.status_code) == (429, 404)


def test_a_household_counts_as_one_reader(application):
    client = application.test_client()
    answers = [
        client.get("/api/v1/jobs/none", environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{n}"}) for n in range(1, 5)
    ]
    assert answers[-1].status_code == 429


def test_pages_say_what_to_do_when_it_is_too_fast(application):
    client = application.test_client()
    for _ in range(3):
        page = client.post("/", data={"address": ""})
    assert page.status_code == 429
    assert "Wait a minute" in page.text
    assert "Retry-After" in page.headers
