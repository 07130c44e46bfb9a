"""List the partitions of a table, and say until when they cover time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg
from psycopg import sql

ARCHIVE = "archive"
FOREVER = datetime.max.replace(tzinfo=UTC)
# Every partition by range of one column, with its parent. No parameters: drivers write those differently.
PARTITIONS: LiteralString = r"""
    SELECT i.inhparent AS parent_oid, above.nspname || '.' || parent.relname AS parent,
           n.nspname AS schema, c.relname AS name, moments[1]::timestamptz AS lower, moments[2]::timestamptz AS upper,
           i.inhdetachpending AS is_pending_detach
    FROM pg_inherits i
    JOIN pg_class parent ON parent.oid = i.inhparent AND parent.relkind = 'p'
    JOIN pg_namespace above ON above.oid = parent.relnamespace
    JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \((.+)\) TO \((.+)\)') AS ends
    CROSS JOIN LATERAL (
        -- a day is written without its zone
        SELECT array_agg(CASE WHEN one IN ('MINVALUE', 'MAXVALUE') THEN NULL WHEN length(one) = 10
                              THEN one || ' 00:00+00' ELSE one END ORDER BY number) AS moments
        FROM unnest(ends) WITH ORDINALITY AS bound(said, number), trim(said, '''') AS one
    ) AS bounds"""


@dataclass(frozen=True)
class Partition:
    """`lower` belongs to it, `upper` does not; None where it has no such end. Both None: a default partition."""

    schema: str
    name: str
    lower: datetime | None
    upper: datetime | None
    is_pending_detach: bool


def covered_until(partitions: Iterable[Partition], start: datetime) -> datetime:
    """Return the end of the unbroken range of partitions around `start`; `start` itself where it falls in none."""
    end = start
    for partition in sorted(
        (
            partition
            for partition in partitions
            if not partition.is_pending_detach and (partition.lower or partition.upper)
        ),
        key=lambda partition: partition.lower or datetime.min.replace(tzinfo=UTC),
    ):
        if (partition.lower is None or partition.lower <= end) and (partition.upper is None or partition.upper > end):
            end = partition.upper or FOREVER
    return end


def list_partitions(connection: psycopg.Connection[Any], table: str) -> list[Partition]:
    """List the partitions of `schema.table`, oldest first; one that is being detached is said to be so."""
    rows = connection.execute(
        f"SELECT schema, name, lower, upper, is_pending_detach FROM ({PARTITIONS}) p"  # noqa: S608  # a constant
        " WHERE p.parent_oid = to_regclass(%s) ORDER BY lower NULLS FIRST",
        [quoted_name(connection, table)],
    ).fetchall()
    return [
        Partition(schema, name, lower and lower.astimezone(UTC), upper and upper.astimezone(UTC), pending)
        for schema, name, lower, upper, pending in rows
    ]


def quoted_name(connection: psycopg.Connection[Any], table: str) -> str:
    """Quote `schema.table` as `to_regclass` reads it."""
    return sql.Identifier(*table.split(".")).as_string(connection)
