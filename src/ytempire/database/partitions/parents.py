"""Find the table whose partitions change, and define the record of each change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg
from psycopg import sql

from ytempire.database.partitions.listing import quoted_name
from ytempire.kit.errors import YtempireError

Action = Literal["created", "detached", "archived", "dropped"]


class NotPartitionedByTime(YtempireError):
    """The table is not partitioned by range over one column of times or days, or is not ours to change."""

    code = "not_partitioned_by_time"


@dataclass(frozen=True)
class Step:
    """One thing that was done and committed, for the caller's record."""

    table: str
    partition: str
    action: Action
    lower: datetime
    upper: datetime


@dataclass(frozen=True)
class Parent:
    """The table whose partitions change, as the catalogs have it."""

    oid: int
    schema: str
    name: str
    is_guarded: bool

    @property
    def table(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


def get_parent(connection: psycopg.Connection[Any], table: str) -> Parent:
    """Look up `schema.table`. Raises NotPartitionedByTime for one that is not, is another role's, or has a default."""
    row = connection.execute(
        """
        SELECT c.oid, p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid IN ('timestamptz'::regtype, 'date'::regtype),
               p.partdefid <> 0, c.relrowsecurity, pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE')
        FROM pg_class c
        JOIN pg_partitioned_table p ON p.partrelid = c.oid
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
        WHERE c.oid = to_regclass(%s)""",
        [quoted_name(connection, table)],
    ).fetchone()
    if row is None or not row[1]:
        raise NotPartitionedByTime(
            f"{table} is no table that is partitioned by range over one timestamptz or date column."
        )
    oid, _, has_default, is_guarded, owner, is_ours = row
    if not is_ours:
        raise NotPartitionedByTime(
            f"The partitions of {table} belong to the role {owner}.", hint=f"Connect as {owner}."
        )
    if has_default:
        raise NotPartitionedByTime(
            f"{table} has a default partition, which forbids detaching without locking everybody out.",
            hint="Move its rows to where they belong, and drop it.",
        )
    schema, name = table.split(".")
    return Parent(oid, schema, name, is_guarded)


def list_writers(connection: psycopg.Connection[Any], partition: sql.Identifier) -> list[tuple[str, str]]:
    """List the roles that no policy binds, which so write to partitions themselves; and what they may."""
    return connection.execute(
        "SELECT rolname, privilege_type FROM pg_class, aclexplode(relacl) JOIN pg_roles ON pg_roles.oid = grantee"
        " WHERE pg_class.oid = to_regclass(%s) AND rolbypassrls AND NOT rolsuper",
        [partition.as_string(connection)],
    ).fetchall()
