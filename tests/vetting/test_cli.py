"""The command line as a person uses it: in a process of its own, told by its output and exit status."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from scrapers import warc
from tests.vetting.reading import AT, REF, judge, reading
from vetting import demo
from vetting.cli import main
from vetting.services.keep import keep_reading

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(environ):
    def run(*arguments, **more):
        return CliRunner().invoke(main, [*map(str, arguments)], env={**environ, **more})

    return run


@contextmanager
def serving(tmp_path, *arguments):
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "QUEUE_URL")}
    process = subprocess.Popen(
        [sys.executable, "-m", "vetting", "serve", "--port", "0", *arguments],
        cwd=ROOT,
        env={**environ, "VETTING_VAR": str(tmp_path / "var")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address_of(process):
    line = process.stdout.readline()
    assert line.startswith("Serving on http://127.0.0.1:"), line + process.stderr.read()
    return line.split()[-1]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("demo", [False, True])
def test_one_command_from_nothing_to_a_served_page_and_ctrl_c_ends_it(tmp_path, demo):
    with serving(tmp_path, *(["--demo"] if demo else [])) as process:
        address = address_of(process)
        assert requests.get(address, timeout=10).status_code == 200
        before = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(15) == 0
        assert time.monotonic() - before < 10
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=2)
        said = process.stderr.read()
        assert "Traceback" not in said
        assert "SIG" not in said  # a worker that had to be killed


def test_a_taken_port_is_named(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", port)
    assert result.exit_code == 1
    what, remedy = result.stderr.splitlines()
    assert f"Port {port} on 127.0.0.1" in what
    assert "--port" in remedy


@pytest.mark.parametrize(
    ("arguments", "more", "status", "words"),
    [
        (["migrate"], {"PORT": "x"}, 1, "PORT"),
        (["migrate"], {"DATABASE_URL": "mysql://h/n"}, 1, "DATABASE_URL"),
        (["migrate"], {"DATABASE_URL": "postgresql://u:pass-word@127.0.0.1:1/none"}, 1, "DATABASE_URL"),
        (["work"], {"QUEUE_URL": "postgresql://u:pass-word@127.0.0.1:1/none"}, 1, "QUEUE_URL"),
        (["evidence", "0" * 16, "--out", "x.warc.gz"], {}, 1, "no evidence"),
        (["evidence", "0" * 16], {}, 2, "--out"),
        (["vet"], {}, 2, "ADDRESS"),
        (["vet", "r/quietharbour", "--at", "soon"], {}, 2, "not a time"),
        (["vet", "r/quietharbour", "--captures", "/does/not/exist"], {}, 2, "does not exist"),
        (["work", "--threads", "0"], {}, 2, "threads"),
    ],
)
def test_what_goes_wrong_is_said_and_told_by_the_status(run, database, arguments, more, status, words):  # noqa: PLR0917 - pytest passes by name
    result = run(*arguments, **more)
    assert result.exit_code == status
    assert words in result.stderr
    assert "pass-word" not in result.stderr
    assert result.stdout == ""
    if status == 1:
        assert len(result.stderr.splitlines()) == 2


def test_migrating_twice_is_the_same(run):
    first, second = run("migrate"), run("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout


def test_evidence_is_written_and_a_bad_place_leaves_nothing(run, context, tmp_path):
    with context.database.writing() as session:
        judge(session, keep_reading(session, reading(), is_demo=False, at=AT))
    target = tmp_path / "out.warc.gz"
    result = run("evidence", REF.id, "--out", target)
    assert (result.exit_code, result.stdout) == (0, f"3 responses written to {target}.\n")
    assert warc.read(target) == list(reading().captures)
    refused = run("evidence", REF.id, "--out", tmp_path / "missing" / "out.warc.gz")
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 2


@pytest.fixture
def recorded(tmp_path):
    """An invented group's address and responses, in a file."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    _, case = next(demo.cases(at))
    target = tmp_path / "case.warc.gz"
    warc.write(demo.captures(case, at), target)
    return case["address"], target


def test_recorded_responses_give_the_same_bytes_each_time_and_need_no_database(run, recorded):
    address, file = recorded
    arguments = ("vet", address, "--captures", file, "--at", "2026-03-02T00:00:00Z", "--json")
    first, second = run(*arguments, DATABASE_URL="mysql://never/used"), run(*arguments)
    assert first.exit_code == 0, first.stderr
    assert first.stdout_bytes == second.stdout_bytes
    assert json.loads(first.stdout)["assessed_at"].startswith("2026-03-02")
    assert "reading " in first.stderr


def test_a_summary_reads_as_text(run, recorded):
    address, file = recorded
    result = run("vet", address, "--captures", file)
    assert result.exit_code == 0, result.stderr
    report = json.loads(run("vet", address, "--captures", file, "--json").stdout)
    assert result.stdout.startswith(report["group"]["name"])
    assert f"Grade {report['grade']}: " in result.stdout
    for dimension in report["dimensions"]:
        assert dimension["title"] in result.stdout


def test_a_damaged_capture_file_is_refused_in_two_lines(run, tmp_path):
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(b"\x1f\x8bnot a warc")
    result = run("vet", "r/quietharbour", "--captures", broken)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
