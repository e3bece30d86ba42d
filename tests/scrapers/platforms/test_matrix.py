from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.capture import Outcome
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.platforms.matrix import ACCOUNT, ADAPTER
from scrapers.refs import GroupRef
from scrapers.urls import Address
from tests.scrapers.platforms.platform_replay import CASES, Web, answer, case, drive, read, recorded, states, without

ROOM = GroupRef("matrix", "#calm:matrix.example", "https://matrix.to/#/%23calm:matrix.example")
HOST = "https://matrix.example"
SUMMARY = f"{HOST}/_matrix/client/v1/room_summary/%23calm%3Amatrix.example"
OLD_SUMMARY = f"{HOST}/_matrix/client/unstable/im.nheko.summary/rooms/%23calm%3Amatrix.example/summary"
DIRECTORY = f"{HOST}/_matrix/client/v3/directory/room/%23calm%3Amatrix.example"
# Recorded summary -> members, visibility, joining, scope.
RECORDED = {
    "synapse-room-summary-v1-public.json": (3, "public", "open", "group"),
    "synapse-room-summary-nheko-public.json": (3, "public", "open", "group"),
    "synapse-room-summary-v1-knock.json": (1, "restricted", "knock", "group"),
    "synapse-room-summary-v1-space.json": (1, "restricted", "open", "site"),
}


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_summaries(shared_data, file):
    capture = recorded(shared_data / "captures/matrix" / file, SUMMARY)
    s = read(ROOM, capture, otherwise=without(Outcome.NEEDS_AUTH))
    assert (s.members.value.count, s.visibility.value, s.joining.value, s.scope) == RECORDED[file]
    assert s.native_id == json.loads(capture.body)["room_id"]
    assert s.ref.key == f"{s.native_id}@matrix.example"
    assert states(s)["stewards"] == (
        "withheld:needs_auth" if s.visibility.value == "public" else "withheld:hidden_by_admin"
    )
    assert s.warnings == ()


def test_recorded_power_levels_leave_out_the_creator(shared_data):
    """In room version 12 whoever made the room is in no list, and stands above all."""
    folder = shared_data / "captures/matrix"
    events = json.loads((folder / "synapse-state-worldreadable-authed-nonmember.json").read_bytes())
    made = next(event for event in events if event["type"] == "m.room.create")
    number = made["room_id"].replace("!", "%21")
    state = f"{ACCOUNT}/_matrix/client/v3/rooms/{number}/state"
    host = "https://loop.test/_matrix/client"
    s = read(
        GroupRef("matrix", "#anxiety:loop.test", "https://matrix.to/#/%23anxiety:loop.test"),
        recorded(folder / "synapse-room-summary-v1-public.json", f"{host}/v1/room_summary/%23anxiety%3Aloop.test"),
        answer(f"{state}/m.room.create/?format=event", made),
        recorded(folder / "synapse-power-levels-authed.json", f"{state}/m.room.power_levels/"),
        recorded(folder / "synapse-profile-noauth.json", f"{host}/v3/profile/%40alice_mod%3Aloop.test"),
    )
    assert [steward.role for steward in s.stewards.value] == ["owner", "moderator", "moderator"]
    assert [steward.is_bot for steward in s.stewards.value] == [False, False, True]
    assert s.stewards.value[0].display_name.endswith("(LCSW)")
    assert s.founder.value.handle == s.stewards.value[0].handle == made["sender"]
    assert (s.created.value.at.timestamp(), s.created.value.exact) == (made["origin_server_ts"] / 1000, True)
    assert s.stewards_complete


@pytest.mark.parametrize(
    ("file", "code"),
    [("synapse-room-summary-v1-missing.json", "not_found"), ("synapse-hierarchy-noauth.json", "needs_auth")],
)
def test_recorded_errors(shared_data, file, code):
    with pytest.raises(GroupUnreadable) as error:
        read(ROOM, recorded(shared_data / "captures/matrix" / file, SUMMARY))
    assert error.value.code == code


def test_says_that_private_and_missing_look_alike(shared_data):
    with pytest.raises(GroupUnreadable, match="or it is private"):
        read(ROOM, recorded(shared_data / "captures/matrix/synapse-room-summary-v1-missing.json", SUMMARY))


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, {"errcode": "M_FORBIDDEN", "error": "no"}, "needs_auth"),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}, "rate_limited"),
        (404, "<html>no Matrix here</html>", "unavailable"),
        (200, "<html>a site</html>", "parse_error"),
        (200, {"room_id": 7}, "parse_error"),
        (404, {"errcode": "M_UNRECOGNIZED"}, "unavailable"),
    ],
)
def test_names_the_cause(status, body, code):
    with pytest.raises(GroupUnreadable) as error:
        read(ROOM, answer(SUMMARY, body, status))
    assert error.value.code == code


def test_an_older_server_is_asked_in_the_older_way(shared_data):
    folder = shared_data / "captures/matrix"
    unknown = recorded(folder / "synapse-unrecognized.json", SUMMARY)
    s = read(ROOM, unknown, recorded(folder / "synapse-room-summary-nheko-public.json", OLD_SUMMARY), otherwise=without(Outcome.NEEDS_AUTH))  # fmt: skip
    assert s.members.value.count == 3


def test_the_oldest_servers_tell_only_the_id(shared_data):
    folder = shared_data / "captures/matrix"
    captures = [recorded(folder / "synapse-unrecognized.json", url) for url in (SUMMARY, OLD_SUMMARY)]
    captures.append(recorded(folder / "synapse-directory-room.json", DIRECTORY))
    with pytest.raises(GroupUnreadable) as error:
        read(ROOM, *captures, otherwise=without(Outcome.NEEDS_AUTH))
    assert error.value.code == "needs_auth"
    assert "MATRIX_ACCESS_TOKEN" in error.value.remedy
    number = json.loads(captures[-1].body)["room_id"]
    state = f"{ACCOUNT}/_matrix/client/v3/rooms/{number.replace('!', '%21')}/state"
    events = json.loads((folder / "synapse-state-worldreadable-authed-nonmember.json").read_bytes())
    made = next(event for event in events if event["type"] == "m.room.create")
    s = read(
        ROOM,
        *captures,
        answer(f"{state}/m.room.create/?format=event", made),
        answer(f"{state}/m.room.power_levels/", {"users": {}}),
    )
    assert s.created.value.exact
    assert states(s)["name"] == states(s)["members"] == "withheld:needs_auth"


def test_no_server_speaks_for_another():
    """An alias that its server leads to another server's room stays an alias: the room's own key is not its to fill."""
    ref, captures, _ = case(CASES / "matrix" / "version10.json")
    summary = json.loads(captures[1].body) | {"room_id": "!AbCdEfGh:other.example"}
    s = read(ref, captures[0], answer(captures[1].url, summary), otherwise=without(Outcome.NEEDS_AUTH))
    assert s.ref == ref
    assert s.native_id == "!AbCdEfGh:other.example"


def test_an_id_is_asked_of_the_server_that_it_names():
    ref = ADAPTER.claim(Address.parse("https://matrix.to/#/!AbCdEfGh:matrix.example?via=impostor.example"))
    web = Web([])
    with pytest.raises(GroupUnreadable):
        drive(ref, web)
    assert all(request.url.startswith(f"{HOST}/") for request in web.asked)


def test_another_room_than_asked_for_is_not_taken():
    ref, captures, _ = case(CASES / "matrix" / "knock.json")
    other = json.loads(captures[1].body) | {"room_id": "!Another:matrix.example"}
    with pytest.raises(GroupUnreadable) as error:
        read(ref, captures[0], answer(captures[1].url, other))
    assert error.value.code == "parse_error"


def test_the_token_goes_to_its_own_server_only():
    ref, captures, _ = case(CASES / "matrix" / "version12.json")
    web = Web(captures)
    drive(ref, web)
    assert {request.auth for request in web.asked} == {None, "matrix"}
    assert all(request.url.startswith(f"{ACCOUNT}/") for request in web.asked if request.auth)
    assert not any("members" in request.url or request.url.endswith("/state") for request in web.asked)


def test_a_server_is_not_asked_how_people_of_others_are_called():
    ref, captures, _ = case(CASES / "matrix" / "version12.json")
    web = Web(captures, lambda request: answer(request.url, {"displayname": "Dr. Somebody, MD"}))
    named = {steward.handle: steward.display_name for steward in drive(ref, web).stewards.value}
    assert named["@second:matrix.example"] == "Dr. Somebody, MD"
    assert named["@tide:other.example"] == ""


def test_where_everyone_moderates_nobody_is_named():
    ref, captures, _ = case(CASES / "matrix" / "version12.json")
    powers = answer(captures[3].url, {"users": {}, "users_default": 50})
    assert states(read(ref, *captures[:3], powers))["stewards"] == "unread:parse_error"


def test_the_settled_address_leads_back_to_the_same_room():
    for path in sorted((CASES / "matrix").glob("version*[0-9].json")):
        ref, captures, _ = case(path)
        settled = read(ref, *captures).ref
        assert ADAPTER.claim(Address.parse(settled.canonical_url)) == settled


@pytest.mark.parametrize(
    "base", [7, "ftp://hs.matrix.example", "javascript:alert(1)", "", None, "https://user:x@hs.matrix.example"]
)
def test_a_homeserver_that_points_nowhere_is_asked_under_its_name(base):
    known = answer(f"{HOST}/.well-known/matrix/client", {"m.homeserver": {"base_url": base}})
    web = Web([known])
    with pytest.raises(GroupUnreadable):
        drive(ROOM, web)
    assert web.asked[1].url == SUMMARY


@pytest.mark.parametrize("spelling", ["!AbCdEfGh", "#calm", "matrix.example", "@keeper:matrix.example"])
def test_leaves_others_alone(spelling):
    assert ADAPTER.claim(Address.parse(spelling)) is None


@given(name=st.text(min_size=1, max_size=20))
def test_claiming_the_canonical_address_changes_nothing(name):
    try:
        ref = ADAPTER.claim(Address.parse(f"#{name}:matrix.example"))
    except AddressRefused:
        return
    assert ref is None or ADAPTER.claim(Address.parse(ref.canonical_url)) == ref
