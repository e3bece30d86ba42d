from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.adapter import WrongPlatform
from scrapers.capture import Outcome
from scrapers.errors import GroupUnreadable
from scrapers.parse import decoded
from scrapers.platforms._forum import Forum, split
from scrapers.platforms._forum_words import members_in, members_of, role_of
from scrapers.refs import GroupRef
from scrapers.registry import adapters
from scrapers.snapshot import Members
from tests.scrapers.platforms.platform_replay import (
    BODIES,
    CASES,
    Web,
    answer,
    assert_agrees,
    assert_survives,
    case,
    cases,
    drive,
    facts,
    read,
    recorded,
    states,
    try_reading,
    without,
)

HTML = {"content-type": "text/html; charset=utf-8"}
ENGINES = {name: adapter for name, adapter in adapters().items() if isinstance(adapter, Forum)}
EVERY_CASE = [path for name in sorted(ENGINES) for path in cases(name)]
RECORDED = json.loads((CASES / "recorded_forums.json").read_text())
INDEXES = [file for file, twin in RECORDED.items() if "index" in twin]
PHPBB = CASES / "phpbb" / "open.json"
SESSION = "sid=aaaabbbbccccddddeeeeffff00001111"


def open_case(platform):
    """A forum that shows itself to everyone."""
    return next(path for path in cases(platform) if case(path)[2]["values"].get("visibility") == "public")


def name_of(path):
    return f"{path.parent.name}-{path.stem}"


def test_every_engine_has_a_case():
    assert len(ENGINES) == 14
    assert all(cases(name) for name in ENGINES)


@pytest.mark.parametrize("path", EVERY_CASE, ids=name_of)
def test_case_reads_as_its_twin(path):
    ref, captures, expected = case(path)
    got = facts(read(ref, *captures))
    tried = {field: state for field, state in got["states"].items() if state != "unread:not_attempted"}
    assert {**got, "states": tried} == expected


@pytest.mark.parametrize("path", EVERY_CASE, ids=name_of)
def test_its_first_page_is_recognised_by_its_engine_alone(path):
    ref, captures, _ = case(path)
    page = next(capture for capture in captures if capture.url == split(ref)[0])
    found = {name: adapter.recognise(page) for name, adapter in ENGINES.items()}
    whole = GroupRef(ref.platform, ref.key.partition("#")[0], split(ref)[0])
    assert {name: ref for name, ref in found.items() if ref} == {ref.platform: whole}


@pytest.mark.parametrize("path", [path for path in EVERY_CASE if "#f" in path.read_text()], ids=name_of)
def test_its_board_is_recognised_as_that_board(path):
    ref, captures, _ = case(path)
    for page in (capture for capture in captures if capture.url == ref.canonical_url):
        addressed = replace(page, final_url=f"{page.url}{'&' if '?' in page.url else '?'}{SESSION}")
        assert ENGINES[ref.platform].recognise(addressed) == ref


@pytest.mark.parametrize("path", EVERY_CASE, ids=name_of)
def test_it_asks_for_little_and_never_for_topics_members_or_sessions(path):
    ref, captures, _ = case(path)
    web = Web(captures)
    try_reading(ref, captures)
    drive(ref, web)
    asked = [request.url for request in web.asked]
    assert len(asked) <= 8
    engine = ENGINES[ref.platform].engine
    team = {f"{split(ref)[0]}{place}" for place in engine.staff}
    for url in asked:
        assert "sid=" not in url
        assert "PHPSESSID" not in url
        assert url in team or "/api/groups/" in url or not engine.discussions.search(url)
        assert url in team or "member" not in url.rpartition("/")[2]


def of_phpbb(body, status=200):
    return answer("https://lantern.example/forum/", body, status, headers=HTML)


LANTERN = GroupRef("phpbb", "lantern.example/forum", "https://lantern.example/forum/")


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (of_phpbb('<body id="phpbb"><p>Sorry, the board is currently unavailable.</p></body>', 503), "unavailable"),
        (of_phpbb('<body id="phpbb"><p>The board has been disabled for maintenance mode.</p></body>'), "unavailable"),
        (of_phpbb("<p>busy</p>", 503), "unavailable"),
        (of_phpbb("<p>slow down</p>", 429), "rate_limited"),
        (of_phpbb("<title>Just a moment...</title>", 403), "challenge"),
    ],
)
def test_names_the_cause(page, code):
    with pytest.raises(GroupUnreadable) as error:
        drive(LANTERN, Web([page]))
    assert error.value.code == code
    assert error.value.remedy


@pytest.mark.parametrize("outcome", [Outcome.ROBOTS_DISALLOWED, Outcome.LOGIN_WALL, Outcome.UNAVAILABLE])
@pytest.mark.parametrize("platform", sorted(ENGINES))
def test_a_refusal_keeps_its_name(platform, outcome):
    with pytest.raises(GroupUnreadable) as error:
        drive(replace(LANTERN, platform=platform), Web([], without(outcome)))
    assert error.value.code == outcome


@pytest.mark.parametrize("page", ["<html><body>A bakery</body></html>", "", "{}", "[1]"])
@pytest.mark.parametrize("platform", sorted(ENGINES))
def test_other_software_is_another_platform(platform, page):
    with pytest.raises(WrongPlatform):
        drive(replace(LANTERN, platform=platform), Web([], lambda request: answer(request.url, page, headers=HTML)))


def test_a_board_that_is_gone_is_no_group():
    ref, captures, _ = case(CASES / "phpbb" / "board.json")
    with pytest.raises(GroupUnreadable) as error:
        drive(ref, Web([capture for capture in captures if "viewforum" not in capture.url]))
    assert error.value.code == "not_found"


def test_a_board_for_members_only_is_private():
    ref, captures, _ = case(CASES / "phpbb" / "board.json")
    wall = '<html><body id="phpbb"><p>You must be logged in to view this forum.</p></body></html>'
    pages = [*captures[:-1], answer(ref.canonical_url, wall, headers=HTML)]
    snapshot = read(ref, *pages)
    assert snapshot.visibility.value == "private"
    assert states(snapshot)["name"] == "withheld:login_wall"
    assert snapshot.rules_text.value


def test_a_redirect_to_the_start_page_is_no_rules_page():
    ref, captures, _ = case(PHPBB)
    home = replace(captures[0], url=f"{LANTERN.canonical_url}app.php/rules", final_url=LANTERN.canonical_url)
    assert states(read(ref, captures[0], home))["rules_text"] == "unread:not_found"


def test_a_page_that_holds_no_rules_is_reported():
    ref, captures, _ = case(PHPBB)
    body = (
        '<html><body id="phpbb"><div id="elsewhere">Be kind to each other, always and everywhere.</div></body></html>'
    )
    changed = answer(f"{LANTERN.canonical_url}app.php/rules", body, headers=HTML)
    snapshot = read(ref, captures[0], changed)
    assert states(snapshot)["rules_text"] == "unread:missing"
    assert "rules: not where it used to stand" in snapshot.warnings


def test_the_host_that_a_page_names_as_its_own_must_be_its_own():
    page = '<html id="XenForo"><base href="https://other.example/"><a href="login/">x</a></html>'
    found = ENGINES["xenforo"].recognise(answer("https://mine.example/board/", page, headers=HTML))
    assert found.key == "mine.example"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Threads: 40,533, Members: 50,472, Active Members: 740", {50472}),
        ("Всего сообщений: 9143 • Тем: 1313 • Пользователей: 3690 • Новый пользователь: анна7", {3690}),
        ("7\u00a0485 Mitglieder - 9\u00a0257 Themen - 48\u00a0133 Beiträge", {7485}),
        ("12,480 Posts in 902 Topics by 1,377 Members. Latest Member: 4you", {1377}),
        ("73 Guests, 0 Users", set()),
        ("11 members online", set()),
        ("Members: 50,4", set()),
        ("2.568.660 Members 71.289", {2568660, 71289}),
        ("We currently have 9,505 members registered.", {9505}),
        ("Total members 1,804", {1804}),
        ("no numbers here", set()),
    ],
)
def test_totals_of_members(text, counts):
    assert {members.count for members in members_in(text)} == counts


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("12.3k", Members(12300, "approximate", 100)),
        ("4M", Members(4_000_000, "approximate", 1_000_000)),
        ("1\u202f234\u202f567", Members(1234567, "users_total")),
        ("86", Members(86, "users_total")),
        ("many", None),
    ],
)
def test_a_number_alone(text, members):
    assert members_of(text) == members


@given(number=st.integers(0, 10**9), separator=st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", "’"]))
def test_any_separator_writes_the_same_number(number, separator):
    assert members_in(f"Members: {number:,}".replace(",", separator)) == {Members(number, "users_total")}


@pytest.mark.parametrize(
    ("text", "role"),
    [("Global Moderators", "moderator"), ("Administratoren", "admin"), ("Co-Admin", "moderator"), ("Модераторы", "moderator"),
     ("Founder and administrator", "owner"), ("Support", ""), ("S-Mod", "moderator")],
)  # fmt: skip
def test_roles(text, role):
    assert role_of(text) == role


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("platform", sorted(ENGINES))
def test_no_body_breaks_it(platform, body):
    assert_survives(open_case(platform), BODIES[body])


# Put into a page that the engine knows as its own.
DRESSED = {
    "nested": "<div>" * 10_000,
    "nested lists": "<ul><li><b>" * 2_000,
    "links": '<a href="/x">rules</a>' * 3_000,
    "long link": f'<a href="/{"viewforum.php?" * 100_000}">x</a>',
    "unclosed": "<a href='" * 20_000,
    "openings": "<body <html <meta " * 50_000,
    "digits": "Members: " + "9" * 100_000,
    "letters": "<title>" + "a- " * 100_000,
    "ten megabytes": "x" * 10_000_000,
    "scripts": "<script>alert(1)</script><svg onload=alert(1)>" * 1_000,
}


@pytest.mark.parametrize("dress", DRESSED)
@pytest.mark.parametrize("platform", sorted(ENGINES))
def test_a_hostile_page_of_its_own_makes_no_other_value(platform, dress):
    ref, captures, _ = case(open_case(platform))
    whole = drive(ref, Web(captures))
    pages = [
        c if c.body[:1] != b"<" else answer(c.url, c.body + DRESSED[dress].encode(), headers=HTML) for c in captures
    ]
    assert_agrees(try_reading(ref, pages), whole)


@pytest.mark.parametrize("charset", ["utf-16", "cp1251", "iso-8859-1", "koi8-r"])
@pytest.mark.parametrize("platform", sorted(ENGINES))
def test_another_charset_than_declared_makes_no_other_value(platform, charset):
    ref, captures, _ = case(open_case(platform))
    whole = drive(ref, Web(captures))
    pages = [answer(c.url, c.body.decode().encode(charset, "replace"), c.status, headers=HTML) for c in captures]
    assert_agrees(try_reading(ref, pages), whole)


@settings(max_examples=30)
@given(path=st.sampled_from(EVERY_CASE), share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_answer_makes_no_other_value(path, share):
    ref, captures, _ = case(path)
    whole = drive(ref, Web(captures))
    cut = [answer(c.url, c.body[: int(len(c.body) * share)], c.status, headers=dict(c.headers)) for c in captures]
    assert_agrees(try_reading(ref, cut), whole)


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_page_is_recognised(shared_data, file):
    twin = RECORDED[file]
    page = recorded(shared_data / "captures" / file, twin["address"])
    found = [adapter.recognise(page) for adapter in ENGINES.values()]
    assert [str(ref) for ref in found if ref] == [twin["ref"]]


@pytest.mark.parametrize("file", INDEXES)
def test_recorded_index_reads_as_its_twin(shared_data, file):
    twin = RECORDED[file]
    page = recorded(shared_data / "captures" / file, twin["address"])
    ref = ENGINES[twin["ref"].partition(":")[0]].recognise(page)
    snapshot = drive(ref, Web([answer(split(ref)[0], page.body, headers=page.headers)]))
    assert {
        "name": snapshot.name.value,
        "language": snapshot.language.value,
        "version": snapshot.software_version,
        "members": snapshot.members.value.count if snapshot.members.value else None,
        "moderators": len(snapshot.stewards.value or ()),
        "visibility": snapshot.visibility.value,
        "joining": snapshot.joining.value,
        "warnings": list(snapshot.warnings),
    } == twin["index"]


def test_recorded_login_page_is_a_wall(shared_data):
    file = "forum-phpbb/formasaurus-www.zone-concours.com-4.html"
    page = recorded(shared_data / "captures" / file, RECORDED[file]["address"])
    ref = ENGINES["phpbb"].recognise(page)
    snapshot = read(ref, answer(split(ref)[0], page.body, headers=HTML))
    assert states(snapshot)["rules_text"] == "withheld:login_wall"
    assert snapshot.visibility.value == "private"


def test_recorded_team_without_people_is_none(shared_data):
    folder = shared_data / "captures" / "misago"
    host = "http://127.0.0.1:18130/"
    pages = [
        recorded(folder / "loopback-index.html", host),
        recorded(folder / "loopback-rank-team.html", f"{host}users/forum-team/"),
        recorded(folder / "loopback-tos.html", f"{host}terms-of-service/"),
    ]
    snapshot = read(GroupRef("misago", "127.0.0.1:18130", host), *pages)
    assert states(snapshot)["stewards"] == "absent"
    assert states(snapshot)["rules_text"] == "unread:not_found"
    assert snapshot.stewards_complete


@pytest.mark.parametrize("version", ["1.4.0", "4.15.1"])
def test_recorded_group_of_staff(shared_data, version):
    folder = shared_data / "captures" / "nodebb"
    groups = json.loads((folder / f"loopback-{version}-api-groups.json").read_bytes())["groups"]
    host = "http://127.0.0.1:14567/"
    pages = [
        recorded(folder / "loopback-1.4.0-index.html", host),
        answer(f"{host}api/groups/administrators", groups[0]),
        recorded(folder / "loopback-4.15.1-api-group-globalmods.json", f"{host}api/groups/global-moderators"),
    ]
    snapshot = read(GroupRef("nodebb", "127.0.0.1:14567", host), *pages)
    assert [(s.handle, s.role) for s in snapshot.stewards.value] == [("admin", "admin")]


# Archived copies of a phpBB forum, and pages on which the software itself has no mark.
ARCHIVED = {"pywb/loopback-memento-exact.html", "pywb/loopback-memento-id.html"}


def test_no_other_recorded_page_is_recognised(shared_data):
    root = shared_data / "captures"
    others = [path for path in sorted(root.glob("*/*")) if not path.name.endswith(".meta.json")]
    others = [path for path in others if str(path.relative_to(root)) not in RECORDED.keys() | ARCHIVED]
    assert len(others) > 400
    for path in others:
        text = decoded(answer("https://site.example/", path.read_bytes(), headers=HTML))
        assert not [name for name, adapter in ENGINES.items() if adapter.engine.marks.search(text)], path
