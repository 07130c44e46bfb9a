"""Videos that go viral: an alert for whoever owns the channel, once an hour for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from ytempire.alerts.open_alerts import AlertCondition, open_alert
from ytempire.alerts.queries import open_keys
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession

# The place among the videos of one owner: as they see it themselves, and nothing of how others do shows in it. "The
# hour" is that of analytics.realtime_metrics. What could be viral in the first place is found first, from the sums by
# hour alone: of the others, of which there may be a million, nothing more is asked.
_VIRAL_VIDEOS = text("""
    WITH candidates AS MATERIALIZED (
        SELECT channel_id, video_id, hour_views
        FROM (
            SELECT channel_id, video_id,
                round(coalesce(this_hour, 0)::bigint + coalesce(hour_before, 0)::bigint * part.share)::bigint
                    AS hour_views
            FROM (
                -- whole numbers, which a double holds exactly up to 2^53; numeric takes twice as long
                SELECT h.channel_id, h.video_id,
                    sum(h.views::double precision) FILTER (WHERE h.hour >= date_trunc('hour', now(), 'UTC'))
                        AS this_hour,
                    sum(h.views::double precision) FILTER (WHERE h.hour < date_trunc('hour', now(), 'UTC'))
                        AS hour_before
                FROM metrics.video_hourly h
                WHERE h.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
                GROUP BY 1, 2
            ) AS by_hour
            CROSS JOIN (
                SELECT 1 - extract(epoch FROM now() - date_trunc('hour', now(), 'UTC')) / 3600 AS share
            ) AS part
        ) AS views
        WHERE core.performance_tier(1, hour_views, 0) = 'viral'
    )
    SELECT channel_id, video_id, title, hour_views
    FROM (
        SELECT h.*, v.title, row_number() OVER (PARTITION BY c.owner_id ORDER BY h.hour_views DESC, h.video_id) AS place
        FROM candidates h
        JOIN core.videos v ON v.id = h.video_id
        JOIN core.channels c ON c.id = v.channel_id
        WHERE coalesce(v.published_at, v.created_at) > now() - interval '7 days' AND v.status <> 'removed'
    ) AS ranked
    WHERE core.performance_tier(place, hour_views, 0) = 'viral' AND video_id::text <> ALL (:open_keys)
    ORDER BY video_id
""")


async def open_viral_alerts(session: AsyncSession) -> list[UUID]:
    """Open an alert for each video that goes viral and has none of the last hour; which videos these are.

    Needs the platform's session. Of several processes that do this at once, one opens an alert: the others wait for it
    and do nothing.
    """
    now = clock.now()
    # with helpers it takes all processors for two seconds, and whoever writes events waits
    await session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
    videos = (await session.execute(_VIRAL_VIDEOS, {"open_keys": await open_keys(session, "video_viral", now)})).all()
    return [video.video_id for video in videos if await open_alert(session, _condition(video), now)]


def _condition(video: Row[Any]) -> AlertCondition:
    return AlertCondition(
        "video_viral",
        str(video.video_id),
        f"“{video.title}” goes viral",
        f"About {video.hour_views:,} views in the last hour.",
        channel_id=video.channel_id,
        link=f"/videos/{video.video_id}",
        data={"video_id": str(video.video_id), "title": video.title, "hour_views": video.hour_views},
    )
