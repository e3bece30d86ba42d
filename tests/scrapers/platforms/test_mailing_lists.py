"""Groups.io, HyperKitty (Mailman 3) and Mailman 2."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrapers.adapter import WrongPlatform
from scrapers.capture import Outcome
from scrapers.errors import GroupUnreadable
from scrapers.platforms import groupsio, hyperkitty, mailman
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

GROUP = GroupRef("groupsio", "calm", "https://groups.io/g/calm")
ARCHIVE = "http://127.0.0.1:18120/archives"
LIST = GroupRef("hyperkitty", "127.0.0.1:18120/archives#support@loop.test", f"{ARCHIVE}/list/support@loop.test/")
API = f"{ARCHIVE}/api/list/support@loop.test/"
MAILMAN = GroupRef("mailman", "lists.example/calm", "https://lists.example/mailman/listinfo/calm")
PIPERMAIL = "https://lists.example/pipermail/calm/"


def groupsio_page(settings: str = "", information: str = "") -> str:
    return f'<h1>Calm</h1><ul><li>{information}</li></ul><a href="mailto:calm@groups.io">write</a><ul><li>{settings}</li></ul>'


@pytest.mark.parametrize(
    ("settings", "visibility", "joining"),
    [
        ("Archive is visible to anyone.", "public", None),
        ("Archive is visible to members only. Subscriptions to this group do not require approval from the moderators.", "private", "open"),
        ("Archive is visible to moderators only.", None, None),
        ("Archive is visible to anyone. Archive is visible to members only.", None, None),
    ],
)  # fmt: skip
def test_groupsio_settings_by_their_sentences(settings, visibility, joining):
    s = read(GROUP, answer(GROUP.canonical_url, groupsio_page(settings)))
    assert (s.visibility.value, s.joining.value) == (visibility, joining)


@pytest.mark.parametrize(
    ("information", "members", "created"),
    [
        ("1,563 Members", 1563, None),
        ("1 Member Started on September 2, 2014", 1, "2014-09-02"),
        ("Started on 09/02/14", None, None),
        ("12,34 Members", None, None),
        ("Members", None, None),
    ],
)
def test_groupsio_numbers_are_right_or_not_there(information, members, created):
    s = read(GROUP, answer(GROUP.canonical_url, groupsio_page(information=information)))
    assert (s.members.value.count if s.members.value else None) == members
    assert (str(s.created.value.at.date()) if s.created.value else None) == created


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (answer(GROUP.canonical_url, "<html>no such group", 404), "not_found"),
        (answer(GROUP.canonical_url, "<h1>Log in</h1>", final_url="https://groups.io/login?r=x"), "login_wall"),
        (answer(GROUP.canonical_url, "<h1>Find a group</h1>"), "parse_error"),
        (refused(GROUP.canonical_url, Outcome.ROBOTS_DISALLOWED), "robots_disallowed"),
    ],
)
def test_groupsio_names_the_cause(page, code):
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, page)
    assert error.value.code == code


def test_recorded_hyperkitty_list(shared_data):
    s = read(LIST, recorded(shared_data / "captures/hyperkitty/loopback-api-list.json", API))
    assert (s.name.value, s.native_id, s.visibility.value) == ("support@loop.test", "support@loop.test", "public")
    assert s.created.value.at.isoformat() == "2026-11-22T12:55:38.261309+00:00"
    assert states(s)["description"] == "absent"
    assert states(s)["activity"] == "unread:not_found"
    assert s.warnings == ()


def test_recorded_hyperkitty_without_the_list(shared_data):
    missing = recorded(shared_data / "captures/hyperkitty/loopback-api-404.json", API)
    with pytest.raises(GroupUnreadable) as error:
        read(LIST, missing)
    assert error.value.code == "not_found"


def test_recorded_hyperkitty_pages_are_recognised_where_they_name_a_list(shared_data):
    index = shared_data / "captures/hyperkitty/loopback-index.html"
    assert hyperkitty.ADAPTER.recognise(recorded(index, f"{ARCHIVE}/")) is None
    assert hyperkitty.ADAPTER.recognise(
        recorded(index, "https://host.example/l/list/calm@host.example/latest")
    ) == GroupRef("hyperkitty", "host.example/l#calm@host.example", "https://host.example/l/list/calm@host.example/")


def test_hyperkitty_reads_the_page_where_the_api_is_shut():
    ref, captures, _ = case(CASES / "hyperkitty" / "list.json")
    s = read(ref, captures[1], otherwise=without(Outcome.ROBOTS_DISALLOWED))
    assert (s.name.value, s.description.value, s.activity.value.active_users_30d) == ("Calm", "Quiet words", 12)
    assert states(s)["created"] == "withheld:robots_disallowed"


def test_hyperkitty_asks_for_no_message():
    ref, captures, _ = case(CASES / "hyperkitty" / "list.json")
    web = Web(captures)
    drive(ref, web)
    assert [request.purpose for request in web.asked] == ["list", "page"]


@pytest.mark.parametrize("ref", [LIST, MAILMAN])
def test_other_software_is_another_platform(ref):
    with pytest.raises(WrongPlatform):
        read(ref, answer(ref.canonical_url, "<html><h1>Bakery</h1></html>"))


@pytest.mark.parametrize("outcome", [Outcome.ROBOTS_DISALLOWED, Outcome.UNAVAILABLE, Outcome.CHALLENGE])
@pytest.mark.parametrize("ref", [LIST, MAILMAN])
def test_a_refusal_is_named(ref, outcome):
    with pytest.raises(GroupUnreadable) as error:
        read(ref, otherwise=without(outcome))
    assert error.value.code == outcome


@pytest.mark.parametrize("file", ["perceval-pipermail_index.html", "perceval-pipermail_apache_index.html"])
def test_recorded_archives(shared_data, file):
    s = read(MAILMAN, recorded(shared_data / "captures/mailing-list" / file, PIPERMAIL))
    assert (str(s.created.value.at.date()), s.created.value.exact) == ("2015-11-30", False)
    assert str(s.activity.value.last_post_at)[:7] == "2016-04"
    assert s.visibility.value == "public"
    assert s.name.value.startswith("The Example")


def test_a_recorded_empty_archive_alone_tells_nothing(shared_data):
    with pytest.raises(WrongPlatform):
        read(MAILMAN, recorded(shared_data / "captures/mailing-list/perceval-pipermail_index_empty.html", PIPERMAIL))


MONTHS = '<h1>The {name} Archives</h1>{link}<a href="2024-March/thread.html">[ Thread ]</a><a href="2023-May/thread.html">[ Thread ]</a>'


@pytest.mark.parametrize(
    ("name", "link", "ref"),
    [
        ("Calm", "", GroupRef("mailman", "lists.example/calm", "https://lists.example/old/owls/")),
        ("Night owls'", "", GroupRef("mailman", "lists.example/owls", "https://lists.example/old/owls/")),
        ("Calm", '<a href="/mailman/listinfo/Calm">more</a>', MAILMAN),
        ("Calm", '<a href="https://other.example/mailman/listinfo/calm">more</a>',
         GroupRef("mailman", "lists.example/calm", "https://lists.example/old/owls/")),
    ],
)  # fmt: skip
def test_an_archive_at_an_address_of_its_own_is_known_by_its_months(name, link, ref):
    page = answer("https://lists.example/old/owls/", MONTHS.format(name=name, link=link))
    assert mailman.ADAPTER.recognise(page) == ref
    snapshot = read(ref, replace(page, url=ref.canonical_url if "old" in ref.canonical_url else PIPERMAIL))
    assert str(snapshot.created.value.at.date()) == "2023-05-31"
    assert str(snapshot.activity.value.last_post_at)[:7] == "2024-03"


@pytest.mark.parametrize(
    "page",
    [
        "<h1>The Calm Archives</h1>",
        '<a href="2024-March.txt">x</a>',
        '<a href="https://e.example/2024-March/thread.html">x</a>',
        "",
    ],
)
def test_a_page_without_months_of_its_own_is_no_archive(page):
    assert mailman.ADAPTER.recognise(answer("https://lists.example/old/calm/", page)) is None


def test_an_archive_that_names_no_list_is_nobodys():
    page = answer("https://lists.example/", MONTHS.format(name="Night owls'", link=""))
    assert mailman.ADAPTER.recognise(page) is None


def test_hyperkittys_own_word_that_there_is_no_such_list_counts_without_the_page():
    missing = answer(API, {"detail": "No such list."}, 404)
    with pytest.raises(GroupUnreadable) as error:
        read(LIST, missing, otherwise=without(Outcome.UNAVAILABLE))
    assert error.value.code == "not_found"


def test_a_private_archive_is_not_asked_for():
    ref, captures, _ = case(CASES / "mailman" / "private.json")
    web = Web(captures)
    drive(ref, web)
    assert [request.url for request in web.asked] == [ref.canonical_url]


def test_an_archive_elsewhere_is_not_followed():
    ref, captures, _ = case(CASES / "mailman" / "public.json")
    page = captures[0].body.decode().replace('"/pipermail/calm/"', '"https://evil.example/pipermail/calm/"')
    web = Web([answer(captures[0].url, page)])
    drive(ref, web)
    assert [request.url for request in web.asked] == [ref.canonical_url, PIPERMAIL]


def test_the_page_of_another_list_is_not_taken():
    _, captures, _ = case(CASES / "mailman" / "public.json")
    other = GroupRef("mailman", "lists.example/lanterns", "https://lists.example/mailman/listinfo/lanterns")
    with pytest.raises(WrongPlatform):
        read(other, answer(other.canonical_url, captures[0].body))


@pytest.mark.parametrize(
    "spelling",
    ["https://lists.example/list/calm", "https://site.example/archives/2024/", "https://site.example/pipermail/"],
)
def test_leave_others_alone(spelling):
    for module in (groupsio, hyperkitty, mailman):
        assert module.ADAPTER.claim(Address.parse(spelling)) is None
