"""How the database is, for who looks after it: what maintenance found and did, and cheap figures of this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text

from ytempire.database.catalog import SCHEMAS
from ytempire.database.maintenance.models import MaintenanceRun
from ytempire.database.maintenance.schedule import IS_HELD, LAST_RUNS, LastRun, TaskStatus, task_statuses
from ytempire.database.partitions.listing import ARCHIVE, PARTITIONS, Partition, covered_until
from ytempire.kit.database import AsyncSession


@dataclass(frozen=True)
class TableSize:
    """A table with its partitions, indexes and long values. `rows` is the server's estimate of `rows_estimated_at`.

    None: it never looked; or it did and forgot when, as after a crash.
    """

    name: str
    size_bytes: int
    rows: int | None
    rows_estimated_at: datetime | None
    partitions_until: datetime | None


@dataclass(frozen=True)
class DatabaseStatistics:
    """Of this moment."""

    schema_revision: str
    size_bytes: int
    connections: int
    most_connections: int


async def last_report(session: AsyncSession) -> MaintenanceRun | None:
    """The doctor's last look that came to its end; its findings are in `details`."""
    report: MaintenanceRun | None = await session.scalar(
        select(MaintenanceRun)
        .where(MaintenanceRun.task == "doctor", MaintenanceRun.outcome == "completed")
        .order_by(MaintenanceRun.started_at.desc())
        .limit(1)
    )
    return report


async def tasks(session: AsyncSession, now: datetime) -> tuple[list[TaskStatus], bool]:
    """Every task with its last run and when it is due; and whether somebody is at it just now."""
    runs = [LastRun(**row) for row in (await session.execute(text(LAST_RUNS))).mappings()]
    return task_statuses(runs, now), bool(await session.scalar(text(IS_HELD)))


async def database_statistics(session: AsyncSession) -> DatabaseStatistics:
    row = (
        await session.execute(
            text("""
            SELECT (SELECT version_num FROM core.alembic_version) AS schema_revision,
                   pg_database_size(current_database()) AS size_bytes,
                   (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
                   current_setting('max_connections')::int AS most_connections""")
        )
    ).one()
    return DatabaseStatistics(**row._mapping)


# Partitions count with their parent. Rows: only of those parts that the server looked at, and as old as the oldest of
# these looks.
_SIZES = """
    SELECT n.nspname || '.' || c.relname AS name, c.relkind = 'p' AS is_partitioned,
           coalesce(sum(pg_total_relation_size(leaf.relid)), 0)::bigint AS size_bytes,
           sum(part.reltuples) FILTER (WHERE part.reltuples >= 0)::bigint AS rows,
           min(greatest(s.last_analyze, s.last_autoanalyze, s.last_vacuum, s.last_autovacuum))
               FILTER (WHERE part.reltuples > 0) AS rows_estimated_at
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL (SELECT t.relid FROM pg_partition_tree(c.oid) t WHERE t.isleaf AND c.relkind = 'p'
                       UNION ALL SELECT c.oid WHERE c.relkind <> 'p') leaf ON true
    LEFT JOIN pg_class part ON part.oid = leaf.relid
    LEFT JOIN pg_stat_user_tables s ON s.relid = leaf.relid
    WHERE n.nspname = ANY (:schemas) AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
    GROUP BY c.oid, n.nspname, c.relname ORDER BY 3 DESC, 1"""


async def tables(session: AsyncSession, now: datetime) -> list[TableSize]:
    """Every table, the largest first."""
    partitions = await _partitions(session)
    rows = await session.execute(text(_SIZES), {"schemas": [*SCHEMAS, "jobs"]})
    return [
        TableSize(
            row.name,
            row.size_bytes,
            row.rows,
            row.rows_estimated_at,
            # nothing is written into the archive
            covered_until(partitions.get(row.name, []), now)
            if row.is_partitioned and not row.name.startswith(f"{ARCHIVE}.")
            else None,
        )
        for row in rows
    ]


async def _partitions(session: AsyncSession) -> dict[str, list[Partition]]:
    partitions: dict[str, list[Partition]] = {}
    for row in await session.execute(text(PARTITIONS)):
        partitions.setdefault(row.parent, []).append(
            Partition(row.schema, row.name, _utc(row.lower), _utc(row.upper), row.is_pending_detach)
        )
    return partitions


def _utc(moment: Any) -> datetime | None:
    return moment.astimezone(UTC) if moment is not None else None
