"""Migrations end where the models stand, go down and up again, and carry along what is stored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select

from vetting import migrations
from vetting.db import Base, Database, migration_engine
from vetting.models import Group, Snapshot, Steward

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def empty(settings):
    database = Database(settings.database_url)
    yield database
    database.close()


def tables(database):
    engine = migration_engine(database.url)
    try:
        with engine.connect() as connection:
            return set(inspect(connection).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def store(database):
    with database.writing() as session:
        session.add(
            Group(
                id="g",
                platform="web",
                key="calm.example",
                canonical_url="https://calm.example/",
                name="Calm",
                is_demo=False,
                created_at=AT,
            )
        )
        session.flush()
        session.add(Snapshot(id="s", group_id="g", taken_at=AT, adapter="web", document={"name": "Calm"}))
        session.add(
            Steward(group_id="g", handle="wren", role="owner", title="", is_bot=False, first_seen=AT, last_seen=AT)
        )


def stored(database):
    with database.reading() as session:
        return [
            list(session.execute(select(*table.columns)))
            for table in (Group.__table__, Snapshot.__table__, Steward.__table__)
        ]


def test_the_head_is_what_the_models_say(database):
    engine = migration_engine(database.url)
    with engine.connect() as connection:
        known = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
        assert compare_metadata(known, Base.metadata) == []
    engine.dispose()


def test_up_down_up(empty):
    head = migrations.upgrade(empty)
    assert tables(empty) == set(Base.metadata.tables)
    assert migrations.downgrade(empty, "base") == "base"
    assert tables(empty) == set()
    assert migrations.upgrade(empty) == head
    assert tables(empty) == set(Base.metadata.tables)


def test_what_is_stored_survives_every_step_above_its_own_table(empty):
    migrations.upgrade(empty)
    store(empty)
    before = stored(empty)
    migrations.downgrade(empty, "0001")
    migrations.upgrade(empty)
    assert stored(empty) == before
    assert migrations.upgrade(empty) == migrations.upgrade(empty)
    assert stored(empty) == before


def test_two_at_once_wait_for_each_other(empty):
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: migrations.upgrade(empty), range(4)))) == 1
    assert tables(empty) == set(Base.metadata.tables)


def test_a_database_that_is_behind_is_named(empty):
    with pytest.raises(migrations.NotMigrated, match="none") as raised:
        migrations.require_current(empty)
    assert "vetting migrate" in raised.value.remedy
    migrations.upgrade(empty)
    migrations.require_current(empty)
