"""Brings a database to the tables that the code knows. Run by `vetting migrate`, never by a web process on its own.

One transaction each way, on both databases: a migration that fails leaves everything as it was. Two at once wait for each
other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from vetting.db import Database, migration_engine
from vetting.errors import VettingError

_LOCK = 7_203_915  # any number, the same for everyone who migrates


class NotMigrated(VettingError):
    """The database's tables are not those of this version of the code."""

    code, status, title = "not_migrated", 503, "The database is not ready"
    remedy = "Run `vetting migrate`."


def upgrade(database: Database, revision: str = "head") -> str:
    """Brings the tables to `revision` and answers which revision they have then."""
    return _run(database, command.upgrade, revision)


def downgrade(database: Database, revision: str) -> str:
    """Takes the tables back to `revision` ("base" for none), with what was in those that go. Answers as `upgrade`."""
    return _run(database, command.downgrade, revision)


def require_current(database: Database) -> None:
    """Raises NotMigrated unless the tables are this code's."""
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    if found != wanted:
        raise NotMigrated(f"Its tables have revision {found or 'none'}, this version needs {wanted}.")


def _run(database: Database, change: Callable[[Config, str], None], revision: str) -> str:
    engine = migration_engine(database.url)
    try:
        with engine.begin() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            change(_config(connection), revision)
            if database.is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall()):
                raise RuntimeError(f"the migration left rows that refer to nothing: {broken[:5]}")
            return MigrationContext.configure(connection).get_current_revision() or "base"
    finally:
        engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
