"""The door, the method, privacy, jobs and errors: what each says, and what no page may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import g

from tests.vetting.faces import AT, publish, sample, variant
from vetting import models
from vetting.web.security import reader_key

STATIC_PAGES = ("/", "/how-it-works", "/privacy", "/bot", "/nowhere")


def add_job(context, state: str, **columns) -> str:
    job = "a1" * 16
    defaults = {"progress": {}, "error": None, "result": None}
    with context.database.writing() as session:
        session.add(
            models.Job(
                id=job,
                kind="vet",
                payload={"canonical_url": "https://lemmy.example/c/quietharbour"},
                state=state,
                dedupe_key="vet:x",
                run_at=AT,
                told_at=AT,
                attempts=1,
                max_attempts=3,
                created_at=AT,
                **{**defaults, **columns},
            )
        )
    return job


def test_the_door_shows_examples_and_marks_them(client, site):
    publish(site, sample())
    publish(site, variant(group={"name": "Not an example", "is_demo": False}))
    soup = BeautifulSoup(client.get("/").data, "lxml")
    (card,) = soup.select(".cards .card")
    assert "Quiet Harbour" in card.get_text()
    assert "Grade C: mixed" in card.get_text()
    assert "Invented group" in card.get_text()


@pytest.mark.parametrize("path", STATIC_PAGES)
def test_urgent_help_is_on_every_page(client, path):
    soup = BeautifulSoup(client.get(path).data, "lxml")
    assert "In danger now?" in soup.select_one("aside").get_text()
    assert soup.select_one("aside a[href='tel:112']")


@pytest.mark.parametrize("address", ["", "   ", "javascript:alert(1)", "https://user:secret@forum.example/"])
def test_an_address_that_cannot_be_read_is_said_beside_the_box(client, address):
    answer = client.post("/", data={"address": address})
    soup = BeautifulSoup(answer.data, "lxml")
    assert answer.status_code == 422
    box = soup.find(id="address")
    assert box["value"] == address
    assert box["aria-invalid"] == "true"
    error = soup.find(id=box["aria-describedby"].split()[-1])
    assert error.get_text(strip=True)


def test_a_pasted_address_leads_to_its_job_and_the_same_again_to_the_same_job(client):
    first = client.post("/", data={"address": "https://forum.quietharbour.example/"})
    again = client.post("/", data={"address": "forum.quietharbour.example"})
    assert first.status_code == 303
    assert first.location == again.location
    page = client.get(first.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert "It is waiting for its turn." in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text


def test_a_running_job_shows_its_progress(client, site):
    job = add_job(site, "running", progress={"step": 2, "of": 5, "text": "Reading the rules"})
    soup = BeautifulSoup(client.get(f"/jobs/{job}").data, "lxml")
    assert (soup.progress["value"], soup.progress["max"]) == ("2", "5")
    assert soup.select_one("[role=status]").get_text() == "Reading the rules"


def test_a_finished_job_leads_to_the_report(client, site):
    job = add_job(site, "done", result={"group_id": "3f9a1c77d2e04b58"})
    answer = client.get(f"/jobs/{job}")
    assert (answer.status_code, answer.location) == (303, "/groups/3f9a1c77d2e04b58")


@pytest.mark.parametrize("state", ["failed", "queued"])
def test_what_went_wrong_is_said_with_what_to_do(client, site, state):
    error = {"code": "robots", "message": "The platform asks programs not to read it.", "remedy": "Look yourself."}
    page = client.get(f"/jobs/{add_job(site, state, error=error)}").text
    assert error["message"] in page
    assert ("Look yourself." in page) == (state == "failed")
    assert ("tried again by itself" in page) == (state == "queued")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/groups/none", 404),
        ("GET", "/groups/none/captures/none", 404),
        ("GET", "/jobs/none", 404),
        ("DELETE", "/", 405),
    ],
)
def test_error_pages_say_what_to_do(client, method, path, status):
    answer = client.open(path, method=method)
    soup = BeautifulSoup(answer.data, "lxml")
    assert answer.status_code == status
    assert len(soup.select("main .lead")) >= 1
    assert soup.select_one("main a.button")["href"] == "/"
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_too_large_a_body_is_refused(client):
    answer = client.post("/", data={"address": "x" * 70_000})
    assert answer.status_code == 413
    assert "Paste only the group" in answer.text


@pytest.mark.parametrize("path", ["/privacy", "/api/v1/jobs/x"])
def test_an_unforeseen_failure_tells_nothing_of_the_inside(app, path, caplog):
    def broken(**_):
        raise RuntimeError("secret inside")

    app.view_functions["web.privacy"] = app.view_functions["jobs.show"] = broken
    answer = app.test_client().get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "ry again" in answer.text
    assert "secret inside" in caplog.text


def test_no_page_sets_a_cookie_and_none_loads_from_elsewhere(client, site):
    group = publish(site, sample())
    digest = sample()["captures"][0]["digest"]
    job = add_job(site, "running")
    paths = [*STATIC_PAGES, f"/groups/{group}", f"/groups/{group}/captures/{digest}", f"/jobs/{job}", "/api/v1/jobs/x"]
    for path in paths:
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers, path
        soup = BeautifulSoup(answer.data, "lxml")
        loaded = [tag.get("src") or tag.get("href") for tag in soup.select("script, img, link, iframe, source, use")]
        assert all(address.startswith("/static/") for address in loaded), path
    assert "Set-Cookie" not in client.post("/", data={"address": "https://forum.quietharbour.example/"}).headers


def test_every_answer_is_hardened(client, site):
    for path in (*STATIC_PAGES, "/static/style.css", "/api/v1/openapi.json"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in headers
    assert "Strict-Transport-Security" in client.get("/", base_url="https://vetting.example").headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({}, 303),
    ],
)
def test_only_our_own_forms_are_taken(client, headers, status):
    answer = client.post("/", data={"address": "https://forum.quietharbour.example/"}, headers=headers)
    assert answer.status_code == status


def test_static_files_are_kept_for_long_and_named_by_version(client, app):
    soup = BeautifulSoup(client.get("/").data, "lxml")
    address = soup.select_one("link[rel=stylesheet]")["href"]
    assert address.endswith(app.config["ASSETS_VERSION"])
    with client.get(address) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_no_page_calls_a_group_safe(client, site):
    group = publish(site, sample())
    for path in ("/", "/how-it-works", f"/groups/{group}"):
        words = BeautifulSoup(client.get(path).data, "lxml").get_text(" ").lower().split()
        assert not {"safe", "unsafe", "dangerous"} & {word.strip(".,;:!?") for word in words}


def test_who_asks_is_counted_under_another_name_every_day(app, site):
    names = set()
    for moment in (datetime(2026, 11, 20, 1, tzinfo=UTC), datetime(2026, 11, 20, 23, tzinfo=UTC), AT.replace(day=21)):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}):
            g.context = replace(site, clock=lambda at=moment: at)
            names.add(reader_key())
    assert len(names) == 2
    assert not any("192" in name for name in names)
