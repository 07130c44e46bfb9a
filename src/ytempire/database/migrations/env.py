"""Alembic's environment: one advisory lock, one transaction, short lock waits."""

import re

from alembic import context
from sqlalchemy import create_engine, pool, select, text

from ytempire.database.models import metadata
from ytempire.kit.locks import Lock, lock_expression

PARTITION = re.compile(r"_y\d{4}[mw]\d\d$")


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Compare only what is ours: `jobs` belongs to procrastinate, partitions follow their parents."""
    if kind == "schema":
        return name in {"core", "analytics", "staging", "ml"}
    return not (kind == "table" and (name == "alembic_version" or PARTITION.search(name or "")))


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
        with engine.connect() as connection:
            migrate(connection)
            connection.commit()
    else:
        migrate(connection)


def migrate(connection) -> None:  # type: ignore[no-untyped-def]
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(select(lock_expression(Lock.MIGRATION)))
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS core"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=include_name,
        version_table_schema="core",
        compare_server_default=False,
    )
    context.run_migrations()


run()
