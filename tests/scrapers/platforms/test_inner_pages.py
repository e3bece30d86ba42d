"""A forum of which only an inner page or a board shows itself: what is read of it, and what must not be taken for the forum's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scrapers.adapter import WrongPlatform
from scrapers.capture import Capture, Outcome
from scrapers.collect import collect
from scrapers.errors import GroupUnreadable
from scrapers.recorded import Recorded
from scrapers.refs import GroupRef
from scrapers.registry import adapters, possible, resolve
from scrapers.snapshot import State, from_document, to_document
from tests.scrapers.platforms.platform_replay import Web, answer, drive, read, refused, states, with_value

HTML = {"content-type": "text/html; charset=utf-8"}
POST = (
    '<p>We met at <a href="https://elsewhere.example/sale">a shop</a>, write to <a href="mailto:member@mail.example">me</a>. '
    "Members: 4,321</p>"
)
TITLE = "I could not sleep"
# Platform -> the forum's root, a thread below it, the page's title, what of the head and body makes it that software's.
THREADS = {
    "xenforo": (
        "https://steady.example/community/",
        "threads/i-could-not-sleep.12/",
        f"{TITLE} | Steady Ground",
        '<html id="XF" lang="en"><head><link href="/community/css.php?css=x">{head}</head><body><a href="/community/register/">Join</a><a href="/community/forums/nights.2/">Nights</a>{body}',
    ),
    "phpbb": (
        "https://lantern.example/forum/",
        "viewtopic.php?t=8",
        f"{TITLE} - Lantern Room",
        '<html lang="en"><head>{head}</head><body id="phpbb"><a href="ucp.php?mode=register">Join</a>{body}<a href="viewforum.php?f=2">Nights</a>',
    ),
    "bbpress": (
        "https://willow.example/forums/",
        "topic/i-could-not-sleep/",
        f"{TITLE} – Willow",
        '<html lang="en"><head>{head}</head><body class="topic bbpress"><a href="/forums/forum/nights/">Nights</a>{body}',
    ),
    "vanilla": (
        "https://kettle.example/",
        "discussion/8/i-could-not-sleep",
        f"{TITLE} - Kettle",
        '<html lang="en"><head>{head}</head><body id="vanilla_discussion_index"><a href="/categories/nights">Nights</a>{body}',
    ),
    "invision": (
        "https://cove.example/",
        "topic/8-i-could-not-sleep/",
        f"{TITLE} - Nights",
        '<html lang="en"><head>{head}</head><body id="ipsLayout_body"><a href="/forum/2-nights/">Nights</a>{body}',
    ),
    "nodebb": (
        "https://node.example/",
        "topic/8/i-could-not-sleep",
        f"{TITLE} | Night Ferry",
        '<html lang="en"><head>{head}<script src="/assets/nodebb.min.js"></script></head><body><a href="/category/1/talk">Talk</a>{body}',
    ),
    "flarum": (
        "https://moth.example/",
        "d/8-i-could-not-sleep",
        f"{TITLE} - Moth",
        '<html lang="en"><head>{head}</head><body><div id="flarum-content"><a href="/t/nights">Nights</a>{body}</div>',
    ),
}
SITE_NAME = '<meta property="og:site_name" content="The Quiet Hours">'


def thread(platform: str, head: str = "", logo: str = "", more: str = "") -> tuple[str, str, Capture]:
    root, below, title, page = THREADS[platform]
    heads = f'<title>{title}</title><meta name="description" content="I lay awake">{head}'
    body = page.replace("{head}", heads).replace("{body}", f"{logo}<h1>{TITLE}</h1>{POST}{more}")
    return root, f"{root}{below}", answer(f"{root}{below}", f"<!DOCTYPE html>{body}</body></html>", headers=HTML)


def start(platform: str) -> str:
    """What the adapter asks for first."""
    root = THREADS[platform][0]
    return f"{root}api" if platform == "flarum" else root


@pytest.mark.parametrize("platform", THREADS)
def test_a_thread_tells_of_the_forum_only_what_every_page_of_it_tells(platform):
    root, url, page = thread(platform)
    snapshot = collect(resolve(url), Recorded([page])).snapshot
    assert (snapshot.ref.platform, snapshot.ref.canonical_url, snapshot.ref.inner_url) == (platform, root, url)
    assert snapshot.ref.key == root.removeprefix("https://").rstrip("/")
    assert with_value(snapshot) <= {"language", "visibility", "joining"}
    assert snapshot.name.state is State.UNREAD
    assert (
        states(snapshot)["description"]
        == states(snapshot)["links"]
        == states(snapshot)["members"]
        == "unread:not_captured"
    )
    assert snapshot.visibility.value == "public"
    assert snapshot.warnings[0] == "index: not read (not_captured), only what other pages tell"


@pytest.mark.parametrize("platform", THREADS)
def test_a_name_that_the_page_states_of_its_site_is_the_forums(platform):
    _, url, page = thread(platform, head=SITE_NAME)
    assert collect(resolve(url), Recorded([page])).snapshot.name.value == "The Quiet Hours"


@pytest.mark.parametrize(
    ("logo", "name"),
    [
        ('<div id="logo"><a href="/community/"><img src="x.png" alt="Steady Ground"></a></div>', "Steady Ground"),
        ('<a class="p-header-logo" href="/community/index.php">Steady Ground Forum Index</a>', "Steady Ground Forum"),
        ('<a class="navbar-brand" href="/"><img alt="Steady - Powered by XenForo"></a>', "Steady"),
        ('<a class="logo" href="/community/">Home</a>', None),
        ('<a class="logo" href="/community/"><img alt="Logo"></a>', None),
        ('<a class="logo" href="https://shop.example/">Best Shop</a>', None),
        ('<a class="logo" href="/community/threads/i-could-not-sleep.12/">I could not sleep</a>', None),
    ],
)
def test_a_logo_that_leads_to_the_start_may_say_the_name(logo, name):
    _, url, page = thread("xenforo", logo=logo)
    assert collect(resolve(url), Recorded([page])).snapshot.name.value == name


@pytest.mark.parametrize("platform", THREADS)
@pytest.mark.parametrize(
    ("outcome", "visibility"),
    [
        (Outcome.LOGIN_WALL, "withheld:login_wall"),
        (Outcome.ROBOTS_DISALLOWED, "value"),
        (Outcome.CHALLENGE, "value"),
    ],
)
def test_an_index_that_is_shut_for_good_gives_way_to_the_page(platform, outcome, visibility):
    *_, page = thread(platform, head=SITE_NAME)
    ref = adapters()[platform].recognise(page)
    snapshot = read(ref, page, refused(start(platform), outcome))
    assert snapshot.name.value == "The Quiet Hours"
    assert states(snapshot)["visibility"] == visibility
    assert states(snapshot)["description"] == f"withheld:{outcome}"
    assert snapshot.warnings[0] == f"index: not read ({outcome}), only what other pages tell"


@pytest.mark.parametrize("platform", THREADS)
@pytest.mark.parametrize("failure", [(503, "unavailable"), (429, "rate_limited")])
def test_an_index_that_fails_for_now_is_asked_another_time(platform, failure):
    """A poorer reading would take the place of the whole one that was there before."""
    *_, page = thread(platform)
    status, code = failure
    with pytest.raises(GroupUnreadable) as error:
        read(adapters()[platform].recognise(page), page, answer(start(platform), "busy", status, headers=HTML))
    assert error.value.code == code


@pytest.mark.parametrize("platform", THREADS)
def test_an_index_of_other_software_is_another_platform(platform):
    *_, page = thread(platform)
    with pytest.raises(WrongPlatform):
        read(adapters()[platform].recognise(page), page, answer(start(platform), "<html>A bakery</html>", headers=HTML))


DOOR = '<html id="XF" lang="en"><head><title>Log in | Steady Ground</title></head><body>You must be logged-in to do that.</body></html>'


def test_a_thread_that_anyone_can_read_is_not_private_though_the_index_asks_for_a_login():
    root, url, page = thread("xenforo")
    asked = Web([page, answer(root, DOOR, 403, headers=HTML)])
    snapshot = collect(resolve(url), asked).snapshot
    assert states(snapshot)["visibility"] == states(snapshot)["members"] == "withheld:login_wall"
    assert [request.url for request in asked.asked].count(url) == 1
    assert not [request.url for request in asked.asked if "/threads/" in request.url and request.url != url]


def test_a_page_that_is_a_door_itself_leaves_the_forum_closed():
    root, url, _ = thread("xenforo")
    snapshot = read(
        GroupRef("xenforo", "steady.example/community", root, url),
        answer(root, DOOR, 403, headers=HTML),
        answer(url, DOOR, 403, headers=HTML),
    )
    assert (snapshot.visibility.value, snapshot.ref.canonical_url, snapshot.ref.inner_url) == ("private", root, "")


@pytest.mark.parametrize("platform", THREADS)
@pytest.mark.parametrize("failure", [(503, "unavailable"), (429, "rate_limited")])
def test_an_inner_page_that_fails_for_now_is_asked_another_time(platform, failure):
    """A forum that was known by the page would else be told to be closed."""
    root, url, page = thread(platform)
    status, code = failure
    asked = [answer(url, "busy", status, headers=HTML), refused(start(platform), Outcome.LOGIN_WALL)]
    with pytest.raises(GroupUnreadable) as error:
        read(adapters()[platform].recognise(page), *asked, refused(f"{root}api/", Outcome.LOGIN_WALL))
    assert error.value.code == code


def test_rules_and_team_are_read_at_their_places_and_never_by_a_members_link():
    root, _, linked = thread("xenforo", more='<a href="/community/pages/my-rules/">Rules</a>')
    rules = "<p>1. Be kind to whoever is awake.</p><p>2. No advice on doses or on stopping medicines.</p>"
    terms = (
        f'<html id="XF"><body><div class="p-body-pageContent"><div class="block-body">{rules}</div></div></body></html>'
    )
    asked = Web([linked, answer(root, DOOR, 403, headers=HTML), answer(f"{root}help/terms/", terms, headers=HTML)])
    snapshot = drive(adapters()["xenforo"].recognise(linked), asked)
    assert "Be kind" in snapshot.rules_text.value
    assert not [request.url for request in asked.asked if "my-rules" in request.url]


def test_the_index_is_read_where_it_can_be_had_and_its_address_is_the_forums():
    root, url, page = thread("phpbb")
    index = '<html lang="en"><head><title>Lantern Room - Index page</title></head><body id="phpbb"><a href="viewforum.php?f=2">x</a></body></html>'
    snapshot = collect(resolve(url), Recorded([page, answer(root, index, headers=HTML)])).snapshot
    assert (snapshot.name.value, snapshot.ref.canonical_url, snapshot.ref.inner_url) == ("Lantern Room", root, "")
    assert snapshot.warnings == ()


@pytest.mark.parametrize("platform", ["xenforo", "flarum"])
def test_what_was_read_by_an_inner_page_can_be_read_again(platform):
    root, url, page = thread(platform, head=SITE_NAME)
    first = collect(resolve(url), Web([page], lambda request: refused(request.url, Outcome.LOGIN_WALL)))
    kept, recorded = from_document(to_document(first.snapshot)), Recorded(first.captures)
    for ref in (kept.ref, recorded.settle(resolve(root)), recorded.settle(resolve(url))):
        again = collect(ref, recorded).snapshot
        assert (again.ref, again.ref.inner_url, again.name.value) == (kept.ref, url, "The Quiet Hours")


@pytest.mark.parametrize("platform", THREADS)
def test_what_a_page_is_recognised_as_may_be_known_by_its_address_alone(platform):
    root, url, page = thread(platform)
    whole = str(adapters()[platform].recognise(page))
    for address in (url, f"{url}#post-7", root, root.rstrip("/"), f"{root}index.php", root.replace("https", "http")):
        assert whole in map(str, possible(address)), address
    assert whole not in map(str, possible(f"{root}garden"))
    assert whole not in map(str, possible(url.replace(".example", ".test")))


def test_a_board_may_be_known_by_its_address_and_is_not_the_whole_forum():
    url = "https://kettle.example/categories/nights"
    board = adapters()["vanilla"].recognise(answer(url, BOARD, headers=HTML))
    found = [ref for ref in possible(f"{url}/p2") if ref.platform == "vanilla"]
    assert board in found
    assert GroupRef("vanilla", "kettle.example", "https://kettle.example/") not in found


@pytest.mark.parametrize("address", ["https://www.facebook.com/threads/calm.1/", "!calm@lemmy.example"])
def test_nothing_is_guessed_where_the_address_says_whose_it_is(address):
    assert possible(address) == []


def test_no_address_is_guessed_to_be_many_groups():
    assert len(possible("https://calm.example" + "/threads" * 200)) <= 7 * len(adapters())


@pytest.mark.parametrize("platform", THREADS)
def test_what_was_read_by_an_inner_page_is_not_taken_for_the_page_of_another(platform):
    root, _, page = thread(platform)
    there = Recorded([page, refused(root, Outcome.LOGIN_WALL), refused(f"{root}garden", Outcome.LOGIN_WALL)])
    garden = resolve(f"{root}garden")
    assert there.settle(garden) == garden
    assert there.settle(resolve(root)).platform == platform


def test_a_persons_page_proves_no_open_board():
    root, _, page = thread("nodebb")
    url = f"{root}user/keeper"
    snapshot = read(
        GroupRef("nodebb", "node.example", root, url),
        replace(page, url=url, final_url=url),
        refused(root, Outcome.LOGIN_WALL),
    )
    profile = read(
        GroupRef("nodebb", "node.example", root, url),
        replace(page, url=url, final_url=url),
        refused(root, Outcome.ROBOTS_DISALLOWED),
    )
    assert snapshot.visibility.value is profile.visibility.value is None


BOARD = (
    '<html lang="en"><head><title>Nights - Kettle</title>{head}</head><body id="vanilla_categories_index"><a href="/entry/register">Join</a>'
    '<h1 class="HomepageTitle">Nights</h1><p class="PageDescription">For those who cannot sleep</p>'
    '<a href="/discussion/8/i-could-not-sleep">I could not sleep</a><script>gdn.meta={};</script></body></html>'
)


def test_a_board_is_read_without_the_index_by_its_own_heading():
    url = "https://kettle.example/categories/nights"
    snapshot = collect(
        resolve(f"{url}/p2"), Recorded([answer(url, BOARD, headers=HTML), answer(f"{url}/p2", BOARD, headers=HTML)])
    ).snapshot
    assert (str(snapshot.ref), snapshot.scope) == ("vanilla:kettle.example#fnights", "group")
    assert (snapshot.name.value, snapshot.description.value) == ("Nights", "For those who cannot sleep")
    assert snapshot.visibility.value == "public"
    assert snapshot.warnings[0].startswith("index: not read")


def test_a_board_without_heading_is_not_called_by_its_title():
    url = "https://kettle.example/categories/nights"
    body = BOARD.replace('<h1 class="HomepageTitle">Nights</h1>', "")
    assert (
        states(collect(resolve(url), Recorded([answer(url, body, headers=HTML)])).snapshot)["name"] == "unread:missing"
    )


def test_a_board_is_not_the_forum_that_was_asked_for():
    captures = [answer("https://kettle.example/categories/nights", BOARD, headers=HTML)]
    recorded = Recorded(captures)
    assert recorded.settle(resolve("https://kettle.example/")) == resolve("https://kettle.example/")


API_INDEX = {
    "title": "[[pages:home]]",
    "relative_path": "",
    "template": {"name": "categories", "categories": True},
    "bodyClass": "page-categories",
    "_header": {"tags": {"meta": [{"name": "title", "content": "Night Ferry"}, {"property": "og:title", "content": "[[pages:home]]"}, {"name": "description", "content": "Shift workers and sleep"}]}},
    "categories": [
        {"cid": 1, "name": "Talk", "posts": [{"pid": 1, "timestamp": 1788220800000}]},
        {"cid": 2, "name": "Days", "posts": []},
    ],
}  # fmt: skip
FERRY = "https://node.example/"
TEAM = answer(f"{FERRY}api/groups/administrators", {"group": {"members": [{"username": "pilot"}]}})


def test_nodebb_is_read_by_its_api_where_the_index_cannot_be_had():
    captures = [answer(f"{FERRY}api/", API_INDEX), TEAM]
    recorded = Recorded(captures)
    snapshot = collect(recorded.settle(resolve(FERRY)), recorded).snapshot
    assert (snapshot.ref, snapshot.ref.inner_url) == (GroupRef("nodebb", "node.example", FERRY), "")
    assert (snapshot.name.value, snapshot.description.value) == ("Night Ferry", "Shift workers and sleep")
    assert snapshot.activity.value.last_post_at.isoformat() == "2026-09-01T00:00:00+00:00"
    assert [steward.handle for steward in snapshot.stewards.value] == ["pilot"]
    assert snapshot.visibility.value == "public"
    assert snapshot.warnings[0] == "index: not read (not_captured), only what other pages tell"


def test_nodebb_below_a_path_is_known_by_any_answer_of_its_api():
    url = "https://node.example/ferry/api/category/1"
    page = answer(url, {**API_INDEX, "relative_path": "/ferry"})
    assert adapters()["nodebb"].recognise(page) == GroupRef(
        "nodebb", "node.example/ferry", "https://node.example/ferry/"
    )
    assert adapters()["nodebb"].recognise(answer("https://node.example/other/api/x", json.loads(page.body))) is None


@pytest.mark.parametrize("index", [{"categories": []}, [], "busy", {**API_INDEX, "categories": "none"}])
def test_an_api_that_tells_no_index_gives_way_to_the_page(index):
    _, url, page = thread("nodebb", head=SITE_NAME)
    snapshot = read(
        GroupRef("nodebb", "node.example", FERRY, url),
        page,
        answer(f"{FERRY}api/", index),
        refused(FERRY, Outcome.LOGIN_WALL),
    )
    assert snapshot.name.value == "The Quiet Hours"


def test_a_place_that_the_api_leaves_unfilled_is_no_name():
    meta = [{"name": "title", "content": "[[global:title]]"}, "odd", {"name": "description"}]
    index = {**API_INDEX, "_header": {"tags": {"meta": meta}}, "categories": []}
    snapshot = read(
        GroupRef("nodebb", "node.example", FERRY), answer(f"{FERRY}api/", index), refused(FERRY, Outcome.LOGIN_WALL)
    )
    assert states(snapshot)["name"] == states(snapshot)["description"] == "unread:missing"
    assert states(snapshot)["visibility"] == "absent"
