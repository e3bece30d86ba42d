"""RFC 9309, case by case, and every real robots.txt at hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.capture import Capture, Outcome
from scrapers.robots import FAILURE_KEPT, KEPT, PARSED_BYTES, Robots, read
from scrapers.warc import read_folder

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SITE = "https://forum.example"
AGENT = "GroupVetting"


def answer(body: bytes = b"", status: int | None = 200, *, detail: str = "", outcome: Outcome = Outcome.OK) -> Capture:
    return Capture(f"{SITE}/robots.txt", f"{SITE}/robots.txt", outcome, AT, status, {}, body, detail)


def allowed(body: bytes, path: str) -> bool:
    return read(answer(body), AGENT).allow(SITE + path)


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        (b"User-agent: *\nDisallow: /", "/about", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "/about", False),
        (b"User-agent: *\r\nDisallow: /private\r\n", "/about", True),
        (b"User-agent: *\nDisallow: /private", "/private/x", False),
        (b"User-agent: *\nDisallow: /\nAllow: /about", "/about", True),
        (b"User-agent: *\nDisallow: /*.json$", "/about.json", False),
        (b"User-agent: *\nDisallow: /*.json$", "/about.json?x", True),
        (b"User-agent: groupvetting\nDisallow: /\n\nUser-agent: *\nAllow: /", "/about", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: GroupVetting\nDisallow:", "/about", True),
        (b"User-agent: OtherBot\nDisallow: /", "/about", True),
        (b"User-agent: *\nDisallow: /caf%C3%A9", "/caf\xc3\xa9", True),
        (b"User-agent: *\nDisallow: /caf\xc3\xa9", "/caf%C3%A9", False),
        (b"", "/about", True),
        (b"<!doctype html><html><body>User-agent? Disallow us!</body></html>", "/about", True),
        (b"<html>\nUser-agent: *\nDisallow: /private\n</html>", "/private", False),
        (b"\xff\xfe\x00 no text \x80", "/about", True),
        (b"Disallow: /", "/about", True),
    ],
)
def test_rules_are_read_as_the_standard_says(body, path, expected):
    assert allowed(body, path) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, False), (204, False), (301, True), (400, True), (401, True), (403, True), (404, True), (410, True), (429, False), (500, False), (503, False)],
)  # fmt: skip
def test_a_status_decides_before_the_body(status, expected):
    rules = read(answer(b"User-agent: *\nDisallow: /", status), AGENT)
    assert rules.allow(SITE + "/about") is expected
    assert rules.unavailable is (status in (429, 500, 503))


def test_silence_forbids_and_says_why():
    silent = answer(status=None, detail="timeout", outcome=Outcome.UNAVAILABLE)
    rules = read(silent, AGENT)
    assert not rules.allow(SITE + "/about")
    assert rules.silent is silent


def test_more_than_five_redirects_count_as_no_file():
    assert read(answer(status=None, detail="too_many_redirects", outcome=Outcome.UNAVAILABLE), AGENT).allow(SITE)


def test_half_a_megabyte_is_parsed_and_no_more():
    rule = b"User-agent: *\nDisallow: /private\n"
    filler = b"# " + b"x" * 997 + b"\n"
    before = filler * ((PARSED_BYTES - len(rule)) // len(filler))
    assert len(before + rule) > 500 * 1024 - 1100
    assert not allowed(before + rule, "/private")
    assert allowed(before + filler + rule, "/private")


@pytest.mark.parametrize(
    ("line", "delay"),
    [(b"10", 10), (b"0.5", 0.5), (b"-4", 0), (b"nan", 0), (b"inf", 0), (b"1e9", 86_400), (b"soon", 0), (b"", 0)],
)
def test_the_delay_a_site_asks_for(line, delay):
    assert read(answer(b"User-agent: *\nCrawl-delay: " + line), AGENT).delay == delay


def test_wildcards_made_to_hurt_do_not():
    assert allowed(b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"b", "/" + "a" * 4000)


class Site:
    def __init__(self, *answers: Capture) -> None:
        self.answers, self.asked = list(answers), []

    def __call__(self, url: str) -> Capture:
        self.asked.append(url)
        return self.answers.pop(0)


def test_rules_are_kept_for_a_day_and_failures_for_minutes():
    now = [AT]
    site = Site(answer(status=503), answer(b"User-agent: *\nDisallow: /"), answer(status=404))
    robots = Robots(site, AGENT, lambda: now[0])
    assert robots.of(SITE).unavailable
    now[0] = AT + FAILURE_KEPT - timedelta(seconds=1)
    assert robots.of(SITE).unavailable
    now[0] = AT + FAILURE_KEPT
    assert not robots.of(SITE).allow(SITE)
    now[0] = AT + KEPT - timedelta(seconds=1)
    assert not robots.of(SITE).allow(SITE)
    now[0] = AT + KEPT
    assert robots.of(SITE).allow(SITE)
    assert site.asked == [f"{SITE}/robots.txt"] * 3


def test_each_origin_has_its_own():
    site = Site(answer(b"User-agent: *\nDisallow: /"), answer(status=404))
    robots = Robots(site, AGENT, lambda: AT)
    assert not robots.of(SITE).allow(SITE)
    assert robots.of("http://forum.example").allow("http://forum.example/")


@given(st.binary(), st.text())
def test_no_file_raises(body, path):
    rules = read(answer(body), AGENT)
    assert rules.allow(f"{SITE}/{path}") in (True, False)
    assert 0 <= rules.delay <= 86_400


def test_every_real_file_is_read(shared_data):
    files = read_folder(shared_data / "captures" / "robots")
    assert len(files) == 65
    verdicts = {file.url: read(file, AGENT).allow(f"{SITE}/about") for file in files}
    assert sorted(set(verdicts.values())) == [False, True]
    whole = {url.split("/")[2] for url, verdict in verdicts.items() if not verdict and "robots.txt" in url}
    assert "www.facebook.com" in whole
