"""Do at YouTube what is wanted of a video there: claim, act, settle.

An update says everything, and a video that is not there any more is deleted: either may be done twice, so what is in
doubt is done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import procrastinate
from sqlalchemy import select, text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.production import shelving
from ytempire.publishing import changes, decisions
from ytempire.publishing.changes import CHANGE_PUBLICATION, SETTINGS
from ytempire.publishing.models import Publication, PublicationChange
from ytempire.publishing.uploading import PublishingRuntime
from ytempire.youtube.errors import ChannelStopped, Later, Never, NotConnected, described

log = get_logger(__name__)

LEASE = timedelta(minutes=5)  # three calls, each of which ends within a minute; beyond, the attempt is dead
KEPT = ("embeddable", "publicStatsViewable")  # of the status: ours to send, since a part is replaced whole, not to say


@dataclass(frozen=True)
class _Held:
    id: UUID
    claim: UUID
    publication_id: UUID
    channel_id: UUID
    youtube_video_id: str
    wanted: Mapping[str, Any] | None
    waits: int


async def change(runtime: PublishingRuntime, change_id: UUID) -> None:
    """Make one attempt, if it is due and in nobody else's hands."""
    async with runtime.sessions.begin() as session:
        held = await _claim(session, change_id)
    if held is None:
        return
    error: Exception | None = None
    seen_privacy = None
    try:
        if held.wanted is None:
            await _delete(runtime, held)
        else:
            seen_privacy = await _update(runtime, held, held.wanted)
    except YtempireError as raised:
        error = raised
    except Exception as raised:
        error = raised
        log.exception("change_failed_unexpectedly", change=str(held.id))
    async with runtime.sessions.begin() as session:
        settled = await _settle(session, held, error, seen_privacy)
    log.info("change_settled", change=str(held.id), status=settled)


async def _claim(session: AsyncSession, change_id: UUID) -> _Held | None:
    row = await session.scalar(
        select(PublicationChange)
        .where(PublicationChange.id == change_id, PublicationChange.next_try_at <= clock.now())
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    publication = await session.get_one(Publication, row.publication_id)
    assert publication.youtube_video_id is not None, "a change is of what YouTube has"
    row.claim, row.next_try_at = uuid4(), clock.now() + LEASE
    return _Held(
        row.id, row.claim, row.publication_id, row.channel_id, publication.youtube_video_id, row.wanted, row.waits
    )


async def _update(runtime: PublishingRuntime, held: _Held, wanted: Mapping[str, Any]) -> str:
    """What the video's privacy is afterwards."""
    listed = await runtime.youtube.call(
        held.channel_id, lambda apis: apis.data.videos().list(part="snippet,status", id=held.youtube_video_id)
    )
    if not listed.get("items"):
        raise Never(
            "YouTube does not know this video any more: somebody deleted it there.",
            reason="videoGone",
            hint="Have it deleted here as well.",
        )
    now = await runtime.youtube.now_of(held.channel_id)
    publish_at = datetime.fromisoformat(wanted["publish_at"]) if wanted["publish_at"] else None
    there = listed["items"][0]["status"]
    parts = decisions.parts_of(wanted, publish_at=now.theirs(publish_at) if publish_at else None)
    parts["status"] |= {name: there[name] for name in KEPT if name in there}
    if wanted["privacy"] is None:
        parts["status"]["privacyStatus"] = there["privacyStatus"]
    body = {"id": held.youtube_video_id, **parts}
    answer = await runtime.youtube.call(
        held.channel_id, lambda apis: apis.data.videos().update(part="snippet,status", body=body)
    )
    privacy: str = answer["status"]["privacyStatus"]
    return privacy


async def _delete(runtime: PublishingRuntime, held: _Held) -> None:
    try:
        await runtime.youtube.call(held.channel_id, lambda apis: apis.data.videos().delete(id=held.youtube_video_id))
    except Never as refusal:
        if refusal.reason != "videoNotFound":  # it is gone: an answer was lost, or somebody was quicker
            raise


async def _settle(session: AsyncSession, held: _Held, error: Exception | None, privacy: str | None) -> str:
    """Where it stands then. One that another attempt took over is left to that."""
    row = await session.scalar(
        select(PublicationChange)
        .where(PublicationChange.id == held.id, PublicationChange.claim == held.claim)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return "taken over"
    row.claim = None
    if error is None:
        row.status, row.next_try_at, row.last_error, row.settled_at = "done", None, None, clock.now()
        await session.flush()
        await (_note_removed(session, held) if held.wanted is None else _note_updated(session, held, privacy))
        return row.status
    row.last_error = described(error, "removal" if held.wanted is None else "update")
    if isinstance(error, Never) and not isinstance(error, NotConnected | ChannelStopped):
        row.status, row.next_try_at, row.settled_at = "failed", None, clock.now()
        return row.status
    row.waits = held.waits + 1
    wait = decisions.growing_wait(row.waits)
    if isinstance(error, Later) and error.after_s is not None:
        wait = min(max(error.after_s, 1.0), decisions.LONGEST_PAUSE_S)
    row.next_try_at = clock.now() + timedelta(seconds=wait)
    return row.status


async def _note_updated(session: AsyncSession, held: _Held, privacy: str | None) -> None:
    """The publication is as wanted. What waited for its time is looked at again: it may have another, or none."""
    assert held.wanted is not None
    at = held.wanted["publish_at"]
    values = {name: held.wanted[name] for name in SETTINGS} | {
        "privacy": held.wanted["privacy"] or privacy,
        "publish_at": datetime.fromisoformat(at) if at else None,
        "youtube_privacy": privacy,
    }
    publication = await session.get_one(Publication, held.publication_id, with_for_update=True, populate_existing=True)
    for name, value in values.items():
        setattr(publication, name, value)
    if publication.status == "processing":
        publication.next_try_at = clock.now()
    await session.flush()
    if publication.status == "processing" and publication.publish_at is not None:
        await shelving.note_scheduled(session, publication.video_id, publication.publish_at)


async def _note_removed(session: AsyncSession, held: _Held) -> None:
    publication = await session.get_one(Publication, held.publication_id, with_for_update=True, populate_existing=True)
    publication.status, publication.next_try_at, publication.last_error = "removed", None, None
    publication.claim = publication.heartbeat_at = None  # whoever follows it writes nothing any more
    await session.flush()
    await shelving.note_removed(session, publication.video_id)


_DUE = text("""
    SELECT c.id FROM core.publication_changes c
    WHERE c.next_try_at <= :now AND NOT EXISTS (
        SELECT FROM jobs.procrastinate_jobs j WHERE j.status IN ('todo', 'doing') AND j.task_name = :task
        AND j.args ->> 'change_id' = c.id::text)
    ORDER BY c.next_try_at LIMIT 100
""")


async def enqueue_due(session: AsyncSession, queue: procrastinate.App) -> int:
    """Enqueue changes whose time has come, or whose worker died; how many. One worker at a time does this."""
    if not await session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtext('publishing.enqueue_changes'))")):
        return 0
    due = (await session.scalars(_DUE, {"now": clock.now(), "task": CHANGE_PUBLICATION})).all()
    for change_id in due:
        await changes.enqueue(session, queue, change_id)
    return len(due)
