"""What the page of live figures asks PostgreSQL for, under the rights of whoever asks."""

# statements are made of our own names alone
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import numpy as np
import psycopg
from psycopg.rows import dict_row

from ytempire.insight import derived_metrics
from ytempire.kit.read_pool import Connection
from ytempire.realtime.counter_store import METRICS, MINUTE_S, MINUTES, Counts

COUNTED_WITHIN = "2s"
"""At full rate ten minutes are millions of rows: whoever waits longer is told that there are no figures."""

_CHANNELS = """
    SELECT c.id, c.name FROM core.channels c
    WHERE c.status <> 'archived' AND (%(only)s::uuid IS NULL OR c.id = %(only)s::uuid) ORDER BY c.id"""
_VIDEOS: LiteralString = f"""
    SELECT video_id, channel_id, channel_name, title, published_at, hour_views, hour_likes, hour_comments, hour_shares,
           {derived_metrics.json_value("engagement_rate")} AS hour_engagement_rate,
           views_per_hour_lifetime::float8 AS views_per_hour_lifetime, trend_rank, tier
    FROM analytics.realtime_metrics, LATERAL (
        SELECT hour_views::numeric AS views, hour_likes AS likes, hour_comments AS comments, hour_shares AS shares) s
    WHERE %(only)s::uuid IS NULL OR channel_id = %(only)s::uuid ORDER BY trend_rank LIMIT %(limit)s"""
_OF_CHANNELS: LiteralString = """
    SELECT asked.place, extract(epoch FROM date_trunc('minute', m."timestamp"))::bigint, sum(m.views), sum(m.likes),
           sum(m.comments), sum(m.shares)
    FROM unnest(%(channels)s::uuid[]) WITH ORDINALITY AS asked(channel_id, place)
    JOIN metrics.video_metrics m ON m.channel_id = asked.channel_id
    WHERE m."timestamp" >= to_timestamp(%(first)s) AND NOT m.whole_day GROUP BY 1, 2"""
_OF_VIDEOS: LiteralString = """
    SELECT asked.place, extract(epoch FROM date_trunc('minute', m."timestamp"))::bigint, sum(m.views), sum(m.likes),
           sum(m.comments), sum(m.shares)
    FROM unnest(%(channels)s::uuid[], %(videos)s::uuid[]) WITH ORDINALITY AS asked(channel_id, video_id, place)
    JOIN metrics.video_metrics m ON m.channel_id = asked.channel_id AND m.video_id = asked.video_id
    WHERE m."timestamp" >= to_timestamp(%(first)s) AND NOT m.whole_day GROUP BY 1, 2"""


async def visible_channels(connection: Connection, *, only: UUID | None) -> list[tuple[UUID, str]]:
    """Channels that are not archived: id and name."""
    result = await connection.execute(_CHANNELS, {"only": only}, prepare=True)
    return [(row[0], row[1]) for row in await result.fetchall()]


async def top_videos(connection: Connection, *, only: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Rows of analytics.realtime_metrics, the best first; their place is one among all that one sees."""
    cursor = connection.cursor(row_factory=dict_row)
    return await (await cursor.execute(_VIDEOS, {"only": only, "limit": limit}, prepare=True)).fetchall()


async def count_from_events(
    connection: Connection, first: int, channels: Sequence[UUID], videos: Sequence[tuple[UUID, UUID]]
) -> tuple[Counts, Counts] | None:
    """The same as `LiveCounters.read`, from the events themselves; None where that takes too long."""
    # the time is looked at when planning: for any time at all it would read whole weeks
    await connection.execute(f"SET LOCAL statement_timeout = '{COUNTED_WITHIN}'".encode())
    await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    of_videos = {"channels": [channel for channel, _ in videos], "videos": [video for _, video in videos]}
    try:
        return (
            await _counts(connection, _OF_CHANNELS, {"channels": list(channels)}, first, len(channels)),
            await _counts(connection, _OF_VIDEOS, of_videos, first, len(videos)),
        )
    except psycopg.errors.QueryCanceled:
        return None


async def _counts(
    connection: Connection, query: LiteralString, parameters: dict[str, Any], first: int, row_count: int
) -> Counts:
    counts = np.zeros((MINUTES, row_count, len(METRICS)), np.int64)
    result = await connection.execute(query, {**parameters, "first": first})
    for place, minute, *sums in await result.fetchall():
        index = (minute - first) // MINUTE_S
        if index < MINUTES:  # a clock that is ahead gives minutes that have not begun
            counts[index, place - 1] = sums
    return counts
