"""The disk space of the data, and how long the disk lasts at the rate of the last week."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ytempire.kit.database import conninfo

# Below that the few pages that every table begins with would be most of what an event is said to take.
LEAST_EVENTS = 10_000

_SIZES = """
SELECT pg_database_size(current_database()),
       coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE c.relkind = 'r'), 0)::bigint,
       coalesce(sum(greatest(c.reltuples, 0)) FILTER (WHERE starts_with(c.relname, 'video_metrics_y')), 0)::bigint
FROM pg_class c WHERE c.relnamespace = 'analytics'::regnamespace"""
_CAME_IN = """
SELECT coalesce(sum(p.inserted), 0)::bigint,
       greatest(1, extract(epoch FROM now() - min(p.committed_at)) / 86400)::float
FROM analytics.ingest_batch_shards p WHERE p.committed_at > now() - interval '7 days'"""


@dataclass(frozen=True)
class DiskForecast:
    """Bytes. `grows` is the daily growth of events and rollups, None while there are too few events."""

    used: int
    free: int
    measurements: int
    grows: int | None

    @property
    def days_left(self) -> int | None:
        """Return the days until the disk is full, if nothing is deleted before."""
        return self.free // self.grows if self.grows else None


def forecast_disk(owner_url: str, folder: Path) -> DiskForecast:
    """Forecast the disk space from the average size of an event. Needs the owner, who sees all events."""
    with psycopg.connect(conninfo(owner_url)) as connection:
        sizes = connection.execute(_SIZES).fetchone()
        came_in = connection.execute(_CAME_IN).fetchone()
    assert sizes is not None
    assert came_in is not None
    (used, measurements, events), (inserted, days) = sizes, came_in
    known = events >= LEAST_EVENTS and inserted >= LEAST_EVENTS
    return DiskForecast(
        used=used,
        free=shutil.disk_usage(folder).free,
        measurements=measurements,
        grows=round(measurements / events * inserted / days) if known else None,
    )
