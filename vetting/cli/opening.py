"""What every command needs first: the database or a whole context, opened and closed; times; and lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from vetting import migrations
from vetting.config import Settings
from vetting.db import Database
from vetting.services.context import Context


class Moment(click.ParamType[datetime]):
    """ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a time; write it like 2026-03-01T12:00:00Z", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_context() -> Iterator[Context]:
    """What services are handed; where one process has everything to itself its tables are made on the way."""
    settings = Settings.from_environ()
    with Context.open(settings) as context:
        if settings.embedded:
            migrations.upgrade(context.database)
        else:
            migrations.require_current(context.database)
        yield context
