"""How ingest is doing: what came in, how long it took, what is left behind."""

# statements are made of our own text alone
# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from ytempire.kit.database import AsyncSession

# A batch is its record, and what its shards say together.
_BATCHES = """
SELECT b.id, b.source, b.name, b.user_id, b.received_at, b.events, b.superseded,
       b.rejected + coalesce(p.rejected, 0) AS rejected, coalesce(p.inserted, 0) AS inserted,
       coalesce(p.changed, 0) AS changed, coalesce(p.unchanged, 0) AS unchanged,
       coalesce(p.events, 0) + b.superseded + b.rejected = b.events AS done,
       CASE WHEN coalesce(p.events, 0) + b.superseded + b.rejected = b.events
            THEN coalesce(p.committed_at, b.received_at) END AS committed_at
FROM analytics.ingest_batches b
LEFT JOIN LATERAL (
    SELECT sum(inserted + changed + unchanged + rejected) AS events,
           sum(inserted)::integer AS inserted, sum(changed)::integer AS changed,
           sum(unchanged)::integer AS unchanged, sum(rejected)::integer AS rejected, max(committed_at) AS committed_at
    FROM analytics.ingest_batch_shards p WHERE p.batch_id = b.id
) AS p ON true"""


@dataclass(frozen=True)
class Batch:
    """One ingest batch. `committed_at` is None while a shard of it is missing."""

    id: UUID
    source: str
    name: str | None
    user_id: UUID
    received_at: datetime
    events: int
    superseded: int
    rejected: int
    inserted: int
    changed: int
    unchanged: int
    done: bool
    committed_at: datetime | None


@dataclass(frozen=True)
class Health:
    """Of the last hour, but for what is left behind. Milliseconds are from receiving a batch to its last commit."""

    batches: int
    events: int
    rejected: int
    p50_ms: float | None
    p99_ms: float | None
    last_committed_at: datetime | None
    unfinished: int
    """Batches whose sender was never told that they are in: begun more than a minute ago, and not sent again."""
    in_quarantine: int
    pending_rebuilds: int
    unmerged_segments: int
    """Of deltas of videos, which readers add up beside the rollups."""
    oldest_unmerged_at: datetime | None
    merged_segments: int
    """That wait until no snapshot needs them."""


async def list_batches(session: AsyncSession, *, limit: int, before: UUID | None) -> list[Batch]:
    """Newest first."""
    query = text(f"{_BATCHES} WHERE CAST(:before AS uuid) IS NULL OR b.id < :before ORDER BY b.id DESC LIMIT :limit")
    rows = await session.execute(query, {"before": before, "limit": limit})
    return [Batch(**row) for row in rows.mappings()]


async def health(session: AsyncSession) -> Health:
    row = (await session.execute(_HEALTH)).mappings().one()
    return Health(**row)


_HEALTH = text(f"""
WITH lately AS (
    SELECT *, extract(epoch FROM committed_at - received_at)::float * 1000 AS ms FROM ({_BATCHES}
        WHERE b.received_at > now() - interval '1 hour') AS batch
)
SELECT (SELECT count(*) FROM lately) AS batches,
       (SELECT coalesce(sum(events), 0)::bigint FROM lately) AS events,
       (SELECT coalesce(sum(rejected), 0)::bigint FROM lately) AS rejected,
       (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FROM lately) AS p50_ms,
       (SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) FROM lately) AS p99_ms,
       (SELECT max(committed_at) FROM ({_BATCHES} ORDER BY b.id DESC LIMIT 20) AS last) AS last_committed_at,
       (SELECT count(*) FROM ({_BATCHES} WHERE b.received_at BETWEEN now() - interval '7 days'
                              AND now() - interval '1 minute') AS old WHERE NOT done) AS unfinished,
       (SELECT count(*) FROM staging.quarantine) AS in_quarantine,
       (SELECT count(*) FROM analytics.rebuilds) AS pending_rebuilds,
       (SELECT count(*) FROM analytics.delta_segments WHERE status IN ('open', 'closed')) AS unmerged_segments,
       (SELECT min(opened_at) FROM analytics.delta_segments WHERE status IN ('open', 'closed')) AS oldest_unmerged_at,
       (SELECT count(*) FROM analytics.delta_segments WHERE status = 'merged') AS merged_segments""")
