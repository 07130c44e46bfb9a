"""Quota: each project has buckets a day; the day ends at midnight Pacific, in the sandbox's clock.

As Google documents it in 2026: `search.list` and `videos.insert` have 100 calls each, everything else shares 10,000
units, and an invalid request costs at least 1. Reports have an allowance of their own.
"""

from __future__ import annotations

import json
from typing import Any

from ytempire.sandbox.clock import pacific_day
from ytempire.sandbox.errors import quota_exceeded
from ytempire.sandbox.store import Store

UNITS = "units"
SEARCHES = "search.list"
INSERTS = "videos.insert"
REPORTS = "reports"
ALLOWED = {UNITS: 10_000, SEARCHES: 100, INSERTS: 100, REPORTS: 100_000}


def left(store: Store, project_id: str, bucket: str, now: float) -> int:
    return limit(store, project_id, bucket) - used(store, project_id, bucket, now)


def limit(store: Store, project_id: str, bucket: str) -> int:
    row = store.one("SELECT quotas FROM projects WHERE id = :id", id=project_id)
    assert row is not None
    own: dict[str, Any] = json.loads(row["quotas"])
    return int(own.get(bucket, ALLOWED[bucket]))


def used(store: Store, project_id: str, bucket: str, now: float) -> int:
    row = store.one(
        "SELECT used FROM quota_used WHERE project_id = :project AND day = :day AND bucket = :bucket",
        project=project_id,
        day=pacific_day(now).isoformat(),
        bucket=bucket,
    )
    return row["used"] if row else 0


def require(store: Store, project_id: str, bucket: str, cost: int, now: float) -> None:
    """Raises quotaExceeded where the day's allowance has less than the cost left."""
    if left(store, project_id, bucket, now) < cost:
        raise quota_exceeded()


def charge(store: Store, project_id: str, bucket: str, cost: int, now: float) -> None:
    """In the transaction of what it pays for; never beyond the allowance."""
    require(store, project_id, bucket, cost, now)
    store.run(
        "INSERT INTO quota_used VALUES (:project, :day, :bucket, :cost)"
        " ON CONFLICT (project_id, day, bucket) DO UPDATE SET used = used + :cost",
        project=project_id,
        day=pacific_day(now).isoformat(),
        bucket=bucket,
        cost=cost,
    )
