"""Do at YouTube what is wanted of a video there: claim, act, settle.

An update says everything, and a video that is not there any more is deleted: either may be done twice, so what is in
doubt is done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import procrastinate
from sqlalchemy import select, text

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.production import shelving
from ytempire.publishing import changes, decisions, rights
from ytempire.publishing.changes import CHANGE_PUBLICATION, SETTINGS
from ytempire.publishing.models import Publication, PublicationChange
from ytempire.publishing.uploading import PublishingRuntime
from ytempire.youtube.errors import ChannelStopped, Later, Never, NotConnected, Unknown, described

log = get_logger(__name__)

LEASE = timedelta(minutes=5)  # three calls, each of which ends within a minute; beyond, the attempt is dead
KEPT = ("embeddable", "publicStatsViewable")  # of the status: ours to send, since a part is replaced whole, not to say


@dataclass(frozen=True)
class _Held:
    id: UUID
    claim: UUID
    publication_id: UUID
    channel_id: UUID
    asked_by: UUID
    youtube_video_id: str
    wanted: Mapping[str, Any] | None
    waits: int


@dataclass(frozen=True)
class _Shown:
    """How YouTube shows it after an update; `publish_at` by our clock."""

    privacy: str
    publish_at: datetime | None


async def change(runtime: PublishingRuntime, change_id: UUID) -> None:
    """Make one attempt, if it is due and in nobody else's hands."""
    async with runtime.sessions.begin() as session:
        held = await _claim(session, change_id)
    if held is None:
        return
    done: _Shown | None = None
    error: Exception | None = None
    try:
        level: Literal["admin", "write"] = "admin" if held.wanted is None else "write"
        await rights.require_access(runtime.sessions, held.asked_by, held.channel_id, level)
        if held.wanted is None:
            await _delete(runtime, held)
        else:
            done = await _update(runtime, held, held.wanted)
    except YtempireError as raised:
        error = raised
    except Exception as raised:
        error = raised
        log.exception("change_failed_unexpectedly", change=str(held.id))
    try:
        async with runtime.sessions.begin() as session:
            settled = await _settle(session, held, error, done)
    except Exception as unsettled:  # it is done there, and not written down: said, and not done at once again
        log.exception("change_not_settled", change=str(held.id))
        async with runtime.sessions.begin() as session:
            settled = await _settle(session, held, unsettled, None)
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
        row.id,
        row.claim,
        row.publication_id,
        row.channel_id,
        row.confirmed_by or row.requested_by,
        publication.youtube_video_id,
        row.wanted,
        row.waits,
    )


async def _update(runtime: PublishingRuntime, held: _Held, wanted: Mapping[str, Any]) -> _Shown:
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
    there = listed["items"][0]["status"]
    shown = _shown_by_now(wanted, there)
    parts = decisions.parts_of(
        {**wanted, "privacy": shown.privacy}, publish_at=now.theirs(shown.publish_at) if shown.publish_at else None
    )
    kept = (*KEPT, "publishAt") if wanted["privacy"] is None else KEPT
    parts["status"] |= {name: there[name] for name in kept if name in there}
    body = {"id": held.youtube_video_id, **parts}
    answer = await runtime.youtube.call(
        held.channel_id, lambda apis: apis.data.videos().update(part="snippet,status", body=body)
    )
    return _Shown(answer["status"]["privacyStatus"], shown.publish_at)


def _shown_by_now(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> _Shown:
    """What is wanted may have waited: a time that came makes it public, and who sees it already goes on seeing it."""
    if wanted["privacy"] is None:
        return _Shown(there["privacyStatus"], None)
    if wanted["publish_at"] is None:
        return _Shown(wanted["privacy"], None)
    at = datetime.fromisoformat(wanted["publish_at"])
    if there["privacyStatus"] != "private":
        return _Shown(there["privacyStatus"], None)
    return _Shown("private", at) if at > clock.now() else _Shown("public", None)


async def _delete(runtime: PublishingRuntime, held: _Held) -> None:
    try:
        await runtime.youtube.call(held.channel_id, lambda apis: apis.data.videos().delete(id=held.youtube_video_id))
    except Never as refusal:
        if refusal.reason != "videoNotFound":  # it is gone: an answer was lost, or somebody was quicker
            raise


async def _settle(session: AsyncSession, held: _Held, error: Exception | None, done: _Shown | None) -> str:
    """Where it stands then. One that another attempt took over is left to that."""
    # the publication first, as everybody else locks them
    publication = await session.get_one(Publication, held.publication_id, with_for_update=True, populate_existing=True)
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
        if held.wanted is None:
            await _note_removed(session, publication)
        elif done is not None:
            await _note_updated(session, publication, held.wanted, done)
        return row.status
    row.last_error = described(error, "removal" if held.wanted is None else "update")
    if isinstance(error, Never) and not isinstance(error, NotConnected | ChannelStopped):
        row.status, row.next_try_at, row.settled_at = "failed", None, clock.now()
        return row.status
    row.waits = held.waits + 1
    wait = decisions.growing_wait(row.waits)
    if isinstance(error, Later | Unknown) and error.after_s is not None:
        wait = min(max(error.after_s, 1.0), decisions.LONGEST_PAUSE_S)
    row.next_try_at = clock.now() + timedelta(seconds=wait)
    return row.status


async def _note_updated(
    session: AsyncSession, publication: Publication, wanted: Mapping[str, Any], done: _Shown
) -> None:
    """The publication is as it is there. What waited for its time is looked at again: it may have another, or none."""
    shown = {"privacy": done.privacy, "publish_at": done.publish_at, "youtube_privacy": done.privacy}
    for name, value in ({name: wanted[name] for name in SETTINGS} | shown).items():
        setattr(publication, name, value)
    waits = publication.status == "processing"
    if waits:
        publication.next_try_at = clock.now()
    await session.flush()
    if waits and done.publish_at is not None and done.publish_at > clock.now():
        await shelving.note_scheduled(session, publication.video_id, done.publish_at)


async def _note_removed(session: AsyncSession, publication: Publication) -> None:
    """One that somebody had deleted there before us failed meanwhile, and stays so: its video may be published anew."""
    if publication.status == "failed":
        return
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
