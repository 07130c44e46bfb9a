"""Check the models against the tables, columns, indexes and constraints of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Index, Table, create_engine, pool
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.check import CheckResult, Target


def check_models(target: Target) -> Iterator[CheckResult]:
    """Compare models with tables, columns, types, indexes and keys (Alembic); checks and exclusions by name (ours)."""
    unmodelled = {card.table for card in target.cards.values() if not card.has_model}
    partitions = _names(target, "SELECT relname FROM pg_class WHERE relispartition AND relkind IN ('r', 'p')")
    schemas = {table.schema for table in target.metadata.tables.values()}

    def is_compared(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
        if kind == "schema":
            return name in schemas
        if kind == "table":
            return name not in partitions and f"{parents['schema_name']}.{name}" not in unmodelled
        return True

    engine = create_engine(target.owner_url, poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "include_schemas": True,
                    "include_name": is_compared,
                    "version_table_schema": "core",
                    "compare_type": True,
                },
            )
            differences = [_in_words(difference) for difference in _flat(compare_metadata(context, target.metadata))]
    finally:
        engine.dispose()
    differences += _constraint_differences(target)
    for difference in differences:
        yield CheckResult(
            "models",
            "critical",
            difference,
            "Run `ytempire migrate`; if it stays, write the migration that is missing.",
        )
    if not differences:
        yield CheckResult("models", "ok", f"{len(target.metadata.tables)} tables are as the models say.")


def _names(target: Target, query: str) -> set[str]:
    return {str(name) for (name,) in target.connection.execute(query.encode()).fetchall()}


def _flat(differences: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Flatten the differences: changes of one column come as a list of their own."""
    for difference in differences:
        if isinstance(difference, list):
            yield from difference
        else:
            yield difference


def _in_words(difference: tuple[Any, ...]) -> str:
    action, *rest = difference
    what = rest[-1]
    kind = action.split("_", 1)[1].replace("_", " ")
    if isinstance(what, Table):
        name = what.fullname
    elif isinstance(what, Column) and action in {"add_column", "remove_column"}:
        name = f"{rest[0]}.{rest[1]}.{what.name}"
    elif isinstance(what, Index):
        name = f"{what.name} of {what.table.fullname if what.table is not None else 'a table'}"
    elif action.startswith("modify_"):
        schema, table, column, _, in_database, in_model = rest
        return f"{schema}.{table}.{column}: {kind} is {in_database!r} in the database, {in_model!r} in the model."
    else:
        table = getattr(what, "table", None)
        name = f"{getattr(what, 'name', what)}" + (f" of {table.fullname}" if table is not None else "")
    where = "the database has no" if action.startswith("add_") else "no model has the"
    return f"{name}: {where} such {kind}." if where.endswith("no") else f"{name}: {where} {kind}."


def _constraint_differences(target: Target) -> list[str]:
    """Compare the names of checks and exclusions, which Alembic leaves out. A changed rule gets a new constraint."""
    rows = target.connection.execute(
        """
        SELECT n.nspname || '.' || c.relname, k.conname FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype IN ('c', 'x') AND NOT c.relispartition AND n.nspname = ANY (%s)""",
        [list(SCHEMAS)],
    ).fetchall()
    tables = target.metadata.tables
    database_constraints = {(table, name) for table, name in rows if table in tables}
    model_constraints = {
        (table.fullname, str(constraint.name))
        for table in tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | ExcludeConstraint)
    }
    return [
        f"{name} of {table}: the database has no such constraint."
        for table, name in sorted(model_constraints - database_constraints)
    ] + [
        f"{name} of {table}: no model has the constraint."
        for table, name in sorted(database_constraints - model_constraints)
    ]
