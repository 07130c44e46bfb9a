"""Check what the planner knows of tables, and which statements the server found slow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.checks.formats import format_day


def check_analysed(target: Target) -> Iterator[CheckResult]:
    """Look for tables with rows and no statistics, of which the planner guesses."""
    rows = target.connection.execute(
        """
        SELECT c.oid::regclass::text, c.relkind = 'p', n_rows FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_stat_user_tables s ON s.relid = c.oid
        CROSS JOIN LATERAL (SELECT coalesce(sum(greatest(p.n_live_tup, 0)), 0)::bigint AS n_rows
            FROM pg_partition_tree(c.oid) tree JOIN pg_stat_user_tables p ON p.relid = tree.relid
            WHERE tree.isleaf
            UNION ALL SELECT s.n_live_tup WHERE c.relkind <> 'p' AND NOT c.relispartition) live
        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname = ANY (%s)
          AND n_rows >= CASE WHEN c.relkind = 'p' THEN %s ELSE %s END
          AND s.last_analyze IS NULL AND s.last_autoanalyze IS NULL
          -- a crash forgets when, but not what was learnt
          AND NOT EXISTS (SELECT FROM pg_stats st WHERE st.schemaname = n.nspname AND st.tablename = c.relname)
        ORDER BY 1""",
        [list(SCHEMAS), target.limits.unanalysed_parent_rows, target.limits.unanalysed_rows],
    ).fetchall()
    for table, is_parent, count in rows:
        why = "; autovacuum never visits the parent of partitions" if is_parent else ""
        yield CheckResult(
            "statistics", "warning", f"{table} has about {count} rows and was never analysed{why}.", f"ANALYZE {table}"
        )
    if not rows:
        yield CheckResult(
            "statistics", "ok", f"Every table of {target.limits.unanalysed_rows} rows and more was analysed."
        )


def check_slow_queries(target: Target) -> Iterator[CheckResult]:
    """List the slowest statements on average since counting began, if the server counts."""
    row = target.connection.execute(
        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_stat_statements'"
    ).fetchone()
    if row is None:
        yield CheckResult("slow queries", "ok", "Not looked at: pg_stat_statements is not installed.")
        return
    (schema,) = row
    try:
        with target.connection.transaction():
            rows = target.connection.execute(
                f"""
                SELECT s.query, s.calls, s.mean_exec_time,
                       (SELECT stats_reset FROM {schema}.pg_stat_statements_info)
                FROM {schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = current_database() AND s.mean_exec_time >= %s AND s.calls >= %s
                ORDER BY s.total_exec_time DESC LIMIT %s""",  # noqa: S608  # a schema's name, quoted by the server
                [
                    target.limits.slow_mean / timedelta(milliseconds=1),
                    target.limits.slow_calls,
                    target.limits.slow_shown,
                ],
            ).fetchall()
    except psycopg.errors.ObjectNotInPrerequisiteState:
        yield CheckResult(
            "slow queries",
            "warning",
            "Not looked at: pg_stat_statements is installed, and the server does not load it.",
            "Add it to shared_preload_libraries and start the server again, or DROP EXTENSION pg_stat_statements.",
        )
        return
    for query, calls, mean_ms, since in rows:
        text = " ".join(str(query).split())
        yield CheckResult(
            "slow queries",
            "warning",
            f"{mean_ms:.0f} ms on average over {calls} calls since {format_day(since)}: {text[:200]}",
            "Look at its plan: EXPLAIN (ANALYZE, BUFFERS). Grant pg_read_all_stats to the owner if its text is hidden.",
        )
    if not rows:
        limit = target.limits.slow_mean / timedelta(milliseconds=1)
        yield CheckResult(
            "slow queries",
            "ok",
            f"No statement of {target.limits.slow_calls} calls and more takes {limit:.0f} ms on average.",
        )
