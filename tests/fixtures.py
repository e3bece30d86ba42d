"""Real databases and brokers for tests: SQLite always, PostgreSQL and Redis where this machine has them.

`VETTING_REQUIRE=postgres,redis,browser,encoder` turns a missing one from a skip into a failure.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from vetting import migrations
from vetting.config import Settings
from vetting.db import Database
from vetting.services.context import Context

POSTGRES = os.environ.get("TEST_DATABASE_URL") or "postgresql://root@127.0.0.1:5432/postgres"
# Processes that share a run (pytest-xdist) take a Redis database each, from the last one down.
PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS = os.environ.get("TEST_REDIS_URL") or f"redis://127.0.0.1:6379/{15 - PROCESS}"


def missing(what: str, reason: str) -> None:
    """Skips the test, or fails it where the run demands `what`."""
    if what in os.environ.get("VETTING_REQUIRE", "").split(","):
        pytest.fail(f"{what} is required here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of an empty database of this run's own, dropped at its end."""
    name = f"vetting_test_{secrets.token_hex(6)}"
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        missing("postgres", "no PostgreSQL answers (set TEST_DATABASE_URL)")
    with admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield psycopg.conninfo.make_conninfo(POSTGRES, dbname=name)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """`postgresql://` URL of the run's database, emptied."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        info = connection.info
        return f"postgresql://{info.user}:{info.password or ''}@{info.host}:{info.port}/{info.dbname}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database without tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vetting.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def redis_url() -> Iterator[str]:
    """An empty Redis database, emptied again at the end."""
    client = redis.Redis.from_url(REDIS)
    try:
        client.ping()
    except redis.ConnectionError:
        missing("redis", "no Redis answers (set TEST_REDIS_URL)")
    client.flushdb()
    yield REDIS
    client.flushdb()
    client.close()


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables of an installation on `database_url`, its queue in a file."""
    return {
        "VETTING_VAR": str(tmp_path / "var"),
        "DATABASE_URL": database_url,
        "QUEUE_URL": f"sqlite:///{tmp_path / 'queue.db'}",
        "SECRET_KEY": "s" * 32,
    }


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return Settings.from_environ(environ)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    opened = Database(settings.database_url)
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def context(settings: Settings, database: Database) -> Iterator[Context]:
    """What service functions are handed, on a migrated database; the clock is the real one."""
    with Context.open(settings) as opened:
        yield opened
