"""Create the partitions of the periods ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
from psycopg import sql

from ytempire.database.catalog import Period
from ytempire.database.partitions.listing import FOREVER, Partition, covered_until, list_partitions
from ytempire.database.partitions.locks import LOCK_TIMEOUT, PARTITION_LOCK, limit_lock_waits, translate_lock_timeout
from ytempire.database.partitions.parents import Parent, Step, get_parent, list_writers
from ytempire.database.partitions.periods import partition_name, period_starts
from ytempire.kit import clock
from ytempire.kit.errors import Conflict

MONTHS_AHEAD = 3
WEEKS_AHEAD = 14  # three months have up to 92 days


def ensure_ahead(
    connection: psycopg.Connection[Any],
    table: str,
    *,
    period: Period = "month",
    ahead: int | None = None,
    now: datetime | None = None,
    lock_timeout: timedelta = LOCK_TIMEOUT,
) -> list[Step]:
    """Make the partitions of this period and the next `ahead`, all or none; returns those that were missing.

    Without a number three months of them. Those between the newest partition and now are made too: where nothing ran
    for a season, what happened in it may be told yet.

    Locks out neither readers nor writers of `table`. Part of the caller's transaction if one is open. A new partition
    takes over row-level security (closed to all but the owner, since access goes through `table`) and, from the newest
    one before it, storage parameters. Raises NotPartitionedByTime, Conflict for a period that is covered in part or a
    name that is taken, and RetryableError when `table` stays locked for longer than `lock_timeout`.
    """
    now = now or clock.now()
    ahead = ahead if ahead is not None else (WEEKS_AHEAD if period == "week" else MONTHS_AHEAD)
    made: list[Step] = []
    with translate_lock_timeout(table, lock_timeout), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", PARTITION_LOCK)
        with limit_lock_waits(connection, lock_timeout, is_local=True):
            parent = get_parent(connection, table)
            present = list_partitions(connection, table)
            newest = max((partition.upper or FOREVER for partition in present), default=now)
            for lower, upper in pairwise(period_starts(period, newest, now, ahead)):
                if covered_until(present, lower) >= upper:
                    continue
                if overlapping := [partition.name for partition in present if _overlaps(partition, lower, upper)]:
                    raise Conflict(
                        f"{table} has partitions that cover the {period} from {lower:%d %B %Y} in part:"
                        f" {', '.join(overlapping)}.",
                        hint=f"Make them whole {period}s, or make the rest of that {period} by hand.",
                    )
                name = partition_name(parent.name, lower, period)
                made.append(_create(connection, parent, name, lower, upper))
    return made


def _overlaps(partition: Partition, lower: datetime, upper: datetime) -> bool:
    return (partition.lower is None or partition.lower < upper) and (partition.upper is None or partition.upper > lower)


def _create(connection: psycopg.Connection[Any], parent: Parent, name: str, lower: datetime, upper: datetime) -> Step:
    partition = sql.Identifier(parent.schema, name)
    if connection.execute("SELECT to_regclass(%s)", [partition.as_string(connection)]).fetchone() != (None,):
        raise Conflict(
            f"{parent.schema}.{name} cannot be made: there is one that is no partition of {parent.table}.",
            hint="If it was retired by mistake, attach it again; else rename it.",
        )
    # made apart and attached: CREATE TABLE ... PARTITION OF would lock readers and writers out of the parent
    connection.execute(
        sql.SQL(
            "CREATE TABLE {} (LIKE {} INCLUDING ALL"
            " EXCLUDING INDEXES EXCLUDING IDENTITY EXCLUDING STATISTICS EXCLUDING COMMENTS)"
        ).format(partition, parent.identifier)
    )
    row = connection.execute(
        "SELECT array_to_string(c.reloptions, ', ') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s ORDER BY c.relname DESC LIMIT 1",
        [parent.oid],
    ).fetchone()
    if row is not None and row[0]:
        connection.execute(sql.SQL("ALTER TABLE {} SET ({})").format(partition, sql.SQL(row[0])))
    _copy_statistics_targets(connection, parent, partition)
    if parent.is_guarded:
        # the parent's policies guard what goes through it; without its own, the partition would be a way around them
        for clause in ("ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"):
            connection.execute(sql.SQL("ALTER TABLE {} " + clause).format(partition))
        connection.execute(
            sql.SQL("CREATE POLICY owner ON {} TO CURRENT_ROLE USING (true) WITH CHECK (true)").format(partition)
        )
    _grant_to_writers(connection, parent, partition)
    connection.execute(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            parent.identifier, partition, sql.Literal(lower.isoformat()), sql.Literal(upper.isoformat())
        )
    )
    return Step(parent.table, name, "created", lower, upper)


def _copy_statistics_targets(connection: psycopg.Connection[Any], parent: Parent, partition: sql.Identifier) -> None:
    """Copy how closely ANALYZE looks at each column; LIKE leaves it out."""
    targets = connection.execute(
        "SELECT attname, attstattarget FROM pg_attribute"
        " WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0",
        [parent.oid],
    ).fetchall()
    for column, target in targets:
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STATISTICS {}").format(
                partition, sql.Identifier(column), sql.Literal(target)
            )
        )


def _grant_to_writers(connection: psycopg.Connection[Any], parent: Parent, partition: sql.Identifier) -> None:
    """Grant what the writers of the parent's other partitions may; LIKE leaves grants out."""
    for sibling in list_partitions(connection, parent.table):
        for role, privilege in list_writers(connection, sql.Identifier(sibling.schema, sibling.name)):
            connection.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(privilege), partition, sql.Identifier(role))
            )
