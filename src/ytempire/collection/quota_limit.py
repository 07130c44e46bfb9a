"""How much of the quota collecting may take: never what others need, and not all of the day's in its morning."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from ytempire.collection import decisions
from ytempire.collection.collection_attempt import Attempt
from ytempire.collection.models import IS_LISTED
from ytempire.collection.quota_claim import CLAIM
from ytempire.youtube.methods import UNITS
from ytempire.youtube.quota import reservations
from ytempire.youtube.quota.claims import read_claims_of_others
from ytempire.youtube.quota.reservations import ProtectedUnits

# What is read of a project's channels: calls a day, as many videos in each as there is room for.
_STANDING = text(f"""
    SELECT coalesce(sum(ceil(one.videos / :per_call) * 86400.0 / one.every), 0)::float8
    FROM (SELECT greatest(c.poll_interval_seconds, :least_s) AS every, count(*)::float8 AS videos
          FROM core.video_counters c JOIN core.channel_connections k ON k.channel_id = c.channel_id
          WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring') AND {IS_LISTED}
          GROUP BY c.channel_id, c.poll_interval_seconds) AS one""")  # noqa: S608  # a constant of ours


@dataclass(frozen=True)
class CollectionQuota:
    protected: ProtectedUnits
    """Units that are not touched."""
    interval_factor: float
    """By how much readings are further apart than they would be."""


async def read_collection_quota(attempt: Attempt) -> CollectionQuota:
    """Of the attempt's project, now."""
    now, project = attempt.now, attempt.project
    standing = {
        "project_id": project.id,
        "per_call": float(decisions.PER_CALL),
        "least_s": decisions.MIN_INTERVAL_S * now.speed,
    }
    async with attempt.runtime.sessions.begin() as session:
        calls_a_day = (await session.execute(_STANDING, standing)).scalar_one()
        others = await read_claims_of_others(session, project, now, CLAIM.name)
        [units] = [bucket for bucket in await reservations.buckets_of(session, project, now) if bucket.bucket == UNITS]
    left_s = (now.next_day - now.at).total_seconds()
    factor = decisions.interval_factor(calls_a_day, units.left, others.today.units, left_s)
    return CollectionQuota(others.today, factor)
