"""Claim, note and settle: the short transactions around what is done at YouTube. All changes of a publication's state
are here.

A claim is a fencing token: a worker that was believed dead and comes back writes nothing any more, and what it may
still do at YouTube is to send bytes of the same video file to the same session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import procrastinate
from sqlalchemy import select, text

from ytempire.kit import clock, leases
from ytempire.kit.database import AsyncSession
from ytempire.kit.locks import Lock, try_lock
from ytempire.production import queries as videos
from ytempire.production import video_lifecycle
from ytempire.production.queries import VideoView
from ytempire.publishing import remote_sync, service
from ytempire.publishing.decisions import NextState, Status
from ytempire.publishing.models import Publication
from ytempire.publishing.service import UPLOAD_VIDEO
from ytempire.youtube.projects import ServiceClock


@dataclass(frozen=True)
class PublicationLease:
    """A publication as it was claimed, or as it was last noted."""

    id: UUID
    lease_token: UUID
    video_id: UUID
    channel_id: UUID
    requested_by: UUID
    is_automatic: bool
    status: Status
    thumbnail_status: str
    captions_status: str
    privacy: str
    publish_at: datetime | None
    category_id: str
    made_for_kids: bool
    synthetic_media: bool
    licence: str
    marker: str
    file_sha256: str
    size_bytes: int
    session_uri: bytes | None
    last_chunk_at: datetime | None
    youtube_video_id: str | None
    retry_count: int
    created_at: datetime
    processed_at: datetime | None
    last_error: dict[str, Any] | None
    baseline: dict[str, Any] | None
    remote_edits: dict[str, Any]


@dataclass(frozen=True)
class UploadJob:
    lease: PublicationLease
    video: VideoView


async def claim(session: AsyncSession, publication_id: UUID, *, lease_duration: timedelta) -> UploadJob | None:
    """Take it; None: it is not due, or in another worker's hands."""
    row = await session.scalar(
        select(Publication)
        .where(
            Publication.id == publication_id,
            Publication.next_try_at <= clock.now(),
            leases.is_free(Publication, lease_duration),
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    leases.take(row)
    row.attempt_number += 1
    row.started_at = row.started_at or clock.now()
    await session.flush()
    return UploadJob(_lease_from_row(row), await videos.get_video(session, row.video_id))


def _lease_from_row(row: Publication) -> PublicationLease:
    return PublicationLease(**{field.name: getattr(row, field.name) for field in fields(PublicationLease)})


async def heartbeat(session: AsyncSession, lease: PublicationLease) -> bool:
    """Renew the heartbeat; False: the lease was lost."""
    return await leases.renew(session, Publication, Publication.id == lease.id, lease.lease_token)


async def record_progress(
    session: AsyncSession, lease: PublicationLease, values: Mapping[str, Any]
) -> PublicationLease:
    """Write down how far it is. Raises LeaseLost."""
    row = await _locked(session, lease)
    for name, value in values.items():
        setattr(row, name, value)
    await session.flush()
    return _lease_from_row(row)


async def record_remote_state(
    session: AsyncSession, lease: PublicationLease, item: Mapping[str, Any], now: ServiceClock
) -> PublicationLease:
    """Note what YouTube shows of it. Raises LeaseLost."""
    row = await _locked(session, lease)
    row.retry_count, row.youtube_privacy = 0, item["status"]["privacyStatus"]
    if not await remote_sync.has_edit_in_progress(session, row.id):
        await remote_sync.apply_remote_state(session, row, item, now)
    return _lease_from_row(row)


async def _locked(session: AsyncSession, lease: PublicationLease) -> Publication:
    return await leases.lock(session, Publication, Publication.id == lease.id, lease.lease_token)


async def settle(
    session: AsyncSession,
    lease: PublicationLease,
    after: NextState,
    *,
    lease_at_start: PublicationLease,
    live_since: datetime | None = None,
) -> None:
    """End the attempt; `lease_at_start`: as it was claimed. Raises LeaseLost."""
    row = await _locked(session, lease)
    now = clock.now()
    leases.end(row)
    if (row.privacy, row.publish_at) != (lease_at_start.privacy, lease_at_start.publish_at):
        row.next_try_at = now  # it was changed at YouTube meanwhile: what this attempt saw may be of before
        return
    row.next_try_at = None if after.after_s is None else now + timedelta(seconds=after.after_s)
    row.retry_count, row.last_error = after.retry_count, after.error
    if after.status == "live":
        row.live_at = row.live_at or now
    row.status = after.status
    is_beside_due = "pending" in (row.thumbnail_status, row.captions_status)
    if after.status in ("processing", "live") and is_beside_due and after.after_s is None:
        row.next_try_at = now  # another picture was chosen meanwhile, or somebody wants it sent again
    await session.flush()
    if after.status == "live":
        await video_lifecycle.mark_published(session, lease.video_id, live_since or now)
    if after.status == "failed":
        await video_lifecycle.mark_not_published(session, lease.video_id)


async def wake_waiting(session: AsyncSession, project_id: UUID) -> None:
    """What waits at this project's YouTube for its time is due: the clock there was changed."""
    waiting = text("""
        UPDATE core.publications p SET next_try_at = now() FROM core.channel_connections k
        WHERE k.channel_id = p.channel_id AND k.project_id = :project_id
          AND p.status = 'processing' AND p.next_try_at > now()""")
    await session.execute(waiting, {"project_id": project_id})


# Due, and no job waits for it: its time has come, or its worker died. What is to be public sooner goes first.
DUE = text("""
    SELECT p.id, p.publish_at FROM core.publications p
    WHERE p.next_try_at <= :now AND (p.lease_token IS NULL OR p.heartbeat_at < :now - make_interval(secs => :lease_s))
      AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs j
                      WHERE j.status = 'todo' AND j.queueing_lock = :task || ':' || p.id)
    ORDER BY coalesce(p.publish_at, p.created_at), p.id LIMIT 100
""")


async def enqueue_due(session: AsyncSession, queue: procrastinate.App, *, lease_duration: timedelta) -> int:
    """Enqueue what is due; how many. One worker at a time does this."""
    if not await try_lock(session, Lock.ENQUEUE_PUBLICATIONS):
        return 0
    given = {"now": clock.now(), "lease_s": lease_duration.total_seconds(), "task": UPLOAD_VIDEO}
    due = (await session.execute(DUE, given)).all()
    for publication_id, publish_at in due:
        await service.enqueue(session, queue, publication_id, publish_at)
    return len(due)
