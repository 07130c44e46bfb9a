"""Check foreign keys and indexes: those that are missing, half built or unused."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.checks.formats import format_day, format_size


def check_foreign_keys(target: Target) -> Iterator[CheckResult]:
    """Look for foreign keys whose columns lead no index, in any order.

    An index that leaves out only rows without a value will do.
    """
    rows = target.connection.execute(
        """
        SELECT c.conrelid::regclass::text, c.conname,
               (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position)
                FROM unnest(c.conkey) WITH ORDINALITY k (number, position)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid
                       AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) IN (
                            SELECT format('(%%I IS NOT NULL)', a.attname) FROM pg_attribute a
                            WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)))
                       AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE c.contype = 'f' AND c.conparentid = 0 AND n.nspname = ANY (%s) ORDER BY 1, 2""",
        [list(SCHEMAS)],
    ).fetchall()
    for table, name, columns, has_index in rows:
        if not has_index:
            yield CheckResult(
                "foreign keys",
                "critical",
                f"{name} of {table} has no index on ({columns}): each delete above it reads the whole table.",
                f"In a migration: CREATE INDEX CONCURRENTLY ON {table} ({columns})",
            )
    if all(has_index for *_, has_index in rows):
        yield CheckResult("foreign keys", "ok", f"{len(rows)} foreign keys, each with an index.")


def check_invalid_indexes(target: Target) -> Iterator[CheckResult]:
    """Look for indexes that are being built, or were left half built."""
    rows = target.connection.execute(
        """
        SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text,
               EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
        ORDER BY 1"""
    ).fetchall()
    for index, table, is_being_built in rows:
        if is_being_built:
            yield CheckResult(
                "invalid indexes", "warning", f"{index} of {table} is being built.", "Wait until it is done."
            )
        else:
            yield CheckResult(
                "invalid indexes",
                "critical",
                f"{index} of {table} was left half built: it costs every write and serves no read.",
                f"DROP INDEX CONCURRENTLY {index}; and build it again.",
            )
    if not rows:
        yield CheckResult("invalid indexes", "ok", "Every index is whole.")


def check_unused_indexes(target: Target) -> Iterator[CheckResult]:
    """Look for indexes that no statement used for long. Never those that keep a rule or serve a foreign key."""
    # a crash throws all statistics away, and the server's own counters begin anew then: the later one is true
    row = target.connection.execute(
        "SELECT greatest((SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),"
        " (SELECT stats_reset FROM pg_stat_bgwriter))"
    ).fetchone()
    since = row[0] if row else None
    if since is None:
        yield CheckResult("unused indexes", "ok", "Nobody knows since when use is counted, so nothing can be said.")
        return
    if target.now - since < target.limits.unused_after:
        yield CheckResult(
            "unused indexes",
            "ok",
            f"Too early to say: use is counted since {format_day(since)},"
            f" and it takes {target.limits.unused_after.days} days.",
        )
        return
    # partitions of one index count together
    rows = target.connection.execute(
        """
        SELECT root.oid::regclass::text, t.oid::regclass::text, sum(pg_relation_size(s.indexrelid))::bigint
        FROM pg_stat_user_indexes s
        JOIN pg_class root ON root.oid = coalesce(pg_partition_root(s.indexrelid), s.indexrelid)
        JOIN pg_index i ON i.indexrelid = root.oid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_class part ON part.oid = s.relid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = ANY (%s) AND NOT i.indisunique AND NOT i.indisexclusion AND NOT EXISTS (
            SELECT FROM pg_constraint c WHERE c.conrelid = i.indrelid AND c.contype = 'f'
            AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        GROUP BY root.oid, t.oid HAVING sum(s.idx_scan) = 0 AND sum(greatest(part.reltuples, 0)) >= %s
        ORDER BY 3 DESC""",
        [list(SCHEMAS), target.limits.unused_rows],
    ).fetchall()
    for index, table, size in rows:
        yield CheckResult(
            "unused indexes",
            "warning",
            f"{index} of {table} ({format_size(size)}) was used by no statement since {format_day(since)}.",
            "If it is older than that, and no replica reads by it, drop it in a migration: DROP INDEX CONCURRENTLY "
            + index,
        )
    if not rows:
        yield CheckResult("unused indexes", "ok", f"None since {format_day(since)}.")
