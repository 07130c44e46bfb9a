"""Bloated indexes, rebuilt beside those that read and write; and what is left of a rebuild that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from psycopg import sql

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.bloat import Bloated, bloated
from ytempire.database.checks.check import Limits
from ytempire.database.maintenance.context import TaskContext

# A rebuild reads the table and writes the index anew: for so many, and so much, nobody notices it at night or by day.
MAX_PER_RUN = 3
MAX_INDEX_BYTES = 2_000_000_000
# It waits for every transaction that might still use the old index; one that does not end must not hold it for ever.
LOCK_TIMEOUT = timedelta(minutes=2)
# Sizes are estimated. Where a rebuild gained nothing the estimate is wrong, and would be tomorrow.
NOT_AGAIN_FOR = timedelta(days=30)


def rebuild(context: TaskContext, limits: Limits | None = None, *, at_most_bytes: int = MAX_INDEX_BYTES) -> None:
    """At most 3 a run and 2 GB together, the worst first; the log says which were left for a person."""
    limits = limits or Limits()
    _remove_leftovers(context)
    left = at_most_bytes
    lately = _rebuilt_lately(context)
    candidates = [
        candidate for candidate in bloated(context.connection, "index", limits)[0] if candidate.name not in lately
    ]
    for index in [candidate for candidate in candidates if _is_ours(context, candidate.name)][:MAX_PER_RUN]:
        if index.size > left:
            context.record_item("too_large", index.name)
            continue
        left -= index.size
        _rebuild(context, index)
    context.require_all_done()


def _rebuild(context: TaskContext, index: Bloated) -> None:
    name = sql.SQL(index.name)  # as the server quotes it
    try:
        with _lock_timeout(context):
            context.connection.execute(sql.SQL("REINDEX INDEX CONCURRENTLY {}").format(name))
    except psycopg.Error as error:
        context.record_failure(index.name, error)
        _remove_leftovers(context)
        return
    row = context.connection.execute("SELECT pg_relation_size(%s::regclass)", [index.name]).fetchone()
    context.record_item("rebuilt", {"index": index.name, "before": index.size, "after": row[0] if row else None})


def _remove_leftovers(context: TaskContext) -> None:
    """Indexes that a rebuild made and did not put in place (`_ccnew`), or put aside and did not drop (`_ccold`)."""
    rows = context.connection.execute(
        r"""
        SELECT i.indexrelid::regclass::text FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)\d*$' AND n.nspname = ANY (%s)
          AND pg_has_role(c.relowner, 'USAGE')
          -- somebody's own rebuild, just now
          AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.relid = i.indrelid)""",
        [list(SCHEMAS)],
    ).fetchall()
    for (index,) in rows:
        with _lock_timeout(context):
            context.connection.execute(sql.SQL("DROP INDEX CONCURRENTLY {}").format(sql.SQL(index)))
        context.record_item("leftovers_removed", index)


def _is_ours(context: TaskContext, index: str) -> bool:
    """Those of the trail are another role's; one that keeps an exclusion cannot be rebuilt beside its users."""
    row = context.connection.execute(
        "SELECT pg_has_role(c.relowner, 'USAGE') AND NOT i.indisexclusion"
        " FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE c.oid = %s::regclass",
        [index],
    ).fetchone()
    return row == (True,)


def _rebuilt_lately(context: TaskContext) -> set[str]:
    rows = context.connection.execute(
        "SELECT rebuilt ->> 'index' FROM core.maintenance_log, jsonb_array_elements(details -> 'rebuilt') AS rebuilt"
        " WHERE task = 'indexes' AND started_at > %s",
        [context.now - NOT_AGAIN_FOR],
    ).fetchall()
    return {index for (index,) in rows}


@contextmanager
def _lock_timeout(context: TaskContext) -> Iterator[None]:
    change = "SELECT set_config('lock_timeout', %s, false)"
    context.connection.execute(change, [f"{LOCK_TIMEOUT // timedelta(milliseconds=1)}ms"])
    try:
        yield
    finally:
        if not context.connection.broken:
            context.connection.execute(change, ["0"])
