"""Videos that go viral: whoever owns the channel is notified, once an hour for each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from ytempire.kit.database import AsyncSession

# The place among the videos of one owner: as they see it themselves, and nothing of how others do shows in it. "The
# hour" is that of analytics.realtime_metrics. What could be viral in the first place is found first, from the sums by
# hour alone: of the others, of which there may be a million, nothing more is asked.
_INSERT_ALERTS = text("""
    WITH candidates AS MATERIALIZED (
        SELECT h.channel_id, h.video_id, round(sum(h.views * part.share))::bigint AS hour_views
        FROM analytics.video_hourly h
        CROSS JOIN LATERAL (
            SELECT CASE WHEN h.hour >= date_trunc('hour', now(), 'UTC') THEN 1
                        ELSE 1 - extract(epoch FROM now() - date_trunc('hour', now(), 'UTC')) / 3600 END AS share
        ) AS part
        WHERE h.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
        GROUP BY 1, 2 HAVING core.performance_tier(1, round(sum(h.views * part.share))::bigint, 0) = 'viral'
    )
    INSERT INTO analytics.viral_alerts (channel_id, video_id, hour_views)
    SELECT channel_id, video_id, hour_views
    FROM (
        SELECT h.*, row_number() OVER (PARTITION BY c.owner_id ORDER BY h.hour_views DESC, h.video_id) AS place
        FROM candidates h
        JOIN core.videos v ON v.id = h.video_id
        JOIN core.channels c ON c.id = v.channel_id
        WHERE coalesce(v.published_at, v.created_at) > now() - interval '7 days' AND v.status <> 'removed'
    ) AS ranked
    WHERE core.performance_tier(place, hour_views, 0) = 'viral'
    ORDER BY video_id
    ON CONFLICT DO NOTHING
    RETURNING video_id
""")


async def notify_viral(session: AsyncSession) -> list[UUID]:
    """Notify of what goes viral and was not notified in the last hour; which videos these are.

    Needs the platform's session. Of several processes that do this at once, one notifies: the table's constraint makes
    the others wait and do nothing.
    """
    return list(await session.scalars(_INSERT_ALERTS))
