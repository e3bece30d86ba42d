from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.adapter import WrongPlatform
from scrapers.errors import GroupUnreadable
from scrapers.platforms.discourse import ADAPTER
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
    states,
)

FULL = CASES / "discourse" / "ids.json"
SPELLINGS = [
    ("https://forum.example/c/night-watch/5", "forum.example#c/5"),
    ("https://www.forum.example/c/parent/night-watch/5/l/latest", "forum.example#c/5"),
    ("forum.example/sub/c/-/05", "forum.example/sub#c/5"),
    ("https://forum.example:8443/c/other/5?order=views", "forum.example:8443#c/5"),
]
HOST = "https://forum.example"
FORUM = GroupRef("discourse", "forum.example", f"{HOST}/")


@pytest.mark.parametrize(
    "spelling",
    [
        "forum.example",
        "forum.example/c/night",
        "t.me/c/12345/6",
        "forum.example/c/196",
        "youtube.com/c/a/5",
        "c/a/5",
        "x.example/c/12/13",
    ],
)
def test_leaves_others_alone(spelling):
    assert ADAPTER.claim(Address.parse(spelling)) is None


def page(base="", generator="Discourse 3.4.0 - https://code.example"):
    return f'<html><head><meta name="generator" content="{generator}"><meta name="discourse-base-uri" content="{base}"></head><body></body></html>'


@pytest.mark.parametrize(
    ("url", "base", "key", "canonical"),
    [
        (f"{HOST}/latest", "", "forum.example", f"{HOST}/"),
        (f"{HOST}/t/x/12", "/", "forum.example", f"{HOST}/"),
        (f"{HOST}/sub/t/x/12", "/sub", "forum.example/sub", f"{HOST}/sub/"),
        (f"{HOST}/c/x/7", "", "forum.example#c/7", f"{HOST}/c/-/7"),
        (f"{HOST}/", '"><b>', "forum.example", f"{HOST}/"),
    ],
)
def test_recognises_its_pages(url, base, key, canonical):
    ref = ADAPTER.recognise(answer(url, page(base)))
    assert (ref.key, ref.canonical_url) == (key, canonical)


def test_a_pasted_category_keeps_its_page_until_the_forum_has_answered():
    ref = ADAPTER.claim(Address.parse(f"{HOST}/c/night-watch/7?order=views"))
    assert (ref.key, ref.canonical_url) == ("forum.example#c/7", f"{HOST}/c/night-watch/7")
    about = answer(f"{HOST}/about.json", {"about": {"title": "Calm"}})
    category = answer(f"{HOST}/c/7/show.json", {"category": {"id": 7, "name": "Night watch"}})
    assert read(ref, about, category).ref.canonical_url == f"{HOST}/c/-/7"


@pytest.mark.parametrize("path", ["c/shoes/7?color=red", "c/calm/p/7/title"])
def test_leaves_other_sites_pages_alone(path):
    assert ADAPTER.claim(Address.parse(f"{HOST}/{path}")) is None


@pytest.mark.parametrize(
    "body", [page(generator="WordPress 6"), page(generator="Discourses on life"), "<p>Discourse 3.4", ""]
)
def test_does_not_recognise_ordinary_pages(body):
    assert ADAPTER.recognise(answer(f"{HOST}/", body)) is None


@pytest.mark.parametrize(
    ("capture", "code"),
    [
        (answer("", {"errors": ["Log in"], "error_type": "not_logged_in"}, 403), "login_wall"),
        (answer("", "<html>", final_url=f"{HOST}/login"), "login_wall"),
        (answer("", "slow down", 429), "rate_limited"),
        (answer("", "busy", 503), "unavailable"),
    ],
)
def test_names_the_cause(capture, code):
    with pytest.raises(GroupUnreadable) as error:
        read(FORUM, otherwise=lambda _: capture)
    assert error.value.code == code


def test_other_software_is_another_platform():
    with pytest.raises(WrongPlatform):
        drive(FORUM, Web([]))


def test_a_missing_category_is_not_there():
    _, captures, _ = case(FULL)
    gone = answer(f"{HOST}/c/9/show.json", {"errors": ["gone"], "error_type": "not_found"}, 404)
    with pytest.raises(GroupUnreadable) as error:
        read(GroupRef("discourse", "forum.example#c/9", f"{HOST}/c/-/9"), *captures, gone)
    assert error.value.code == "not_found"


def test_hidden_numbers_are_withheld_not_none():
    ref, captures, _ = case(CASES / "discourse" / "ids.json")
    document = json.loads(captures[0].body)
    del document["about"]["stats"]
    snapshot = read(ref, answer(captures[0].url, document), *captures[1:])
    assert states(snapshot)["members"] == states(snapshot)["activity"] == "withheld:hidden_by_admin"


# Recorded about.json -> people, staff, admins, posts and active people of the week, version.
ABOUT = {
    "about-meta.discourse.org-2014.json": (10858, 8, 8, 1302, None, "0.9.9.16"),
    "about-qunit-current-shape.json": (41719, 3, 3, 3128, 1004, "2.2.0.beta8"),
}


@pytest.mark.parametrize("file", ABOUT)
def test_recorded_about(shared_data, file):
    s = read(FORUM, recorded(shared_data / "captures/discourse" / file, f"{HOST}/about.json"))
    staff = s.stewards.value
    admins = sum(steward.role == "admin" for steward in staff)
    week = s.activity.value.posts_7d, s.activity.value.active_users_7d
    assert (s.members.value.count, len(staff), admins, *week, s.software_version) == ABOUT[file]
    assert states(s)["created"] == "withheld:not_offered"
    assert s.warnings == ()


@pytest.mark.parametrize(
    "file", ["api-gem-latest.json", "api-gem-user.json", "api-gem-topic.json", "api-gem-groups.json"]
)
def test_recorded_other_documents_are_no_about(shared_data, file):
    with pytest.raises(WrongPlatform):
        drive(FORUM, Web([recorded(shared_data / "captures/discourse" / file, f"{HOST}/about.json")]))


@given(spelling=st.sampled_from([spelling for spelling, _ in SPELLINGS]))
def test_claiming_the_canonical_address_changes_nothing(spelling):
    ref = ADAPTER.claim(Address.parse(spelling))
    assert ADAPTER.claim(Address.parse(ref.canonical_url)) == ref


@pytest.mark.parametrize(("spelling", "key"), SPELLINGS)
def test_claims(spelling, key):
    assert ADAPTER.claim(Address.parse(spelling)).key == key
