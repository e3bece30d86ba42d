from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.adapter import Adapter
from scrapers.capture import Capture, Outcome
from scrapers.errors import GroupUnreadable
from scrapers.pages import main_text, rel_of, stewards_in, updated_at
from scrapers.parse import HtmlDocument
from scrapers.platforms.web import ADAPTER
from scrapers.refs import GroupRef
from scrapers.snapshot import Link, Snapshot, SourceKind, State
from scrapers.urls import Address, Url
from tests.scrapers.platforms.platform_replay import Web, answer, case, cases, facts, recorded, refused

PAGE = "https://page.example/"
REF = GroupRef("web", "page.example", PAGE)


def drive(adapter: Adapter, ref: GroupRef, web: Web) -> Snapshot:
    """The adapter alone: a real forum's page would otherwise be handed to the forum's own adapter."""
    reader = adapter.read(ref)
    request = next(reader)
    try:
        while True:
            request = reader.send(web(request))
    except StopIteration as stop:
        return stop.value


def read(*captures: Capture) -> Snapshot:
    return drive(ADAPTER, REF, Web(captures))


@pytest.mark.parametrize("path", cases("web"), ids=lambda path: path.stem)
def test_case_equals_its_twin(path: Path):
    ref, captures, expected = case(path)
    assert facts(drive(ADAPTER, ref, Web(captures))) == expected


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.quiet.example/", "quiet.example"),
        ("quiet.example", "quiet.example"),
        ("http://Quiet.example/groups/Calm/?utm_source=x#top", "quiet.example/groups/Calm"),
        ("https://calm.hosting.example/index.html", "calm.hosting.example"),
        ("https://quiet.example/?page_id=5", "quiet.example?page_id=5"),
        ("https://quiet.example:8443/a", "quiet.example:8443/a"),
    ],
)
def test_key(address: str, key: str):
    ref = ADAPTER.claim(Address.parse(address))
    assert ref is not None
    assert ref.key == key
    assert ADAPTER.claim(Address.parse(ref.canonical_url)) == ref


def test_at_most_six_requests_and_only_to_the_same_site():
    menu = "".join(
        f'<a href="/{i}/rules">Rules</a><a href="/team{i}">Our team</a><a href="/c{i}">Contact</a>' for i in range(20)
    )
    web = Web([answer(PAGE, f"<html><body>{menu}<a href='https://else.example/rules'>Rules</a></body></html>")])
    drive(ADAPTER, REF, web)
    assert len(web.asked) <= 6
    assert all(request.url.startswith(PAGE) for request in web.asked)


def test_a_refused_rules_page_is_withheld_and_a_lost_one_unread():
    page = answer(PAGE, '<html><body><a href="/rules">Rules</a></body></html>')
    withheld = read(page, refused(f"{PAGE}rules", Outcome.ROBOTS_DISALLOWED))
    assert (withheld.rules_text.state, withheld.rules_text.reason) == (State.WITHHELD, "robots_disallowed")
    assert read(page).rules_text.state is State.UNREAD


def test_a_description_of_another_group_on_the_host_is_not_this_ones():
    other = {"version": 1, "url": f"{PAGE}other", "name": "Other"}
    page = answer(PAGE, "<html><body>Nothing said.</body></html>")
    assert read(page, answer(f"{PAGE}.well-known/support-group.json", other)).name.value is None
    own = read(page, answer(f"{PAGE}.well-known/support-group.json", {**other, "url": PAGE}))
    assert own.name.value == "Other"
    assert own.name.sources[0].kind is SourceKind.DECLARED


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("<html><title>Log in</title><form><input type=password></form></html>", 200, Outcome.LOGIN_WALL),
        ("<html><title>Just a moment...</title></html>", 200, Outcome.CHALLENGE),
        ("<html><title>Seite nicht gefunden</title><p>Leider.</html>", 200, Outcome.NOT_FOUND),
        ("<html><p>Are you over 18? Yes No</html>", 200, Outcome.GATED),
        ("gone", 404, Outcome.NOT_FOUND),
        ("", 200, Outcome.PARSE_ERROR),
    ],
)
def test_walls_and_soft_errors_are_recognised(body: str, status: int, code: Outcome):
    with pytest.raises(GroupUnreadable) as refusal:
        read(answer(PAGE, body, status))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000 + "x",
        "<p>" + "word " * 2_000_000,
        "<script>alert(1)</script>\u202e<p>Moderated by \u202eJane Doe",
        "<a href='http://[x'>x</a>",
    ],
    ids=["nested", "10 MB", "script and bidi", "bad link"],
)
def test_hostile_pages_are_read(body: str):
    text = json.dumps(facts(read(answer(PAGE, f"<html><body>{body}</body></html>"))), ensure_ascii=False)
    assert "alert(1)" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Last updated: 3 March 2025", (2025, 3, 3)),
        ("Last updated on March 3rd, 2025.", (2025, 3, 3)),
        ("Zuletzt aktualisiert: 3.3.2025", (2025, 3, 3)),
        ("Dernière mise à jour le 3 août 2025", (2025, 8, 3)),
        ("Última actualización: 3 de marzo de 2025", (2025, 3, 3)),
        ("Atualizado em 2025-03-03", (2025, 3, 3)),
        ("Last updated 03/04/2025", None),
        ("Founded 3 March 2025", None),
    ],
)
def test_dates_that_can_be_sure(text: str, day: tuple[int, int, int] | None):
    assert updated_at(text) == (datetime(*day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Moderated by Jane Doe, LCSW", [("Jane Doe", "moderator")]),
        ("This group is run by Jane Doe and Ana de Souza.", [("Jane Doe", "organizer"), ("Ana de Souza", "organizer")]),
        ("Grupo fundado por María Pérez", [("María Pérez", "owner")]),
        ("Le groupe est animé par Zoë Dupont", [("Zoë Dupont", "moderator")]),
        ("The study was led by Jane Doe", []),
        ("Moderated by volunteers", []),
    ],
)
def test_persons_in_prose(line: str, named: list[tuple[str, str]]):
    assert [(steward.handle, steward.role) for steward in stewards_in(line)] == named


@pytest.mark.parametrize(
    ("address", "label", "rel"),
    [
        ("tel:988", "", "crisis"),
        ("tel:+442000000000", "", "contact"),
        ("mailto:help@samaritans.org?subject=x", "", "crisis"),
        ("mailto:keepers@page.example", "", "contact"),
        ("mailto:nobody", "", "contact"),
        ("https://www.samaritans.org/how", "", "crisis"),
        ("https://www.facebook.com/x", "", "twin"),
        ("https://www.facebook.com/x", "Our website", "twin"),
        ("https://page.example/rules", "", "rules"),
        ("https://page.example/a", "Website", "other"),
        ("https://else.example/a", "", "other"),
        ("https://else.example/a", "Notre site", "site"),
        ("https://else.example/a", "A website about tea", "other"),
    ],
)
def test_why_a_link_is_kept(address: str, label: str, rel: str):
    assert rel_of(Link(address, label), Url.parse(PAGE)) == rel


def test_links_within_one_service_are_no_twins():
    here = Url.parse("https://www.reddit.com/r/quietharbour/")
    assert rel_of(Link("https://old.reddit.com/r/nightowls", ""), here) == "other"
    assert rel_of(Link("https://discord.gg/AbCdEf", ""), here) == "twin"


def test_a_wall_of_consent_is_no_check_for_machines():
    wall = answer(PAGE, "<html><p>We value your privacy</html>", final_url="https://consent.page.example/ask")
    with pytest.raises(GroupUnreadable) as refusal:
        read(wall)
    assert refusal.value.code == "consent_wall"
    assert "agree to something first" in refusal.value.message
    assert "human" not in refusal.value.message


def test_the_way_past_an_age_check_is_named():
    with pytest.raises(GroupUnreadable) as refusal:
        read(answer(PAGE, "<html><p>Are you over 18? Yes No</html>"))
    assert "their age" in refusal.value.message
    assert "Try again" not in refusal.value.remedy


def test_every_real_page_is_read_or_refused(shared_data: Path):
    folders = [
        f
        for f in (shared_data / "captures").iterdir()
        if f.name.startswith(("structured-data", "forum-", "mailing-list"))
    ]
    files = sorted(file for folder in folders for file in folder.glob("*.html"))
    assert len(files) > 80
    for file in files[::16]:  # a sample: all of them take more than a minute
        capture = recorded(file, PAGE)
        assert "\ufffd" not in main_text(HtmlDocument(capture).soup)[0][:200] or b"\xef\xbf\xbd" in capture.body
        try:
            snapshot = read(capture)
        except GroupUnreadable as refusal:
            assert refusal.code in {Outcome.LOGIN_WALL, Outcome.NOT_FOUND}
        else:
            assert snapshot.name.state is not State.ABSENT
