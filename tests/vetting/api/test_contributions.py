"""The same way by program: send, look, withdraw."""

from __future__ import annotations

import pytest

from tests.vetting.faces import AT
from vetting import models
from vetting.services.contributions import CONSENT_VERSION
from vetting.services.submissions import submit

BODY = {"document": {"name": "Quiet Harbour", "rules": ["Be kind."]}, "consent": CONSENT_VERSION}


@pytest.fixture
def path(site):
    job = submit(site, "https://www.facebook.com/groups/quietharbour/")
    with site.database.writing() as session:
        row = session.get_one(models.Job, job.id)
        row.state, row.finished_at = models.JobState.FAILED, AT
        row.error = {"code": "robots_disallowed", "message": "", "remedy": ""}
    return f"/api/v1/groups/{job.payload['group_id']}/contributions"


def test_what_is_sent_can_be_looked_at_and_withdrawn(client, path):
    sent = client.post(path, json=BODY)
    assert (sent.status_code, sent.json["state"], sent.headers["Cache-Control"]) == (201, "submitted", "no-store")
    own = f"/api/v1/contributions/{sent.json['token']}"
    assert client.get(own).json["document"] == BODY["document"]
    assert "token" not in client.get(own).json
    assert client.delete(own).status_code == 204
    assert client.delete(own).status_code == 409
    assert client.get(own).json["document"] == {}


@pytest.mark.parametrize(
    "change", [{"consent": "yes"}, {"consent": None}, {"document": {}}, {"document": {"posts": "x"}}, {"role": "king"}]
)
def test_what_is_not_allowed_is_told_by_field(client, path, change):
    answer = client.post(path, json={**BODY, **change})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert list(answer.json["errors"]["json"]) == list(change)


def test_one_household_is_told_why_not(client, path):
    assert client.post(path, json=BODY).status_code == 201
    assert client.post(path, json=BODY).json["code"] == "already_contributed"
