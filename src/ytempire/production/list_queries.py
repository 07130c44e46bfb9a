"""The lists of runs and videos, as pages and commands show them; their shapes are those of `schemas`."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ytempire.channels.access import access_to
from ytempire.kit.read_pool import JsonRow, Reader, fetch_json_rows

FINISHED = ("ready", "scheduled", "published")
LAST_ID = UUID(int=2**128 - 1)

# The newest of a table, from its index by channel and id. With the table's policy alone, whoever has few channels walks
# past the rows of everybody else: 36 ms beside 150,000 runs of others, and not 0.4.
_NEWEST = """
    (
        SELECT v.id FROM {table} v WHERE (SELECT core.sees_all()) AND v.id < %(before)s AND {condition}
        ORDER BY v.id DESC LIMIT %(limit)s
    ) UNION ALL (
        SELECT newest.id FROM unnest(core.channel_ids('read')) AS mine(channel_id) CROSS JOIN LATERAL (
            SELECT v.id FROM {table} v WHERE v.channel_id = mine.channel_id AND v.id < %(before)s AND {condition}
            ORDER BY v.id DESC LIMIT %(limit)s
        ) AS newest
    ) ORDER BY id DESC LIMIT %(limit)s
"""

_RUNS = """
    SELECT w.id, json_build_object(
        'id', w.id, 'status', w.status, 'priority', w.priority, 'channel_id', w.channel_id, 'channel_name', c.name,
        'video_id', w.video_id, 'title', v.title, 'format', v.format,
        'duration_seconds', v.duration_seconds::float8,
        'requested_seconds', (w.request -> 'options' ->> 'seconds')::float8, 'source_name', w.request ->> 'source_name',
        'created_at', w.created_at, 'started_at', w.started_at, 'completed_at', w.completed_at,
        'cost_usd', (
            -- the video is named so that the ledger's index serves
            SELECT coalesce(sum(k.amount_usd), 0)::numeric(18, 6)::text FROM core.cost_lines k
            WHERE k.video_id = w.video_id AND k.run_id = w.id),
        'steps', (
            SELECT coalesce(json_agg(json_build_object(
                'name', s.name, 'status', s.status, 'progress', s.progress, 'seconds', s.wall_seconds::float8
            ) ORDER BY s.position), '[]') FROM core.run_steps s WHERE s.run_id = w.id)
    )::text
    FROM ({newest}) AS page JOIN core.runs w ON w.id = page.id
    JOIN core.videos v ON v.id = w.video_id JOIN core.channels c ON c.id = w.channel_id
    ORDER BY w.id DESC
"""

_VIDEOS = """
    SELECT v.id, json_build_object(
        'id', v.id, 'run_id', w.id, 'channel_id', v.channel_id, 'channel_name', c.name, 'access', {access},
        'status', v.status,
        'title', v.title, 'description', v.description, 'tags', v.tags, 'chapters', v.chapters,
        'language', v.language, 'format', v.format, 'width', v.width, 'height', v.height,
        'duration_seconds', v.duration_seconds::float8, 'script_score', v.script_score::float8,
        'cost_usd', (
            SELECT coalesce(sum(k.amount_usd), 0)::numeric(18, 6)::text FROM core.cost_lines k WHERE k.video_id = v.id),
        'thumbnail', v.thumbnail,
        'files', (
            SELECT coalesce(json_agg(json_build_object(
                'name', a.name, 'url', '/api/v1/videos/' || v.id || '/files/' || a.name || '?v=' || left(a.sha256, 12),
                'size_bytes', a.size_bytes, 'media_type', a.media_type
            ) ORDER BY a.name), '[]') FROM core.run_artifacts a
            WHERE a.run_id = w.id AND a.name = ANY (%(public_files)s)),
        'scheduled_at', v.scheduled_at, 'published_at', v.published_at,
        'created_at', v.created_at, 'updated_at', v.updated_at
    )::text
    FROM ({newest}) AS page JOIN core.videos v ON v.id = page.id
    JOIN core.channels c ON c.id = v.channel_id JOIN core.runs w ON w.video_id = v.id
    ORDER BY v.id DESC
"""


def _newest_first(query: str, table: str, condition: str = "true") -> str:
    return query.format(newest=_NEWEST.format(table=table, condition=condition), access=access_to("c"))


_NEWEST_RUNS = _newest_first(_RUNS, "core.runs")
_NEWEST_VIDEOS = _newest_first(_VIDEOS, "core.videos", "v.status = ANY (%(statuses)s)")
_NEWEST_OF_CHANNEL = _newest_first(
    _VIDEOS, "core.videos", "v.status = ANY (%(statuses)s) AND v.channel_id = %(channel_id)s"
)


async def list_runs(reader: Reader, *, limit: int, before: UUID | None = None) -> list[JsonRow]:
    """Newest first, each as `schemas.ListedRun` has it."""
    return await fetch_json_rows(reader, _NEWEST_RUNS, {"limit": limit, "before": before or LAST_ID})


async def list_videos(
    reader: Reader,
    *,
    limit: int,
    public_files: Sequence[str],
    before: UUID | None = None,
    channel_id: UUID | None = None,
    statuses: Sequence[str] = FINISHED,
) -> list[JsonRow]:
    """Newest first, each as `schemas.VideoOut` has it, with those of its files that a person may fetch."""
    return await fetch_json_rows(
        reader,
        _NEWEST_VIDEOS if channel_id is None else _NEWEST_OF_CHANNEL,
        {
            "limit": limit,
            "before": before or LAST_ID,
            "channel_id": channel_id,
            "statuses": list(statuses),
            "public_files": list(public_files),
        },
    )
