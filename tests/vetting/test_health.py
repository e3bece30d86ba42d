"""The operator's view of the adapters, from stored readings."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from scrapers.capture import Outcome
from scrapers.collect import Collection
from scrapers.registry import adapters
from scrapers.snapshot import Fetched, Reading
from tests.vetting.reading import AT, reading
from vetting.cli import main
from vetting.services.health import Drift, health
from vetting.services.keep import keep_reading

WEEK = timedelta(days=7)


def keep(context, number, *warnings, is_demo=False, **fields):
    """The `number`-th weekly reading, with one good request and one at a login wall."""
    at = AT + number * WEEK
    collection = reading(at=at)
    lines = (
        Fetched("https://a.example/", "about", Outcome.OK, at),
        Fetched("https://a.example/t", "team", Outcome.LOGIN_WALL, at),
    )
    snapshot = replace(collection.snapshot, warnings=warnings, fetched=lines, **fields)
    with context.database.writing() as session:
        keep_reading(session, Collection(snapshot, collection.captures), is_demo=is_demo, at=at)


@pytest.fixture
def reddit(context):
    return lambda **options: next(one for one in health(context, **options) if one.platform == "reddit")


def test_every_platform_is_told_of_also_one_that_was_never_read(context):
    found = health(context)
    assert [one.platform for one in found] == list(adapters())
    assert all(
        (one.readings, one.fields_read, one.last_good_capture, one.drift) == (0, None, None, ()) for one in found
    )


def test_shares_of_fields_are_those_of_the_newest_readings(context, reddit):
    keep(context, 0, language=Reading.of("en"))
    keep(context, 1, language=Reading.withheld("needs_auth"))
    keep(context, 2, language=Reading.absent())
    both = reddit(last=2)
    assert (both.readings, both.fields["name"], both.fields["language"], both.fields["members"]) == (2, 1.0, 0.5, 0.0)
    assert reddit(last=3).fields["language"] == pytest.approx(2 / 3)
    assert both.fields_read == pytest.approx(sum(both.fields.values()) / len(both.fields))
    assert not set(both.fields) & adapters()["reddit"].profile.never_shown
    assert both.outcomes == {"ok": 2, "login_wall": 2}
    assert both.last_good_capture == AT + 2 * WEEK


def test_drift_is_told_by_kind_with_its_first_sight_also_where_it_is_older_than_what_is_looked_at(context, reddit):
    keep(context, 0, "rules: missing field rules.0.kind")
    keep(context, 1)
    keep(
        context,
        2,
        "rules: missing field rules.3.kind",
        "rules: missing field rules.4.kind",
        "about: unknown field data.new",
    )
    assert reddit(last=1).drift == (
        Drift("rules: missing field rules.*.kind", 2, AT, AT + 2 * WEEK),
        Drift("about: unknown field data.new", 1, AT + 2 * WEEK, AT + 2 * WEEK),
    )


def test_demo_groups_do_not_count(context, reddit):
    keep(context, 0, "about: unknown field x", is_demo=True)
    assert (reddit().readings, reddit().drift, reddit().last_good_capture) == (0, (), None)


def test_the_command_line_tells_the_same(context, environ):
    keep(context, 0, "about: unknown field data.new")
    lines = CliRunner().invoke(main, ["adapters", "health", "--json"], env=environ)
    assert lines.exit_code == 0, lines.output
    told = {row["platform"]: row for row in map(json.loads, lines.stdout.splitlines())}
    assert told["reddit"]["drift"][0]["kind"] == "about: unknown field data.new"
    assert told["reddit"]["last_good_capture"].startswith("2026-03-01")
    text = CliRunner().invoke(main, ["adapters", "health"], env=environ).stdout
    assert "drift since 2026-03-01, 1×: about: unknown field data.new" in text


def test_a_folder_is_replayed_by_the_command_line(tmp_path):
    (tmp_path / "page.html").write_text("<!doctype html><html><title>Calm</title><p>x</p></html>")
    told = CliRunner().invoke(main, ["adapters", "replay", str(tmp_path), "--json"])
    assert told.exit_code == 0, told.output
    [line] = map(json.loads, told.stdout.splitlines())
    assert (line["path"], line["adapter"], line["outcome"]) == ("page.html", "web", "ok")
    assert set(line) == {"path", "adapter", "outcome", "fields_read", "fields_absent", "unread", "warnings"}
    assert "page.html" in CliRunner().invoke(main, ["adapters", "replay", str(tmp_path)]).stdout
