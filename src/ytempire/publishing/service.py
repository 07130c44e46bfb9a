"""Use cases: publish a finished video, and take that back while no byte was sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import procrastinate
from sqlalchemy import delete, func, select

from ytempire.channels import service as channels
from ytempire.kit import clock, jobs
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Forbidden, InvalidInput
from ytempire.kit.etags import stale
from ytempire.kit.row_updates import NOT_PERMITTED
from ytempire.production import queries as videos
from ytempire.production import video_lifecycle
from ytempire.production.errors import IdempotencyMismatch, WrongState
from ytempire.production.queries import VideoView
from ytempire.publishing import automation, calendar_lock, decisions, queries, youtube_rules
from ytempire.publishing.automation import ConsentRequired
from ytempire.publishing.decisions import Licence, Privacy
from ytempire.publishing.errors import NotPublishable, PublicationBusy
from ytempire.publishing.models import Publication
from ytempire.publishing.queries import PublicationView
from ytempire.publishing.youtube_rules import DesiredVideo
from ytempire.youtube import connections

UPLOAD_VIDEO = "publishing.upload_video"
VIDEO_FILE_NAME, CAPTIONS = "video.mp4", "captions.srt"
CANCELLED_ERROR = {
    "step": "begin",
    "reason": "cancelled",
    "message": "Somebody took it back before anything was sent.",
    "hint": "Publish it, if it is wanted after all.",
}
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class PublicationRequest:
    """How a video is to be published. Left out: public, or private until its time comes.

    `next_slot`: at the next free time of its channel.
    """

    privacy: Privacy | None = None
    publish_at: datetime | None = None
    next_slot: bool = False
    category_id: str = "27"  # Education
    made_for_kids: bool = False
    # every voice of ours is synthetic, and most pictures are made; who knows better says so
    synthetic_media: bool = True
    licence: Licence = "youtube"


@dataclass(frozen=True)
class PublicationResult:
    publication: PublicationView
    is_new: bool


def new_marker() -> str:
    """A tag: YouTube keeps tags as they are and shows them to nobody on the page, while a line in the description
    would be read by every viewer. 32^12 of them, so that none is met by chance.
    """
    return "ytempire-" + "".join(secrets.choice(_ALPHABET) for _ in range(12))


def desired_video(
    video: VideoView, *, marker: str, category_id: str, privacy: str, publish_at: datetime | None
) -> DesiredVideo:
    return DesiredVideo(
        title=video.title,
        description=video.description,
        tags=(*video.tags, marker),
        language=video.language,
        category_id=category_id,
        privacy=privacy,
        publish_at=publish_at,
        duration_s=float(video.duration_seconds or 0),
        has_chapters=bool(video.chapters),
        avoid=video.avoid,
    )


async def publish(
    session: AsyncSession,
    queue: procrastinate.App,
    video_id: UUID,
    order: PublicationRequest,
    *,
    idempotency_key: str | None = None,
    is_automatic: bool = False,
) -> PublicationResult:
    """Order it; the same video again returns its publication, unless that failed or is gone. The upload's job comes
    with the row.

    Again with another time, it is moved to that as long as no byte was sent; what cannot be done any more is refused.

    A person who orders it is their own consent; `is_automatic` needs the channel's. Raises VideoNotFound, Forbidden,
    WrongState, NotPublishable, NotConnected, ConsentRequired, IdempotencyMismatch, NoFreeSlot.
    """
    # two orders of one video, or for one time, at the same moment: the second waits here, and finds the first one's
    await calendar_lock.lock_calendar_of_video(session, video_id)
    existing_publication = await _find_existing(session, video_id, idempotency_key)
    if existing_publication is not None:
        return PublicationResult(await _reuse_publication(session, existing_publication, order), is_new=False)
    video = await videos.get_video(session, video_id)
    if video.access == "read":
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    if video.status not in ("ready", "scheduled"):
        raise WrongState(f"The video is {video.status}.", hint="One that is ready or scheduled can be published.")
    await channels.lock_active_channel(session, video.channel_id)
    if is_automatic and not await automation.is_auto_publish_allowed(session, video.channel_id):
        raise ConsentRequired(
            "Nobody has agreed that this channel publishes by itself.", hint="Agree to it, or publish it yourself."
        )
    connection = await connections.require_usable(session, video.channel_id)
    publish_at = await _publish_time(session, video, order)
    privacy = order.privacy or ("private" if publish_at else "public")
    marker = new_marker()
    wanted = desired_video(video, marker=marker, category_id=order.category_id, privacy=privacy, publish_at=publish_at)
    if violations := youtube_rules.find_violations(wanted, clock.now()):
        raise NotPublishable(violations)
    video_file = video.files.get(VIDEO_FILE_NAME)
    if video_file is None:
        raise WrongState("This video has no video file.", hint="Run it again from the step render.")
    if publish_at is not None and publish_at != video.scheduled_at:
        await video_lifecycle.schedule_video(session, video_id, publish_at)
    publication = Publication(
        video_id=video_id,
        channel_id=video.channel_id,
        is_sandbox=connection.is_sandbox,
        is_automatic=is_automatic,
        idempotency_key=idempotency_key,
        thumbnail_status="pending" if video.thumbnail in video.files else "skipped",
        captions_status="pending" if CAPTIONS in video.files else "skipped",
        privacy=privacy,
        publish_at=publish_at,
        category_id=order.category_id,
        made_for_kids=order.made_for_kids,
        synthetic_media=order.synthetic_media,
        licence=order.licence,
        marker=marker,
        file_sha256=video_file.sha256,
        size_bytes=video_file.size_bytes,
    )
    session.add(publication)
    await session.flush()
    await enqueue(session, queue, publication.id, publish_at)
    return PublicationResult(await queries.get_publication(session, publication.id), is_new=True)


async def _publish_time(session: AsyncSession, video: VideoView, order: PublicationRequest) -> datetime | None:
    if order.next_slot:
        if order.publish_at is not None:
            raise InvalidInput("Either a time, or the next free one.")
        return await calendar_lock.next_slot(session, video.channel_id)
    return order.publish_at or (video.scheduled_at if order.privacy in (None, "private") else None)


async def _reuse_publication(
    session: AsyncSession, publication: PublicationView, order: PublicationRequest
) -> PublicationView:
    """What was ordered before, as this order wants it. Raises WrongState, and what `move` raises."""
    wants_slot = order.next_slot and publication.publish_at is None
    other_time = order.publish_at is not None and order.publish_at != publication.publish_at
    # with a time it is private until then, whatever it is to be afterwards
    other_privacy = order.privacy not in (None, publication.privacy)
    if not (wants_slot or other_time or other_privacy):
        return publication
    if publication.status == "planned" and not (other_privacy and order.publish_at is None):
        return await move(session, publication.video_id, order.publish_at)
    ordered = (
        f"public at {publication.publish_at:%Y-%m-%d %H:%M} UTC" if publication.publish_at else publication.privacy
    )
    raise WrongState(
        f"It is ordered already, as {ordered}, and is {publication.status}.",
        hint="What is planned can be taken back and ordered anew; what is on YouTube is changed there.",
    )


async def _find_existing(session: AsyncSession, video_id: UUID, key: str | None) -> PublicationView | None:
    """What this very request made before, whatever became of it; else the video's, if it is there or may come there."""
    if key is not None:
        if not 1 <= len(key) <= 200:
            raise InvalidInput("An idempotency key has 1 to 200 characters.")
        same = await session.scalar(
            select(Publication).where(
                Publication.idempotency_key == key, Publication.requested_by == func.core.current_user_id()
            )
        )
        if same is not None and same.video_id != video_id:
            raise IdempotencyMismatch(
                "This idempotency key was used before with another request.", hint="Use a new key for a new request."
            )
        if same is not None:
            return await queries.get_publication(session, same.id)
    newest = await queries.find_of_video(session, video_id)
    return newest if newest is not None and newest.status not in ("failed", "gone") else None


async def cancel(session: AsyncSession, video_id: UUID) -> None:
    """Take an order back of which no byte was sent; the video is as before. Raises PublicationNotFound, WrongState.

    What the schedule ordered stays as one that failed: without it, the video would be planned again at once.
    """
    row = await _lock_not_started(session, video_id, hint="What is on YouTube is taken down there.")
    if row.is_automatic:
        row.status, row.next_try_at, row.last_error = "failed", None, dict(CANCELLED_ERROR)
        await session.flush()
    else:
        await session.execute(delete(Publication).where(Publication.id == row.id))
    await video_lifecycle.mark_not_published(session, video_id)


async def move(
    session: AsyncSession, video_id: UUID, publish_at: datetime | None, *, expected_updated_at: datetime | None = None
) -> PublicationView:
    """To another time, or the next free one, while no byte was sent. Raises as `cancel`, InvalidInput, NoFreeSlot.

    `expected_updated_at`: only if it was last changed then; raises PreconditionFailed.
    """
    await calendar_lock.lock_calendar_of_video(session, video_id)
    row = await _lock_not_started(session, video_id, hint="Wait for its end, or change it at YouTube.")
    if expected_updated_at is not None and row.updated_at != expected_updated_at:
        raise stale()
    if row.publish_at is None and row.privacy != "public":
        raise WrongState(f"It is to stay {row.privacy}.", hint="Take it back, and order it with a time.")
    at = publish_at or await calendar_lock.next_slot(session, row.channel_id)
    row.privacy, row.publish_at = "private", at
    await session.flush()  # the video's time is asked for that of its publication
    await video_lifecycle.schedule_video(session, video_id, at)
    return await queries.get_publication(session, row.id)


async def _lock_not_started(session: AsyncSession, video_id: UUID, *, hint: str) -> Publication:
    """The row, locked, of a publication that no worker has begun."""
    view = await queries.get_of_video(session, video_id)
    row = await session.get(Publication, view.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    if row.status != "planned":
        raise WrongState(
            "The upload has begun." if row.status == "uploading" else f"The publication is {row.status}.", hint=hint
        )
    if row.lease_token is not None:
        raise PublicationBusy
    return row


async def enqueue(
    session: AsyncSession, queue: procrastinate.App, publication_id: UUID, publish_at: datetime | None
) -> None:
    """Enqueue the next attempt, unless one waits already; it keeps its urgency, that of when it was enqueued."""
    priority = decisions.urgency(publish_at, clock.now())
    await jobs.enqueue_once(
        session, queue, UPLOAD_VIDEO, publication_id, resource="network", priority=priority, argument="publication_id"
    )
