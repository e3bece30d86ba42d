"""What holds for every adapter's snapshot: which links are told, from the words too, and which dates can be true."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect
from scrapers.finish import UNDATED_WARNING
from scrapers.parse import as_moment
from scrapers.recorded import UNDATED, Recorded
from scrapers.registry import resolve
from scrapers.snapshot import Snapshot, State

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REDDIT = "https://oauth.reddit.com/r/quietharbour"


def captured(url: str, body: Any, at: datetime = AT) -> Capture:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    return Capture(url, url, Outcome.OK, at, 200, {}, data)


def subreddit(at: datetime = AT, rules: tuple[str, ...] = (), **about: Any) -> Snapshot:
    """A community's reading, whatever addresses the adapter asks for."""
    data = {"display_name": "quietharbour", "title": "Quiet Harbour", "subreddit_type": "public", **about}
    listed = [{"short_name": "Rule", "description": text, "kind": "all"} for text in rules]

    def fetch(request: Request) -> Capture:
        if "/about/rules" in request.url:
            return captured(request.url, {"rules": listed, "site_rules": []}, at)
        if request.url.partition("?")[0].removesuffix(".json").endswith("/about"):
            return captured(request.url, {"kind": "t5", "data": data}, at)
        return Capture(request.url, request.url, Outcome.NOT_FOUND, at, 404)

    return collect(resolve("r/quietharbour"), fetch).snapshot


def rels(snapshot: Snapshot) -> dict[str, str]:
    return {link.url: link.rel for link in snapshot.links.value or ()}


def test_links_of_every_adapter_say_why_they_matter():
    sidebar = (
        '<a href="https://findahelpline.com/">help</a> <a href="https://discord.gg/AbCdEf">chat</a>'
        '<a href="/r/nightowls">friends</a> <a href="https://harbour.example/">Official website</a>'
    )
    assert rels(subreddit(description_html=sidebar)) == {
        "https://findahelpline.com/": "crisis",
        "https://discord.gg/AbCdEf": "twin",
        "https://www.reddit.com/r/nightowls": "other",
        "https://harbour.example/": "site",
    }


@pytest.mark.parametrize(
    "words",
    [
        "In danger? [Help near you](https://findahelpline.com/).",
        "In danger? See https://findahelpline.com/.",
        "In danger? Go to findahelpline.com/, please.",
        'In danger? <a href="https://findahelpline.com/">Go here</a>',
    ],
)
@pytest.mark.parametrize("place", ["rules", "description", "public_description"])
def test_a_way_to_urgent_help_in_the_words_is_a_link(words: str, place: str):
    snapshot = subreddit(rules=(words,)) if place == "rules" else subreddit(**{place: words})
    assert rels(snapshot) == {"https://findahelpline.com/": "crisis"}
    assert snapshot.links.sources[0] in {
        *snapshot.rules.sources,
        *snapshot.rules_text.sources,
        *snapshot.description.sources,
    }


@pytest.mark.parametrize(
    "words", ["See [tea](https://tea.example/).", "notfindahelpline.com", "a@findahelpline.com", ""]
)
def test_words_without_a_telling_link_add_none(words: str):
    snapshot = subreddit(rules=(words or "Be kind",))
    assert snapshot.links.state is not State.VALUE


def test_links_on_the_rules_page_of_a_site_are_told():
    page = "<html><body><main><p>A circle that meets.</p><a href='/rules'>Rules</a></main></body></html>"
    rules = f"<html><body><main><p>{'Be kind to all. ' * 9}</p><a href='https://www.samaritans.org/x'>Call</a></main></body></html>"
    captures = [captured("https://calm.example/", page), captured("https://calm.example/rules", rules)]
    found = rels(collect(resolve("https://calm.example/"), Recorded(captures)).snapshot)
    assert found == {"https://calm.example/rules": "rules", "https://www.samaritans.org/x": "crisis"}


def test_nothing_began_after_it_was_read():
    late = subreddit(created_utc=(AT + timedelta(days=2)).timestamp())
    assert (late.created.state, late.created.reason) == (State.UNREAD, "parse_error")
    assert "created: later than the reading" in late.warnings
    assert subreddit(created_utc=(AT - timedelta(days=2)).timestamp()).created.value


@pytest.mark.parametrize("never", ["9999-12-31T00:00:00Z", 5e9, "2100-01-01"])
def test_a_time_that_stands_for_never_is_none(never: object):
    with pytest.raises(ValueError, match="web's"):
        as_moment(never)


def test_a_recording_without_a_date_does_not_pretend_to_have_one():
    undated = subreddit(at=UNDATED, created_utc=1.6e9)
    assert UNDATED_WARNING in undated.warnings
    assert undated.created.value  # there is no moment to compare it with
    assert UNDATED_WARNING not in subreddit().warnings


@pytest.mark.parametrize("depth", [300, 20_000])
def test_no_nesting_in_the_words_ends_a_reading(depth: int):
    assert subreddit(description_html="<div>" * depth, rules=("> " * depth,)).name.value == "Quiet Harbour"
