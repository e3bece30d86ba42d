from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.errors import GroupUnreadable
from scrapers.platforms._counts import counted
from scrapers.platforms.telegram import ADAPTER
from scrapers.refs import GroupRef
from scrapers.urls import Address
from tests.scrapers.platforms.platform_replay import CASES, Web, answer, case, drive, read, recorded, states

GROUP = GroupRef("telegram", "@quietharbour", "https://t.me/quietharbour")
# Recorded page -> members, kind.
RECORDED = {"tme-channel.html": (2805, "joined"), "tme-no-iframe.html": (5012, "subscribers")}


def page(extra: str, title: str = "Calm") -> str:
    head = f'<div class="tgme_page_title"><span dir="auto">{title}</span></div>' if title else ""
    below = f'<div class="tgme_page_extra">{extra}</div>' if extra else ""
    return f'<html><head><meta property="og:title" content="Telegram: Contact @x"></head><body><div class="tgme_page">{head}{below}</div></body></html>'


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_pages(shared_data, file):
    capture = recorded(shared_data / "captures/telegram" / file, GROUP.canonical_url)
    s = read(GROUP, capture)
    members, kind = RECORDED[file]
    assert f'<meta property="og:title" content="{s.name.value}">' in capture.body.decode()
    assert (s.members.value.count, s.members.value.kind, s.members.value.precision) == (members, kind, 1)
    assert s.description.value
    assert s.visibility.value == "public"
    assert s.warnings == ()


@pytest.mark.parametrize(
    "file", ["tme-post-full-image.html", "tme-post-link-image.html", "tme-post-right-preview.html"]
)
def test_the_page_of_one_message_is_not_the_page_of_a_group(shared_data, file):
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, recorded(shared_data / "captures/telegram" / file, GROUP.canonical_url))
    assert error.value.code == "not_found"


def test_a_missing_name_is_answered_with_200():
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(GROUP.canonical_url, page("", "")))
    assert error.value.code == "not_found"
    assert "person" in error.value.message


@pytest.mark.parametrize("extra", ["@keeper", "12 345 monthly users", "1.2M monthly users"])
def test_persons_and_bots_are_no_groups(extra):
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(GROUP.canonical_url, page(extra)))
    assert error.value.code == "not_a_group"
    assert error.value.remedy == "Paste the address of a group or a channel."


def test_an_invitation_that_has_ended():
    ref = GroupRef("telegram", "+AbCdEf_GhIjKl", "https://t.me/+AbCdEf_GhIjKl")
    with pytest.raises(GroupUnreadable) as error:
        read(ref, answer(ref.canonical_url, page("", "Join group chat on Telegram")))
    assert error.value.code == "not_found"
    assert "fresh invitation" in error.value.remedy


def test_a_page_of_another_kind_is_not_understood():
    with pytest.raises(GroupUnreadable) as error:
        read(GROUP, answer(GROUP.canonical_url, "<html><title>Bakery</title></html>"))
    assert error.value.code == "parse_error"


@pytest.mark.parametrize(
    ("extra", "count", "kind", "precision"),
    [
        ("1 member", 1, "joined", 1),
        ("2\u00a0805 members, 31 online", 2805, "joined", 1),
        ("2\u202f805 участников", 2805, "joined", 1),
        ("13.7K subscribers", 13700, "subscribers", 100),
        ("13,7K Abonnenten", 13700, "subscribers", 100),
        ("60K subscribers", 60000, "subscribers", 1000),
        ("1.05M subscribers", 1050000, "subscribers", 10000),
        ("1.234 Mitglieder", 1234, "joined", 1),
        ("1,234,567 members", 1234567, "joined", 1),
        ("1,2 тыс. подписчиков", 1200, "subscribers", 100),
        ("no members", None, None, None),
        ("1.2 members", None, None, None),
        ("1.234K subscribers", None, None, None),
        ("12 34 members", None, None, None),
        ("1 234 5678 subscribers", None, None, None),
    ],
)
def test_counts_are_right_or_not_there(extra, count, kind, precision):
    shown = (
        read(GROUP, answer(GROUP.canonical_url, page(extra))).members.value if any(c.isdigit() for c in extra) else None
    )
    assert shown == (None if count is None else shown.__class__(count, kind, precision))


@given(number=st.integers(0, 10**12 - 1), mark=st.sampled_from([" ", "\u00a0", "\u202f", ",", ".", "'", "’"]))
def test_any_separator_between_thousands(number, mark):
    assert counted(f"{number:,}".replace(",", mark)) == (number, 1)


@given(text=st.text(" 0123456789.,'KMkm\u00a0", max_size=14))
def test_a_count_is_never_guessed(text):
    try:
        count, precision = counted(text)
    except ValueError:
        return
    digits = "".join(c for c in text if c.isdigit())
    assert count % precision == 0
    assert str(count).rstrip("0") == digits.lstrip("0").rstrip("0") or count == 0


def test_no_message_is_kept():
    ref, captures, _ = case(CASES / "telegram" / "channel.json")
    snapshot = read(ref, *captures)
    assert "nobody keeps" not in repr(snapshot)
    assert snapshot.activity.value.last_post_at == datetime(2026, 8, 28, 7, 30, tzinfo=UTC)


def test_groups_and_channels_without_preview_lead_back_to_their_page():
    ref, captures, _ = case(CASES / "telegram" / "channel.json")
    back = answer(captures[1].url, captures[0].body, final_url=ref.canonical_url)
    snapshot = read(ref, captures[0], back)
    assert states(snapshot)["activity"] == states(snapshot)["created"] == "unread:not_offered"


def test_what_stands_before_the_first_message_only_bounds_the_age():
    ref, captures, _ = case(CASES / "telegram" / "channel.json")
    created = read(ref, *captures[:2]).created.value
    assert (created.at.date().isoformat(), created.basis, created.exact) == ("2026-07-20", "oldest_post", False)


@pytest.mark.parametrize("name", ["group", "invitation"])
def test_previews_are_asked_of_channels_only(name):
    ref, captures, _ = case(CASES / "telegram" / f"{name}.json")
    web = Web(captures)
    drive(ref, web)
    assert [request.purpose for request in web.asked] == ["page"]


@given(name=st.from_regex(r"\A[A-Za-z][A-Za-z0-9_]{4,20}\Z"))
def test_claiming_the_canonical_address_changes_nothing(name):
    ref = ADAPTER.claim(Address.parse(f"https://t.me/calm_{name}"))
    assert ADAPTER.claim(Address.parse(ref.canonical_url)) == ref
