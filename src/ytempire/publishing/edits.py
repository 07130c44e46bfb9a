"""Use cases: change what YouTube has of a video, and have it deleted there, in two steps.

What is wanted is written down, so that doing it twice changes nothing; a worker does it (`edit_worker`), and only what
is meant: what was edited at YouTube by hand stays, and where both changed the same, somebody says whose is kept. A
deletion cannot be taken back by anybody: it is asked for with a reason, and confirmed by itself with the video's id at
YouTube.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import procrastinate
from sqlalchemy import delete, func, select

from ytempire.channels import service as channels
from ytempire.kit import clock, jobs
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from ytempire.kit.etags import stale
from ytempire.kit.row_updates import NOT_PERMITTED
from ytempire.production import queries as videos
from ytempire.production.errors import WrongState
from ytempire.production.queries import VideoView
from ytempire.publishing import calendar_lock, edit_merge, queries, youtube_rules
from ytempire.publishing.edit_merge import EditIntent
from ytempire.publishing.errors import NotPublishable, RemoteEditConflict
from ytempire.publishing.metadata import Field, MergeSide
from ytempire.publishing.models import Publication, PublicationEdit
from ytempire.publishing.service import desired_video

EDIT_PUBLICATION = "publishing.edit_publication"
CONFIRMATION_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True)
class PublicationEditView:
    id: UUID
    publication_id: UUID
    channel_id: UUID
    kind: Literal["update", "deletion"]
    status: Literal["awaiting_confirmation", "planned", "done", "failed", "conflict"]
    desired: Mapping[str, Any] | None
    resolutions: Mapping[str, Any] | None
    reason: str | None
    requested_by: UUID
    requested_at: datetime
    expires_at: datetime | None
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    next_try_at: datetime | None
    last_error: Mapping[str, Any] | None
    settled_at: datetime | None


async def request_update(
    session: AsyncSession,
    queue: procrastinate.App,
    video_id: UUID,
    settings: Mapping[str, Any],
    *,
    sides: Mapping[Field, MergeSide] | None = None,
    expected_updated_at: datetime | None = None,
) -> PublicationEditView:
    """Bring what the video says of itself by now to YouTube, and these SETTINGS; what is left out stays.

    `keep`: of fields that were edited there, whose is kept; with it alone, nothing but these is changed. What this
    replaces, one that waits for a decision or that nobody does just now, goes on in it. Raises PublicationNotFound,
    Forbidden, WrongState, InvalidInput, NotPublishable, RemoteEditConflict, PreconditionFailed, EditInProgress.
    """
    edit_merge.require_consistent_intent(settings, sides or {})
    if settings.get("publish_at") is not None:
        await calendar_lock.lock_calendar_of_video(session, video_id)
    row = await _at_youtube(session, video_id, expected_updated_at=expected_updated_at)
    _require_never_public(row, settings.get("publish_at"))
    video = await videos.get_video(session, video_id)
    words = {
        "title": video.title.strip(),
        "description": video.description,
        "tags": list(video.tags),
        "language": video.language,
    }
    intent = edit_merge.build_edit_intent(row, await _find_replaceable(session, row.id), words, settings, sides or {})
    _require_accepted(video, row, intent)
    if undecided := edit_merge.unresolved_fields(row, intent):
        raise RemoteEditConflict(undecided)
    await _replace_pending(session, row.id)
    at = intent.settings.get("publish_at")
    change = PublicationEdit(
        publication_id=row.id,
        channel_id=row.channel_id,
        kind="update",
        status="planned",
        desired={**intent.words, **intent.settings, **({"publish_at": at.isoformat()} if at else {})},
        resolutions=intent.resolutions or None,
        next_try_at=clock.now(),
    )
    session.add(change)
    await session.flush()
    await enqueue(session, queue, change.id)
    return _view(change)


_IS_REPLACEABLE = (PublicationEdit.kind == "update") & (
    (PublicationEdit.status == "conflict")
    | (PublicationEdit.status == "planned") & PublicationEdit.lease_token.is_(None)
)


async def _find_replaceable(session: AsyncSession, publication_id: UUID) -> PublicationEdit | None:
    """The update that waits for a decision, or that nobody does just now."""
    return await session.scalar(
        select(PublicationEdit)
        .where(PublicationEdit.publication_id == publication_id, _IS_REPLACEABLE)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _require_accepted(video: VideoView, row: Publication, intent: EditIntent) -> None:
    """Raises NotPublishable for what YouTube would refuse of ours."""
    settings, remote = intent.settings, intent.remote
    desired = desired_video(
        video,
        marker=row.marker,
        category_id=settings.get("category_id", row.category_id),
        privacy=settings.get("privacy") or row.youtube_privacy or row.privacy,
        publish_at=settings["publish_at"] if "privacy" in settings else None,
    )
    merged_video = replace(
        desired,
        title=remote.get("title", desired.title) or "",
        description=remote.get("description", desired.description) or "",
        tags=(*remote["tags"], row.marker) if remote.get("tags") else desired.tags,
    )
    if violations := youtube_rules.find_violations(merged_video, clock.now()):
        raise NotPublishable(violations)


async def request_deletion(session: AsyncSession, video_id: UUID, reason: str) -> PublicationEditView:
    """The first step: who wants it, and why. Nothing is deleted yet. Needs the channel's administrator.

    Raises PublicationNotFound, Forbidden, WrongState, InvalidInput, EditInProgress.
    """
    if not 3 <= len(reason.strip()) <= 500:
        raise InvalidInput("Say in 3 to 500 characters why it is to be deleted.", hint="It is kept with the deletion.")
    row = await _at_youtube(session, video_id)
    await channels.require_channel(session, row.channel_id, "admin")
    await _replace_pending(session, row.id)
    change = PublicationEdit(
        publication_id=row.id,
        channel_id=row.channel_id,
        kind="deletion",
        status="awaiting_confirmation",
        reason=reason.strip(),
        expires_at=clock.now() + CONFIRMATION_LIFETIME,
    )
    session.add(change)
    await session.flush()
    return _view(change)


async def confirm_deletion(
    session: AsyncSession, queue: procrastinate.App, video_id: UUID, *, edit_id: UUID, youtube_video_id: str
) -> PublicationEditView:
    """The second step: it is deleted at YouTube now. `youtube_video_id` is given again by whoever confirms.

    Raises PublicationNotFound, Forbidden, WrongState, NotFound, Conflict, InvalidInput.
    """
    row = await _at_youtube(session, video_id)
    await channels.require_channel(session, row.channel_id, "admin")
    change = await session.get(PublicationEdit, edit_id, with_for_update=True, populate_existing=True)
    if change is None or change.publication_id != row.id or change.kind != "deletion":
        raise NotFound("Nobody has asked to delete this video.", hint="Ask for it first, and say why.")
    if change.status != "awaiting_confirmation":
        return _view(change)  # it was confirmed already
    if change.expires_at is None or change.expires_at <= clock.now():
        raise Conflict("The question is older than 15 minutes.", hint="Ask for the deletion again.")
    if youtube_video_id != row.youtube_video_id:
        raise InvalidInput(
            "That is not this video's id at YouTube; nothing was deleted.", hint=f"It is {row.youtube_video_id}."
        )
    confirmed_by = await session.scalar(select(func.core.current_user_id()))
    change.status, change.next_try_at = "planned", clock.now()
    change.confirmed_by, change.confirmed_at = confirmed_by, clock.now()
    await session.flush()
    await enqueue(session, queue, change.id)
    return _view(change)


async def list_changes(session: AsyncSession, video_id: UUID, *, limit: int = 20) -> Sequence[PublicationEditView]:
    """Of the video's publication, newest first. Raises PublicationNotFound."""
    view = await queries.get_of_video(session, video_id)
    newest = (
        select(PublicationEdit)
        .where(PublicationEdit.publication_id == view.id)
        .order_by(PublicationEdit.id.desc())
        .limit(limit)
    )
    return [_view(row) for row in await session.scalars(newest)]


async def enqueue(session: AsyncSession, queue: procrastinate.App, edit_id: UUID) -> None:
    """Enqueue the next attempt of an edit, unless one waits already."""
    await jobs.enqueue_once(
        session, queue, EDIT_PUBLICATION, edit_id, resource="network", priority=3, argument="edit_id"
    )


class EditInProgress(Conflict):
    """One change after the other, so that the last one wanted is what YouTube has."""

    code = "edit_in_progress"


async def _at_youtube(
    session: AsyncSession, video_id: UUID, *, expected_updated_at: datetime | None = None
) -> Publication:
    """The row, locked, of what YouTube has."""
    view = await queries.get_of_video(session, video_id)
    row = await session.get(Publication, view.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    if expected_updated_at is not None and row.updated_at != expected_updated_at:
        raise stale()
    if not (row.status == "live" or (row.status == "processing" and row.processed_at is not None)):
        raise WrongState(
            f"The publication is {row.status}: YouTube does not have it ready.",
            hint="What is planned can be moved or cancelled; what is under way, when it has arrived.",
        )
    return row


def _require_never_public(row: Publication, publish_at: datetime | None) -> None:
    """YouTube's own rule: only what nobody could see yet is given a time. Whether that is so of one whose time somebody
    took away there, YouTube says.
    """
    if publish_at is not None and row.status == "live":
        raise NotPublishable(["A video that was on YouTube already cannot be given a time any more."])


async def _replace_pending(session: AsyncSession, publication_id: UUID) -> None:
    """A question that nobody answered, and an update that nobody began, are what this replaces.

    Raises EditInProgress.
    """
    replaced = delete(PublicationEdit).where(
        PublicationEdit.publication_id == publication_id,
        PublicationEdit.status.in_(("awaiting_confirmation", "conflict"))
        | ((PublicationEdit.status == "planned") & (PublicationEdit.kind == "update"))
        & PublicationEdit.lease_token.is_(None),
    )
    await session.execute(replaced)
    under_way = select(PublicationEdit.kind).where(
        PublicationEdit.publication_id == publication_id, PublicationEdit.status == "planned"
    )
    kind = await session.scalar(under_way)
    if kind is not None:
        what = "It is being deleted at YouTube" if kind == "deletion" else "Another change is being made at YouTube"
        raise EditInProgress(f"{what} just now.", hint="Wait for its end.")


def _view(row: PublicationEdit) -> PublicationEditView:
    return PublicationEditView(**{name: getattr(row, name) for name in PublicationEditView.__dataclass_fields__})
