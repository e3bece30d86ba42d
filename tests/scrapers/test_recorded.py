"""Answers from captures where one address serves many groups, or a server is recorded under another name than its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect
from scrapers.errors import GroupUnreadable
from scrapers.platforms.meetup import API
from scrapers.recorded import Recorded, read_folder
from scrapers.registry import resolve

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "http://127.0.0.1:18008"


def response(url: str, body: object, status: int = 200, *, method: str = "GET", days: int = 0) -> Capture:
    outcome = {200: Outcome.OK, 404: Outcome.NOT_FOUND}.get(status, Outcome.UNAVAILABLE)
    return Capture(
        url, url, outcome, AT + timedelta(days=days), status, {}, json.dumps(body).encode(), f"http_{status}", method
    )


def meetup(name: str, title: str, days: int = 0, **more: object) -> Capture:
    group = {"id": "1", "urlname": name, "name": title, "description": "Walks", **more}
    return response(API, {"data": {"groupByUrlname": group}}, method="POST", days=days)


def read(address: str, *captures: Capture):
    recorded = Recorded(captures)
    return collect(recorded.settle(resolve(address)), recorded).snapshot


OTHERS = [
    response(API, {"data": {"groupSearch": {"edges": []}}}, method="POST", days=3),
    response(
        API, {"data": {"groupByUrlname": {"id": "9", "name": "Nameless", "description": "x"}}}, method="POST", days=4
    ),
]


def test_of_many_answers_at_one_address_the_one_about_the_group_answers():
    captures = [meetup("Quiet-Harbour", "Quiet Harbour"), meetup("moss-walks", "Moss Walks", days=1), *OTHERS]
    assert read("https://www.meetup.com/quiet-harbour/", *captures).name.value == "Quiet Harbour"
    assert read("https://www.meetup.com/de-DE/Moss-Walks/events/", *captures).name.value == "Moss Walks"


def test_the_newest_answer_about_a_group_counts():
    captures = [meetup("quiet-harbour", "Quiet Cove", days=2), meetup("quiet-harbour", "Quiet Harbour"), *OTHERS]
    assert read("https://www.meetup.com/quiet-harbour/", *captures).name.value == "Quiet Cove"


def test_no_answer_about_another_group_is_taken():
    with pytest.raises(GroupUnreadable) as error:
        read("https://www.meetup.com/night-owls/", meetup("quiet-harbour", "Quiet Harbour"), *OTHERS)
    assert error.value.code == "unavailable"


def test_the_only_answer_at_an_address_answers_whatever_it_says():
    with pytest.raises(GroupUnreadable) as error:
        read("https://www.meetup.com/night-owls/", response(API, {"data": {"groupByUrlname": None}}, method="POST"))
    assert error.value.code == "not_found"


INVITATION = {
    "code": "AbCdEf",
    "type": 0,
    "guild": {"id": "1100000000000000001", "name": "Night Owls", "features": [], "nsfw_level": 0, "description": None},
}


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com/api/v9/invites/AbCdEf",
        "https://discordapp.com/api/invites/AbCdEf?with_counts=true",
        "https://discord.com/api/v9/channels/<id>/invites",
    ],
)
@pytest.mark.parametrize(
    "address", ["https://discord.gg/AbCdEf", "https://discord.com/channels/1100000000000000001?invite=AbCdEf"]
)
def test_an_invitation_is_found_wherever_the_api_described_it(url, address):
    snapshot = read(address, response(url, INVITATION))
    assert (snapshot.name.value, snapshot.ref.key) == ("Night Owls", "guild/1100000000000000001")
    assert {source.url for source in snapshot.name.sources} == {url}


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://elsewhere.example/api", INVITATION),
        ("https://discord.com/api/v9/x", {**INVITATION, "code": "Other"}),
        ("https://discord.com/api/v9/x", {"code": "AbCdEf", "message": "?"}),
        ("https://discord.com/api/v9/x", ["AbCdEf"]),
    ],
)
def test_what_describes_no_such_invitation_is_none(url, body):
    with pytest.raises(GroupUnreadable) as error:
        read("https://discord.gg/AbCdEf", response(url, body))
    assert error.value.code == "unavailable"


def test_a_refusal_at_its_own_address_is_told_before_what_was_described_elsewhere():
    gone = response(
        "https://discord.com/api/v10/invites/AbCdEf?with_counts=true", {"code": 10006, "message": "x"}, 404, days=9
    )
    with pytest.raises(GroupUnreadable) as error:
        read("https://discord.gg/AbCdEf", response("https://discord.com/api/v9/x", INVITATION), gone)
    assert error.value.code == "not_found"


ROOM = f"{HOST}/_matrix/client/v1/room_summary/%23calm%3Aquiet.example"
SUMMARY = {
    "room_id": "!abcdefgh:quiet.example",
    "name": "Calm",
    "num_joined_members": 3,
    "world_readable": False,
    "join_rule": "public",
}


def test_a_server_on_loopback_answers_for_the_host_that_its_addresses_name():
    well_known = response(f"{HOST}/.well-known/matrix/client", {"m.homeserver": {"base_url": f"{HOST}/"}})
    for captures in ([response(ROOM, SUMMARY), well_known], [response(ROOM, SUMMARY)]):
        snapshot = read("#calm:quiet.example", *captures)
        assert (snapshot.name.value, snapshot.members.value.count) == ("Calm", 3)


def test_a_room_that_the_server_does_not_know_is_not_found():
    with pytest.raises(GroupUnreadable) as error:
        read("#calm:quiet.example", response(ROOM, {"errcode": "M_NOT_FOUND", "error": "x"}, 404))
    assert error.value.code == "not_found"


def test_it_answers_for_no_other_host_and_no_public_server_stands_for_another():
    recorded = Recorded([response(ROOM, SUMMARY), response(f"{HOST}/about", {})])
    assert recorded(Request("https://quiet.example/about", "x")).ok
    assert recorded(Request("https://other.example/about", "x")).detail == "not_captured"
    public = Recorded([response(ROOM.replace(HOST, "https://matrix.example"), SUMMARY)])
    assert public(Request(ROOM.replace(HOST, "https://quiet.example"), "x")).detail == "not_captured"


def test_a_host_is_the_same_with_and_without_www_unless_both_are_recorded():
    bare, www = response("http://calm.example/a", 1), response("https://www.calm.example/a", 2)
    assert Recorded([bare])(Request("https://www.calm.example/a", "x")).body == b"1"
    assert Recorded([www])(Request("https://calm.example/a", "x")).body == b"2"
    assert Recorded([bare, www])(Request("http://calm.example/a", "x")).body == b"1"


FORUM = b'<html lang="en"><head><title>x</title></head><body id="phpbb"><a href="viewtopic.php?t=1">x</a></body></html>'


def page(url: str, status: int = 200) -> Capture:
    return replace(response(url, "", status), body=FORUM)


def test_a_site_is_settled_by_its_pages_the_shortest_address_first_and_never_by_a_part_or_a_failure():
    board, topic, long = (
        f"https://calm.example/{place}" for place in ("viewforum.php?f=2", "viewtopic.php?t=1", "viewtopic.php?t=100")
    )
    site = resolve("https://calm.example/")
    settled = Recorded([page(long), page(board), page(topic)]).settle(site)
    assert (settled.canonical_url, settled.inner_url) == (site.canonical_url, topic)
    assert Recorded([page(board)]).settle(site) == site
    assert Recorded([page(topic, 404)]).settle(site) == site
    assert Recorded([page(topic)]).settle(resolve("https://other.example/")) == resolve("https://other.example/")


def test_files_without_address_are_no_site():
    nowhere = resolve("http://recorded.invalid/")
    assert Recorded([page("http://recorded.invalid/viewtopic.php?t=1")]).settle(nowhere) == nowhere


@pytest.mark.parametrize(
    ("name", "meta", "body", "url"),
    [
        ("group.json", {}, {"type": "Group", "id": "https://calm.example/c/owls"}, "https://calm.example/c/owls"),
        ("group.json", {"url": "https://calm.example/c/owls / as an actor"}, {}, "https://calm.example/c/owls"),
        ("other.json", {}, {"id": "https://calm.example/c/owls"}, "http://recorded.invalid/other.json"),
        ("other.json", {}, {"type": "Group", "id": "calm"}, "http://recorded.invalid/other.json"),
        ("other.json", {}, [{"type": "Group"}], "http://recorded.invalid/other.json"),
        ("gefühl a+b.html", {}, "x", "http://recorded.invalid/gef%C3%BChl%20a+b.html"),
    ],
)  # fmt: skip
def test_the_address_of_a_file_that_is_told_by_no_sidecar(tmp_path, name, meta, body, url):
    (tmp_path / name).write_text(json.dumps(body))
    (tmp_path / f"{name}.meta.json").write_text(json.dumps(meta))
    assert [capture.url for capture in read_folder(tmp_path)] == [url]
