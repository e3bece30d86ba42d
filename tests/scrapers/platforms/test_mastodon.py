from __future__ import annotations

import json

import pytest

from scrapers.adapter import WrongPlatform
from scrapers.capture import Outcome
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.platforms.mastodon import ADAPTER
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
    without,
)

FULL = CASES / "mastodon" / "v2.json"
SPELLINGS = [
    ("@keeper@Social.Example", "social.example"),
    ("https://social.example/@Keeper", "social.example/@keeper"),
    ("https://social.example/@keeper/1234", "social.example/@keeper"),
    ("https://social.example/@friend@other.example", "social.example/@friend@other.example"),
    ("social.example/users/keeper/statuses/1234", "social.example/users/keeper"),
    ("https://social.example:8443/@keeper", "social.example:8443/@keeper"),
    ("@keeper@bücher.example", "xn--bcher-kva.example"),
]
HOST = "https://social.example"
SERVER = GroupRef("mastodon", "social.example", f"{HOST}/")


@pytest.mark.parametrize("spelling", ["@keeper@social.example", f"{HOST}/@keeper", f"{HOST}/users/keeper/followers"])
def test_every_profile_leads_to_one_server(spelling):
    ref, captures, _ = case(FULL)
    found = drive(ADAPTER.claim(Address.parse(spelling)), Web(captures))
    assert found.ref == ref


def test_of_profiles_the_server_may_be_on_record():
    assert list(ADAPTER.possible(Url.parse(f"{HOST}/@keeper"))) == [SERVER]
    assert not list(ADAPTER.possible(Url.parse(f"{HOST}/about")))


@pytest.mark.parametrize("spelling", ["@keeper@youtube.com", "@keeper@t.me"])
def test_refuses_what_is_no_server(spelling):
    with pytest.raises(AddressRefused):
        ADAPTER.claim(Address.parse(spelling))


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.youtube.com/@calm",
        "medium.com/@calm",
        "https://social.example/",
        "social.example/users",
        "@keeper",
        "a@b.example",
        "social.example/about",
        "social.example/@keeper?tab=links",
        "social.example/@keeper/video",
    ],
)
def test_leaves_others_alone(spelling):
    assert ADAPTER.claim(Address.parse(spelling)) is None


PAGE = """<!DOCTYPE html><html><head><title>Harbour Social</title><script id="initial-state" type="application/json">{"meta":{}}</script>
</head><body class="app-body"><div class="app-holder" data-props="{}" id="mastodon"></div></body></html>"""


@pytest.mark.parametrize("path", ["/", "/about", "/explore"])
def test_recognises_its_pages(path):
    assert ADAPTER.recognise(answer(f"{HOST}{path}", PAGE)) == SERVER


@pytest.mark.parametrize(
    "page",
    ["<div id=mastodon></div>", "<script id='initial-state' type='application/json'></script>", "", "<p>Mastodon"],
)
def test_does_not_recognise_ordinary_pages(page):
    assert ADAPTER.recognise(answer(f"{HOST}/", page)) is None


def test_other_software_is_another_platform():
    with pytest.raises(WrongPlatform):
        drive(SERVER, Web([answer(f"{HOST}/api/v2/instance", "<html>blog</html>")]))


def test_the_web_domain_may_be_another_than_the_handles():
    _, captures, _ = case(FULL)
    node = answer("https://example.example/.well-known/nodeinfo", captures[0].body)
    snapshot = drive(GroupRef("mastodon", "example.example", "https://example.example/"), Web([node, *captures]))
    assert snapshot.ref == SERVER


@pytest.mark.parametrize(
    "href", ["file:///etc/passwd", "javascript:1", "https://user:pw@social.example/", "nonsense", 7, None]
)
def test_a_hostile_nodeinfo_leads_nowhere(href):
    links = {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": href}]}
    _, captures, _ = case(FULL)
    web = Web([*captures, answer(f"{HOST}/.well-known/nodeinfo", links)])
    assert drive(SERVER, web).ref == SERVER
    assert all(request.url.startswith(f"{HOST}/") for request in web.asked)


@pytest.mark.parametrize(
    "outcome", [Outcome.NEEDS_AUTH, Outcome.LOGIN_WALL, Outcome.ROBOTS_DISALLOWED, Outcome.RATE_LIMITED]
)
def test_names_the_cause(outcome):
    with pytest.raises(GroupUnreadable) as error:
        read(SERVER, otherwise=without(outcome))
    assert error.value.code == outcome


def replay(shared_data, **files):
    """The server of recorded answers; `files` maps the last parts of paths to file names."""
    folder = shared_data / "captures/mastodon"
    return read(SERVER, *(recorded(folder / file, f"{HOST}/{path}") for path, file in files["answers"].items()))


# Recorded answer of /api/v1/instance -> people, rules, language, how one joins, whether it names contact and address.
FIRST = {
    "instance-v1-mastodon-api-gem-2016.json": (None, None, None, None, (False, True)),
    "instance-v1-mastodon.hk-2025-07.json": (1027, 5, "zh-HK", "approval", (True, True)),
    "instance-v1-mastodon.social-2025-07.json": (2808401, 6, "en", "open", (True, True)),
    "instance-v1-mastodon.social-2026-08.json": (3227352, 6, "en", "open", (True, True)),
    "instance-v1-social.tchncs.de-2025-07.json": (22960, 7, "en", "approval", (True, True)),
    "local-instance-v1.json": (4, None, "en", "open", (False, False)),
    "epicyon-loopback-instance-v1.json": (2, None, "en", "closed", (True, True)),
}


@pytest.mark.parametrize("file", FIRST)
def test_recorded_first_version(shared_data, file):
    s = replay(shared_data, answers={"api/v1/instance": file})
    people = s.members.value.count if s.members.value else None
    rules = len(s.rules.value) if s.rules.value else None
    named = (s.stewards.value is not None, s.contacts.value is not None)
    assert (people, rules, s.language.value, s.joining.value, named) == FIRST[file]
    assert s.warnings == ()


def test_recorded_second_version(shared_data):
    s = replay(
        shared_data,
        answers={
            "api/v2/instance": "instance-v2-mastodon.social-2026-08.json",
            "api/v1/instance/activity": "activity-mastodon.social.json",
        },
    )
    assert s.software_version == "4.6.0-nightly.2026-04-09"
    assert s.activity.value.active_users_30d == 286109
    assert (len(s.rules.value), s.joining.value, s.visibility.value, s.language.value) == (6, "open", "public", "en")
    assert (str(s.created.value.at.date()), s.created.value.exact) == ("2016-11-23", False)
    (contact,) = s.stewards.value
    assert len(contact.links) == 4
    assert contact.role == "contact"
    assert s.warnings == ()


@pytest.mark.parametrize("file", ["activity-mastodon.social.json", "activity-social.tchncs.de.json"])
def test_recorded_activity_is_the_last_whole_week(shared_data, file):
    s = replay(shared_data, answers={"api/v1/instance": "local-instance-v1.json", "api/v1/instance/activity": file})
    weeks = json.loads((shared_data / "captures/mastodon" / file).read_bytes())
    assert s.activity.value.posts_7d == int(weeks[1]["statuses"])
    assert s.activity.value.active_users_7d == int(weeks[1]["logins"])


def test_recorded_software_behind_nodeinfo(shared_data):
    folder = shared_data / "captures/mastodon"
    host = "http://127.0.0.1:17156"
    captures = [
        recorded(folder / "epicyon-loopback-wellknown-nodeinfo.json", "https://127.0.0.1:17156/.well-known/nodeinfo"),
        recorded(folder / "epicyon-loopback-nodeinfo-2.0.json", f"{host}/nodeinfo/2.0"),
        recorded(folder / "epicyon-loopback-instance-v1.json", "https://127.0.0.1:17156/api/v1/instance"),
    ]
    s = read(GroupRef("mastodon", "127.0.0.1:17156", "https://127.0.0.1:17156/"), *captures)
    assert (s.software, s.software_version, s.members.value.count) == ("epicyon", "1.2.0", 2)
    assert states(s)["created"] == "withheld:not_offered"


def test_recorded_empty_rules_are_none(shared_data):
    answers = {
        "api/v1/instance": "instance-v1-mastodon-api-gem-2016.json",
        "api/v1/instance/rules": "local-rules-empty.json",
    }
    assert states(replay(shared_data, answers=answers))["rules"] == "absent"


@pytest.mark.parametrize(
    ("file", "code"),
    [("local-401.json", "login_wall"), ("local-lookup-404.json", None), ("local-domain-blocks-404.txt", None)],
)
def test_recorded_errors(shared_data, file, code):
    folder = shared_data / "captures/mastodon"
    web = Web([recorded(folder / file, f"{HOST}/api/{version}/instance") for version in ("v1", "v2")])
    with pytest.raises(GroupUnreadable if code else WrongPlatform) as error:
        drive(SERVER, web)
    assert getattr(error.value, "code", None) == code


@pytest.mark.parametrize("file", ["epicyon-loopback-about.html", "epicyon-loopback-terms.html"])
def test_recorded_pages_of_other_software_are_not_recognised(shared_data, file):
    assert ADAPTER.recognise(recorded(shared_data / "captures/mastodon" / file, f"{HOST}/about")) is None


@pytest.mark.parametrize(("spelling", "key"), SPELLINGS)
def test_claims(spelling, key):
    assert ADAPTER.claim(Address.parse(spelling)).key == key
