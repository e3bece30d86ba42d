"""The API: what a program gets, byte for byte, and how it is told what went wrong."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from tests.vetting.faces import PAGE, publish, sample
from vetting.services import reports

ADDRESS = "https://forum.quietharbour.example/"


def test_asking_for_a_group_starts_a_job(client):
    answer = client.post("/api/v1/groups", json={"address": ADDRESS})
    assert answer.status_code == 202
    job = client.get(answer.headers["Location"])
    assert job.status_code == 200
    assert job.json == answer.json
    assert job.json["state"] == "queued"
    assert job.json["address"] == ADDRESS
    assert job.json["progress"] == {"step": 0, "of": 0, "text": ""}
    assert job.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"json": {"address": "javascript:alert(1)"}}, 422, "scheme_not_allowed"),
        ({"json": {"address": "   "}}, 422, "empty_address"),
        ({"json": {"address": ""}}, 422, "unprocessable_entity"),
        ({"json": {}}, 422, "unprocessable_entity"),
        ({"json": {"address": ADDRESS, "more": 1}}, 422, "unprocessable_entity"),
        ({"json": {"address": 7}}, 422, "unprocessable_entity"),
        ({"data": b"{", "content_type": "application/json"}, 400, "bad_request"),
        ({"data": b"x" * 70_000, "content_type": "application/json"}, 413, None),
    ],
)
def test_what_cannot_be_used_is_a_problem_with_a_remedy(client, sent, status, code):
    answer = client.post("/api/v1/groups", **sent)
    assert answer.status_code == answer.json["status"] == status
    assert answer.mimetype == "application/problem+json"
    assert code in {None, answer.json["code"]}
    assert answer.json["type"] == "about:blank"
    assert answer.json["detail"]
    assert answer.json["remedy"]


def test_a_wrong_field_is_named(client):
    assert "address" in client.post("/api/v1/groups", json={}).json["errors"]["json"]


@pytest.mark.parametrize(
    "path",
    [
        "/groups/x",
        "/groups/x/report",
        "/groups/x/evidence",
        "/groups/x/evidence.warc.gz",
        "/jobs/x",
        "/captures/x",
        "/x",
    ],
)
def test_what_is_not_there_is_a_problem(client, path):
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_method_that_does_not_fit_is_told_which_do(client):
    answer = client.delete("/api/v1/groups")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_group_comes_with_the_figures_of_its_assessment(client, site):
    group = client.get(f"/api/v1/groups/{publish(site, sample())}").json
    assert group["name"] == "Quiet Harbour"
    assert group["is_demo"] is True
    assert group["assessment"]["grade"] == "C"
    assert group["assessment"]["headline"] == sample()["headline"]


def test_a_report_is_served_as_it_was_written(client, site):
    group = publish(site, sample())
    answer = client.get(f"/api/v1/groups/{group}/report")
    stored = reports.get_report(site, group)
    assert answer.data == stored.body
    assert answer.mimetype == "application/json"
    assert answer.headers["ETag"].strip('"') == stored.etag.strip('"')
    again = client.get(f"/api/v1/groups/{group}/report", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_evidence_is_listed_and_handed_over_as_files(client, site):
    group = publish(site, sample())
    (capture,) = client.get(f"/api/v1/groups/{group}/evidence").json
    assert capture["digest"] == hashlib.sha256(PAGE).hexdigest()
    assert capture["size"] == len(PAGE)
    with client.get(f"/api/v1/groups/{group}/evidence.warc.gz") as exported:
        assert exported.headers["Content-Disposition"] == f"attachment; filename={group}.warc.gz"
        assert PAGE in gzip.decompress(exported.data)


def test_captured_bytes_can_do_nothing_in_a_browser(client, site):
    publish(site, sample())
    answer = client.get(f"/api/v1/captures/{hashlib.sha256(PAGE).hexdigest()}")
    assert answer.data == PAGE
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_another_sites_page_cannot_ask_in_a_visitors_name(client):
    answer = client.post("/api/v1/groups", json={"address": ADDRESS}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


def test_the_description_is_openapi_3_1_and_names_every_route(client, app):
    document = json.loads(client.get("/api/v1/openapi.json").data)
    assert document["openapi"] == "3.1.0"
    routes = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1")}
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    assert described == routes - {"/api/v1/openapi.json"}
