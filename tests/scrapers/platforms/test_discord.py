from __future__ import annotations

import json

import pytest

from scrapers.capture import Outcome
from scrapers.collect import collect
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.platforms.discord import ADAPTER
from scrapers.refs import GroupRef
from scrapers.urls import Address
from tests.scrapers.platforms.platform_replay import CASES, Web, answer, case, facts, read, recorded, refused, states

INVITATION = GroupRef("discord", "invite/AbCdEf", "https://discord.com/invite/AbCdEf")
API = "https://discord.com/api/v10/invites/AbCdEf?with_counts=true"
# Recorded invitation -> server, day of its making, what is told of description, marks and counts.
RECORDED = {
    "created-invite-2022.json": ("797891855697051678", "2021-01-10", "value", "absent", "unread:missing"),
    "docs-invite.json": ("165176875973476352", "2016-03-31", "value", "value", "unread:missing"),
}


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_invitations(shared_data, file):
    s = read(INVITATION, recorded(shared_data / "captures/discord" / file, API, 200))
    told = states(s)
    assert (
        s.native_id,
        str(s.created.value.at.date()),
        told["description"],
        told["marks"],
        told["members"],
    ) == RECORDED[file]
    assert s.ref.key == f"guild/{s.native_id}"
    assert s.adult.value is False
    assert (s.visibility.value, s.joining.value) == (("public", "open") if "docs" in file else ("unlisted", "invite"))


def test_the_settled_address_leads_back_to_the_same_server_and_its_invitation():
    ref, captures, _ = case(CASES / "discord" / "discoverable.json")
    settled = read(ref, *captures).ref
    assert ADAPTER.claim(Address.parse(settled.canonical_url)) == settled
    assert read(settled, *captures).ref == settled


def test_an_invitation_that_leads_elsewhere_is_not_taken_for_this_server():
    _, captures, _ = case(CASES / "discord" / "discoverable.json")
    impostor = ADAPTER.claim(Address.parse("https://discord.com/channels/1100000000000000999?invite=quietharbour"))
    with pytest.raises(GroupUnreadable) as error:
        read(impostor, *captures)
    assert error.value.code == "not_found"


@pytest.mark.parametrize("knows_us", [True, False])
def test_it_is_asked_as_the_operators_bot_or_else_as_anybody(knows_us):
    ref, captures, _ = case(CASES / "discord" / "discoverable.json")
    web = Web(captures)
    told = collect(
        ref, lambda asked: web(asked) if knows_us or not asked.auth else refused(asked.url, Outcome.NEEDS_AUTH)
    )
    assert [request.auth for request in web.asked] == (["discord"] if knows_us else [None])
    assert [line.outcome for line in told.snapshot.fetched] == ["ok"] if knows_us else ["needs_auth", "ok"]
    assert facts(told.snapshot) == facts(read(ref, *captures))


def test_a_server_without_an_invitation_is_seen_by_members_alone():
    with pytest.raises(GroupUnreadable) as error:
        read(ADAPTER.claim(Address.parse("https://discord.com/channels/1100000000000000001/1")))
    assert error.value.code == "login_wall"
    assert "invitation" in error.value.remedy


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, {"message": "Unknown Invite", "code": 10006}, "not_found"),
        (404, {"message": "404: Not Found", "code": 0}, "parse_error"),
        (404, "<html>not found</html>", "parse_error"),
        (429, {"message": "You are being rate limited.", "retry_after": 64.57, "global": False}, "rate_limited"),
        (429, "<html><title>Access denied | discord.com used Cloudflare</title>error code: 1015", "rate_limited"),
        (403, "<html><head><title>Attention Required! | Cloudflare</title></head></html>", "challenge"),
        (502, "bad gateway", "unavailable"),
        (200, {"type": 1, "code": "AbCdEf", "channel": {"id": "1", "type": 3}}, "not_a_group"),
        (200, {"type": 2, "code": "AbCdEf", "inviter": {"id": "1"}}, "not_a_group"),
        (200, {"type": 0, "code": "AbCdEf", "guild": {"id": 1100000000000000001}}, "parse_error"),
    ],
)
def test_names_the_cause(status, body, code):
    with pytest.raises(GroupUnreadable) as error:
        read(INVITATION, answer(API, body, status))
    assert error.value.code == code


def test_says_that_expired_deleted_and_banned_look_alike():
    with pytest.raises(GroupUnreadable, match=r"expired.*deleted or banned") as error:
        read(INVITATION, answer(API, {"message": "Unknown Invite", "code": 10006}, 404))
    assert "does not say which" in error.value.remedy


def test_robots_are_obeyed():
    with pytest.raises(GroupUnreadable) as error:
        read(INVITATION, refused(API, Outcome.ROBOTS_DISALLOWED))
    assert error.value.code == "robots_disallowed"


@pytest.mark.parametrize(
    ("features", "joining"),
    [([], "invite"), (["VANITY_URL"], "open"), (["DISCOVERABLE", "INVITES_DISABLED"], "closed"),
     (["DISCOVERABLE", "MEMBER_VERIFICATION_MANUAL_APPROVAL"], "approval")],
)  # fmt: skip
def test_features_tell_how_one_joins(features, joining):
    ref, captures, _ = case(CASES / "discord" / "discoverable.json")
    body = json.loads(captures[0].body)
    body["guild"]["features"] = features
    assert read(ref, answer(captures[0].url, body)).joining.value == joining


@pytest.mark.parametrize(
    ("guild", "adult"),
    [({"nsfw_level": 1}, True), ({"nsfw_level": 2}, False), ({"nsfw": True}, True), ({"nsfw": True, "nsfw_level": 0}, False),
     ({}, None), ({"nsfw_level": 9, "nsfw": False}, None)],
)  # fmt: skip
def test_adult_by_level(guild, adult):
    body = {"type": 0, "guild": {"id": "1100000000000000001", "name": "Calm", **guild}}
    assert read(INVITATION, answer(API, body)).adult.value is adult


def test_whoever_invites_is_not_named():
    ref, captures, _ = case(CASES / "discord" / "discoverable.json")
    snapshot = read(ref, *captures)
    assert "somebody" not in repr(snapshot)
    assert {"founder", "stewards"} <= ADAPTER.profile.never_shown


def test_asks_no_faster_than_discord_bears():
    assert ADAPTER.profile.delay >= 10


def test_a_short_link_is_refused_with_what_to_do():
    with pytest.raises(AddressRefused) as refusal:
        ADAPTER.claim(Address.parse("https://dsc.gg/calm"))
    assert "discord.gg" in refusal.value.remedy
