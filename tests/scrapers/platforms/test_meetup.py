from __future__ import annotations

import json

import pytest

from scrapers.capture import Outcome
from scrapers.errors import GroupUnreadable
from scrapers.platforms.meetup import ADAPTER, API
from scrapers.refs import GroupRef
from scrapers.urls import Address
from tests.scrapers.platforms.platform_replay import (
    CASES,
    Web,
    answer,
    case,
    drive,
    read,
    recorded,
    refused,
    states,
    without,
)

GROUP = GroupRef("meetup", "quiet-harbour", "https://www.meetup.com/quiet-harbour/")


def test_recorded_group(shared_data):
    capture = recorded(shared_data / "captures/meetup/gql-tests-get_group-1.json", API)
    s = read(GroupRef("meetup", "rladies-lagos", "https://www.meetup.com/rladies-lagos/"), capture)
    assert (s.ref.key, s.native_id) == ("rladies-lagos", "32612004")
    assert (s.members.value.count, s.members.value.kind) == (870, "joined")
    assert s.created.value.at.isoformat() == "2019-08-16T08:45:21+00:00"
    assert [steward.role for steward in s.stewards.value] == ["organizer"]
    assert s.name.value
    assert s.links.value
    assert states(s)["joining"] == states(s)["visibility"] == "unread:not_offered"


@pytest.mark.parametrize("number", [11, 12])
def test_a_recorded_group_that_does_not_say_which_one_it_is_cannot_be_taken(shared_data, number):
    file = shared_data / f"captures/meetup/gql-vignettes-graphql-group-details-{number}.json"
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, recorded(file, API))
    assert error.value.code in {"parse_error", "not_found"}


def test_every_recorded_group_of_a_search_reads_alike(shared_data):
    found = json.loads((shared_data / "captures/meetup/gql-tests-find_groups_limits-3.json").read_bytes())
    groups = [edge["node"] for edge in found["data"]["groupSearch"]["edges"]]
    assert len(groups) > 10
    for group in groups:
        s = read(
            ADAPTER.claim(Address.parse(f"https://www.meetup.com/{group['urlname']}/")),
            answer(API, {"data": {"groupByUrlname": group}}),
        )
        assert s.ref.key == group["urlname"].lower()
        assert s.visibility.value == ("private" if group["isPrivate"] else "public")
        assert s.joining.value == group["joinMode"].lower()
        assert (s.members.value.count if s.members.value else None) == (
            None if group["isPrivate"] else group["memberships"]["totalCount"]
        )
        assert s.name.known is not group["isPrivate"]


def test_answers_about_something_else_are_no_group(shared_data):
    for file in (
        "gql-vignettes-introsp-custom-query-14.json",
        "gql-tests-find_topics-5.json",
        "rest2016-perceval-events.json",
    ):
        with pytest.raises(GroupUnreadable) as error:
            read(GROUP, recorded(shared_data / "captures/meetup" / file, API), otherwise=without(Outcome.LOGIN_WALL))
        assert error.value.code == "login_wall"


@pytest.mark.parametrize(
    ("api", "page", "code"),
    [
        (answer(API, {"data": {"groupByUrlname": None}}), None, "not_found"),
        (answer(API, {"errors": [{"message": "x"}], "data": {"groupByUrlname": None}}), refused(GROUP.canonical_url, Outcome.UNAVAILABLE), "unavailable"),
        (refused(API, Outcome.NEEDS_AUTH), answer(GROUP.canonical_url, "<html>gone", 404), "not_found"),
        (refused(API, Outcome.NEEDS_AUTH), refused(GROUP.canonical_url, Outcome.ROBOTS_DISALLOWED), "robots_disallowed"),
        (refused(API, Outcome.NEEDS_AUTH), answer(GROUP.canonical_url, "<html><title>Meetup</title></html>"), "parse_error"),
        (refused(API, Outcome.NEEDS_AUTH), answer(GROUP.canonical_url, "<html>log in", final_url="https://www.meetup.com/login/?returnUri=x"), "login_wall"),
    ],
)  # fmt: skip
def test_names_the_cause(api, page, code):
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, *filter(None, (api, page)))
    assert error.value.code == code


@pytest.mark.parametrize(
    "state", ["[]", "{", '{"props": []}', '{"props":{"pageProps":{"__APOLLO_STATE__":[1]}}}', "[" * 10_000]
)
def test_a_page_whose_data_is_odd_is_not_understood(state):
    page = answer(GROUP.canonical_url, f'<script id="__NEXT_DATA__" type="application/json">{state}</script>')
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, refused(API, Outcome.NEEDS_AUTH), page)
    assert error.value.code == "parse_error"


def test_another_group_on_the_page_is_not_taken():
    _, captures, _ = case(CASES / "meetup" / "page.json")
    ref = GroupRef("meetup", "lanterns", "https://www.meetup.com/lanterns/")
    with pytest.raises(GroupUnreadable) as error:
        read(ref, captures[0], answer(ref.canonical_url, captures[1].body))
    assert error.value.code == "parse_error"


def test_the_api_is_asked_with_the_credential_and_by_name():
    ref, captures, _ = case(CASES / "meetup" / "api.json")
    web = Web(captures)
    drive(ref, web)
    (request,) = web.asked
    assert (request.method, request.auth, request.url) == ("POST", "meetup", API)
    assert json.loads(request.body)["variables"] == {"urlname": "quiet-harbour"}


def test_the_organizer_of_today_is_not_called_the_founder():
    assert "founder" in ADAPTER.profile.never_shown
