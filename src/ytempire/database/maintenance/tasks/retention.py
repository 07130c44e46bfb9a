"""Rows that are older than their card keeps them. What stays how long, and why, is on the cards and nowhere else.

In small transactions: whatever was removed stays removed when the run is killed, and no lock is held for long. The
trail names the platform as who did it, and the run as the request.
"""

from __future__ import annotations

from datetime import timedelta

import psycopg
from psycopg import sql

from ytempire.database.catalog import Card
from ytempire.database.maintenance.context import TaskContext
from ytempire.kit.subject import SYSTEM

BATCH_SIZE = 2_000  # rows in a transaction: some 50 ms with their indexes and their lines in the trail


def remove_old_rows(context: TaskContext) -> None:
    """Every table whose card says which column tells the age. One that fails keeps no other from being done."""
    for card in context.cards.values():
        if card.age_column is not None:
            try:
                _remove_of(context, card)
            except psycopg.Error as error:
                context.record_failure(card.table, error)
    context.require_all_done()


def _remove_of(context: TaskContext, card: Card) -> None:
    assert card.retention_days is not None
    before = context.now - timedelta(days=card.retention_days)
    table, age_column = sql.Identifier(card.schema_name, card.name), sql.Identifier(card.age_column or "")
    # a row that somebody has locked is in use: the next run finds it again
    delete = sql.SQL(
        "DELETE FROM {table} WHERE ctid = ANY (ARRAY("
        "SELECT ctid FROM {table} WHERE {age_column} < %s LIMIT %s FOR UPDATE SKIP LOCKED))"
    ).format(table=table, age_column=age_column)
    removed, count = 0, BATCH_SIZE
    while count == BATCH_SIZE:
        with context.connection.transaction():
            context.connection.execute(
                "SELECT core.set_subject(%s, 'service', NULL, %s, NULL)",
                [SYSTEM.user_id, f"maintenance {context.run_id}"],
            )
            count = context.connection.execute(delete, [before, BATCH_SIZE]).rowcount
        removed += count
        if count:
            context.record(removed={**context.details.get("removed", {}), card.table: removed})
