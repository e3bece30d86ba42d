from __future__ import annotations

import pytest
from protego import Protego

from scrapers.capture import Outcome
from scrapers.errors import GroupUnreadable
from scrapers.platforms.facebook import ADAPTER
from scrapers.refs import GroupRef
from tests.scrapers.platforms.platform_replay import Web, answer, drive, read, refused

GROUP = GroupRef("facebook", "group/quietharbour", "https://www.facebook.com/groups/quietharbour/")


def page(title: str, head: str = "", body: str = "") -> str:
    return f'<html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


@pytest.mark.parametrize("file", ["www.facebook.com.txt", "ropensci-robots_facebook.txt"])
def test_recorded_robots_forbid_what_would_be_asked(shared_data, file):
    """So the one request of the adapter never leaves: only a page that a person has given is read."""
    robots = Protego.parse((shared_data / "captures/robots" / file).read_text())
    web = Web([], lambda request: refused(request.url, Outcome.ROBOTS_DISALLOWED))
    with pytest.raises(GroupUnreadable):
        drive(GROUP, web)
    assert [robots.can_fetch(request.url, "GroupVetting") for request in web.asked] == [False]


def test_says_which_two_other_ways_there_are():
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, refused(GROUP.canonical_url, Outcome.ROBOTS_DISALLOWED))
    assert error.value.code == "robots_disallowed"
    assert "do not read Facebook automatically" in error.value.message
    assert "contribute" in error.value.remedy
    assert "/.well-known/support-group.json" in error.value.remedy


@pytest.mark.parametrize(
    ("body", "final", "code"),
    [
        (page("Log in to Facebook", og("Log in to Facebook")), "", "login_wall"),
        (page("Facebook", og("Facebook")), "", "login_wall"),
        (page("Facebook"), "", "login_wall"),
        (page("Calm", og("Calm")), "https://www.facebook.com/login/?next=x", "login_wall"),
        ("", "", "parse_error"),
    ],
)
def test_walls_are_no_groups(body, final, code):
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(GROUP.canonical_url, body, final_url=final))
    assert error.value.code == code


@pytest.mark.parametrize(
    ("title", "body", "name", "visibility"),
    [
        ("Calm public group | Facebook", "", "Calm", "public"),
        ("Calm Private group | Facebook", "", "Calm", "private"),
        ("Calm | Facebook", "<p>Anyone can see who's in the group and what they post.</p>", "Calm", "public"),
        ("Calm", "<p>Only members can see who’s in the group and what they post.</p>", "Calm", "private"),
        ("Calm", "<p>A public group, we say</p>", "Calm", None),
        ("Calm", "<p>Anyone can see who's in the group and what they post. Only members can see who's in the group and what they post.</p>", "Calm", None),
        ("Our private group therapy", "", "Our private group therapy", None),
    ],
)  # fmt: skip
def test_who_may_see_it_by_facebooks_own_words(title, body, name, visibility):
    s = read(GROUP, answer(GROUP.canonical_url, page(title, og(title), body)))
    assert (s.name.value, s.visibility.value) == (name, visibility)


@pytest.mark.parametrize(
    "final", ["https://evil.example/groups/quietharbour", "https://www.facebook.com.evil.example/"]
)
def test_only_facebook_tells_a_groups_number(final):
    number = '<meta property="al:android:url" content="fb://group/123456789012345">'
    s = read(GROUP, answer(GROUP.canonical_url, page("Calm", og("Calm") + number), final_url=final))
    assert s.ref == GROUP


def test_what_no_visitor_ever_sees_is_declared():
    assert {
        "members",
        "stewards",
        "founder",
        "rules",
        "rules_text",
        "created",
        "activity",
    } <= ADAPTER.profile.never_shown
