"""Replaying a folder: one line a response, read by whom its address and content name, whatever it holds."""

from __future__ import annotations

import json
import os

import pytest

from scrapers import registry
from scrapers.adapter import Adapter, Profile
from scrapers.capture import Outcome
from scrapers.recordings import read
from scrapers.replay import read_one, replay
from tests.scrapers.replay import twins

ABOUT = {
    "kind": "t5",
    "data": {"display_name": "QuietHarbour", "title": "Quiet Harbour", "subscribers": 321, "over18": False},
}
RULES = {
    "rules": [{"kind": "all", "short_name": "Be kind", "description": "", "created_utc": 1.6e9}],
    "site_rules": ["Spam"],
}
SITE = {
    "about": {
        "title": "Night Watch",
        "description": "",
        "stats": {"user_count": 7, "posts_7_days": 1},
        "admins": [],
        "moderators": [],
    }
}
PAGE = "<!doctype html><html><head><title>Bakery</title></head><body><p>Bread</p><a href='/x'>x</a></body></html>"
REDDIT = "https://www.reddit.com/r/QuietHarbour"
SAMPLE = 24  # one capture in so many is replayed each time; all of them with VETTING_FULL=1


@pytest.fixture
def put(tmp_path):
    def put(path, body, **meta):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(
            body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        )
        if meta:
            file.with_name(f"{file.name}.meta.json").write_text(json.dumps(meta))

    return put


@pytest.fixture
def lines(tmp_path):
    return lambda: {line.path: line for line in replay(tmp_path)}


def test_the_address_decides_who_reads_and_each_response_is_told_what_it_gave_itself(put, lines):
    put("a/about.json", ABOUT, url=f"{REDDIT}/about.json")
    put("a/rules.json", RULES, url=f"{REDDIT}/about/rules.json")
    about, rules = lines()["a/about.json"], lines()["a/rules.json"]
    assert (about.adapter, about.outcome) == (rules.adapter, rules.outcome) == ("reddit", "ok")
    assert {"name", "members", "adult"} <= set(about.fields_read)
    assert "rules" in rules.fields_read
    assert not set(about.fields_read) & set(rules.fields_read)
    assert "members" in rules.unread


def test_software_on_its_own_host_is_known_by_the_question_that_fits(put, lines):
    put("misfiled/one.json", SITE, url="https://forum.example/about.json")
    line = lines()["misfiled/one.json"]
    assert (line.adapter, line.outcome) == ("discourse", "ok")
    assert {"name", "members"} <= set(line.fields_read)


def test_the_folder_decides_where_nothing_else_does(put, lines):
    put("reddit/rules.json", RULES)
    put("reddit/weather.json", {"sun": True})
    found = lines()
    assert found["reddit/rules.json"].adapter == "reddit"
    assert "rules" in found["reddit/rules.json"].fields_read
    assert (found["reddit/weather.json"].outcome, found["reddit/weather.json"].fields_read) == ("ok", ())


def test_a_refusal_says_what_the_platform_means_by_it(put, lines):
    put("a/q.json", {"reason": "quarantined", "quarantine_message": "Careful"}, url=f"{REDDIT}/hot.json", status=403)
    put(
        "a/gone.json",
        {"message": "Not Found", "error": 404, "reason": "banned"},
        url="https://www.reddit.com/r/gone/about",
        status=404,
    )
    put("a/slow.html", PAGE, url="https://slow.example/", status=429, headers={"Retry-After": ["30"]})
    found = lines()
    assert found["a/q.json"].outcome == "quarantined"
    assert found["a/gone.json"].outcome == "banned"
    assert found["a/slow.html"].outcome == "rate_limited"


def test_pages_of_nobody_are_web_pages_and_what_is_no_page_is_nobodys(put, lines):
    put("x/page.html", PAGE, url="https://bakery.example/")
    put("x/robots.html", PAGE, url="http(s)://bakery.example/robots.txt")
    put("x/data.csv", "a,b\n", url="https://bakery.example/data.csv")
    put("x/gone.txt", "", url="https://bakery.example/gone", status=404)
    found = lines()
    assert (found["x/page.html"].adapter, found["x/page.html"].outcome) == ("web", "ok")
    assert {path: (line.adapter, line.outcome) for path, line in found.items() if path != "x/page.html"} == {
        "x/robots.html": (None, "ok"),
        "x/data.csv": (None, "ok"),
        "x/gone.txt": (None, "not_found"),
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"7", b'"x"', b"[" * 5000, b"\xff\xfe\x00", b"<html>" + b"<div>" * 2000, bytes(range(256)) * 9],
)
@pytest.mark.parametrize(
    "url", [f"{REDDIT}/about.json", "https://forum.example/about.json", "", "http://[broken", "https://t.me/calm"]
)
def test_no_response_breaks_the_replay(put, lines, body, url):
    put("reddit/x", body, url=url, status="soon", headers=["not", "an", "object"])
    line = lines()["reddit/x"]
    assert line.outcome in set(Outcome)
    assert not line.failed
    assert json.loads(json.dumps(line.document()))["path"] == "reddit/x"


def test_an_apis_answer_is_known_by_what_it_holds(put, lines):
    guild = {"id": "1100000000000000001", "name": "Night Owls", "features": [], "nsfw_level": 0, "description": None}
    put(
        "discord/x.json",
        {"code": "AbCdEf", "type": 0, "guild": guild},
        url="https://discord.com/api/v9/channels/1/invites",
    )
    line = lines()["discord/x.json"]
    assert line.adapter == "discord"
    assert {"name", "created"} <= set(line.fields_read)


def test_manifest_and_sidecars_may_be_broken_or_missing(put, lines, tmp_path):
    put("reddit/plain.json", ABOUT)
    put("reddit/odd.json", ABOUT)
    (tmp_path / "reddit/odd.json.meta.json").write_text("[")
    put("other/listed.json", RULES)
    header = "path\tplatform\turl_captured_from\thttp_status"
    (tmp_path / "MANIFEST.tsv").write_text(
        f"{header}\nother/listed.json\treddit\t{REDDIT}/about/rules\t200\ngone.json\tx\t\t\n"
    )
    found = lines()
    assert set(found) == {"reddit/plain.json", "reddit/odd.json", "other/listed.json", "gone.json"}
    assert found["reddit/odd.json"].warnings[0] == "its .meta.json cannot be read"
    assert (found["gone.json"].outcome, found["gone.json"].failed) == ("unavailable", True)
    assert found["gone.json"].warnings == ("MANIFEST.tsv names it, but it is not in the folder",)
    assert (found["other/listed.json"].adapter, found["other/listed.json"].outcome) == ("reddit", "ok")


@pytest.mark.parametrize("manifest", [b"path\n\xff\xfe", b"path\t" + b"x" * 5_000_001])
def test_a_manifest_that_cannot_be_read_is_a_line_of_its_own(put, lines, manifest):
    put("reddit/plain.json", ABOUT)
    put("MANIFEST.tsv", manifest)
    found = lines()
    assert set(found) == {"MANIFEST.tsv", "reddit/plain.json"}
    assert (found["MANIFEST.tsv"].outcome, found["MANIFEST.tsv"].failed) == ("parse_error", True)
    assert found["MANIFEST.tsv"].warnings


def test_a_long_cell_of_the_manifest_is_no_failure(put, lines):
    put("reddit/plain.json", ABOUT)
    put("MANIFEST.tsv", f"path\twhat\nreddit/plain.json\t{'x' * 200_000}\n")
    assert set(lines()) == {"reddit/plain.json"}


def test_what_is_no_response_of_the_folders_is_told_and_not_read(put, lines, tmp_path):
    outside = tmp_path.with_name(f"{tmp_path.name}-outside.json")
    outside.write_text(json.dumps(ABOUT))
    put("reddit/plain.json", ABOUT)
    (tmp_path / "reddit/linked.json").symlink_to(outside)
    (tmp_path / "reddit/circle.json").symlink_to(tmp_path / "reddit/circle.json")
    (tmp_path / "reddit/plain.json.meta.json").mkdir()
    put("reddit/lost.json.meta.json", {})
    found = lines()
    assert set(found) == {"reddit/plain.json", "reddit/linked.json", "reddit/lost.json.meta.json"}
    assert found["reddit/linked.json"].warnings == ("it leads out of the folder, and is not followed",)
    assert not found["reddit/linked.json"].fields_read
    assert found["reddit/lost.json.meta.json"].warnings == ("the response that it describes is not in the folder",)
    assert found["reddit/plain.json"].warnings[0] == "its .meta.json cannot be read"


def test_bytes_that_are_no_text_are_not_called_good(put, lines):
    put("x/noise.bin", bytes(range(256)), url="https://bakery.example/noise")
    put("x/wide.txt", "Ruhe\n".encode("utf-16"), url="https://bakery.example/wide")
    put("x/big.html", PAGE + " " * 5_000_000, url="https://bakery.example/")
    found = lines()
    assert (found["x/noise.bin"].outcome, found["x/noise.bin"].warnings) == ("parse_error", ("its body is no text",))
    assert (found["x/wide.txt"].outcome, found["x/wide.txt"].warnings) == ("ok", ())
    assert (found["x/big.html"].outcome, found["x/big.html"].fields_read) == ("unavailable", ())


def test_an_adapter_that_fails_is_a_line_and_not_the_end(put, tmp_path, monkeypatch):
    class Broken(Adapter):
        platform, profile = "broken", Profile(title="Broken")

        def read(self, ref):
            yield from ()
            raise KeyError(ref.key)

    known = {"broken": Broken(), "web": registry.adapters()["web"]}
    monkeypatch.setattr(registry, "adapters", lambda: known)
    put("broken/x.json", {"a": 1})
    [recording] = read(tmp_path)
    line = read_one(recording, [recording])
    assert (line.adapter, line.outcome, line.failed) == ("broken", "parse_error", True)
    assert line.warnings == ("broken raised KeyError",)


@pytest.mark.timeout(900)
def test_real_captures_give_what_they_gave_before(shared_data):
    """All of them with VETTING_FULL=1, else one in SAMPLE. After a change that is meant, write the twins anew (see twins.py)."""
    wanted = twins.expected()
    recordings = {recording.path: recording for recording in read(shared_data / "captures")}
    assert [fact["path"] for fact in wanted] == list(recordings)
    if os.environ.get("VETTING_FULL"):
        found = [twins.facts(line) for line in replay(shared_data / "captures")]
    else:
        wanted = wanted[::SAMPLE]
        found = [twins.facts(line) for line in replay(shared_data / "captures", only={fact["path"] for fact in wanted})]
    assert found == wanted
