"""Answers from captures where one address serves many groups, or a server is recorded under another name than its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect
from scrapers.decoding import MAX_BYTES
from scrapers.errors import GroupUnreadable
from scrapers.platforms.meetup import API
from scrapers.recorded import UNDATED, Recorded, read_folder
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


@pytest.mark.parametrize("captures", [[], [page("https://calm.example/viewtopic.php?t=1")], OTHERS])
@pytest.mark.parametrize("address", ["https://other.example/", "https://www.meetup.com/night-owls/", "r/nightowls"])
def test_a_recording_of_nothing_that_was_asked_for_says_so(captures, address):
    recorded, ref = Recorded(captures), resolve(address)
    with pytest.raises(GroupUnreadable) as error:
        recorded.settle(ref)
    assert error.value.message == "The recorded responses hold none of this address."
    assert "later" not in error.value.remedy


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


@pytest.mark.parametrize(
    ("captured", "moment"),
    [
        ("2026-01-31T19:0x-08:00Z", (2026, 1, 31)),
        ("2026-01-31T19:05 or so", (2026, 1, 31, 19, 5)),
        ("2014-2016 approx", (2014, 1, 1)),
        ("2014-05 approx", (2014, 5, 1)),
        ("2014-05", (2014, 5, 1)),
        ("2014", (2014, 1, 1)),
        ("2014-05-06", (2014, 5, 6)),
        ("Wed, 07 May 2014 08:09:10 GMT", (2014, 5, 7, 8, 9, 10)),
        ("2014-05-06T23:00:00-02:00", (2014, 5, 7, 1)),
        ("9999-12-31T23:59:59-10:00", None),
        ("20145", None),
        ("2014-99", None),
        ("some day", None),
        (7, None),
    ],
)
def test_a_date_is_read_as_far_as_it_goes(tmp_path, captured, moment):
    (tmp_path / "x.json").write_text("{}")
    (tmp_path / "x.json.meta.json").write_text(json.dumps({"captured": captured}))
    (capture,) = read_folder(tmp_path)
    assert capture.at == (datetime(*moment, tzinfo=UTC) if moment else UNDATED)
    (told,) = read_folder(tmp_path, at=AT)
    assert told.at == (capture.at if moment else AT)


@pytest.fixture
def folder(tmp_path):
    """A recording of one good response, beside a file that is not part of it."""
    (tmp_path / "outside.json").write_text('{"secret": 1}')
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "good.json").write_text("{}")
    (kept / "good.json.meta.json").write_text(json.dumps({"url": "https://calm.example/good"}))
    return kept


def test_a_description_without_its_file_is_left_out(folder, caplog):
    (folder / "lost.json.meta.json").write_text("{}")
    (folder / "odd.meta.json").mkdir()
    assert [capture.url for capture in read_folder(folder)] == ["https://calm.example/good"]
    assert "lost.json.meta.json describes a file that is not there" in caplog.text


def test_nothing_outside_the_folder_is_read(folder, caplog):
    for name in ("linked.json", "described.json.meta.json"):
        (folder / name).symlink_to(folder.parent / "outside.json")
    (folder / "linked.json.meta.json").write_text("{}")
    (folder / "described.json").write_text("{}")
    bodies = {capture.url.rpartition("/")[2]: capture.body for capture in read_folder(folder)}
    assert bodies == {"good": b"{}", "described.json": b"{}"}
    assert "linked.json leads out of the folder" in caplog.text
    assert "described.json: its .meta.json cannot be read" in caplog.text


@pytest.mark.parametrize("sidecar", [b"[", b"[" * 100_000, b"\xff\xfe", b"7", b"{" + b" " * MAX_BYTES])
def test_a_broken_description_is_told_and_ends_nothing(folder, caplog, sidecar):
    (folder / "odd.json").write_text("{}")
    (folder / "odd.json.meta.json").write_bytes(sidecar)
    assert len(read_folder(folder)) == 2
    assert "odd.json: its .meta.json cannot be read" in caplog.text


def test_odd_values_in_a_description_end_nothing(folder, caplog):
    (folder / "good.json.meta.json").write_text(json.dumps({"url": [], "method": {}, "status": "soon", "headers": 7}))
    (capture,) = read_folder(folder)
    assert (capture.method, capture.status) == ("GET", 200)
    assert "its status is none of HTTP's" in caplog.text
    assert Recorded([capture])(Request(capture.url, "x")).ok


def test_no_more_is_read_than_a_fetch_takes(folder, caplog):
    (folder / "good.json").write_bytes(b"x" * (MAX_BYTES + 1))
    (capture,) = read_folder(folder)
    assert (capture.outcome, capture.detail, capture.body) == (Outcome.UNAVAILABLE, "too_large", b"")
    assert "larger than 5,000,000 bytes" in caplog.text
