"""Partitions that are over: vacuumed and frozen once, when nothing is written to them any more.

While one is written to, autovacuum leaves what is inserted into it alone (docs/adr/0008): it would go over pages that
change again, and write each of them ahead once more. Without this task one would be gone through at an hour that
nobody chose, when its transactions are 200 million old.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
from psycopg import sql

from ytempire.database.maintenance.context import TaskContext
from ytempire.database.maintenance.tasks.partitions import TRAIL
from ytempire.database.partitions.listing import ARCHIVE, Partition, list_partitions

AFTER = timedelta(days=2)
"""What is late comes within it, and a channel's day ends up to 12 hours after that of UTC."""
FROZEN_SHARE = 0.95
"""Of its pages; the others were written to after it was over."""
MAX_PER_RUN = 20  # partitions in a run, which holds up what else is due; the next takes the rest


def freeze(context: TaskContext) -> None:
    """Every table whose card names a partition key. What is locked, or still seen by somebody, is left for the next."""
    context.connection.execute("SET vacuum_cost_delay = '2ms'")  # as autovacuum rests
    waiting = [name for partition in _over(context) if not _is_frozen(context, name := _identifier(partition))]
    for name in waiting[:MAX_PER_RUN]:
        _freeze(context, name)
    context.require_all_done()


def _over(context: TaskContext) -> Iterator[Partition]:
    for card in context.cards.values():
        if card.partition_key is None or card.schema_name == ARCHIVE or card.table == TRAIL:
            continue
        for partition in list_partitions(context.connection, card.table):
            if partition.upper is not None and partition.upper + AFTER <= context.now:
                yield partition


def _identifier(partition: Partition) -> sql.Identifier:
    return sql.Identifier(partition.schema, partition.name)


def _freeze(context: TaskContext, name: sql.Identifier) -> None:
    try:
        context.connection.execute(sql.SQL("VACUUM (FREEZE, SKIP_LOCKED) {}").format(name))
        done = _is_frozen(context, name)
    except psycopg.Error as error:
        context.record_failure(_unquoted_name(name), error)
    else:
        context.record_item("frozen" if done else "left", _unquoted_name(name))


def _unquoted_name(name: sql.Identifier) -> str:
    return name.as_string().replace('"', "")


def _is_frozen(context: TaskContext, name: sql.Identifier) -> bool:
    """Or has no page. Before PostgreSQL 18 nobody counts the frozen pages, and all-visible ones have to do."""
    pages = "relallfrozen" if context.connection.info.server_version >= 180_000 else "relallvisible"
    row = context.connection.execute(
        sql.SQL(
            "SELECT c.{} >= %s * pg_relation_size(c.oid) / current_setting('block_size')::integer"
            " FROM pg_class c WHERE c.oid = %s::regclass"
        ).format(sql.Identifier(pages)),
        [FROZEN_SHARE, name.as_string(context.connection)],
    ).fetchone()
    return row is None or row[0]
