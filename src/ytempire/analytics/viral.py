"""Videos that go viral: whoever owns the channel is told, once an hour for each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from ytempire.kit.database import AsyncSession

# The place among the videos of one owner: as they see it themselves, and nothing of how others do shows in it. What
# could be viral is found first, since the others, of which there may be a million, take no place from it: of at least
# 1,000 views in the hour (core.performance_tier), one of the two clock hours that it lies in has half.
_TELL = text("""
    WITH candidates AS MATERIALIZED (
        SELECT DISTINCT video_id FROM analytics.video_hours
        WHERE hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour' AND views >= 500
    )
    INSERT INTO analytics.viral_alerts (channel_id, video_id, hour_views)
    SELECT channel_id, video_id, hour_views
    FROM (
        SELECT y.*, row_number() OVER (PARTITION BY c.owner_id ORDER BY y.hour_views DESC, y.video_id) AS place
        FROM candidates JOIN analytics.young_videos y USING (video_id) JOIN core.channels c ON c.id = y.channel_id
    ) AS ranked
    WHERE core.performance_tier(place, hour_views, views_per_hour_lifetime) = 'viral'
    ORDER BY video_id
    ON CONFLICT DO NOTHING
    RETURNING video_id
""")


async def tell_of_viral(session: AsyncSession) -> list[UUID]:
    """Tell of what goes viral and was not told in the last hour; which videos these are. Needs the platform's session.

    Of several processes that do this at once, one tells: the table's constraint makes the others wait and do nothing.
    """
    return list(await session.scalars(_TELL))
