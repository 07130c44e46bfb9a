"""How much of the quota collecting may take: never what uploads need, and not all of the day's in its morning."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from ytempire.collection import decisions
from ytempire.collection.collection_attempt import Attempt
from ytempire.collection.models import IS_LISTED
from ytempire.publishing.automation import CONSENT_VERSION
from ytempire.youtube.methods import UNITS
from ytempire.youtube.quota import reservations
from ytempire.youtube.quota.allocation import upload_allocation
from ytempire.youtube.quota.costs import cost_of

# What is read of a project's channels: calls a day, as many videos in each as there is room for.
_STANDING = text(f"""
    SELECT coalesce(sum(ceil(one.videos / :per_call) * 86400.0 / one.every), 0)::float8
    FROM (SELECT greatest(c.poll_interval_seconds, :least_s) AS every, count(*)::float8 AS videos
          FROM core.video_counters c JOIN core.channel_connections k ON k.channel_id = c.channel_id
          WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring') AND {IS_LISTED}
          GROUP BY c.channel_id, c.poll_interval_seconds) AS one""")  # noqa: S608  # a constant of ours

# What publications still have to pay before the quota begins anew. What waits for a later day, for somebody, or only
# for its time takes nothing of today's.
_WAITING = text("""
    SELECT p.session_uri IS NULL AND p.youtube_video_id IS NULL AS film,
           p.thumbnail_status = 'pending' AS thumbnail, p.captions_status = 'pending' AS captions, count(*) AS many
    FROM core.publications p
    JOIN core.channels c ON c.id = p.channel_id AND c.status = 'active'
    JOIN core.channel_connections k ON k.channel_id = p.channel_id AND k.status IN ('connected', 'expiring')
    LEFT JOIN core.channel_automation a ON a.channel_id = p.channel_id
    WHERE p.next_try_at < :next_day AND k.project_id = :project_id
      AND (p.youtube_video_id IS NULL OR 'pending' IN (p.thumbnail_status, p.captions_status))
      AND (NOT p.is_automatic OR p.status <> 'planned' OR a.auto_publish AND a.consent_version = :consent)
    GROUP BY 1, 2, 3""")


@dataclass(frozen=True)
class CollectionQuota:
    """`protected_units`: units that are not touched. `interval_factor`: by how much readings are further apart than
    they would be.
    """

    protected_units: int
    interval_factor: float


async def read_collection_quota(attempt: Attempt) -> CollectionQuota:
    """Of the attempt's project, now."""
    now, project = attempt.now, attempt.project
    standing = {
        "project_id": project.id,
        "per_call": float(decisions.PER_CALL),
        "least_s": decisions.MIN_INTERVAL_S * now.speed,
    }
    waiting = {"project_id": project.id, "next_day": now.to_local_time(now.next_day), "consent": CONSENT_VERSION}
    async with attempt.runtime.sessions.begin() as session:
        calls_a_day = (await session.execute(_STANDING, standing)).scalar_one()
        needed = sum(
            row.many * cost_of(video=row.film, thumbnail=row.thumbnail, captions=row.captions)[UNITS]
            for row in await session.execute(_WAITING, waiting)
        )
        [units] = [bucket for bucket in await reservations.buckets_of(session, project, now) if bucket.bucket == UNITS]
    protected_units = upload_allocation(units.allowed, needed)
    left_s = (now.next_day - now.at).total_seconds()
    return CollectionQuota(protected_units, decisions.interval_factor(calls_a_day, units.left, protected_units, left_s))
