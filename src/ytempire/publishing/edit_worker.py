"""Do at YouTube what is wanted of a video there: claim, act, settle.

An update says everything, and a video that is not there any more is deleted: either may be done twice, so what is in
doubt is done again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import procrastinate
from sqlalchemy import select, text

from ytempire.kit import clock, leases
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError
from ytempire.kit.locks import Lock, try_lock
from ytempire.kit.logs import get_logger
from ytempire.production import versions, video_lifecycle
from ytempire.publishing import decisions, delegated_access, edits, metadata, remote_sync
from ytempire.publishing.edits import EDIT_PUBLICATION
from ytempire.publishing.errors import named
from ytempire.publishing.metadata import Merge, Resolution, Values
from ytempire.publishing.models import Publication, PublicationEdit
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
    error_document,
)
from ytempire.youtube.projects import ServiceClock

log = get_logger(__name__)

LEASE = timedelta(minutes=5)  # three calls, each of which ends within a minute; beyond, the attempt is dead
_OWN_WORDS = ("title", "description", "tags")


@dataclass(frozen=True)
class _EditLease:
    id: UUID
    token: UUID
    publication_id: UUID
    channel_id: UUID
    asked_by: UUID
    youtube_video_id: str
    marker: str
    last_sent: Values
    baseline: Values
    desired: Mapping[str, Any] | None
    resolutions: Mapping[str, Any]
    retry_count: int


@dataclass(frozen=True)
class _EditResult:
    """What an update came to: what it meant, and how YouTube shows the video after it."""

    merge: Merge
    item: Mapping[str, Any]
    now: ServiceClock


class _EditConflict(YouTubeRefused):
    """Somebody edited there what this changes, and nobody has said whose is kept. Nothing was sent."""

    def __init__(self, fields: Sequence[str], item: Mapping[str, Any], now: ServiceClock) -> None:
        super().__init__(
            f"Edited at YouTube too: {named(fields)}. Nothing was sent.",
            reason="remoteEditConflict",
            hint="Choose on the video's page whose is kept.",
        )
        self.item, self.now = item, now


class _EditOutcomeUnknown(YouTubeOutcomeUnknown):
    """What was sent may be there: then it is ours, and no edit."""

    def __init__(self, doubt: YouTubeOutcomeUnknown, sent: Values) -> None:
        super().__init__(doubt.message, reason=doubt.reason, after_s=doubt.after_s)
        self.sent = sent


async def apply_edit(runtime: PublishingRuntime, edit_id: UUID) -> None:
    """Make one attempt, if it is due and in nobody else's hands."""
    async with runtime.sessions.begin() as session:
        lease = await _claim(session, edit_id)
    if lease is None:
        return
    done: _EditResult | None = None
    error: Exception | None = None
    try:
        level: Literal["admin", "write"] = "admin" if lease.desired is None else "write"
        await delegated_access.require_access(runtime.sessions, lease.asked_by, lease.channel_id, level)
        if lease.desired is None:
            await _delete(runtime, lease)
        else:
            done = await _update(runtime, lease, lease.desired)
    except YtempireError as raised:
        error = raised
    except Exception as raised:
        error = raised
        log.exception("edit_failed", change=str(lease.id))
    try:
        async with runtime.sessions.begin() as session:
            settled = await _settle(session, lease, error, done)
    except Exception as unsettled:  # it is done there, and not written down: said, and not done at once again
        log.exception("edit_settle_failed", change=str(lease.id))
        async with runtime.sessions.begin() as session:
            settled = await _settle(session, lease, unsettled, done)
    log.info("edit_settled", change=str(lease.id), status=settled)


async def _claim(session: AsyncSession, edit_id: UUID) -> _EditLease | None:
    row = await session.scalar(
        select(PublicationEdit)
        .where(PublicationEdit.id == edit_id, PublicationEdit.next_try_at <= clock.now())
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    publication = await session.get_one(Publication, row.publication_id)
    assert publication.youtube_video_id is not None, "a change is of what YouTube has"
    row.lease_token, row.next_try_at = uuid4(), clock.now() + LEASE
    return _EditLease(
        row.id,
        row.lease_token,
        row.publication_id,
        row.channel_id,
        row.confirmed_by or row.requested_by,
        publication.youtube_video_id,
        publication.marker,
        publication.last_sent or {},
        publication.baseline or {},
        row.desired,
        row.resolutions or {},
        row.retry_count,
    )


async def _update(runtime: PublishingRuntime, lease: _EditLease, desired: Mapping[str, Any]) -> _EditResult:
    """Read, compare, and send only what is meant. Raises what `YouTube.call` raises, and _EditConflict."""
    listed = await runtime.youtube.call(
        lease.channel_id, lambda apis: apis.data.videos().list(part="snippet,status", id=lease.youtube_video_id)
    )
    if not listed.get("items"):
        raise YouTubeRefused(
            "YouTube does not list this video any more: somebody deleted it there.",
            reason="videoMissing",
            hint="It is looked for again; when it stays away, it can be published again.",
        )
    now = await runtime.youtube.now_of(lease.channel_id)
    item = listed["items"][0]
    local, service_values = _desired_values(desired, now)
    merge = metadata.merge(
        local,
        service_values,
        last_sent=lease.last_sent,
        baseline=lease.baseline,
        shown=metadata.parse_remote_values(item, marker=lease.marker),
        resolutions={name: Resolution(**resolution) for name, resolution in lease.resolutions.items()},
    )
    if merge.conflicts:
        raise _EditConflict(list(merge.conflicts), item, now)
    if not merge.send:
        return _EditResult(merge, item, now)
    body = metadata.build_update_body(item, merge.send, marker=lease.marker)
    parts = ",".join(sorted(body.keys() - {"id"}))
    try:
        answer = await runtime.youtube.call(
            lease.channel_id, lambda apis: apis.data.videos().update(part=parts, body=body)
        )
    except YouTubeOutcomeUnknown as doubt:
        raise _EditOutcomeUnknown(doubt, merge.send) from doubt
    return _EditResult(merge, {**item, **answer}, now)


def _desired_values(desired: Mapping[str, Any], now: ServiceClock) -> tuple[Values, Values]:
    """What is wanted, by our clock and by YouTube's. A time that came while it waited makes it public."""
    named = {"audio_language": desired["language"]} if "language" in desired else {}
    local: dict[str, Any] = {name: value for name, value in (dict(desired) | named).items() if name in metadata.FIELDS}
    if desired.get("privacy") is None:
        return local, local
    at = datetime.fromisoformat(desired["publish_at"]) if desired.get("publish_at") else None
    if at is not None and at <= clock.now():
        return (due := local | {"visibility": "public"}), due
    there = now.to_service_time(at) if at else None
    return (
        local | {"visibility": metadata.visibility(desired["privacy"], at)},
        local | {"visibility": metadata.visibility(desired["privacy"], there)},
    )


async def _delete(runtime: PublishingRuntime, lease: _EditLease) -> None:
    try:
        await runtime.youtube.call(lease.channel_id, lambda apis: apis.data.videos().delete(id=lease.youtube_video_id))
    except YouTubeRefused as refusal:
        if refusal.reason != "videoNotFound":  # it is gone: an answer was lost, or somebody was quicker
            raise


async def _settle(session: AsyncSession, lease: _EditLease, error: Exception | None, done: _EditResult | None) -> str:
    """Where it stands then. One that another attempt took over is left to that."""
    # the publication first, as everybody else locks them
    publication = await session.get_one(Publication, lease.publication_id, with_for_update=True, populate_existing=True)
    row = await session.scalar(
        select(PublicationEdit)
        .where(PublicationEdit.id == lease.id, PublicationEdit.lease_token == lease.token)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return "taken over"
    row.lease_token = None
    if error is None:
        row.status, row.next_try_at, row.last_error, row.settled_at = "done", None, None, clock.now()
        await session.flush()
        if lease.desired is None:
            await _note_removed(session, publication)
        elif done is not None:
            await _note_updated(session, publication, lease.desired, done)
        return row.status
    row.last_error = error_document(error, "deletion" if lease.desired is None else "update")
    if isinstance(error, _EditConflict):
        row.status, row.next_try_at, row.settled_at = "conflict", None, clock.now()
        remote_sync.record_remote_edits(
            publication, metadata.parse_remote_values(error.item, marker=lease.marker), error.now
        )
        await session.flush()
        return row.status
    if isinstance(error, YouTubeRefused) and not isinstance(error, NotConnected | ChannelStopped):
        row.status, row.next_try_at, row.settled_at = "failed", None, clock.now()
        return row.status
    if sent := error.sent if isinstance(error, _EditOutcomeUnknown) else done.merge.send if done is not None else {}:
        # by whatever replaces this too: what shows as it was sent is not asked about
        local = {name: {"side": "local", "seen": value} for name, value in sent.items()}
        row.resolutions = {**(lease.resolutions or {}), **local}
    row.retry_count = lease.retry_count + 1
    wait = decisions.BACKOFF.delay_s(row.retry_count)
    if isinstance(error, YouTubeRetryLater | YouTubeOutcomeUnknown) and error.after_s is not None:
        wait = min(max(error.after_s, 1.0), decisions.LONGEST_PAUSE_S)
    row.next_try_at = clock.now() + timedelta(seconds=wait)
    return row.status


async def _note_updated(
    session: AsyncSession, publication: Publication, desired: Mapping[str, Any], done: _EditResult
) -> None:
    """The publication is as it is there. What waited for its time is looked at again: it may have another, or none."""
    shown = metadata.parse_remote_values(done.item, marker=publication.marker)
    local, _ = _desired_values(desired, done.now)
    settled = {**done.merge.send, **done.merge.agreed, **done.merge.adopt}
    adopted = {name: metadata.to_local_value(name, value, done.now) for name, value in done.merge.adopt.items()}
    sent_values = {**{name: local[name] for name in settled if name in local}, **adopted}
    publication.last_sent = {**(publication.last_sent or {}), **sent_values}
    publication.baseline = {**(publication.baseline or {}), **{name: shown[name] for name in settled}}
    publication.baseline_at = clock.now()
    publication.youtube_privacy = done.item["status"]["privacyStatus"]
    remote_sync.record_remote_edits(publication, shown, done.now)
    await _record_values(session, publication, sent_values)
    await versions.apply_remote_values(session, publication.video_id, _words_of(adopted))


async def _record_values(session: AsyncSession, publication: Publication, values: Values) -> None:
    for name in values.keys() & (metadata.FIELDS - metadata.WORDS - {"visibility"}):
        setattr(publication, name, values[name])
    waits = publication.status == "processing"
    if "visibility" in values:
        publication.privacy, publication.publish_at = metadata.privacy_of(values["visibility"])
        publication.next_try_at = clock.now() if waits else publication.next_try_at
    await session.flush()
    if waits and publication.publish_at is not None and publication.publish_at > clock.now():
        await video_lifecycle.mark_scheduled(session, publication.video_id, publication.publish_at)


def _words_of(adopted: Values) -> dict[str, Any]:
    """Of what was taken over, what a video says of itself here; it is spoken in the language that it has."""
    return {name: adopted[name] or ([] if name == "tags" else "") for name in _OWN_WORDS if name in adopted}


async def _note_removed(session: AsyncSession, publication: Publication) -> None:
    """One that somebody had deleted there before us failed meanwhile, and stays so: its video may be published anew."""
    if publication.status == "failed":
        return
    publication.status, publication.next_try_at, publication.last_error = "removed", None, None
    leases.end(publication)  # whoever follows it writes nothing any more
    await session.flush()
    await video_lifecycle.mark_removed(session, publication.video_id)


_DUE = text("""
    SELECT c.id FROM core.publication_edits c
    WHERE c.next_try_at <= :now AND NOT EXISTS (
        SELECT FROM jobs.procrastinate_jobs j WHERE j.status = 'todo' AND j.queueing_lock = :task || ':' || c.id)
    ORDER BY c.next_try_at LIMIT 100
""")


async def enqueue_due(session: AsyncSession, queue: procrastinate.App) -> int:
    """Enqueue changes whose time has come, or whose worker died; how many. One worker at a time does this."""
    if not await try_lock(session, Lock.ENQUEUE_EDITS):
        return 0
    due = (await session.scalars(_DUE, {"now": clock.now(), "task": EDIT_PUBLICATION})).all()
    for edit_id in due:
        await edits.enqueue(session, queue, edit_id)
    return len(due)
