"""Lifetime counters of a channel's videos become what happened since the reading before.

A reading is stored first, then ingested, then marked: a kill between two of these is mended by ingesting it
again, with the same key and the same counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import aliased

from ytempire.collection import decisions
from ytempire.collection.collection_attempt import Attempt, Event
from ytempire.collection.decisions import COUNTS, PER_CALL
from ytempire.collection.models import IS_LISTED, VideoCounters
from ytempire.collection.quota_limit import CollectionQuota, read_collection_quota
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.publishing import remote_sync

Counts = Mapping[str, int]


async def collect(attempt: Attempt) -> None:
    """Read every video of the channel that is due. Raises what `YouTube.call` raises, LeaseLost and
    EventsRejected."""
    attempt.step = "counters"
    await _ingest_pending(attempt)  # what a dead attempt left
    due = await _due(attempt)
    if due:
        await _read_videos(attempt, due)
    attempt.require_all_ingested()


async def _read_videos(attempt: Attempt, due: Sequence[VideoCounters]) -> None:
    collection_quota = await read_collection_quota(attempt)
    for first in range(0, len(due), PER_CALL):
        batch = due[first : first + PER_CALL]
        listed = await _list_videos(attempt, [video.youtube_video_id for video in batch], collection_quota)
        await _note_publications(attempt, batch, listed)
        await _store_readings(attempt, batch, listed, collection_quota)
        await _ingest_pending(attempt)
    attempt.result = replace(attempt.result, counters_read_at=clock.now())


async def _due(attempt: Attempt) -> Sequence[VideoCounters]:
    counters = aliased(VideoCounters, name="c")
    # a reading that the pipeline did not take is the only place where it is known: none is written over it
    due = select(counters).where(counters.channel_id == attempt.lease.channel_id, counters.ingested, text(IS_LISTED))
    if not attempt.lease.include_not_due:
        due = due.where(counters.next_at <= clock.now())
    async with attempt.writing() as session:
        return (await session.scalars(due.order_by(counters.next_at))).all()


async def _list_videos(
    attempt: Attempt, ids: Sequence[str], collection_quota: CollectionQuota
) -> Mapping[str, Mapping[str, Any]]:
    """What YouTube lists of these: counters, and for the same price what may have been edited there."""
    answer = await attempt.call_youtube(
        lambda apis: apis.data.videos().list(part="snippet,status,statistics", id=",".join(ids)),
        protected=collection_quota.protected,
    )
    return {item["id"]: item for item in answer.get("items", [])}


async def _note_publications(
    attempt: Attempt, batch: Sequence[VideoCounters], listed: Mapping[str, Mapping[str, Any]]
) -> None:
    """What was edited or deleted there. In a transaction of its own: publishing locks its row before ours."""
    gone = [
        video.youtube_video_id
        for video in batch
        if video.youtube_video_id not in listed and decisions.is_gone(video.missing_since, attempt.now)
    ]
    async with attempt.runtime.sessions.begin() as session:
        await remote_sync.record_listed(session, listed, attempt.now)
        await remote_sync.note_gone(session, gone)


# --- what is written down ---


async def _store_readings(
    attempt: Attempt,
    batch: Sequence[VideoCounters],
    listed: Mapping[str, Mapping[str, Any]],
    collection_quota: CollectionQuota,
) -> None:
    read_at = clock.now()
    async with attempt.writing() as session:
        previous = await _previous_counters(session, attempt.lease.channel_id, batch)
        await session.execute(
            update(VideoCounters),
            [
                _reading_values(
                    video, previous[video.video_id], listed[video.youtube_video_id], read_at, attempt, collection_quota
                )
                if video.youtube_video_id in listed
                else _mark_missing(video, read_at, attempt)
                for video in batch
            ],
        )
    attempt.summary.videos += len(listed)
    attempt.summary.missing += len(batch) - len(listed)


_SUMS = "sum(views)::bigint AS views, sum(likes)::bigint AS likes, sum(comments)::bigint AS comments"
_IN_SERIES = text(f"""
    SELECT video_id, {_SUMS} FROM metrics.video_daily
    WHERE channel_id = :channel_id AND video_id = ANY (:videos) GROUP BY video_id""")  # noqa: S608  # ours
# Of a video that was published again: what came before is of one that is gone.
_IN_SERIES_SINCE = text(f"""
    SELECT {_SUMS} FROM metrics.video_metrics
    WHERE channel_id = :channel_id AND video_id = :video_id AND "timestamp" > :since""")  # noqa: S608  # ours


async def _previous_counters(
    session: AsyncSession, channel_id: UUID, batch: Sequence[VideoCounters]
) -> Mapping[UUID, Counts]:
    """What was counted before this reading. Where the last one is not kept any more, or never was, the series say."""
    counted = {video.video_id: {name: getattr(video, name) or 0 for name in COUNTS} for video in batch}
    new = [video for video in batch if video.read_at is None]
    if never_published_again := [video.video_id for video in new if video.tracked_since is None]:
        for row in await session.execute(_IN_SERIES, {"channel_id": channel_id, "videos": never_published_again}):
            counted[row.video_id] = {name: getattr(row, name) for name in COUNTS}
    for video in new:
        if video.tracked_since is not None:
            which = {"channel_id": channel_id, "video_id": video.video_id, "since": video.tracked_since}
            row = (await session.execute(_IN_SERIES_SINCE, which)).one()
            counted[video.video_id] = {name: getattr(row, name) or 0 for name in COUNTS}
    return counted


def _reading_values(
    video: VideoCounters,
    previous: Counts,
    item: Mapping[str, Any],
    read_at: datetime,
    attempt: Attempt,
    collection_quota: CollectionQuota,
) -> dict[str, Any]:
    """The columns of a video that was listed. Of a counter that is hidden nothing new is known."""
    after = {name: previous[name] if count is None else count for name, count in decisions.parse_counters(item).items()}
    age = attempt.now.at - datetime.fromisoformat(item["snippet"]["publishedAt"])
    interval = decisions.poll_interval(age)
    return {
        "video_id": video.video_id,
        **after,
        **{f"previous_{name}": previous[name] for name in COUNTS},
        "read_at": decisions.reading_event_time(read_at, video.read_at),
        "ingested": after == previous,  # nothing happened, and nothing is to be said
        "missing_since": None,
        **_next_read_at(
            interval,
            read_at,
            decisions.adjusted_interval(interval, collection_quota.interval_factor, attempt.now.speed),
        ),
    }


def _mark_missing(video: VideoCounters, read_at: datetime, attempt: Attempt) -> dict[str, Any]:
    """The columns of a video that YouTube does not list: what was counted stays, until somebody says otherwise."""
    missing_since = video.missing_since or read_at
    interval = decisions.MISSING if decisions.is_gone(missing_since, attempt.now) else decisions.DOUBTED
    return {
        "video_id": video.video_id,
        "missing_since": missing_since,
        **_next_read_at(interval, read_at, decisions.adjusted_interval(interval, 1.0, attempt.now.speed)),
    }


def _next_read_at(interval: timedelta, read_at: datetime, wait: timedelta) -> dict[str, Any]:
    return {"poll_interval_seconds": int(interval.total_seconds()), "next_at": read_at + wait}


# --- what is ingested ---


async def _ingest_pending(attempt: Attempt) -> None:
    """Everything of the channel that was stored and not ingested, or of which nobody knows whether it was."""
    pending = select(VideoCounters).where(VideoCounters.channel_id == attempt.lease.channel_id, ~VideoCounters.ingested)
    async with attempt.writing() as session:
        rows = (await session.scalars(pending)).all()
    if not rows:
        return
    rejected = await attempt.ingest("counters", [_to_event(video) for video in rows])
    ingested = [video for video in rows if str(video.video_id) not in rejected]
    statement = (
        update(VideoCounters)
        .where(VideoCounters.video_id.in_([video.video_id for video in ingested]))
        .values(ingested=True)
    )
    async with attempt.writing() as session:
        await session.execute(statement.execution_options(synchronize_session=False))
    events = [_to_event(video) for video in ingested]
    for name in COUNTS:
        setattr(attempt.summary, name, getattr(attempt.summary, name) + sum(event[name] for event in events))


def _to_event(video: VideoCounters) -> Event:
    assert video.read_at is not None  # a constraint says so
    deltas = {name: (getattr(video, name) or 0) - (getattr(video, f"previous_{name}") or 0) for name in COUNTS}
    return {
        "video_id": str(video.video_id),
        "channel_id": str(video.channel_id),
        "timestamp": video.read_at.isoformat(),
        **deltas,
        "averages_basis_views": 0,  # counters say nothing of how long anybody watched
        "correction": min(deltas.values()) < 0,
    }
