"""What every platform's adapter promises, also those added later: it is asked of each that the registry finds."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.adapter import Adapter, Profile, WrongPlatform
from scrapers.capture import Capture, Outcome
from scrapers.collect import MAX_REQUESTS
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.refs import GroupRef
from scrapers.registry import FALLBACK, adapters
from scrapers.snapshot import (
    READINGS,
    Activity,
    Created,
    GroupRule,
    Members,
    Snapshot,
    State,
    Steward,
    from_document,
    to_document,
)
from scrapers.urls import Address

AT = datetime(2026, 9, 1, tzinfo=UTC)
NAMES = sorted(adapters())

# One spelling of a group or more for every kind of platform; adapters claim theirs and leave the rest.
ADDRESSES = [
    "r/quietharbour",
    "https://www.reddit.com/r/QuietHarbour/",
    "!calm@lemmy.example",
    "https://lemmy.example/c/calm",
    "@keeper@social.example",
    "https://social.example/@keeper",
    "https://forum.example/c/night-watch/5",
    "#calm:matrix.example",
    "https://matrix.to/#/%23calm:matrix.example",
    "https://discord.gg/AbCdEf",
    "https://discord.com/invite/AbCdEf",
    "https://t.me/quietharbour",
    "https://t.me/+AbCdEf_GhIjKl-Mn",
    "https://discord.com/channels/1100000000000000001?invite=AbCdEf",
    "tg://resolve?domain=quietharbour",
    "https://www.meetup.com/quiet-harbour/",
    "https://www.facebook.com/groups/quietharbour/",
    "https://groups.io/g/quietharbour",
    "https://lists.example/archives/list/calm@lists.example/",
    "https://lists.example/mailman/listinfo/calm",
    "https://forum.example/viewforum.php?f=5",
    "https://forum.example/",
    "https://groups.example/support?page=2",
]
# Groups of self-hosted software are known by their pages, not by their addresses.
RECOGNISED = {"discourse": GroupRef("discourse", "forum.example", "https://forum.example/")}
# Addresses under which software keeps what people write, or who they are; nothing there is ours to read.
POSTS_OR_MEMBERS = re.compile(
    r"/(?:comments|posts?|topics?|t|timelines?|statuses|members|memberlist|followers|directory(?!/room/)|users)(?:[/.?]|$)"
    r"|/(?:hot|new|top|latest)\.(?:json|rss)"
)
# The team's pages, which some software keeps below its list of members.
TEAM = re.compile(r"staff|team|leaders|moderators|administrators|/api/users/?$")

OUTCOMES = [outcome for outcome in Outcome if outcome not in {Outcome.OK, Outcome.NOT_MODIFIED}]
# What a platform may say of the group itself: that alone is worth a snapshot.
FACTS = {Outcome.PRIVATE, Outcome.QUARANTINED, Outcome.GATED, Outcome.BANNED}
PAGES = {
    "empty": b"",
    "json of another kind": b'{"a": [1, {"b": null}]}',
    "nested": b"[" * 10_000,
    "web page": b"<!DOCTYPE html><html><head><title>Bakery</title></head><body><h1>Bread</h1><p>Open at 7.</p></body></html>",
}


def groups(adapter: Adapter) -> list[GroupRef]:
    claimed = [adapter.claim(Address.parse(address)) for address in ADDRESSES]
    known = RECOGNISED.get(adapter.platform)
    return [*filter(None, claimed), *([known] if known else [])]


GROUPS = [(name, ref) for name in NAMES for ref in groups(adapters()[name])]


def answered(request, outcome=Outcome.OK, status=200, body=b"", content_type="text/html"):
    return Capture(
        request.url, request.url, outcome, AT, status, {"content-type": content_type}, body, method=request.method
    )


def drive(name: str, ref: GroupRef, fetch) -> tuple[Snapshot | Exception, list, list]:
    """Snapshot or declared refusal, with all requests and captures."""
    requests, captures = [], []
    reader = adapters()[name].read(ref)
    try:
        request = next(reader)
        while True:
            requests.append(request)
            assert len(requests) <= MAX_REQUESTS
            captures.append(fetch(request))
            request = reader.send(captures[-1])
    except StopIteration as stop:
        return stop.value, requests, captures
    except (GroupUnreadable, WrongPlatform) as refusal:
        return refusal, requests, captures


@pytest.mark.parametrize("name", NAMES)
def test_declares_itself(name):
    adapter = adapters()[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", adapter.platform)
    assert isinstance(adapter.profile, Profile)
    assert adapter.profile.title
    assert adapter.profile.delay > 0
    assert not adapter.profile.auth or adapter.profile.auth in adapter.auth_schemes
    assert all(scheme.settings for scheme in adapter.auth_schemes.values())


@pytest.mark.parametrize("name", NAMES)
def test_never_shown_names_what_a_snapshot_has(name):
    parts = {"stewards": Steward, "rules": GroupRule, "activity": Activity, "members": Members, "created": Created}
    details = {f"{reading}.{field.name}" for reading, part in parts.items() for field in fields(part)}
    assert adapters()[name].profile.never_shown <= set(READINGS) | details


@pytest.mark.parametrize("name", [name for name in NAMES if name != FALLBACK])
def test_there_is_a_group_to_try_it_with(name):
    assert groups(adapters()[name]) or type(adapters()[name]).claim is Adapter.claim


@pytest.mark.parametrize(("name", "ref"), GROUPS, ids=str)
def test_canonical_address_is_claimed_as_itself_or_left_to_the_page(name, ref):
    again = adapters()[name].claim(Address.parse(ref.canonical_url))
    assert again in {ref, None}
    assert ref.platform == name
    assert urlsplit(ref.canonical_url).scheme in {"http", "https"}


@given(
    text=st.one_of(
        st.text(max_size=60), st.sampled_from(ADDRESSES).flatmap(lambda a: st.text(max_size=8).map(lambda t: a + t))
    )
)
def test_claiming_never_breaks(text):
    try:
        address = Address.parse(text)
    except AddressRefused:
        return
    for adapter in adapters().values():
        try:
            ref = adapter.claim(address)
        except AddressRefused as refusal:
            assert refusal.message
            assert refusal.remedy
        else:
            assert ref is None or adapter.claim(Address.parse(ref.canonical_url)) in {ref, None}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", NAMES)
def test_ordinary_pages_are_not_recognised(name, page):
    capture = Capture("https://bakery.example/", "https://bakery.example/", Outcome.OK, AT, 200, {}, PAGES[page])
    assert adapters()[name].recognise(capture) is None


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(("name", "ref"), GROUPS, ids=str)
def test_where_nothing_comes_the_reason_is_named(name, ref, outcome):
    status = {Outcome.NOT_FOUND: 404, Outcome.RATE_LIMITED: 429, Outcome.LOGIN_WALL: 401, Outcome.PRIVATE: 403}.get(
        outcome
    )
    result, requests, _ = drive(name, ref, lambda request: answered(request, outcome, status))
    assert requests
    if outcome not in FACTS:
        assert isinstance(result, (GroupUnreadable, WrongPlatform))
    if isinstance(result, GroupUnreadable):
        assert result.code in set(Outcome)
        assert result.message
        assert result.remedy
    if outcome in {
        Outcome.NEEDS_AUTH,
        Outcome.LOGIN_WALL,
        Outcome.ROBOTS_DISALLOWED,
        Outcome.RATE_LIMITED,
        Outcome.UNAVAILABLE,
    }:
        assert isinstance(result, GroupUnreadable), "a refusal tells nothing of the software behind it"
        assert result.code in {outcome, Outcome.NEEDS_AUTH}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [200, 403, 404, 500])
@pytest.mark.parametrize(("name", "ref"), GROUPS, ids=str)
def test_whatever_answers_the_readings_stand_on_captures(name, ref, status, page):
    outcome = {200: Outcome.OK, 404: Outcome.NOT_FOUND}.get(status, Outcome.UNAVAILABLE)
    result, requests, captures = drive(name, ref, lambda request: answered(request, outcome, status, PAGES[page]))
    for request in requests:
        assert urlsplit(request.url).scheme in {"http", "https"}
        assert request.purpose
        assert request.auth is None or request.auth in adapters()[name].auth_schemes
        assert TEAM.search(request.url) or not POSTS_OR_MEMBERS.search(urlsplit(request.url).path), request.url
    if isinstance(result, Snapshot):
        assert_stands_on(result, {capture.digest for capture in captures})


def assert_stands_on(snapshot: Snapshot, digests: set[str]) -> None:
    assert from_document(to_document(snapshot)) == snapshot
    for name in READINGS:
        reading = getattr(snapshot, name)
        if reading.state in {State.VALUE, State.ABSENT}:
            assert reading.sources, name
            assert {source.digest for source in reading.sources} <= digests, name
        else:
            assert reading.reason, name
            assert reading.value is None, name


@pytest.mark.parametrize("name", ["discourse", "lemmy", "mastodon"])
def test_real_pages_of_other_software_are_not_recognised(shared_data, name):
    pages = sorted((shared_data / "captures").glob("*/*.html"))[::15]
    assert len(pages) >= 10
    for page in pages:
        capture = Capture("https://site.example/", "https://site.example/", Outcome.OK, AT, 200, {}, page.read_bytes())
        assert adapters()[name].recognise(capture) is None, page.name
