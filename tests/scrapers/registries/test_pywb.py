"""The archive's reader against a real pywb on loopback. `VETTING_LIVE_PYWB` names a Python in whose environment pywb is installed."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect, collect_past
from scrapers.refs import GroupRef
from scrapers.registries.cdx import memento, pywb, read_index
from scrapers.registries.wayback import WebArchive
from scrapers.snapshot import Archive, State
from tests.scrapers.servers import fetcher

pytestmark = pytest.mark.live

HOME, RULES = "http://harbour.example/", "http://harbour.example/rules"
REF = GroupRef("web", "harbour.example", HOME)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
VERSIONS = {
    datetime(
        2023, 9, 15, tzinfo=UTC
    ): "Be kind to everyone. Never share what you read here. Ask before you write to someone in private. No selling.",
    datetime(
        2025, 8, 15, tzinfo=UTC
    ): "Be kind to everyone. Never share what you read here. In a crisis call your local emergency number. No selling.",
}


def page(text: str) -> bytes:
    return f"<html><head><title>Quiet Harbour</title></head><body><nav><a href='/rules'>Rules</a></nav><main><p>{text}</p></main></body></html>".encode()


def kept(url: str, at: datetime, text: str, status: int = 200) -> Capture:
    headers = {"content-type": "text/html; charset=utf-8"}
    return Capture(url, url, Outcome.OK, at, status, headers, page(text))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a collection that holds two versions of an invented group's pages and an error between them."""
    python = os.environ.get("VETTING_LIVE_PYWB")
    if not python:
        pytest.skip("no pywb here (set VETTING_LIVE_PYWB to a Python that has it)")
    folder = tmp_path_factory.mktemp("pywb")
    captures = [kept(url, at, text) for at, text in VERSIONS.items() for url in (HOME, RULES)]
    _write([*captures, kept(HOME, datetime(2024, 1, 1, tzinfo=UTC), "busy", 503)], folder / "groups.warc.gz")
    manager, server = (str(Path(python).with_name(name)) for name in ("wb-manager", "wayback"))
    for command in (["init", "groups"], ["add", "groups", "groups.warc.gz"]):
        subprocess.run([manager, *command], cwd=folder, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [server, "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}/groups"
    finally:
        process.terminate()
        process.wait(20)


def _write(captures: list[Capture], target: Path) -> None:
    """As a crawler would: responses alone."""
    with target.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for each in captures:
            headers = StatusAndHeaders(f"{each.status} Answered", list(each.headers.items()), protocol="HTTP/1.1")
            about = {"WARC-Date": f"{each.at:%Y-%m-%dT%H:%M:%SZ}"}
            body = BytesIO(each.body)
            record = writer.create_warc_record(
                each.url, "response", body, http_headers=headers, warc_headers_dict=about
            )
            writer.write_record(record)
            record.raw_stream.close()  # warcio leaves its copy open


def _wait(port: int) -> None:
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("pywb did not start")


def test_the_past_of_a_group_is_read_from_a_real_archive(archive):
    today = {
        HOME: "A calm place to talk with others about grief, every evening, without giving a name.",
        RULES: list(VERSIONS.values())[1],
    }
    ask = fetcher()

    def fetch(request: Request) -> Capture:
        if "127.0.0.1" in request.url:
            return ask(request)
        text = today.get(request.url)
        return kept(request.url, NOW, text) if text else Capture(request.url, request.url, Outcome.NOT_FOUND, NOW, 404)

    found = collect_past(collect(REF, fetch), fetch, sources=(WebArchive(pywb(archive)),)).snapshot
    first, last = VERSIONS
    assert found.archive.value == Archive(first, last, 2, "pywb")
    assert [(version.at, version.text) for version in found.past_rules.value] == list(VERSIONS.items())


def test_another_time_answers_with_the_nearest_and_says_which(archive):
    capture = fetcher()(Request(f"{archive}/20230101000000id_/{RULES}", "archived rules"))
    assert (memento(capture).at, memento(capture).original) == (datetime(2023, 9, 15, tzinfo=UTC), RULES)


def test_what_is_not_archived_is_no_capture_and_no_memento(archive):
    dialect, ask = pywb(archive), fetcher()
    assert read_index(ask(Request(dialect.listing("http://elsewhere.example/"), "list"))).rows == ()
    assert memento(ask(Request(f"{archive}/20230101000000id_/http://elsewhere.example/", "archived rules"))) is None


def test_the_last_capture_is_asked_for_by_itself(archive):
    (row,) = read_index(fetcher()(Request(pywb(archive).last(HOME), "last"))).rows
    assert row.at == datetime(2025, 8, 15, tzinfo=UTC)
    missing = WebArchive(pywb(archive.replace("/groups", "/nosuch")))
    group = collect(REF, lambda request: kept(request.url, NOW, "A calm place to talk with others, every evening."))
    assert collect_past(group, fetcher(), sources=(missing,)).snapshot.archive.state in {State.ABSENT, State.UNREAD}
