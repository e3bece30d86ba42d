"""The pages on which people contribute: nothing is kept before they have seen it and said yes, and all of it can be undone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from scrapers.capture import Outcome
from scrapers.snapshot import Fetched, Reading
from tests.vetting.faces import AT, publish, sample, variant
from tests.vetting.reading import REF, reading
from vetting import models
from vetting.services import vet
from vetting.services.contributions import CONSENT, CONSENT_VERSION
from vetting.services.submissions import submit

FILLED = {
    "name": "Quiet Harbour",
    "purpose": "Peers help peers.",
    "rules": "1. Be kind.\r\n2. No selling.",
    "moderators": "wren, Moderator, trained peer supporter\njay",
    "members": "1 200",
    "visibility": "private",
    "joining": "",
    "role": "member",
}
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def closed(site):
    job = submit(site, "https://www.facebook.com/groups/quietharbour/")
    with site.database.writing() as session:
        row = session.get_one(models.Job, job.id)
        row.state, row.finished_at = models.JobState.FAILED, AT
        row.error = {"code": "robots_disallowed", "message": "It asks us to stay away.", "remedy": "Look yourself."}
    return job


@pytest.fixture
def form(closed):
    return f"/groups/{closed.payload['group_id']}/contribute"


def soup(answer):
    return BeautifulSoup(answer.data, "lxml")


def hidden(page):
    return {box["name"]: box["value"] for box in page.select("form input[type=hidden]")}


def kept(site):
    with site.database.reading() as session:
        return session.scalars(select(models.Contribution)).all()


def sent(client, form, **changes):
    fields = hidden(soup(client.post(form, data={**FILLED, **changes})))
    return client.post(form.removesuffix("contribute") + "contributions", data={**fields, "consent": CONSENT_VERSION})


def test_from_the_job_that_failed_to_a_contribution_and_back(client, site, closed, form):
    page = soup(client.get(f"/jobs/{closed.id}"))
    assert page.select_one(f"a[href='{form}']")
    page = soup(client.get(form))
    assert {box["name"] for box in page.select("form.sheet [name]")} == set(FILLED)
    assert "we cannot check" in page.get_text() or "cannot check who runs it" in page.get_text()
    preview = client.post(form, data=FILLED)
    assert preview.headers["Cache-Control"] == "no-store"
    page = soup(preview)
    assert CONSENT in page.get_text()
    assert kept(site) == []
    fields = hidden(page)
    assert json.loads(fields["document"]) == {
        "name": "Quiet Harbour",
        "purpose": "Peers help peers.",
        "rules": "1. Be kind.\n2. No selling.",
        "moderators": [
            {"handle": "wren", "role": "moderator", "title": "trained peer supporter"},
            {"handle": "jay", "role": "moderator"},
        ],
        "members": 1200,
        "visibility": "private",
    }
    answer = client.post(form.removesuffix("contribute") + "contributions", data={**fields, "consent": CONSENT_VERSION})
    assert answer.status_code == 303
    (row,) = kept(site)
    assert row.document == json.loads(fields["document"])
    status = client.get(answer.location)
    assert "Keep this page" in status.text
    assert "Set-Cookie" not in status.headers
    gone = client.post(f"{answer.location}/withdraw", follow_redirects=True)
    assert "withdrawn, and deleted" in gone.text
    assert "Quiet Harbour" not in soup(gone).select_one("main").get_text().replace("group/quietharbour", "")
    assert client.post(f"{answer.location}/withdraw").status_code == 409


@pytest.fixture
def readable(site):
    """A group of which we read the description, and are not shown the rules."""
    collection = reading()
    snapshot = replace(
        collection.snapshot,
        description=Reading.of("For people with panic attacks."),
        fetched=(Fetched(REF.canonical_url, "about", Outcome.OK, collection.snapshot.taken_at),),
    )
    group = vet.publish(site, replace(collection, snapshot=snapshot), site.clock(), is_demo=False).group_id
    return f"/groups/{group}/contribute"


def test_a_steward_is_given_a_word_to_show_where_we_can_read_it(client, readable):
    page = soup(client.get(readable))
    assert {box["name"] for box in page.select("form.sheet [name]")} == {
        "rules",
        "members",
        "visibility",
        "joining",
        "role",
    }
    assert "has proved it" in page.get_text()
    answer = client.post(readable, data={"rules": "Be kind.", "role": "steward"})
    fields = hidden(soup(answer))
    url = readable.removesuffix("contribute") + "contributions"
    status = soup(client.get(client.post(url, data={**fields, "consent": CONSENT_VERSION}).location))
    assert status.select_one(".proof").text.startswith("group-proof-")
    assert status.select_one("input[name=address]")["value"] == REF.canonical_url


def test_without_consent_the_preview_comes_back_and_nothing_is_kept(client, site, form):
    fields = hidden(soup(client.post(form, data=FILLED)))
    answer = client.post(form.removesuffix("contribute") + "contributions", data=fields)
    assert answer.status_code == 422
    assert soup(answer).select_one("#consent-error")
    assert hidden(soup(answer))["document"] == fields["document"]
    assert kept(site) == []


def test_changing_something_leads_back_to_the_filled_form(client, form):
    fields = hidden(soup(client.post(form, data={**FILLED, "role": "steward"})))
    page = soup(client.post(form, data={**fields, "change": "1"}))
    assert page.select_one("#name")["value"] == "Quiet Harbour"
    assert page.select_one("#moderators").text.strip() == "wren, moderator, trained peer supporter\njay, moderator"
    assert page.select_one("input[value=steward]").has_attr("checked")


@pytest.mark.parametrize(
    ("box", "value"),
    [("members", "a lot"), ("moderators", "wren, king"), ("name", "x" * 500), ("visibility", "secret")],
)
def test_a_mistake_is_said_beside_its_box_and_the_rest_stays(client, site, form, box, value):
    answer = client.post(form, data={**FILLED, box: value})
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one(f"#{box}-error")
    assert page.select_one(f"#{box}")["aria-invalid"] == "true"
    assert page.select_one("#purpose").text.strip() == "Peers help peers."
    assert kept(site) == []


@pytest.mark.parametrize("document", ["", "[]", "{", '{"posts": ["x"]}', '{"rules": 1, "moderators": 2}', "[" * 9000])
def test_a_forged_preview_keeps_nothing(client, site, form, document):
    url = form.removesuffix("contribute") + "contributions"
    answer = client.post(url, data={"document": document, "consent": CONSENT_VERSION})
    assert answer.status_code == 422
    assert kept(site) == []
    assert client.post(form, data={"document": document, "change": "1"}).status_code == 200
    assert (
        client.post(url, data={"document": '{"name": "x"}', "consent": CONSENT_VERSION, "role": "king"}).status_code
        == 422
    )


def test_what_was_sent_is_shown_as_text_and_never_runs(client, form):
    answer = sent(client, form, name=ATTACK, rules=ATTACK, moderators=f"{ATTACK}, admin, {ATTACK}"[:90])
    for page in (client.post(form, data={**FILLED, "name": ATTACK, "members": ATTACK}), client.get(answer.location)):
        assert "<script>alert" not in page.text
        assert "onerror=alert(1)>" not in page.text


def test_another_sites_form_is_not_taken(client, form):
    answer = client.post(form, data=FILLED, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    answer = client.post(form, data=FILLED, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_second_one_from_the_same_connection_is_told_why_not(client, form):
    assert sent(client, form).status_code == 303
    again = sent(client, form)
    assert again.status_code == 409
    assert "Withdraw the earlier" in again.text


def test_a_group_nobody_found_closed_and_an_unknown_token_are_not_there(client):
    assert client.get(f"/groups/{'0' * 16}/contribute").status_code == 404
    assert client.get("/contributions/none").status_code == 404


def test_a_report_offers_to_contribute_what_is_withheld_and_marks_what_was(client, site):
    evidence = {"kind": "contributed", "ref": "c" * 64, "url": "", "locator": "rules", "quote": "Be kind.", "at": None}
    document = variant(
        group={"is_demo": False}, contributable=["members", "joining"], contributed=["rules", "moderators"]
    )
    document["findings"][0]["facts"][0]["evidence"] = [evidence]
    group = publish(site, document)
    page = soup(client.get(f"/groups/{group}"))
    assert page.select_one(f"#unknown ~ p a[href='/groups/{group}/contribute']")
    assert "number of members and how to join" in page.get_text()
    assert len([tag for tag in page.select(".tag") if tag.text == "contributed by members"]) == 3
    demo = soup(client.get(f"/groups/{publish(site, sample())}"))
    assert not demo.select("a[href$='/contribute']")


def test_a_groups_own_word_is_marked_and_still_leads_to_what_was_read(client, site):
    document = variant(group={"is_demo": False}, declared=["description"])
    digest = document["captures"][0]["digest"]
    evidence = {"kind": "declared", "ref": digest, "url": "", "locator": "$.purpose", "quote": "", "at": None}
    document["findings"][0]["facts"][0]["evidence"] = [evidence]
    page = soup(client.get(f"/groups/{publish(site, document)}"))
    assert [tag.text for tag in page.select(".tag")].count("the group’s own word") == 2
    assert page.select_one(f".fact a[href$='{digest}']")
