"""A suspended rating is lifted by a person who has looked, holds where the look says so, and comes back with what changes later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from scrapers.snapshot import PastRules, Reading, Snapshot, Source, SourceKind, Steward
from tests.vetting.reading import AT, REF, reading
from vetting import models
from vetting.cli import main
from vetting.errors import InvalidInput, NotFound
from vetting.jobs.handlers import HANDLERS
from vetting.models import Finding
from vetting.probes import Known, probe
from vetting.probes.known import Look
from vetting.probes.looks import SIGNS, looked_at
from vetting.services import jobs, looks, reports, vet

WHO = {"note": "the old team said so in public", "by": "wren"}


def days(number):
    return AT + timedelta(days=number)


def move(context, number):
    object.__setattr__(context, "clock", lambda: days(number))


def team(number, *handles):
    stewards = tuple(Steward(handle, "moderator") for handle in handles)
    snapshot = replace(reading(*stewards, at=days(number)).snapshot, stewards_complete=True)
    return replace(reading(at=days(number)), snapshot=snapshot)


def read(context, number, *handles):
    move(context, number)
    return vet.publish(context, team(number, *handles), context.clock(), is_demo=False).group_id


def work(context):
    with context.database.reading() as session:
        ids = session.scalars(select(models.Job.id)).all()
    for held in filter(None, (jobs.lease(context, one) for one in ids)):
        jobs.complete(context, held, HANDLERS[held.kind](context, held.payload, lambda _: None))


def report(context, group):
    return json.loads(reports.get_report(context, group).body)


@pytest.fixture
def suspended(context):
    """A group whose whole team is another a week later."""
    read(context, 0, "wren", "robin")
    group = read(context, 7, "hawk", "kite")
    assert report(context, group)["suspended"]
    return group


def test_a_look_lifts_the_suspension_and_later_changes_bring_it_back(context, suspended):
    move(context, 8)
    looks.looked(context, suspended, finding=Finding.SAME_HANDS, **WHO)
    work(context)
    assert not report(context, suspended)["suspended"]
    read(context, 14, "hawk", "kite")
    assert not report(context, suspended)["suspended"], "what was looked at is no sign any more"
    read(context, 21, "crow", "jay")
    assert report(context, suspended)["suspended"], "what changed since is"


def test_other_hands_stay_suspended_until_a_later_look(context, suspended):
    move(context, 8)
    looks.looked(context, suspended, finding=Finding.OTHER_HANDS, **WHO)
    work(context)
    assert "a person looked on 2026-03-09" in report(context, suspended)["summary"]
    read(context, 900, "hawk", "kite")
    assert report(context, suspended)["suspended"], "though the old team is long gone"
    looks.looked(context, suspended, finding=Finding.SAME_HANDS, **WHO)
    work(context)
    assert not report(context, suspended)["suspended"]


def test_what_was_judged_before_the_look_is_judged_alike_again(context, suspended):
    move(context, 8)
    looks.looked(context, suspended, finding=Finding.SAME_HANDS, **WHO)
    with context.database.reading() as session:
        assert looks.last(session, suspended, days(7)) is None
        assert looks.last(session, suspended, days(8)) == Look(days(8), same_hands=True)


def test_every_look_stays_with_who_and_why(context, suspended):
    for number, finding in ((8, Finding.OTHER_HANDS), (9, Finding.SAME_HANDS)):
        move(context, number)
        looks.looked(context, suspended, finding=finding, note=f"on day {number}", by="wren")
    with context.database.reading() as session:
        rows = session.scalars(select(models.Look).order_by(models.Look.id)).all()
    assert [(row.finding, row.note, row.by, row.at) for row in rows] == [
        ("other_hands", "on day 8", "wren", days(8)),
        ("same_hands", "on day 9", "wren", days(9)),
    ]
    assert "on day 8" not in json.dumps(report(context, suspended))


def test_a_look_needs_a_group_a_name_and_a_note(context, suspended):
    with pytest.raises(NotFound):
        looks.looked(context, "0" * 16, finding=Finding.SAME_HANDS, **WHO)
    for missing in ({"by": " "}, {"note": ""}):
        with pytest.raises(InvalidInput):
            looks.looked(context, suspended, finding=Finding.SAME_HANDS, **(WHO | missing))


def test_rules_that_an_archive_kept_before_the_look_are_no_sign():
    source = Source("a" * 64, REF.canonical_url, AT, SourceKind.HTML, "main")
    long = " ".join(f"word{number}" for number in range(40))
    past = Reading.of((PastRules(days(-100), long),), source)
    gutted = Snapshot(REF, AT, rules_text=Reading.of("word1 word2", source), past_rules=past)

    def signs(look):
        known = Known(gutted, look=look)
        return looked_at(known, probe(known, AT)).values[SIGNS].value

    assert (signs(None), signs(Look(days(-200), same_hands=True))) == (1, 1)
    assert signs(Look(days(-50), same_hands=True)) == 0


def test_the_command_says_what_follows(context, suspended, environ):
    def run(*arguments):
        return CliRunner().invoke(main, ["group", "looked", *arguments], env=environ)

    done = run(suspended, "--by", "wren", "--finding", "same_hands", "--note", "asked the team")
    assert (done.exit_code, "no longer suspend" in done.output) == (0, True)
    assert run("0" * 16, "--by", "w", "--finding", "same_hands", "--note", "n").exit_code == 1
    assert run(suspended, "--by", "wren", "--finding", "same_hands").exit_code == 2
