"""A reading is kept whole, once, and gives back what was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import scrapers.snapshot
from scrapers.snapshot import Steward
from tests.vetting.reading import AT, REF, judge, reading
from vetting import models
from vetting.models.assessments import AssessmentChanged
from vetting.services.keep import keep_reading

LATER = AT + timedelta(days=7)


def keep(database, collection, *, is_demo=False):
    with database.writing() as session:
        return keep_reading(session, collection, is_demo=is_demo, at=AT)


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def stewards(database):
    with database.reading() as session:
        return {row.handle: row for row in session.scalars(select(models.Steward))}


def test_what_was_read_comes_back_equal(database):
    collection = reading(Steward("wren", "owner", title="Founder"))
    row = keep(database, collection)
    with database.reading() as session:
        kept = session.get_one(models.Snapshot, row.id)
        assert scrapers.snapshot.from_document(kept.document) == collection.snapshot
        group = session.get_one(models.Group, row.group_id)
    assert (group.id, group.ref, group.name, group.last_read_at) == (REF.id, REF, "Quiet Harbour", AT)


def test_keeping_the_same_again_changes_nothing(database):
    tables = (models.Group, models.Snapshot, models.Capture, models.Body, models.Steward)
    first = keep(database, reading(Steward("wren", "owner")))
    before = [count(database, table) for table in tables]
    assert before == [1, 1, 3, 1, 1]
    assert keep(database, reading(Steward("wren", "owner"))).id == first.id
    assert [count(database, table) for table in tables] == before


def test_eight_at_once_keep_one(database):
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: keep(database, reading(Steward("wren", "owner"))), range(8)))
    assert len({row.id for row in rows}) == 1
    assert count(database, models.Capture) == 3


def test_a_demo_group_never_stands_for_a_real_one(database):
    real, demo = keep(database, reading()), keep(database, reading(), is_demo=True)
    assert real.group_id != demo.group_id
    assert count(database, models.Group) == 2
    assert count(database, models.Body) == 1


def test_stewards_are_followed_and_deleted_accounts_never_named(database):
    keep(database, reading(Steward("wren", "owner"), Steward("gone", "moderator", status="deleted")))
    keep(database, reading(Steward("wren", "admin"), Steward("lark", "moderator"), at=LATER))
    rows = stewards(database)
    assert set(rows) == {"wren", "lark"}
    assert (rows["wren"].role, rows["wren"].first_seen, rows["wren"].last_seen) == ("admin", AT, LATER)


def test_a_reading_kept_late_takes_nothing_back(database):
    keep(database, reading(Steward("wren", "admin"), at=LATER, name="New name"))
    keep(database, reading(Steward("wren", "owner"), at=AT, name="Old name"))
    row = stewards(database)["wren"]
    assert (row.role, row.first_seen, row.last_seen) == ("admin", AT, LATER)
    with database.reading() as session:
        assert session.get_one(models.Group, REF.id).name == "New name"


@pytest.mark.parametrize("text", ["NUL \x00", "half \ud83d", "\u202eltr", "x" * 100_000])
def test_hostile_names_are_kept(database, text):
    row = keep(database, reading(Steward(text, "owner"), name=text))
    with database.reading() as session:
        assert session.get_one(models.Snapshot, row.id).document["name"]["value"] == text


def test_handles_that_are_one_when_stored_are_one_steward(database):
    keep(database, reading(Steward("a\x00", "owner"), Steward("a\ufffd", "admin"), Steward("a\x00", "owner")))
    assert set(stewards(database)) == {"a\ufffd"}


def test_a_stored_assessment_is_neither_changed_nor_deleted(database):
    snapshot = keep(database, reading())
    with database.writing() as session:
        identifier = judge(session, snapshot).id
    with pytest.raises(AssessmentChanged), database.writing() as session:
        session.get_one(models.Assessment, identifier).headline = 100.0
    with pytest.raises(AssessmentChanged), database.writing() as session:
        session.delete(session.get_one(models.Assessment, identifier))
    with database.reading() as session:
        assert session.get_one(models.Assessment, identifier).headline == 71.0
