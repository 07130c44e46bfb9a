"""Partitions that are over: vacuumed and frozen once, when nothing is written to them any more.

While one is written to, autovacuum leaves what is inserted into it alone (docs/adr/0008): it would go over pages that
change again, and write each of them ahead once more. Without this task one would be gone through at an hour that
nobody chose, when its transactions are 200 million old.
"""

from __future__ import annotations

from datetime import timedelta

import psycopg
from psycopg import sql

from ytempire.database.maintenance.job import Job
from ytempire.database.maintenance.tasks.partitions import TRAIL
from ytempire.database.partitions import ARCHIVE, Partition, list_partitions

AFTER = timedelta(days=2)
"""What is late comes within it, and a channel's day ends up to 12 hours after that of UTC."""
FROZEN_SHARE = 0.95
"""Of its pages; the others were written to after it was over."""


def freeze(job: Job) -> None:
    """Every table whose card names a partition key. What is locked, or cannot be done, is left for the next run."""
    job.connection.execute("SET vacuum_cost_delay = '2ms'")  # as autovacuum rests
    try:
        for card in job.cards.values():
            if card.partition_key is None or card.schema_name == ARCHIVE or card.table == TRAIL:
                continue
            for partition in list_partitions(job.connection, card.table):
                if partition.upper is not None and partition.upper + AFTER <= job.now:
                    _freeze(job, partition)
    finally:
        job.connection.execute("RESET vacuum_cost_delay")
    job.require_all_done()


def _freeze(job: Job, partition: Partition) -> None:
    name = sql.Identifier(partition.schema, partition.name)
    try:
        if _is_frozen(job, name):
            return
        job.connection.execute(sql.SQL("VACUUM (FREEZE, SKIP_LOCKED) {}").format(name))
    except psycopg.Error as error:
        job.note_failure(f"{partition.schema}.{partition.name}", error)
    else:
        job.note_one("frozen", f"{partition.schema}.{partition.name}")


def _is_frozen(job: Job, name: sql.Identifier) -> bool:
    """Or has no page. All-visible counts: before PostgreSQL 18 nobody counts the frozen ones."""
    row = job.connection.execute(
        "SELECT c.relallvisible >= %s * pg_relation_size(c.oid) / current_setting('block_size')::integer"
        " FROM pg_class c WHERE c.oid = %s::regclass",
        [FROZEN_SHARE, name.as_string(job.connection)],
    ).fetchone()
    return row is None or row[0]
