"""One transaction to write, readers that cannot, and no update lost, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from vetting.models import Group, Job, JobState

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def group(name="Quiet Harbour", **columns):
    values = {"id": "0" * 16, "platform": "web", "key": "calm.example", "canonical_url": "https://calm.example/"}
    return Group(**values | {"name": name, "is_demo": False, "created_at": AT} | columns)


def test_a_block_that_raises_leaves_nothing(database):
    def fail_half_way():
        with database.writing() as session:
            session.add(group())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with database.reading() as session:
        assert session.get(Group, "0" * 16) is None


def test_who_reads_cannot_write(database):
    with database.reading() as session:
        session.add(group())
        with pytest.raises(DBAPIError):
            session.flush()
    with database.reading() as session:
        assert session.get(Group, "0" * 16) is None


def test_moments_come_back_in_utc_and_naive_ones_are_refused(database):
    eastern = AT.astimezone(timezone(timedelta(hours=-5)))
    with database.writing() as session:
        session.add(group(created_at=eastern))
    with database.reading() as session:
        kept = session.get_one(Group, "0" * 16).created_at
    assert kept == AT
    assert kept.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="zone"), database.writing() as session:
        session.add(group(id="1" * 16, key="other", created_at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\u202eb", "'; DROP TABLE groups; --", "💙"])
def test_hostile_text_is_stored(database, text):
    with database.writing() as session:
        session.add(group(text))
    with database.reading() as session:
        kept = session.get_one(Group, "0" * 16).name
    assert kept == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


def test_a_reference_to_nothing_is_refused(database):
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(group(current_assessment_id="none"))


def test_states_outside_the_enum_are_refused_by_the_database(database):
    with database.writing() as session:
        session.add(job())
    with pytest.raises(IntegrityError), database.writing() as session:
        session.connection().exec_driver_sql("UPDATE jobs SET state = 'lost'")


def job():
    return Job(
        id="j",
        kind="count",
        payload={"n": 0},
        state=JobState.DONE,
        dedupe_key="k",
        run_at=AT,
        told_at=AT,
        attempts=0,
        max_attempts=3,
        progress={},
        created_at=AT,
    )


@pytest.mark.parametrize("way", ["one statement", "row held"])
def test_no_update_is_lost(database, way):
    with database.writing() as session:
        session.add(job())

    def add_one(_):
        with database.writing() as session:
            if way == "one statement":
                session.execute(update(Job).values(attempts=Job.attempts + 1))
            else:
                row = session.get_one(Job, "j", with_for_update=True)
                row.attempts += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(80)))
    with database.reading() as session:
        assert session.scalar(select(Job.attempts)) == 80
