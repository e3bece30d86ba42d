"""The page for groups that describe themselves."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from vetting.services import self_descriptions
from vetting.services.self_descriptions import EXAMPLE


def test_the_page_shows_the_example_serves_the_schema_and_checks(client):
    page = BeautifulSoup(client.get("/self-description").data, "lxml")
    assert json.loads(page.select_one("pre").text) == EXAMPLE
    answer = client.get(page.select_one("a[href$='schema.json']")["href"])
    assert answer.mimetype == "application/schema+json"
    assert json.loads(answer.data)["required"] == ["version", "url"]
    wrong = client.post("/self-description", data={"text": '{"version": 1, "name": "<script>"}'})
    assert wrong.status_code == 422
    assert "<script>" not in BeautifulSoup(wrong.data, "lxml").select_one("#problems").decode_contents()
    assert "url" in BeautifulSoup(wrong.data, "lxml").select_one("#problems").text
    sound = client.post("/self-description", data={"text": self_descriptions.example()})
    assert (sound.status_code, "The file is sound" in sound.text) == (200, True)
