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

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.production import shelving, versions
from ytempire.publishing import changes, decisions, metadata, observing, rights
from ytempire.publishing.changes import CHANGE_PUBLICATION
from ytempire.publishing.errors import named
from ytempire.publishing.metadata import Decided, Merge, Values
from ytempire.publishing.models import Publication, PublicationChange
from ytempire.publishing.uploading import PublishingRuntime
from ytempire.youtube.errors import ChannelStopped, Later, Never, NotConnected, Unknown, described
from ytempire.youtube.projects import Moment

log = get_logger(__name__)

LEASE = timedelta(minutes=5)  # three calls, each of which ends within a minute; beyond, the attempt is dead
_OWN_WORDS = ("title", "description", "tags")


@dataclass(frozen=True)
class _Held:
    id: UUID
    claim: UUID
    publication_id: UUID
    channel_id: UUID
    asked_by: UUID
    youtube_video_id: str
    marker: str
    sent: Values
    baseline: Values
    wanted: Mapping[str, Any] | None
    decided: Mapping[str, Any]
    waits: int


@dataclass(frozen=True)
class _Done:
    """What an update came to: what it meant, and how YouTube shows the video after it."""

    merge: Merge
    item: Mapping[str, Any]
    now: Moment


class _EditedToo(Never):
    """Somebody edited there what this changes, and nobody has said whose is kept. Nothing was sent."""

    def __init__(self, fields: Sequence[str], item: Mapping[str, Any], now: Moment) -> None:
        super().__init__(
            f"Edited at YouTube too: {named(fields)}. Nothing was sent.",
            reason="editedAtYouTube",
            hint="Choose on the video's page whose is kept.",
        )
        self.item, self.now = item, now


class _InDoubt(Unknown):
    """What was sent may be there: then it is ours, and no edit."""

    def __init__(self, doubt: Unknown, sent: Values) -> None:
        super().__init__(doubt.message, reason=doubt.reason, after_s=doubt.after_s)
        self.sent = sent


async def change(runtime: PublishingRuntime, change_id: UUID) -> None:
    """Make one attempt, if it is due and in nobody else's hands."""
    async with runtime.sessions.begin() as session:
        held = await _claim(session, change_id)
    if held is None:
        return
    done: _Done | None = None
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
            settled = await _settle(session, held, unsettled, done)
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
        publication.marker,
        publication.sent or {},
        publication.baseline or {},
        row.wanted,
        row.decided or {},
        row.waits,
    )


async def _update(runtime: PublishingRuntime, held: _Held, wanted: Mapping[str, Any]) -> _Done:
    """Read, compare, and send only what is meant. Raises what `YouTube.call` raises, and _EditedToo."""
    listed = await runtime.youtube.call(
        held.channel_id, lambda apis: apis.data.videos().list(part="snippet,status", id=held.youtube_video_id)
    )
    if not listed.get("items"):
        raise Never(
            "YouTube does not list this video any more: somebody deleted it there.",
            reason="videoGone",
            hint="It is looked for again; when it stays away, it can be published again.",
        )
    now = await runtime.youtube.now_of(held.channel_id)
    item = listed["items"][0]
    ours, told = _wanted_by(wanted, now)
    merge = metadata.merge(
        ours,
        told,
        sent=held.sent,
        baseline=held.baseline,
        shown=metadata.shown_in(item, marker=held.marker),
        decided={name: Decided(**one) for name, one in held.decided.items()},
    )
    if merge.conflicts:
        raise _EditedToo(list(merge.conflicts), item, now)
    if not merge.send:
        return _Done(merge, item, now)
    body = metadata.body_of(item, merge.send, marker=held.marker)
    parts = ",".join(sorted(body.keys() - {"id"}))
    try:
        answer = await runtime.youtube.call(
            held.channel_id, lambda apis: apis.data.videos().update(part=parts, body=body)
        )
    except Unknown as doubt:
        raise _InDoubt(doubt, merge.send) from doubt
    return _Done(merge, {**item, **answer}, now)


def _wanted_by(wanted: Mapping[str, Any], now: Moment) -> tuple[Values, Values]:
    """What is wanted, by our clock and by YouTube's. A time that came while it waited makes it public."""
    named = {"audio_language": wanted["language"]} if "language" in wanted else {}
    ours: dict[str, Any] = {name: value for name, value in (dict(wanted) | named).items() if name in metadata.FIELDS}
    if wanted.get("privacy") is None:
        return ours, ours
    at = datetime.fromisoformat(wanted["publish_at"]) if wanted.get("publish_at") else None
    if at is not None and at <= clock.now():
        return (due := ours | {"visibility": "public"}), due
    there = now.theirs(at) if at else None
    return (
        ours | {"visibility": metadata.visibility(wanted["privacy"], at)},
        ours | {"visibility": metadata.visibility(wanted["privacy"], there)},
    )


async def _delete(runtime: PublishingRuntime, held: _Held) -> None:
    try:
        await runtime.youtube.call(held.channel_id, lambda apis: apis.data.videos().delete(id=held.youtube_video_id))
    except Never as refusal:
        if refusal.reason != "videoNotFound":  # it is gone: an answer was lost, or somebody was quicker
            raise


async def _settle(session: AsyncSession, held: _Held, error: Exception | None, done: _Done | None) -> str:
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
    if isinstance(error, _EditedToo):
        row.status, row.next_try_at, row.settled_at = "conflict", None, clock.now()
        observing.note_edits(publication, metadata.shown_in(error.item, marker=held.marker), error.now)
        await session.flush()
        return row.status
    if isinstance(error, Never) and not isinstance(error, NotConnected | ChannelStopped):
        row.status, row.next_try_at, row.settled_at = "failed", None, clock.now()
        return row.status
    if sent := error.sent if isinstance(error, _InDoubt) else done.merge.send if done is not None else {}:
        # by whatever replaces this too: what shows as it was sent is not asked about
        ours = {name: {"whose": "ours", "seen": value} for name, value in sent.items()}
        row.decided = {**(held.decided or {}), **ours}
    row.waits = held.waits + 1
    wait = decisions.growing_wait(row.waits)
    if isinstance(error, Later | Unknown) and error.after_s is not None:
        wait = min(max(error.after_s, 1.0), decisions.LONGEST_PAUSE_S)
    row.next_try_at = clock.now() + timedelta(seconds=wait)
    return row.status


async def _note_updated(
    session: AsyncSession, publication: Publication, wanted: Mapping[str, Any], done: _Done
) -> None:
    """The publication is as it is there. What waited for its time is looked at again: it may have another, or none."""
    shown = metadata.shown_in(done.item, marker=publication.marker)
    ours, _ = _wanted_by(wanted, done.now)
    settled = {**done.merge.send, **done.merge.agreed, **done.merge.adopt}
    adopted = {name: metadata.shown_to_us(name, value, done.now) for name, value in done.merge.adopt.items()}
    said = {**{name: ours[name] for name in settled if name in ours}, **adopted}
    publication.sent = {**(publication.sent or {}), **said}
    publication.baseline = {**(publication.baseline or {}), **{name: shown[name] for name in settled}}
    publication.baseline_at = clock.now()
    publication.youtube_privacy = done.item["status"]["privacyStatus"]
    observing.note_edits(publication, shown, done.now)
    await _note_said(session, publication, said)
    await versions.adopt(session, publication.video_id, _words_of(adopted))


async def _note_said(session: AsyncSession, publication: Publication, said: Values) -> None:
    for name in said.keys() & (metadata.FIELDS - metadata.WORDS - {"visibility"}):
        setattr(publication, name, said[name])
    waits = publication.status == "processing"
    if "visibility" in said:
        publication.privacy, publication.publish_at = metadata.privacy_of(said["visibility"])
        publication.next_try_at = clock.now() if waits else publication.next_try_at
    await session.flush()
    if waits and publication.publish_at is not None and publication.publish_at > clock.now():
        await shelving.note_scheduled(session, publication.video_id, publication.publish_at)


def _words_of(adopted: Values) -> dict[str, Any]:
    """Of what was taken over, what a video says of itself here; it is spoken in the language that it has."""
    return {name: adopted[name] or ([] if name == "tags" else "") for name in _OWN_WORDS if name in adopted}


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
