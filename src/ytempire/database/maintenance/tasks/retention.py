"""Rows that are older than their card keeps them. What stays how long, and why, is on the cards and nowhere else.

In small transactions: whatever was removed stays removed when the run is killed, and no lock is held for long. The
trail names the platform as who did it, and the run as the request.
"""

from __future__ import annotations

from datetime import timedelta

import psycopg
from psycopg import sql

from ytempire.database.catalog import Card
from ytempire.database.maintenance.job import Job
from ytempire.kit.subject import SYSTEM

AT_ONCE = 2_000  # rows in a transaction: some 50 ms with their indexes and their lines in the trail


def remove_old_rows(job: Job) -> None:
    """Every table whose card says which column tells the age. One that fails keeps no other from being done."""
    for card in job.cards.values():
        if card.aged_by is not None:
            try:
                _remove_of(job, card)
            except psycopg.Error as error:
                job.note_failure(card.table, error)
    job.require_all_done()


def _remove_of(job: Job, card: Card) -> None:
    assert card.keep_days is not None
    before = job.now - timedelta(days=card.keep_days)
    table, aged_by = sql.Identifier(card.schema_name, card.name), sql.Identifier(card.aged_by or "")
    # a row that somebody has locked is in use: the next run finds it again
    delete = sql.SQL(
        "DELETE FROM {table} WHERE ctid = ANY (ARRAY("
        "SELECT ctid FROM {table} WHERE {aged_by} < %s LIMIT %s FOR UPDATE SKIP LOCKED))"
    ).format(table=table, aged_by=aged_by)
    removed, count = 0, AT_ONCE
    while count == AT_ONCE:
        with job.connection.transaction():
            job.connection.execute(
                "SELECT core.enter(%s, 'service', NULL, %s, NULL)", [SYSTEM.user_id, f"maintenance {job.run_id}"]
            )
            count = job.connection.execute(delete, [before, AT_ONCE]).rowcount
        removed += count
        if count:
            job.note(removed={**job.details.get("removed", {}), card.table: removed})
