from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.adapter import WrongPlatform
from scrapers.capture import Outcome
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.platforms.lemmy import ADAPTER
from scrapers.refs import GroupRef
from scrapers.urls import Address, Url
from tests.scrapers.platforms.platform_replay import (
    CASES,
    Web,
    answer,
    case,
    drive,
    read,
    recorded,
    states,
    with_value,
    without,
)

FULL = CASES / "lemmy" / "community.json"
SPELLINGS = [
    ("!Calm@lemmy.example", "!calm@lemmy.example"),
    ("https://lemmy.example/c/Calm", "!calm@lemmy.example"),
    ("lemmy.example/c/calm/?sort=New", "!calm@lemmy.example"),
    ("https://other.example/c/calm@lemmy.example", "!calm@lemmy.example"),
    ("https://kbin.example/m/calm@lemmy.example", "!calm@lemmy.example"),
    ("https://lemmy.example:8443/c/196", "!196@lemmy.example:8443"),
    ("https://www.lemmy.example/c/calm", "!calm@lemmy.example"),
    ("!calm@bücher.example", "!calm@xn--bcher-kva.example"),
    ("/c/calm@lemmy.example", "!calm@lemmy.example"),
    ("https://lemmy.example/c/calm/p/123/a-title", "!calm@lemmy.example"),
    ("https://kbin.example/m/calm", "m/calm@kbin.example"),
]
HOST = "https://lemmy.example"
GROUP = GroupRef("lemmy", "!calm@lemmy.example", f"{HOST}/c/calm")
API = f"{HOST}/api/v3/community?name=calm"


@pytest.mark.parametrize(
    "spelling", ["!calm@localhost", "!calm@youtube.com", "https://lemmy.example/c/calm@facebook.com"]
)
def test_refuses_what_is_no_instance(spelling):
    with pytest.raises(AddressRefused):
        ADAPTER.claim(Address.parse(spelling))


@pytest.mark.parametrize(
    "spelling",
    ["youtube.com/c/calm", "t.me/c/123/4", "forum.example/c/night/5", "site.example/c/calm?id=7", "site.example/c", "!calm", "calm@lemmy.example"],
)  # fmt: skip
def test_leaves_others_alone(spelling):
    assert ADAPTER.claim(Address.parse(spelling)) is None


PAGE = """<!DOCTYPE html><html><head><script nonce="x">window.isoData = {"path":"\\u002F","site_res":{"site_view":{}}};</script>
<title>Lemmy Example</title><meta name="Description" content="Lemmy"></head><body><div id="root"></div></body></html>"""


@pytest.mark.parametrize(
    ("path", "key"), [("/", "lemmy.example"), ("/c/calm", "!calm@lemmy.example"), ("/post/1", "lemmy.example")]
)
def test_recognises_its_pages(path, key):
    assert ADAPTER.recognise(answer(f"{HOST}{path}", PAGE)).key == key


@pytest.mark.parametrize(
    "page",
    [
        "<p>window.isoData = {site_view: 1}</p>",
        "<meta name=Description content=Lemmy>",
        "",
        "<script>window.isoData = {}</script>",
    ],
)
def test_does_not_recognise_ordinary_pages(page):
    assert ADAPTER.recognise(answer(f"{HOST}/", page)) is None


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, {"error": "couldnt_find_community"}, "not_found"),
        (400, {"error": "couldnt_find_community"}, "not_found"),
        (404, {"error": "not_found"}, "not_found"),
        (400, {"error": "instance_is_private"}, "private"),
        (400, {"error": "rate_limit_error"}, "rate_limited"),
        (429, "slow down", "rate_limited"),
        (502, "<html>Bad gateway", "unavailable"),
    ],
)
def test_names_the_cause(status, body, code):
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(API, body, status), otherwise=without(Outcome.UNAVAILABLE))
    assert error.value.code == code


def test_other_software_is_another_platform():
    with pytest.raises(WrongPlatform):
        drive(GROUP, Web([answer(API, "<html>blog</html>")]))


@pytest.mark.parametrize("spelling", [f"{HOST}/c/Calm", f"{HOST}/c/calm/p/12/a-title", "!calm@lemmy.example"])
def test_a_community_is_read_at_its_own_page(spelling):
    found = drive(ADAPTER.claim(Address.parse(spelling)), Web(case(FULL)[1])).ref
    assert (found, found.canonical_url) == (GROUP, GROUP.canonical_url)


def test_an_instance_with_www_speaks_for_its_communities():
    _, captures, _ = case(FULL)
    document = json.loads(captures[0].body)
    document["community_view"]["community"]["actor_id"] = "https://www.lemmy.example/c/calm"
    there = answer(API.replace("//", "//www."), document)
    found = read(ADAPTER.claim(Address.parse("https://www.lemmy.example/c/calm")), there).ref
    assert (found.key, found.canonical_url) == (GROUP.key, "https://www.lemmy.example/c/calm")


def test_a_magazine_that_has_answered_bears_its_name():
    page = "https://kbin.example/m/calm"
    magazine = answer(page, {"type": "Group", "id": page, "preferredUsername": "calm", "name": "Calm"})
    assert read(ADAPTER.claim(Address.parse(page)), magazine).ref == GroupRef("lemmy", "!calm@kbin.example", page)
    assert [ref.key for ref in ADAPTER.possible(Url.parse(page))] == ["!calm@kbin.example"]


@pytest.mark.parametrize("actor", ["https://evil.example/c/calm", "https://lemmy.example.evil.example/c/calm", None, 7])
def test_no_host_speaks_for_another(actor):
    _, captures, _ = case(FULL)
    document = json.loads(captures[0].body)
    document["community_view"]["community"]["actor_id"] = actor
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(API, document))
    assert error.value.code == "parse_error"


def test_a_deleted_community_is_not_there():
    _, captures, _ = case(FULL)
    document = json.loads(captures[0].body)
    document["community_view"]["community"]["deleted"] = True
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(API, document))
    assert error.value.code == "not_found"


def test_every_recorded_instance_reads_whole(shared_data):
    files = sorted((shared_data / "captures/lemmy").glob("site-*.json"))
    files = [file for file in files if not file.name.endswith(".meta.json")]
    assert len(files) == 42
    for file in files:
        host = file.name.removeprefix("site-").removesuffix(".json")
        capture = recorded(file, f"https://{host}/api/v3/site")
        view = json.loads(capture.body)["site_view"]
        snapshot = read(GroupRef("lemmy", host, f"https://{host}/"), capture)
        assert snapshot.name.value == view["site"]["name"]
        assert snapshot.members.value.count == view["counts"]["users"]
        assert snapshot.activity.value.active_users_30d == view["counts"]["users_active_month"]
        assert snapshot.created.value.at.isoformat()[:19] == view["site"]["published"][:19]
        assert {"visibility", "joining"} <= with_value(snapshot)
        assert states(snapshot)["rules_text"] == ("value" if view["site"].get("sidebar") else "absent")
        assert snapshot.warnings == (), file.name


# Instance -> people, day of founding, version, how one joins.
INSTANCES = {"lemmy.world": (187144, "2023-06-01", "0.19.15-4-g508853653", "approval")}


@pytest.mark.parametrize("host", INSTANCES)
def test_recorded_instances(shared_data, host):
    capture = recorded(shared_data / f"captures/lemmy/site-{host}.json", f"https://{host}/api/v3/site")
    s = read(GroupRef("lemmy", host, f"https://{host}/"), capture)
    assert (s.members.value.count, str(s.created.value.at.date()), s.software_version, s.joining.value) == INSTANCES[
        host
    ]


# Group actors of several kinds of software: file -> day of creation, whether 18+ is told, number of moderators.
ACTORS = {
    "lemmy-group.json": ("2019-06-02", "value", 1),
    "lotide-group.json": (None, "absent", 0),
    "nodebb-group.json": (None, "absent", 0),
    "peertube-group.json": ("2020-06-30", "absent", 0),
}


@pytest.mark.parametrize("file", ACTORS)
def test_recorded_group_actors(shared_data, file):
    folder = shared_data / "captures/activitypub"
    actor = json.loads((folder / file).read_bytes())
    host, name = actor["id"].split("/")[2], actor["preferredUsername"].lower()
    ref = GroupRef("lemmy", f"!{name}@{host}", f"https://{host}/c/{name}")
    captures = [recorded(folder / file, ref.canonical_url)]
    if file == "lemmy-group.json":
        captures.append(recorded(folder / "lemmy-group_moderators.json", actor["attributedTo"]))
    s = read(ref, *captures)
    made = str(s.created.value.at.date()) if s.created.value else None
    assert (made, states(s)["adult"], len(s.stewards.value or ())) == ACTORS[file]
    assert s.name.value


@pytest.mark.parametrize(
    "file", ["lemmy-tombstone.json", "lemmy-person.json", "lemmy-instance.json", "mbin-instance.json"]
)
def test_recorded_other_actors_are_no_group(shared_data, file):
    with pytest.raises(WrongPlatform):
        drive(GROUP, Web([recorded(shared_data / "captures/activitypub" / file, GROUP.canonical_url)]))


@given(spelling=st.sampled_from([spelling for spelling, _ in SPELLINGS]))
def test_claiming_the_canonical_address_changes_nothing(spelling):
    ref = ADAPTER.claim(Address.parse(spelling))
    assert ADAPTER.claim(Address.parse(ref.canonical_url)) == ref


@pytest.mark.parametrize(("spelling", "key"), SPELLINGS)
def test_claims(spelling, key):
    assert ADAPTER.claim(Address.parse(spelling)).key == key
