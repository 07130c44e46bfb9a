"""Check that partitions are made ahead, wholly detached, and never by default."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ytempire.database.catalog import SCHEMAS
from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.checks.formats import format_day
from ytempire.database.partitions.listing import ARCHIVE, Partition, covered_until, list_partitions
from ytempire.database.partitions.periods import add_months, month_of


def check_partitions(target: Target) -> Iterator[CheckResult]:
    """Check that tomorrow and the next three months have partitions, and that no detach was left half done."""
    tables = [
        table
        for (table,) in target.connection.execute(
            """
            SELECT n.nspname || '.' || c.relname FROM pg_partitioned_table p
            JOIN pg_class c ON c.oid = p.partrelid AND NOT c.relispartition
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
            WHERE n.nspname = ANY (%s) AND p.partstrat = 'r' AND p.partnatts = 1
              AND a.atttypid IN ('timestamptz'::regtype, 'date'::regtype) ORDER BY 1""",
            # nothing is written into the archive
            [[schema for schema in SCHEMAS if schema != ARCHIVE]],
        ).fetchall()
    ]
    wrong = False
    for table in tables:
        partitions = list_partitions(target.connection, table)
        for finding in (*_ahead(target, table, partitions), *_pending(table, partitions)):
            wrong = True
            yield finding
    if not wrong:
        yield CheckResult("partitions ahead", "ok", f"Partitioned by time: {len(tables)}; each has the next 3 months.")


def _ahead(target: Target, table: str, partitions: list[Partition]) -> Iterator[CheckResult]:
    end = covered_until(partitions, target.now)
    tomorrow_ends = target.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    remedy = "Run `ytempire maintenance run partitions`, and see with `maintenance list` why it did not run by itself."
    if end < tomorrow_ends:
        reason = (
            f"its partitions end on {format_day(end)}"
            if end > target.now
            else "not even this moment falls in a partition"
        )
        yield CheckResult(
            "partitions ahead", "critical", f"{table} has no partition for tomorrow (UTC): {reason}.", remedy
        )
    elif end < _three_months_after(target.now):
        yield CheckResult(
            "partitions ahead", "warning", f"{table} has partitions only until {format_day(end)}.", remedy
        )


def _three_months_after(now: datetime) -> datetime:
    """Return until when partitions have to reach.

    On the first of a month that month and two more are enough: the job of the day may not have run yet.
    """
    month = month_of(now)
    return min(add_months(month, 3) + (now - month), add_months(month, 4))  # 30 November + 3 months is in February


def _pending(table: str, partitions: list[Partition]) -> Iterator[CheckResult]:
    for partition in partitions:
        if partition.is_pending_detach:
            yield CheckResult(
                "partitions ahead",
                "warning",
                f"{partition.schema}.{partition.name} of {table} is half detached.",
                "The next retirement of partitions finishes it; by hand, as the owner:"
                f" ALTER TABLE {table} DETACH PARTITION {partition.schema}.{partition.name} FINALIZE",
            )


def check_default_partitions(target: Target) -> Iterator[CheckResult]:
    """Look for default partitions, which keep old ones from being detached."""
    rows = target.connection.execute(
        """
        SELECT p.partrelid::regclass::text, p.partdefid::regclass::text FROM pg_partitioned_table p
        JOIN pg_class c ON c.oid = p.partrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE p.partdefid <> 0 AND n.nspname = ANY (%s) ORDER BY 1""",
        [list(SCHEMAS)],
    ).fetchall()
    for table, default in rows:
        yield CheckResult(
            "default partitions",
            "critical",
            f"{default} is the default partition of {table}: old partitions cannot be detached while it is there.",
            "Move its rows to where they belong, or to staging with a reason, and drop it.",
        )
    if not rows:
        yield CheckResult("default partitions", "ok", "There is none.")
