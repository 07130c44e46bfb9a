"""How much of the quota collecting may take: never what uploads need, and not all of the day's in its morning."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from ytempire.measurement import decisions
from ytempire.measurement.attempts import Attempt
from ytempire.youtube import quota
from ytempire.youtube.methods import UNITS

# What is read of a project's channels: calls a day, as many videos in each as there is room for. Beside it the
# publications that still need units today.
_STANDING = text("""
    SELECT (SELECT coalesce(sum(ceil(one.videos / :per_call) * 86400.0 / one.every), 0)
            FROM (SELECT greatest(c.every_seconds, :least_s) AS every, count(*)::float8 AS videos
                  FROM core.video_counters c JOIN core.channel_connections k ON k.channel_id = c.channel_id
                  WHERE k.project_id = :project_id AND k.status IN ('connected', 'expiring')
                  GROUP BY c.channel_id, c.every_seconds) AS one)::float8 AS calls_a_day,
           (SELECT count(*) FROM core.publications p JOIN core.channel_connections k ON k.channel_id = p.channel_id
            WHERE k.project_id = :project_id AND p.status <> 'failed'
              AND (p.status <> 'live' OR 'pending' IN (p.thumbnail_status, p.captions_status))) AS waiting""")


@dataclass(frozen=True)
class Budget:
    """`reserve`: units that are not touched. `stretch`: by how much readings are further apart than they would be."""

    reserve: int
    stretch: float


async def budget_of(attempt: Attempt) -> Budget:
    """Of the attempt's project, now."""
    now, project = attempt.now, attempt.project
    given = {
        "project_id": project.id,
        "per_call": float(decisions.PER_CALL),
        "least_s": decisions.LEAST_S * now.factor,
    }
    async with attempt.runtime.sessions.begin() as session:
        standing = (await session.execute(_STANDING, given)).one()
        [units] = [one for one in await quota.buckets_of(session, project, now) if one.bucket == UNITS]
    reserve = decisions.reserve(units.allowed, standing.waiting)
    left_s = (now.next_day - now.at).total_seconds()
    return Budget(reserve, decisions.stretch(standing.calls_a_day, units.left, reserve, left_s))
