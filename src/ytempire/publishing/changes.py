"""Use cases: change what YouTube has of a video, and have it deleted there, in two steps.

What is wanted is written down, so that doing it twice changes nothing; a worker does it (`changing`), and only what is
meant: what was edited at YouTube by hand stays, and where both changed the same, somebody says whose is kept. A
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
from ytempire.kit.rows import NOT_YOURS
from ytempire.production import queries as videos
from ytempire.production.errors import WrongState
from ytempire.production.queries import VideoView
from ytempire.publishing import acceptance, deciding, placing, queries
from ytempire.publishing.deciding import Meaning
from ytempire.publishing.errors import EditedAtYoutube, NotPublishable
from ytempire.publishing.metadata import Field, Whose
from ytempire.publishing.models import Publication, PublicationChange
from ytempire.publishing.service import wanted_of

CHANGE_PUBLICATION = "publishing.change_publication"
CONFIRMED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class ChangeView:
    id: UUID
    publication_id: UUID
    channel_id: UUID
    kind: Literal["update", "removal"]
    status: Literal["asked", "planned", "done", "failed", "conflict"]
    wanted: Mapping[str, Any] | None
    decided: Mapping[str, Any] | None
    reason: str | None
    requested_by: UUID
    requested_at: datetime
    expires_at: datetime | None
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    next_try_at: datetime | None
    last_error: Mapping[str, Any] | None
    settled_at: datetime | None


async def update_at_youtube(
    session: AsyncSession,
    queue: procrastinate.App,
    video_id: UUID,
    settings: Mapping[str, Any],
    *,
    keep: Mapping[Field, Whose] | None = None,
    seen: datetime | None = None,
) -> ChangeView:
    """Bring what the video says of itself by now to YouTube, and these SETTINGS; what is left out stays.

    `keep`: of fields that were edited there, whose is kept; with it alone, nothing but these is changed. What this
    replaces, one that waits for a decision or that nobody does just now, goes on in it. Raises PublicationNotFound,
    Forbidden, WrongState, InvalidInput, NotPublishable, EditedAtYoutube, PreconditionFailed, ChangeUnderWay.
    """
    deciding.require_one_meaning(settings, keep or {})
    if settings.get("publish_at") is not None:
        await placing.hold_calendar_of(session, video_id)
    row = await _at_youtube(session, video_id, seen=seen)
    _require_never_public(row, settings.get("publish_at"))
    video = await videos.get_video(session, video_id)
    words = {
        "title": video.title.strip(),
        "description": video.description,
        "tags": list(video.tags),
        "language": video.language,
    }
    meaning = deciding.meaning_of(row, await _replaced(session, row.id), words, settings, keep or {})
    _require_accepted(video, row, meaning)
    if undecided := deciding.undecided_of(row, meaning):
        raise EditedAtYoutube(undecided)
    await _make_way(session, row.id)
    at = meaning.said.get("publish_at")
    change = PublicationChange(
        publication_id=row.id,
        channel_id=row.channel_id,
        kind="update",
        status="planned",
        wanted={**meaning.words, **meaning.said, **({"publish_at": at.isoformat()} if at else {})},
        decided=meaning.decided or None,
        next_try_at=clock.now(),
    )
    session.add(change)
    await session.flush()
    await enqueue(session, queue, change.id)
    return _view(change)


_IS_REPLACED = (PublicationChange.kind == "update") & (
    (PublicationChange.status == "conflict")
    | (PublicationChange.status == "planned") & PublicationChange.claim.is_(None)
)


async def _replaced(session: AsyncSession, publication_id: UUID) -> PublicationChange | None:
    """The update that waits for a decision, or that nobody does just now."""
    return await session.scalar(
        select(PublicationChange)
        .where(PublicationChange.publication_id == publication_id, _IS_REPLACED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _require_accepted(video: VideoView, row: Publication, meaning: Meaning) -> None:
    """Raises NotPublishable for what YouTube would refuse of ours."""
    said, theirs = meaning.said, meaning.theirs
    wanted = wanted_of(
        video,
        marker=row.marker,
        category_id=said.get("category_id", row.category_id),
        privacy=said.get("privacy") or row.youtube_privacy or row.privacy,
        publish_at=said["publish_at"] if "privacy" in said else None,
    )
    kept = replace(
        wanted,
        title=theirs.get("title", wanted.title) or "",
        description=theirs.get("description", wanted.description) or "",
        tags=(*theirs["tags"], row.marker) if theirs.get("tags") else wanted.tags,
    )
    if found := acceptance.findings(kept, clock.now()):
        raise NotPublishable(found)


async def ask_removal(session: AsyncSession, video_id: UUID, reason: str) -> ChangeView:
    """The first step: who wants it, and why. Nothing is deleted yet. Needs the channel's administrator.

    Raises PublicationNotFound, Forbidden, WrongState, InvalidInput, ChangeUnderWay.
    """
    if not 3 <= len(reason.strip()) <= 500:
        raise InvalidInput("Say in 3 to 500 characters why it is to be deleted.", hint="It is kept with the deletion.")
    row = await _at_youtube(session, video_id)
    await channels.require_channel(session, row.channel_id, "admin")
    await _make_way(session, row.id)
    change = PublicationChange(
        publication_id=row.id,
        channel_id=row.channel_id,
        kind="removal",
        status="asked",
        reason=reason.strip(),
        expires_at=clock.now() + CONFIRMED_WITHIN,
    )
    session.add(change)
    await session.flush()
    return _view(change)


async def confirm_removal(
    session: AsyncSession, queue: procrastinate.App, video_id: UUID, *, change_id: UUID, youtube_video_id: str
) -> ChangeView:
    """The second step: it is deleted at YouTube now. `youtube_video_id` is given again by whoever confirms.

    Raises PublicationNotFound, Forbidden, WrongState, NotFound, Conflict, InvalidInput.
    """
    row = await _at_youtube(session, video_id)
    await channels.require_channel(session, row.channel_id, "admin")
    change = await session.get(PublicationChange, change_id, with_for_update=True, populate_existing=True)
    if change is None or change.publication_id != row.id or change.kind != "removal":
        raise NotFound("Nobody has asked to delete this video.", hint="Ask for it first, and say why.")
    if change.status != "asked":
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


async def list_changes(session: AsyncSession, video_id: UUID, *, limit: int = 20) -> Sequence[ChangeView]:
    """Of the video's publication, newest first. Raises PublicationNotFound."""
    view = await queries.get_of_video(session, video_id)
    newest = (
        select(PublicationChange)
        .where(PublicationChange.publication_id == view.id)
        .order_by(PublicationChange.id.desc())
        .limit(limit)
    )
    return [_view(row) for row in await session.scalars(newest)]


async def enqueue(session: AsyncSession, queue: procrastinate.App, change_id: UUID) -> None:
    await jobs.enqueue(session, queue, CHANGE_PUBLICATION, resource="network", priority=3, change_id=str(change_id))


class ChangeUnderWay(Conflict):
    """One change after the other, so that the last one wanted is what YouTube has."""

    code = "change_under_way"


async def _at_youtube(session: AsyncSession, video_id: UUID, *, seen: datetime | None = None) -> Publication:
    """The row, locked, of what YouTube has."""
    view = await queries.get_of_video(session, video_id)
    row = await session.get(Publication, view.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Forbidden(NOT_YOURS, hint="Ask its owner.")
    if seen is not None and row.updated_at != seen:
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


async def _make_way(session: AsyncSession, publication_id: UUID) -> None:
    """A question that nobody answered, and an update that nobody began, are what this replaces.

    Raises ChangeUnderWay.
    """
    replaced = delete(PublicationChange).where(
        PublicationChange.publication_id == publication_id,
        PublicationChange.status.in_(("asked", "conflict"))
        | ((PublicationChange.status == "planned") & (PublicationChange.kind == "update"))
        & PublicationChange.claim.is_(None),
    )
    await session.execute(replaced)
    under_way = select(PublicationChange.kind).where(
        PublicationChange.publication_id == publication_id, PublicationChange.status == "planned"
    )
    kind = await session.scalar(under_way)
    if kind is not None:
        what = "It is being deleted at YouTube" if kind == "removal" else "Another change is being made at YouTube"
        raise ChangeUnderWay(f"{what} just now.", hint="Wait for its end.")


def _view(row: PublicationChange) -> ChangeView:
    return ChangeView(**{name: getattr(row, name) for name in ChangeView.__dataclass_fields__})
