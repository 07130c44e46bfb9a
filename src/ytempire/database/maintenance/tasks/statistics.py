"""Statistics for the planner: where they are missing, or so much has changed that autovacuum should have come."""

from __future__ import annotations

from datetime import timedelta

import psycopg
from psycopg import sql

from ytempire.database.catalog import SCHEMAS
from ytempire.database.maintenance.context import TaskContext
from ytempire.database.maintenance.tasks import audit_trail

MAX_PER_RUN = 100  # tables in a run; the next takes the rest
# Autovacuum never visits the parents of partitions. What lies over all months changes slowly.
PARENTS_EVERY = timedelta(days=7)

# Autovacuum comes after 50 changed rows and a tenth of the table; twice that means that it does not keep up.
STALE = """
    SELECT n.nspname, c.relname, c.relkind = 'p'
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
    CROSS JOIN LATERAL (SELECT greatest(s.last_analyze, s.last_autoanalyze) AS analysed_at) a
    WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'p', 'm') AND pg_has_role(c.relowner, 'USAGE')
      AND CASE WHEN c.relkind = 'p'
          THEN (a.analysed_at IS NULL OR a.analysed_at < %(parents_before)s)
               AND EXISTS (SELECT FROM pg_partition_tree(c.oid) t WHERE t.isleaf AND pg_relation_size(t.relid) > 0)
          ELSE pg_relation_size(c.oid) > 0 AND (
               s.n_mod_since_analyze > 100 + 0.2 * greatest(c.reltuples, 0)
               -- a crash forgets when, but not what was learnt
               OR a.analysed_at IS NULL AND NOT EXISTS (
                   SELECT FROM pg_stats st WHERE st.schemaname = n.nspname AND st.tablename = c.relname))
          END
    ORDER BY a.analysed_at NULLS FIRST, 1, 2 LIMIT %(at_most)s"""

BLOCK_RANGES = """
    SELECT n.nspname, c.relname
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am a ON a.oid = c.relam AND a.amname = 'brin'
    WHERE n.nspname = ANY (%(schemas)s) AND pg_has_role(c.relowner, 'USAGE') AND pg_relation_size(i.indrelid) > 0
    ORDER BY 1, 2"""


def analyse(context: TaskContext) -> None:
    """Tables of ours and of the queue; the trail through its own function. What is locked is left for the next run."""
    rows = context.connection.execute(
        STALE,
        {"schemas": [*SCHEMAS, "jobs"], "parents_before": context.now - PARENTS_EVERY, "at_most": MAX_PER_RUN},
    ).fetchall()
    # of a parent only what lies over all its partitions; autovacuum does those themselves
    only = sql.SQL("ONLY " if context.connection.info.server_version >= 180_000 else "")
    for schema, name, is_parent in rows:
        try:
            context.connection.execute(
                sql.SQL("ANALYZE (SKIP_LOCKED) {}{}").format(
                    only if is_parent else sql.SQL(""), sql.Identifier(schema, name)
                )
            )
        except psycopg.Error as error:
            context.record_failure(f"{schema}.{name}", error)
        else:
            context.record_item("analysed", f"{schema}.{name}")
    audit_trail.analyse(context.connection)
    context.record_item("analysed", "the audit trail")
    _summarise(context)
    context.require_all_done()


def _summarise(context: TaskContext) -> None:
    """Block ranges that filled while PostgreSQL had no room to be asked (`autosummarize`): every scan reads them."""
    for schema, name in context.connection.execute(BLOCK_RANGES, {"schemas": [*SCHEMAS]}).fetchall():
        try:
            row = context.connection.execute(
                "SELECT brin_summarize_new_values(%s::regclass)", [sql.Identifier(schema, name).as_string()]
            ).fetchone()
        except psycopg.Error as error:
            context.record_failure(f"{schema}.{name}", error)
        else:
            if row is not None and row[0]:
                context.record_item("summarised", {"index": f"{schema}.{name}", "block_ranges": row[0]})
