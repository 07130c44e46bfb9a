"""Videos that go viral: whoever owns the channel is told, once an hour for each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from ytempire.kit.database import AsyncSession

# The place among the videos of one owner: as they see it themselves, and nothing of how others do shows in it.
_TELL = text("""
    INSERT INTO analytics.viral_alerts (channel_id, video_id, hour_views)
    SELECT channel_id, video_id, hour_views
    FROM (
        SELECT r.*, row_number() OVER (PARTITION BY c.owner_id ORDER BY r.hour_views DESC, r.video_id) AS place
        FROM analytics.realtime_metrics r JOIN core.channels c ON c.id = r.channel_id
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
