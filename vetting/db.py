"""The database: one transaction to write, another way to read, the same on SQLite and PostgreSQL.

SQLite: WAL; a write takes the lock when it begins (`BEGIN IMMEDIATE`), for a transaction that reads first and wants the lock
later fails at once when another was quicker. Reads go through connections that cannot write at all, on both databases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Insert,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

_unstorable = re.compile("[\x00\ud800-\udfff]")
BUSY_TIMEOUT_MS = 15_000


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC both ways; a naive one is an error, for nobody can tell what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - interface
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - interface
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class HostileText(TypeDecorator[str]):
    """Text from anywhere. NUL (PostgreSQL refuses it) and lone surrogates (no UTF-8) become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - interface
        return None if value is None else _unstorable.sub("\ufffd", value)


def choice(kind: type[StrEnum], name: str | None = None) -> Enum:
    """A column of the enum's values as text, with a CHECK; `name` where one table has two of the same kind."""
    values = lambda members: [member.value for member in members]  # noqa: E731 - what Enum asks for, in one line
    return Enum(kind, native_enum=False, create_constraint=True, length=32, name=name, values_callable=values)


class Base(DeclarativeBase):
    """Every table: names of constraints by rule, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        str: HostileText,
        bytes: LargeBinary,
        dict[str, Any]: JSON(none_as_null=True),
        dict[str, str]: JSON(none_as_null=True),
        StrEnum: choice(StrEnum),
    }


class Database:
    """Where everything is kept. `url` is SQLAlchemy's; both engines are lazy, so one may be made before a fork."""

    def __init__(self, url: str) -> None:
        self.url = url
        if self.is_sqlite:
            Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        self._writer = create_engine(url, pool_pre_ping=not self.is_sqlite)
        self._reader = create_engine(url, pool_pre_ping=not self.is_sqlite, isolation_level="AUTOCOMMIT")
        if self.is_sqlite:
            event.listen(self._writer, "connect", _prepare_sqlite)
            event.listen(self._writer, "begin", begin_immediate)
            event.listen(self._reader, "connect", _prepare_sqlite)
        event.listen(self._reader, "connect", _read_only_sqlite if self.is_sqlite else _read_only_postgres)
        self._writers = sessionmaker(self._writer, expire_on_commit=False)
        self._readers = sessionmaker(self._reader, expire_on_commit=False, autoflush=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed where the block ends, rolled back where it raises."""
        with self._writers.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees what is committed, statement by statement, and cannot write."""
        with self._readers() as session:
            yield session

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


def insert(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the words of the session's database."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if on_sqlite else postgresql.insert(table)


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts those rows whose keys are not taken; what is there stays as it is."""
    if rows:
        statement: Insert = insert(session, table).on_conflict_do_nothing()
        session.execute(statement, list(rows))


def migration_engine(url: str) -> Engine:
    """An engine for changing tables: on SQLite without foreign keys, or rebuilding a table would delete what refers to it."""
    engine = create_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _manual_transactions)
        event.listen(engine, "begin", begin_immediate)
    return engine


def begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _manual_transactions(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    _manual_transactions(connection, _record)
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _read_only_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _read_only_postgres(connection: Any, _record: object) -> None:
    was, connection.autocommit = connection.autocommit, True
    connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    connection.autocommit = was
