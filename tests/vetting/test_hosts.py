"""What an operator decides about hosts: who is refused, in which words, and that no decision is ever lost."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tests.vetting.reading import ADDRESS
from vetting.cli import main
from vetting.errors import AddressRefused, HostPaused, InvalidInput, NotFound
from vetting.services import hosts, submissions, vet

FORUM = "https://quiet.forum.example/"
WHO = {"reason": "asked by mail", "by": "wren"}


@pytest.fixture
def run(environ):
    return lambda *arguments: CliRunner().invoke(main, ["hosts", *arguments], env=environ)


@pytest.mark.parametrize("host", ["forum.example", "https://WWW.Forum.example/board?x=1", "quiet.forum.example"])
def test_a_site_that_is_left_out_is_refused_by_name_with_everything_below_it(context, host):
    hosts.leave_out(context, host, **WHO)
    for ask in (submissions.submit, vet.vet):
        with pytest.raises(AddressRefused) as refused:
            ask(context, FORUM)
        assert refused.value.code == "left_out"
        assert "forum.example" in refused.value.message
        assert "contribute" not in refused.value.remedy, "nobody can"
    submissions.submit(context, "https://otherforum.example/")
    submissions.submit(context, ADDRESS)


def test_a_paused_site_is_refused_until_the_pause_ends_or_is_lifted(context):
    until = context.clock() + timedelta(hours=1)
    hosts.pause(context, "forum.example", until=until, **WHO)
    with pytest.raises(HostPaused, match=f"{until:%Y-%m-%d %H:%M}") as refused:
        submissions.submit(context, FORUM)
    assert (refused.value.code, refused.value.status) == ("host_paused", 503)
    later = until + timedelta(seconds=1)
    object.__setattr__(context, "clock", lambda: later)
    submissions.submit(context, FORUM)
    hosts.pause(context, "forum.example", until=None, **WHO)
    with pytest.raises(HostPaused):
        submissions.submit(context, FORUM)
    hosts.resume(context, "forum.example", **WHO)
    submissions.submit(context, FORUM)
    assert hosts.listing(context) == ()


def test_lifting_one_kind_leaves_the_other(context):
    hosts.pause(context, "forum.example", until=None, **WHO)
    hosts.leave_out(context, "forum.example", **WHO)
    hosts.resume(context, "forum.example", **WHO)
    with pytest.raises(AddressRefused):
        submissions.submit(context, FORUM)
    with pytest.raises(NotFound, match=r"quiet\.forum\.example"):
        hosts.readmit(context, FORUM, **WHO)


def test_every_decision_stays_with_who_when_and_why(context):
    hosts.pause(context, "forum.example", until=None, reason="slow", by="wren")
    hosts.resume(context, "forum.example", reason="fast again", by="robin")
    hosts.pause(context, "other.example", until=None, reason="", by="wren")
    told = [(row.decision, row.by, row.reason) for row in hosts.history(context, "forum.example")]
    assert told == [("pause", "wren", "slow"), ("resume", "robin", "fast again")]
    assert all(row.at <= datetime.now(UTC) for row in hosts.history(context, "forum.example"))


@pytest.mark.parametrize("host", ["", "com", "http://u:p@forum.example/", "file:///etc", "not a host"])
def test_what_is_no_site_is_refused(context, host):
    with pytest.raises(InvalidInput):
        hosts.leave_out(context, host, **WHO)
    assert hosts.listing(context) == ()


def test_a_pause_that_is_over_before_it_begins_is_refused(context):
    with pytest.raises(InvalidInput, match="past"):
        hosts.pause(context, "forum.example", until=context.clock(), **WHO)


def test_the_command_line_decides_lists_and_remembers(run, database):
    paused = run("pause", "forum.example", "--until", "2099-01-01T00:00:00Z", "--reason", "slow")
    assert paused.exit_code == 0, paused.output
    assert run("leave-out", "shy.example").exit_code == 2
    assert run("leave-out", "shy.example", "--reason", "their mail of today").exit_code == 0
    listed = run("list").stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in listed] == [
        f"forum.example  pause until 2099-01-01T00:00Z, by {getpass.getuser()}: slow",
        f"shy.example  leave-out, by {getpass.getuser()}: their mail of today",
    ]
    assert run("resume", "forum.example").exit_code == 0
    assert run("readmit", "shy.example", "--reason", "changed their mind").exit_code == 0
    assert run("list").stdout == ""
    assert len(run("history", "forum.example").stdout.splitlines()) == 2
    nothing = run("resume", "forum.example")
    assert (nothing.exit_code, len(nothing.stderr.splitlines())) == (1, 2)
