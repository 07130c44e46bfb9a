"""Archive or drop the partitions that are older than is kept, and drop what was archived when its time is over.

A detach that locks no reader out cannot be part of a transaction; it commits twice by itself. Killed between the two,
or when a long transaction outlasts our patience, it leaves the partition *pending*: gone for new statements, still
attached in the catalogs. So a partition that is detached is marked by a comment first. The next
`remove_expired_partitions` finalises what is pending, and archives what is detached and marked, before it looks for
more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from ytempire.database.partitions.listing import ARCHIVE, list_partitions
from ytempire.database.partitions.locks import (
    LOCK_TIMEOUT,
    hold_partition_lock,
    limit_lock_waits,
    translate_lock_timeout,
)
from ytempire.database.partitions.parents import Action, Parent, Step, get_parent, list_writers
from ytempire.kit import clock
from ytempire.kit.errors import Conflict, InvalidInput


def remove_expired_partitions(
    connection: psycopg.Connection[Any],
    table: str,
    keep: timedelta,
    *,
    archive: bool = True,
    now: datetime | None = None,
    lock_timeout: timedelta = LOCK_TIMEOUT,
    on_step: Callable[[Step], None] = lambda _: None,
) -> list[Step]:
    """Take away the partitions whose every row is older than `keep`: to the schema `archive`, or dropped.

    The schema `archive` is made by bootstrap: its owner is not ours, or we could drop what others archive.
    First finishes what an earlier call left half done. `on_step` is called after each step that was committed, so a
    later failure loses nothing of the record. A table in the archive has no foreign keys, so that it holds nobody back.
    The connection must be in autocommit, outside a transaction. Raises NotPartitionedByTime, Conflict, and
    RetryableError when something uses `table` for longer than `lock_timeout`: the next call goes on from there.
    """
    if not connection.autocommit or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise InvalidInput("Partitions are retired on a connection in autocommit: a detach commits by itself.")
    before = (now or clock.now()) - keep
    done: list[Step] = []

    def record(step: Step) -> None:
        done.append(step)
        on_step(step)

    with (
        translate_lock_timeout(table, lock_timeout),
        hold_partition_lock(connection),
        limit_lock_waits(connection, lock_timeout, is_local=False),
    ):
        parent = get_parent(connection, table)
        for left in _unfinished(connection, parent, record):
            _archive_or_drop(connection, parent, left, archive, record)
        for partition in list_partitions(connection, table):
            if partition.lower is None or partition.upper is None or partition.upper > before:
                continue
            left = _DetachingPartition(partition.schema, partition.name, partition.lower, partition.upper)
            connection.execute(
                sql.SQL("COMMENT ON TABLE {} IS {}").format(left.identifier, sql.Literal(left.mark(parent)))
            )
            connection.execute(
                sql.SQL("ALTER TABLE {} DETACH PARTITION {} CONCURRENTLY").format(parent.identifier, left.identifier)
            )
            record(left.step(parent, "detached"))
            _archive_or_drop(connection, parent, left, archive, record)
    return done


def drop_archived(
    connection: psycopg.Connection[Any],
    table: str,
    keep: timedelta,
    *,
    now: datetime | None = None,
    lock_timeout: timedelta = LOCK_TIMEOUT,
    on_step: Callable[[Step], None] = lambda _: None,
) -> list[Step]:
    """Drop what `remove_expired_partitions` put into the archive of `table` and is older than `keep` by now.

    Known by the comment that it wrote, so nothing else that lies in the archive is touched. The table itself may be
    gone. The connection must be in autocommit. Raises RetryableError when somebody reads an archived table for longer
    than `lock_timeout`.
    """
    before = (now or clock.now()) - keep
    done: list[Step] = []
    with (
        translate_lock_timeout(table, lock_timeout),
        hold_partition_lock(connection),
        limit_lock_waits(connection, lock_timeout, is_local=False),
    ):
        for left in _marked(connection, table, ARCHIVE):
            if left.upper > before:
                continue
            connection.execute(sql.SQL("DROP TABLE {}").format(left.identifier))
            done.append(Step(table, left.name, "dropped", left.lower, left.upper))
            on_step(done[-1])
    return done


@dataclass(frozen=True)
class _DetachingPartition:
    """A partition on its way out."""

    schema: str
    name: str
    lower: datetime
    upper: datetime

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    def mark(self, parent: Parent) -> str:
        return f"Retired from {parent.table}: {self.lower.isoformat()} to {self.upper.isoformat()}"

    def step(self, parent: Parent, action: Action) -> Step:
        return Step(parent.table, self.name, action, self.lower, self.upper)


def _unfinished(
    connection: psycopg.Connection[Any], parent: Parent, record: Callable[[Step], None]
) -> Sequence[_DetachingPartition]:
    """Detach what an earlier call left pending; list all that it marked and did not put away."""
    for partition in list_partitions(connection, parent.table):
        if not partition.is_pending_detach:
            continue
        identifier = sql.Identifier(partition.schema, partition.name)
        finalise = sql.SQL("ALTER TABLE {} DETACH PARTITION {} FINALIZE").format(parent.identifier, identifier)
        comment = connection.execute(
            "SELECT obj_description(to_regclass(%s), 'pg_class')", [identifier.as_string(connection)]
        ).fetchone()
        left = (
            _DetachingPartition(partition.schema, partition.name, partition.lower, partition.upper)
            if partition.lower and partition.upper
            else None
        )
        if left is None or comment != (left.mark(parent),):
            raise Conflict(
                f"Somebody began to detach {partition.schema}.{partition.name} from {parent.table} and did not finish.",
                hint=f"Finish it as the owner: {finalise.as_string(connection)}",
            )
        with connection.transaction():  # whoever began to write to it before it was pending: FINALIZE waits for none
            connection.execute(sql.SQL("LOCK TABLE ONLY {} IN SHARE MODE").format(parent.identifier))
        connection.execute(finalise)
        record(left.step(parent, "detached"))
    return _marked(connection, parent.table, parent.schema)


def _marked(connection: psycopg.Connection[Any], table: str, schema: str) -> list[_DetachingPartition]:
    """List the marked tables in `schema` that are partitions of `table` no more, oldest first."""
    rows = connection.execute(
        r"""
        SELECT c.relname, ends[1]::timestamptz, ends[2]::timestamptz
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL regexp_match(
            obj_description(c.oid, 'pg_class'), '^Retired from ' || %s || ': (\S+) to (\S+)$') AS ends
        WHERE n.nspname = %s AND c.relkind = 'r' AND NOT c.relispartition AND ends IS NOT NULL
        ORDER BY 2""",
        [table.replace(".", r"\."), schema],
    ).fetchall()
    return [
        _DetachingPartition(schema, name, lower.astimezone(UTC), upper.astimezone(UTC)) for name, lower, upper in rows
    ]


def _archive_or_drop(
    connection: psycopg.Connection[Any],
    parent: Parent,
    left: _DetachingPartition,
    archive: bool,
    record: Callable[[Step], None],
) -> None:
    if not archive:
        connection.execute(sql.SQL("DROP TABLE {}").format(left.identifier))
        record(left.step(parent, "dropped"))
        return
    taken = connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL", [sql.Identifier(ARCHIVE, left.name).as_string(connection)]
    ).fetchone()
    if taken == (True,):
        raise Conflict(
            f"{parent.schema}.{left.name} cannot be archived: there is an {ARCHIVE}.{left.name} already.",
            hint="Rename or drop the one in the archive; the next run goes on from here.",
        )
    with connection.transaction():
        for (name,) in connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%s) AND contype = 'f'",
            [left.identifier.as_string(connection)],
        ).fetchall():
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(left.identifier, sql.Identifier(name))
            )
        for role, privilege in list_writers(connection, left.identifier):
            connection.execute(
                sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(privilege), left.identifier, sql.Identifier(role))
            )
        connection.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(left.identifier, sql.Identifier(ARCHIVE)))
    record(left.step(parent, "archived"))
