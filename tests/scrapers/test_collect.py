"""Where adapter and network meet: recognition, what is asked only once, and what a guard stopped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect
from scrapers.errors import FetchRefused
from scrapers.recorded import Recorded
from scrapers.registry import recognise, resolve

AT = datetime(2026, 5, 1, tzinfo=UTC)
FORUM = """<!doctype html><html lang="en"><head><meta name="generator" content="vBulletin 4.2.2"><title>Harbour talk</title>
<script src="clientscript/vbulletin-core.js"></script></head><body><div id="vbulletin_html">Members: 1,204</div></body></html>"""
PLAIN = "<!doctype html><html lang='en'><head><title>Harbour</title></head><body><main><p>A circle that meets.</p></main></body></html>"


def page(url: str, body: str, status: int = 200) -> Capture:
    outcome = Outcome.OK if status == 200 else Outcome.NOT_FOUND
    return Capture(url, url, outcome, AT, status, {"content-type": "text/html; charset=utf-8"}, body.encode())


def read(address: str, *captures: Capture):
    return collect(resolve(address), Recorded(captures))


def test_a_page_with_marks_is_read_by_its_platform():
    found = read("https://talk.example/", page("https://talk.example/", FORUM))
    assert found.snapshot.ref.platform == "vbulletin"


def test_a_front_page_is_found_under_its_files_name():
    found = read("https://talk.example/forum.php", page("https://talk.example/forum.php", FORUM))
    assert found.snapshot.ref.platform == "vbulletin"
    assert found.snapshot.name.value == "Harbour talk"


def test_no_other_page_is_taken_for_the_index():
    thread = page("https://talk.example/thread7-calm.html", FORUM)
    snapshot = read("https://talk.example/thread7-calm.html", thread).snapshot
    assert str(snapshot.ref) == "vbulletin:talk.example"
    assert snapshot.name.value is snapshot.members.value is None
    assert snapshot.warnings[0] == "index: not read (not_captured), only what other pages tell"


def test_a_mark_that_deceives_ends_as_a_web_page():
    captures = page("https://talk.example/thread7-calm.html", FORUM), page("https://talk.example/", PLAIN)
    assert read("https://talk.example/thread7-calm.html", *captures).snapshot.ref.platform == "web"


def test_an_address_that_only_looks_like_a_platforms_is_read_as_a_page():
    missing = page("https://talk.example/api/v3/community?name=calm", "", 404)
    found = read("https://talk.example/c/calm", page("https://talk.example/c/calm", PLAIN), missing)
    assert str(found.snapshot.ref) == "web:talk.example/c/calm"


@pytest.mark.parametrize(
    "path",
    [
        "@calm",
        "@Calm/1101",
        "users/calm",
        "c/Calm",
        "m/calm",
        "c/shoes/123",
        "c/calm/p/7/title",
        "mailman/listinfo/calm",
    ],
)
def test_what_only_looks_like_a_platforms_is_read_at_the_very_page(path: str):
    address = f"https://links.example/{path}"
    kept = address.removesuffix("/1101")
    captures = [page(kept, PLAIN), page("https://links.example/", FORUM)]

    def fetch(request: Request) -> Capture:
        return next((capture for capture in captures if capture.url == request.url), page(request.url, "", 404))

    assert str(collect(resolve(address), fetch).snapshot.ref) == f"web:{kept.removeprefix('https://')}"


BOARDS = {
    "xenforo": (
        '<html id="XF"><head><title>x</title></head><body><script src="/js/xf/core.js"></script></body></html>',
        ("index.php?forums/support.12/", "index.php?forums/support.12/&order=post_date", "index.php?forums/talk.13/"),
    ),
    "invision": (
        "<html><head><script>ipb.vars['board_url'] = 'https://talk.example/';</script></head><body></body></html>",
        ("index.php?/forum/12-support/", "index.php?/forum/12-support/&page=2", "index.php?/forum/13-talk/"),
    ),
    "smf": (
        "<html><head><script>var smf_theme_url = 'x'; var smf_scripturl = 'https://talk.example/index.php';</script></head></html>",
        ("index.php?PHPSESSID=a;board=12.0", "index.php?board=12.20", "index.php?board=13.0"),
    ),
}


@pytest.mark.parametrize("software", BOARDS)
def test_boards_whose_address_is_the_query_stay_apart(software: str):
    body, addresses = BOARDS[software]
    refs = [resolve(f"https://talk.example/{address}") for address in addresses]
    found = [recognise(page(ref.canonical_url, body)) for ref in refs]
    assert [str(ref) for ref in found] == [f"{software}:talk.example#f{number}" for number in (12, 12, 13)]


def test_each_address_is_asked_once():
    asked: list[str] = []

    def fetch(request: Request) -> Capture:
        asked.append(request.url)
        return page(request.url, PLAIN, 200 if request.url == "https://talk.example/" else 404)

    collect(resolve("https://talk.example/"), fetch)
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    "code", ["private_address", "too_large", "timeout", "decompression_bomb", "too_many_redirects"]
)
def test_a_guard_that_stops_the_first_page_is_named(code: str):
    def fetch(request: Request) -> Capture:
        return Capture(request.url, request.url, Outcome.UNAVAILABLE, AT, detail=code)

    with pytest.raises(FetchRefused) as refusal:
        collect(resolve("https://talk.example/"), fetch)
    assert refusal.value.code == code
