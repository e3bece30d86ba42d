from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.capture import Outcome
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.platforms.reddit import ADAPTER
from scrapers.refs import GroupRef
from scrapers.snapshot import SourceKind
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
    with_value,
    without,
)

API = "https://oauth.reddit.com/"
RAW = "?raw_json=1"
FULL = CASES / "reddit" / "full.json"
SPELLINGS = [
    ("https://www.reddit.com/r/QuietHarbour/", "r/quietharbour"),
    ("reddit.com/r/QuietHarbour", "r/quietharbour"),
    ("old.reddit.com/r/quietharbour/about/rules", "r/quietharbour"),
    ("https://np.reddit.com/r/quietharbour/comments/abc/x?utm_source=share", "r/quietharbour"),
    ("https://de.reddit.com/r/quietharbour.json", "r/quietharbour"),
    ("https://www.reddit.com/r/quietharbour/.rss", "r/quietharbour"),
    ("https://oauth.reddit.com/r/quietharbour/about", "r/quietharbour"),
    ("https://www.reddit.com/r/quietharbour/s/AbCdEf", "r/quietharbour"),
    ("r/QuietHarbour", "r/quietharbour"),
    ("/r/QuietHarbour/", "r/quietharbour"),
    ("https://web.archive.org/web/2020/https://www.reddit.com/r/QuietHarbour", "r/quietharbour"),
]


@pytest.mark.parametrize(
    "spelling",
    ["r/all", "reddit.com/r/popular", "r/a+b", "reddit.com/r/u_someone", "reddit.com/user/someone", "u/someone",
     "reddit.com/u/someone", "redd.it/abc", "reddit.com/", "reddit.com/r/x", "reddit.com/r/" + "x" * 22, "reddit.com/settings"],
)  # fmt: skip
def test_refuses_what_is_no_community(spelling):
    with pytest.raises(AddressRefused) as refusal:
        ADAPTER.claim(Address.parse(spelling))
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "spelling", ["https://reddit.com.evil.example/r/calm", "notreddit.com/r/calm", "calm", "a/b", "r/"]
)
def test_leaves_others_alone(spelling):
    assert ADAPTER.claim(Address.parse(spelling)) is None


def ref(name="quietharbour"):
    return GroupRef("reddit", f"r/{name}", f"https://www.reddit.com/r/{name}/")


def test_without_access_it_says_what_to_do():
    def web(request):
        return refused(request.url, Outcome.NEEDS_AUTH if request.auth else Outcome.ROBOTS_DISALLOWED)

    with pytest.raises(GroupUnreadable) as error:
        read(ref(), otherwise=web)
    assert error.value.code == "needs_auth"
    assert "REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET" in error.value.remedy
    assert "Reddit" in error.value.message
    assert "capture file" in error.value.remedy


def test_rules_alone_are_worth_a_snapshot():
    rules = {
        "rules": [{"short_name": "Be kind", "description": "", "created_utc": 1500000000, "priority": 0}],
        "site_rules": [],
    }
    given_rules = answer(f"https://www.reddit.com/r/quietharbour/about/rules.json{RAW}", rules)
    snapshot = read(ref(), given_rules, otherwise=without(Outcome.NEEDS_AUTH))
    assert with_value(snapshot) == {"rules", "rules_updated_at"}
    assert states(snapshot)["members"] == "withheld:needs_auth"


@pytest.mark.parametrize(
    ("capture", "code"),
    [
        (answer("", {"message": "Not Found", "error": 404}, 404), "not_found"),
        (answer("", "<html>slow down</html>", 429, headers={"retry-after": "60"}), "rate_limited"),
        (answer("", {"kind": "Listing"}, final_url="https://www.reddit.com/subreddits/search?q=x"), "not_found"),
        (answer("", "", 302, headers={"location": "https://oauth.reddit.com/subreddits/search?q=x"}), "not_found"),
        (answer("", "<html>", final_url="https://www.reddit.com/login/?reason=lor2"), "login_wall"),
        (answer("", "<title>Just a moment...</title>", 403), "challenge"),
        (answer("", "oops"), "parse_error"),
        (answer("", {"kind": "t5", "data": {"display_name": "another"}}), "parse_error"),
        (answer("", {"message": "Forbidden", "error": 403}, 403), "needs_auth"),
        (answer("", "busy", 503), "unavailable"),
    ],
)
def test_names_the_cause(capture, code):
    with pytest.raises(GroupUnreadable) as error:
        read(ref(), otherwise=lambda _: capture)
    assert error.value.code == code


def test_asks_for_few_profiles_and_none_of_bots():
    path = f"{API}r/quietharbour/about/moderators{RAW}"
    people = [
        {"name": name, "date": 1500000000 + i, "mod_permissions": ["all"]}
        for i, name in enumerate(["TidyBot", *(f"m{i}" for i in range(30))])
    ]
    _, captures, _ = case(FULL)
    web = Web([*captures, answer(path, {"kind": "UserList", "data": {"children": people}})])
    drive(ref(), web)
    profiles = [request.url for request in web.asked if "/user/" in request.url]
    assert profiles == [f"{API}user/m{i}/about{RAW}" for i in range(10)]


def test_every_api_request_carries_the_credential():
    web = Web(case(FULL)[1])
    drive(ref(), web)
    assert all(request.auth == "reddit" and request.url.endswith(RAW) for request in web.asked)


def test_the_founder_is_an_inference():
    ref_, captures, _ = case(FULL)
    assert {source.kind for source in read(ref_, *captures).founder.sources} == {SourceKind.INFERRED}


# What stands in real recorded responses: file -> name, members, created (seconds), visibility, joining, 18+.
ABOUT = {
    "www-json-2026-04-subreddit_about.json": ("python", 1463850, 1201230879, "public", "open", False),
    "go-reddit-about.json": ("golang", 116532, 1257900868, "public", "open", False),
    "api-announcements-about-2019.json": ("announcements", 47456009, 1245256101, "restricted", "approval", False),
    "api-created-subreddit-about-2016.json": ("praw_rrldkyrfln", 1, 1469917326, "public", "open", False),
    "api-about-test-subreddit-async.json": ("<test_subreddit>", 2, 1575168181, "public", "open", False),
}


@pytest.mark.parametrize("file", ABOUT)
def test_recorded_about(shared_data, file):
    name, members, created, visibility, joining, adult = ABOUT[file]
    snapshot = read(ref(name), recorded(shared_data / "captures/reddit" / file, f"{API}r/{name}/about{RAW}"))
    assert snapshot.members.value.count == members
    assert snapshot.created.value.at.timestamp() == created
    assert (snapshot.visibility.value, snapshot.joining.value, snapshot.adult.value) == (visibility, joining, adult)
    assert states(snapshot)["sanction"] == "absent"
    assert snapshot.warnings == ()


LISTINGS = {
    "api-default-subreddits-2016.json": 51,
    "api-default-subreddits-async.json": 47,
    "api-new-subreddits-async.json": 100,
    "api-popular-subreddits-2016.json": 15,
    "api-popular-subreddits-async.json": 15,
    "api-subreddits-search-2016.json": 37,
    "api-subreddits-search-async.json": 1,
    "go-reddit-list.json": 3,
}


@pytest.mark.parametrize("file", LISTINGS)
def test_recorded_listings_hold_communities_that_read_whole(shared_data, file):
    children = json.loads((shared_data / "captures/reddit" / file).read_bytes())["data"]["children"]
    assert len(children) == LISTINGS[file]
    for child in children:
        name = child["data"]["display_name"].lower()
        snapshot = read(ref(name), answer(f"{API}r/{name}/about{RAW}", child))
        assert (snapshot.members.value and snapshot.members.value.count) == child["data"]["subscribers"]
        assert {"name", "created", "visibility", "joining"} <= with_value(snapshot)
        assert snapshot.warnings == ()


# File -> number of the community's rules, number of Reddit's own.
RULES = {
    "api-rules-async.json": (8, 3),
    "api-rules-iter-praw.json": (6, 3),
    "go-reddit-rules.json": (2, 3),
}


@pytest.mark.parametrize("file", RULES)
def test_recorded_rules(shared_data, file):
    given_rules = recorded(shared_data / "captures/reddit" / file, f"{API}r/x1/about/rules{RAW}")
    snapshot = read(ref("x1"), given_rules, otherwise=without(Outcome.UNAVAILABLE))
    counted = len(snapshot.rules.value), len(snapshot.platform_rules.value)
    assert counted == RULES[file]
    assert all(rule.title and rule.created_at for rule in snapshot.rules.value)
    assert snapshot.warnings == ()


# File -> number of moderators, day on which the longest-serving one became one.
TEAMS = {
    "api-moderators-async.json": (1, "2019-04-09"),
    "api-moderators-praw.json": (2, "2012-05-22"),
    "go-reddit-moderators.json": (2, "2013-07-29"),
}


@pytest.mark.parametrize("file", TEAMS)
def test_recorded_moderators(shared_data, file):
    team = recorded(shared_data / "captures/reddit" / file, f"{API}r/x1/about/moderators{RAW}")
    snapshot = read(ref("x1"), team, otherwise=without(Outcome.UNAVAILABLE))
    assert (len(snapshot.stewards.value), str(min(s.since for s in snapshot.stewards.value).date())) == TEAMS[file]
    assert snapshot.founder.value.basis == "oldest_moderator"
    assert snapshot.stewards_complete


@pytest.mark.parametrize(
    "file", ["api-user-about-AutoModerator.json", "www-json-2026-04-user_about.json", "go-reddit-user-get.json"]
)
def test_recorded_profiles(shared_data, file):
    capture = recorded(shared_data / "captures/reddit" / file, "")
    data = json.loads(capture.body)["data"]
    children = [{"name": f"{data['name']}", "date": 1400000000, "mod_permissions": ["all"]}]
    team = answer(f"{API}r/x1/about/moderators{RAW}", {"kind": "UserList", "data": {"children": children}})
    profile = answer(f"{API}user/{data['name']}/about{RAW}", capture.body)
    (steward,) = read(ref("x1"), team, profile, otherwise=without(Outcome.UNAVAILABLE)).stewards.value
    if not steward.is_bot:
        assert steward.account_created_at.timestamp() == data["created_utc"]
    assert steward.is_bot == ("AutoModerator" in file)


@pytest.mark.parametrize("file", ["api-wiki-index-author-deleted.json", "go-reddit-wiki-page.json"])
def test_recorded_wiki_pages(shared_data, file):
    page = recorded(shared_data / "captures/reddit" / file, f"{API}r/x1/wiki/rules{RAW}")
    snapshot = read(ref("x1"), page, otherwise=without(Outcome.UNAVAILABLE))
    assert with_value(snapshot) == {"rules_text", "rules_updated_at"}
    assert snapshot.rules_updated_at.value.timestamp() == json.loads(page.body)["data"]["revision_date"]


@pytest.mark.parametrize(
    "file", ["atom-pics-2025-12-30.xml", "atom-atom_example_reddit.xml", "atom-atom_mediarss_reddit_1.xml"]
)
def test_recorded_feeds(shared_data, file):
    feed = recorded(shared_data / "captures/reddit" / file, "https://www.reddit.com/r/x1/.rss")
    snapshot = read(ref("x1"), feed, otherwise=without(Outcome.NEEDS_AUTH))
    assert with_value(snapshot) >= {"name"}
    assert states(snapshot)["description"] in {"value", "absent"}
    assert {source.kind for source in snapshot.name.sources} == {SourceKind.FEED}


# Recorded failures, given where /about is asked: file -> code of the refusal.
ERRORS = {
    "api-200-badjson.txt": "parse_error",
    "api-301-t.html": "unavailable",
    "api-401-invalid-token.json": "needs_auth",
    "api-403-insufficient-scope.json": "needs_auth",
    "api-quarantined-403-2016.json": "needs_auth",
    "api-traffic-not-public-404.json": "not_found",
    "api-user-data-by-ids-404.json": "not_found",
    "api-trophies-user-missing-400.json": "unavailable",
}


@pytest.mark.parametrize("file", ERRORS)
def test_recorded_errors(shared_data, file):
    failure = recorded(shared_data / "captures/reddit" / file, f"{API}r/x1/about{RAW}")
    with pytest.raises(GroupUnreadable) as error:
        read(ref("x1"), failure, otherwise=without(Outcome.ROBOTS_DISALLOWED))
    assert error.value.code == ERRORS[file]


@pytest.mark.parametrize("file", ["api-404-wiki.json", "api-wiki-invalid-404.json", "api-wiki-badname-400.json"])
def test_recorded_missing_wiki_leaves_the_sidebar(shared_data, file):
    _, captures, _ = case(FULL)
    wiki = recorded(shared_data / "captures/reddit" / file, f"{API}r/quietharbour/wiki/rules{RAW}")
    snapshot = read(ref(), *captures, wiki)
    assert snapshot.rules_text.value.startswith("Before you post")


@given(spelling=st.sampled_from([spelling for spelling, _ in SPELLINGS]))
def test_claiming_the_canonical_address_changes_nothing(spelling):
    ref = ADAPTER.claim(Address.parse(spelling))
    assert ADAPTER.claim(Address.parse(ref.canonical_url)) == ref


@pytest.mark.parametrize(("spelling", "key"), SPELLINGS)
def test_claims(spelling, key):
    assert ADAPTER.claim(Address.parse(spelling)).key == key
