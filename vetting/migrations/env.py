"""Alembic's side of `vetting.migrations`: it is handed an open transaction and works in it."""

from alembic import context

import vetting.models  # noqa: F401 - loads every table
from vetting.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
