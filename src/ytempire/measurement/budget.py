"""How much of the quota collecting may take: never what uploads need, and not all of the day's in its morning."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from ytempire.measurement import decisions
from ytempire.measurement.attempts import Attempt
from ytempire.measurement.models import IS_THERE
from ytempire.youtube import quota
from ytempire.youtube.automation import CONSENT_VERSION
from ytempire.youtube.dressed import cost_of
from ytempire.youtube.methods import UNITS
from ytempire.youtube.sharing import kept_for_uploads

# What is read of a project's channels: calls a day, as many videos in each as there is room for.
_STANDING = text(f"""
    SELECT coalesce(sum(ceil(one.videos / :per_call) * 86400.0 / one.every), 0)::float8
    FROM (SELECT greatest(c.every_seconds, :least_s) AS every, count(*)::float8 AS videos
          FROM core.video_counters c JOIN core.channel_connections k ON k.channel_id = c.channel_id
          WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring') AND {IS_THERE}
          GROUP BY c.channel_id, c.every_seconds) AS one""")  # noqa: S608  # a constant of ours

# What publications still have to pay before the quota begins anew. What waits for a later day, for somebody, or only
# for its time takes nothing of today's.
_WAITING = text("""
    SELECT p.session_address IS NULL AND p.youtube_video_id IS NULL AS film,
           p.thumbnail_status = 'pending' AS thumbnail, p.captions_status = 'pending' AS captions, count(*) AS many
    FROM core.publications p
    JOIN core.channels c ON c.id = p.channel_id AND c.status = 'active'
    JOIN core.channel_connections k ON k.channel_id = p.channel_id AND k.status IN ('connected', 'expiring')
    LEFT JOIN core.channel_automation a ON a.channel_id = p.channel_id
    WHERE p.next_try_at < :next_day AND k.project_id = :project_id
      AND (p.youtube_video_id IS NULL OR 'pending' IN (p.thumbnail_status, p.captions_status))
      AND (NOT p.is_automatic OR p.status <> 'planned' OR a.publish_by_itself AND a.consent_version = :consent)
    GROUP BY 1, 2, 3""")


@dataclass(frozen=True)
class Budget:
    """`reserve`: units that are not touched. `stretch`: by how much readings are further apart than they would be."""

    reserve: int
    stretch: float


async def budget_of(attempt: Attempt) -> Budget:
    """Of the attempt's project, now."""
    now, project = attempt.now, attempt.project
    standing = {
        "project_id": project.id,
        "per_call": float(decisions.PER_CALL),
        "least_s": decisions.LEAST_S * now.factor,
    }
    waiting = {"project_id": project.id, "next_day": now.ours(now.next_day), "consent": CONSENT_VERSION}
    async with attempt.runtime.sessions.begin() as session:
        calls_a_day = (await session.execute(_STANDING, standing)).scalar_one()
        needed = sum(
            row.many * cost_of(film=row.film, thumbnail=row.thumbnail, captions=row.captions)[UNITS]
            for row in await session.execute(_WAITING, waiting)
        )
        [units] = [one for one in await quota.buckets_of(session, project, now) if one.bucket == UNITS]
    reserve = kept_for_uploads(units.allowed, needed)
    left_s = (now.next_day - now.at).total_seconds()
    return Budget(reserve, decisions.stretch(calls_a_day, units.left, reserve, left_s))
