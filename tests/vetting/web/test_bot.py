"""A site's owner learns who reads, and how to be left alone: from the header that we send to the page that it names."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from protego import Protego
from structlog.testing import capture_logs

from tests.vetting.faces import open_context
from vetting.app import create_app
from vetting.jobs.worker import Worker
from vetting.services import agent, fetching

CONTACT = "https://vetting.example/write"


def page(context):
    return BeautifulSoup(create_app(context).test_client().get("/bot").data, "lxml")


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PUBLIC_URL": "https://vetting.example/", "CONTACT_URL": CONTACT}, "https://vetting.example/bot"),
        ({"PUBLIC_URL": "https://vetting.example"}, "https://vetting.example/bot"),
        ({"CONTACT_URL": CONTACT}, CONTACT),
        ({}, ""),
    ],
)
def test_the_page_shows_the_header_that_is_sent(tmp_path, variables, named):
    with open_context(tmp_path, **variables) as context:
        sent = fetching._fetcher(context.settings, context.database, context.clock)._settings.user_agent
        text = page(context).get_text()
        assert agent.about(context.settings) == named
    assert sent in text
    assert named in sent
    assert ("no contact page configured" in sent) == (not named)


def test_the_address_in_the_header_answers(client, site):
    settings = replace(site.settings, public_url="https://vetting.example")
    assert client.get(urlsplit(agent.about(settings)).path).status_code == 200
    footer = BeautifulSoup(client.get("/").data, "lxml").select_one("footer")
    assert footer.find("a", href="/bot")


def test_it_is_told_where_to_write(tmp_path):
    with open_context(tmp_path, CONTACT_URL=CONTACT) as context:
        assert page(context).select_one(f"a[href='{CONTACT}']")
    with open_context(tmp_path / "nobody") as context:
        assert "have named no address" in page(context).get_text()


def test_the_lines_that_it_shows_keep_us_away(client, site):
    shown = BeautifulSoup(client.get("/bot").data, "lxml").pre.get_text()
    token = agent.user_agent(site.settings).partition("/")[0]
    assert not Protego.parse(shown).can_fetch("https://forum.example/", token)
    slower = Protego.parse(shown.replace("Disallow: /", "Crawl-delay: 30"))
    assert slower.crawl_delay(token) == 30


@pytest.mark.parametrize(("contact", "warned"), [("", True), (CONTACT, False)])
def test_whoever_reads_without_an_address_is_told(tmp_path, contact, warned):
    with open_context(tmp_path, CONTACT_URL=contact) as context, capture_logs() as logs:
        Worker(context, threads=1)
    assert ("reader_without_address" in [line["event"] for line in logs]) == warned
