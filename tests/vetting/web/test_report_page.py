"""The report page shows the stored document, all of it, and lets nothing in it act."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from scrapers.recorded import Recorded
from tests.vetting.faces import publish, sample, variant
from vetting.demo import captures, cases
from vetting.services.context import Context
from vetting.services.vet import appraise
from vetting.web import labels, text

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp.exe"


def page_of(client: FlaskClient, group: str) -> BeautifulSoup:
    answer = client.get(f"/groups/{group}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "lxml")


@pytest.fixture
def page(client: FlaskClient, site: Context) -> BeautifulSoup:
    return page_of(client, publish(site, sample()))


def text_of(soup: BeautifulSoup) -> str:
    return re.sub(r"\s+", " ", soup.get_text(" "))


def test_the_grade_is_said_in_words(page):
    assert page.select_one("#verdict").get_text() == "Grade C: mixed"
    assert "85 % of what was asked" in text_of(page)


def test_the_interval_has_a_table_twin(page):
    figure = page.select_one("figure.interval")
    assert "From 64.33 to 75.69 of 100 points" in figure.svg["aria-label"]
    assert [cell.get_text() for cell in figure.select("td")] == ["64.33", "75.69", "64.33"]


def test_every_finding_is_shown_with_outcome_message_evidence_and_remedy(page):
    for finding in sample()["findings"]:
        article = page.find(id=f"f-{finding['rule']}")
        said = text_of(article)
        assert labels.RESULTS[finding["result"]] in said
        assert finding["question"] in said
        assert finding["message"] in said
        assert (finding["remedy"] in said) == (finding["result"] in {"failed", "partial"} or not finding["remedy"])
        for fact in finding["facts"]:
            assert fact["question"] in said
            assert all(evidence["quote"] in said for evidence in fact["evidence"])


def test_what_is_missing_comes_before_what_is_there(page):
    shown = [mark.get_text(strip=True) for mark in page.select("section:has(#d-stewardship) .finding-mark")]
    assert shown == ["No", "Partly", "Yes", "Yes", "Could not tell", "Does not apply"]


def test_the_remedies_stand_in_the_order_of_their_gain(page):
    gains = [Decimal(found) for found in re.findall(r"\+([\d.]+) points", page.select_one(".helps").get_text())]
    assert len(gains) == 5
    assert gains == sorted(gains, reverse=True)


def test_the_addends_shown_sum_to_the_sums_shown(page):
    for body in page.select("section:has(#score) tbody:has(.sum-row)"):
        *rows, total = [[cell.get_text(strip=True) for cell in row.select(".number")] for row in body.select("tr")][1:]
        counted = [(weight, earned) for weight, earned in rows if earned != "not counted"]
        assert sum(Decimal(weight) for weight, _ in counted) == Decimal(total[0])
        assert sum(Decimal(earned) for _, earned in counted if " to " not in earned) == Decimal(total[1])


def test_all_arithmetic_is_printed(page):
    said = text_of(page.select_one("section:has(#score)"))
    for step in sample()["arithmetic"]:
        assert f"{step['label']} {step['expression']} {text.points(step['value'])}" in said


def test_stewards_incidents_captures_and_the_unknown_are_told(page):
    said = text_of(page)
    for expected in (
        "harbourkeeper",
        "Verified with the issuer on 2 November 2026",
        "1 deleted account also held a role",
        "Privacy breach, June 2026",
        "the platform asked us to slow down",
        "The moderation log answered",
        "How to object",
        "pack core 1.0.0",
    ):
        assert expected in said


def test_an_incident_without_a_paraphrase_has_no_empty_line(client, site):
    document = variant()
    document["incidents"]["records"][0]["summary"] = ""
    record = page_of(client, publish(site, document)).select_one("article.incident")
    assert [part.get_text(strip=True) != "" for part in record.select("p")] == [True]


def test_what_is_offered_is_told_in_the_groups_words(page, client, site):
    offers = [{"label": "For whom", "value": "", "quote": "For people who <b>live</b> with panic."}]
    shown = page_of(client, publish(site, variant(offers=offers))).select_one("dl.offers")
    assert shown.select_one("dd q").get_text() == "For people who <b>live</b> with panic."
    assert len(page.select("dl.offers dd")) == len(sample()["offers"])


def test_the_platforms_rules_stand_apart_from_the_groups(page, client, site):
    capture = sample()["captures"][0]
    layer = {
        "count": 3,
        "rules": [{"title": "Be civil", "text": HOSTILE}, {"title": "", "text": "No spam."}],
        "answers": [{"fact": "respect", "question": "Do the rules ask for respect?", "quote": "Be civil"}],
        "sources": [{"ref": capture["digest"], "at": "2026-11-20T09:12:44Z"}],
    }
    soup = page_of(client, publish(site, variant(platform_rules=layer)))
    block = soup.select_one("section.platform-rules")
    for told in (
        "3 rules of Lemmy hold here too",
        "They do not count for the group",
        "Be civil",
        "No spam.",
        "And 1 more",
    ):
        assert told in text_of(block)
    assert block.find("script") is None
    assert block.find_parent("section").select_one("#d-clarity")
    assert page.select_one("section.platform-rules") is None


def test_shares_of_weight_show_every_place(client, site):
    document = variant()
    document["findings"][0].update(weight=7.5, earned=1.875, unknown=5.625, result="partial")
    row = page_of(client, publish(site, document)).find("th", string=document["findings"][0]["question"]).parent
    assert [cell.get_text() for cell in row.select(".number")] == ["7.5", "1.875 to 7.5"]


def test_an_example_says_that_it_is_invented(page, client, site):
    assert "Invented example" in page.select_one(".demo-banner").get_text()
    real = page_of(client, publish(site, variant(group={"is_demo": False})))
    assert real.select_one(".demo-banner") is None
    assert real.select_one("form.again input[name=address]")["value"] == sample()["group"]["url"]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"grade": "A"}, False),
        ({"grade": "C"}, False),
        ({"grade": "D"}, True),
        ({"grade": "E"}, True),
        ({"grade": "U"}, True),
        ({"grade": "C", "urgent_help": {"shown": True}}, True),
        ({"grade": "C", "caps": [{"id": "x", "limit": 10, "message": "Do not join."}]}, True),
    ],
)
def test_a_grade_to_be_careful_with_comes_with_help(client, site, changes, shown):
    soup = page_of(client, publish(site, variant(**changes)))
    assert (soup.select_one(".verdict .help-lines") is not None) is shown


def test_a_cap_and_the_last_known_grade_are_told(client, site):
    changes = {
        "grade": "U",
        "caps": [{"id": "grave", "limit": 10.0, "message": "Do not join this group for now.", "certain": True}],
        "last_known": {"grade": "D", "at": "2026-08-02T00:00:00Z"},
    }
    said = text_of(page_of(client, publish(site, variant(**changes))))
    assert "Do not join this group for now. While this stands, the score cannot be more than 10." in said
    assert "Last known grade D, on 2 August 2026" in said


def test_a_paused_rating_shows_no_grade(client, site):
    soup = page_of(client, publish(site, variant(suspended=True)))
    assert soup.select_one("#verdict").get_text() == "The rating is paused"
    assert "rating paused" in soup.title.get_text()


def test_a_report_with_nothing_in_it_is_still_a_page(client, site):
    empty = variant(findings=[], stewards=[], captures=[], offers=[], grade_reasons=[], grade="U", warnings=[])
    empty["incidents"] = {"score": 100, "discounts": [], "records": []}
    said = text_of(page_of(client, publish(site, empty)))
    for expected in ("Nothing could be read", "No reviewed incident is on record", "shows nobody who runs it"):
        assert expected in said


def hostile() -> dict:
    document = variant(group={"name": HOSTILE, "key": HOSTILE, "description": HOSTILE, "url": "javascript:alert(1)"})
    document["summary"] = HOSTILE
    document["grade_reasons"] = document["warnings"] = [HOSTILE]
    document["offers"] = [{"label": HOSTILE, "value": HOSTILE}]
    document["incidents"]["records"][0].update(summary=HOSTILE, category=HOSTILE)
    for finding in document["findings"]:
        finding.update(
            message=HOSTILE, question=HOSTILE, remedy=HOSTILE, source=HOSTILE, source_url="javascript:alert(1)"
        )
        for fact in finding["facts"]:
            fact["value"] = HOSTILE
            for evidence in fact["evidence"]:
                evidence.update(quote=HOSTILE, locator=HOSTILE, url="data:text/html,<script>alert(1)</script>")
    for steward in document["stewards"]:
        steward.update(handle=HOSTILE, role=HOSTILE, title=HOSTILE, claims=[{"text": HOSTILE, "label": HOSTILE}])
    for capture in document["captures"]:
        capture.update(url="javascript:alert(1)", purpose=HOSTILE)
    return document


def test_nothing_in_a_hostile_report_can_act(client, site):
    soup = page_of(client, publish(site, hostile()))
    assert soup.find_all(["script", "img", "iframe", "object", "style"]) == []
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on") or name == "style"]
    schemes = {re.match(r"[a-z]+:|", link["href"])[0] for link in soup.select("a[href]")}
    assert schemes <= {"", "tel:", "https:"}
    assert "\u202e" not in soup.get_text()
    assert "<script>alert(1)</script>" in soup.get_text()


def test_links_out_carry_nothing_along(page):
    outward = page.select("main a[href^=http]")
    assert len(outward) > 10
    assert all({"noopener", "noreferrer"} <= set(link["rel"]) for link in outward)
    assert all({"nofollow", "ugc"} <= set(link["rel"]) for link in outward if ".example" in link["href"])


def test_an_unchanged_report_is_not_sent_again(client, site):
    group = publish(site, sample())
    first = client.get(f"/groups/{group}")
    again = client.get(f"/groups/{group}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "s-maxage" in again.headers["Cache-Control"]
    assert client.get(f"/groups/{group}", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_the_page_of_a_capture_shows_its_text_as_text(client, site):
    document = sample()
    group = publish(site, document)
    address = f"/groups/{group}/captures/{document['captures'][0]['digest']}"
    soup = BeautifulSoup(client.get(address).data, "lxml")
    assert "<script>alert('from the page')</script>" in soup.select_one("pre").get_text()
    assert soup.find("script") is None
    assert document["captures"][0]["digest"] in soup.get_text()


def test_a_captured_file_is_handed_over_and_never_shown(client, site):
    document = sample()
    group = publish(site, document)
    answer = client.get(f"/groups/{group}/captures/{document['captures'][0]['digest']}/file")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_only_cited_captures_have_a_page(client, site):
    group = publish(site, sample())
    assert client.get(f"/groups/{group}/captures/{'0' * 64}").status_code == 404


def test_the_sample_has_the_shape_of_a_real_document():
    """What these pages are tried on is what the service writes."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    case = dict(cases(at))["lanterns"]
    real = json.loads(appraise(case["address"], Recorded(captures(case, at))).report)
    made = sample()
    assert set(made) <= set(real), set(made) - set(real)
    for part in ("group", "pack"):
        assert set(made[part]) <= set(real[part])
    for part in ("findings", "dimensions", "captures", "stewards", "arithmetic"):
        assert set(made[part][0]) <= set(real[part][0]), part


def test_the_page_says_how_surely_the_rules_were_read(client, site):
    note = "The group's rules were read in Spanish. <b>Less certain</b> than in English."
    clarity = page_of(client, publish(site, variant(rules_note=note))).find(id="d-clarity").parent
    assert note in text_of(clarity)
    assert not clarity.select("p.notice b")
