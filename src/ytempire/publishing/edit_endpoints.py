"""HTTP for changes of what YouTube has: parse, call one service function, return."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import procrastinate
from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints
from pydantic import Field as PydanticField

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.kit.clock import Timestamp
from ytempire.kit.etags import require_match
from ytempire.kit.http import PROBLEMS
from ytempire.publishing import edits, queries
from ytempire.publishing.decisions import Licence, Privacy
from ytempire.publishing.edits import PublicationEditView
from ytempire.publishing.endpoints import PublicationError
from ytempire.publishing.metadata import Field, MergeSide

router = APIRouter(
    prefix="/api/v1/videos/{video_id}/publication",
    tags=["publications"],
    dependencies=[Authenticated],
    responses=PROBLEMS,
)


class PublicationUpdate(BaseModel):
    """How the video is to be at YouTube. What is left out stays; title, description and tags are the video's own."""

    privacy: Privacy | None = PydanticField(
        default=None, description="with another privacy a time that was set is dropped"
    )
    publish_at: Timestamp | None = PydanticField(
        default=None, description="in the future; only of what was never to be seen yet"
    )
    category_id: Annotated[str, StringConstraints(max_length=10)] | None = None
    made_for_kids: bool | None = None
    synthetic_media: bool | None = None
    licence: Licence | None = None
    resolutions: dict[Field, MergeSide] | None = PydanticField(
        default=None,
        description="of fields that were edited at YouTube, whose is kept; alone, nothing but these is changed",
    )


class NewDeletion(BaseModel):
    reason: str = PydanticField(description="why it is to be deleted, 3 to 500 characters; it is kept")


class DeletionConfirmation(BaseModel):
    youtube_video_id: str = PydanticField(
        max_length=50, description="the video's id at YouTube, given again by who confirms"
    )


class PublicationEditOut(BaseModel):
    id: UUID
    kind: Literal["update", "deletion"]
    status: Literal["awaiting_confirmation", "planned", "done", "failed", "conflict"] = PydanticField(
        description="asked: a removal that waits to be confirmed; planned: it is being done; conflict: the same was"
        " edited at YouTube, and somebody has to say side is kept"
    )
    reason: str | None
    requested_by: UUID
    requested_at: datetime
    expires_at: datetime | None = PydanticField(description="until when a removal can be confirmed")
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    next_try_at: datetime | None
    last_error: PublicationError | None
    settled_at: datetime | None

    @classmethod
    def from_view(cls, view: PublicationEditView) -> Self:
        return cls.model_validate(view, from_attributes=True)


@router.patch("", status_code=202)
async def update_publication(request: Request, video_id: UUID, body: PublicationUpdate) -> PublicationEditOut:
    """Bring what the video says of itself by now, and these settings, to YouTube; with `If-Match` only if the
    publication is as it was seen. What was edited there by hand stays, unless the same is meant: then `resolutions`
    decides.
    """
    queue: procrastinate.App = request.app.state.queue
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_of_video(session, video_id)).updated_at)
        settings = {name: value for name, value in body if value is not None and name != "resolutions"}
        return PublicationEditOut.from_view(
            await edits.request_update(
                session, queue, video_id, settings, sides=body.resolutions, expected_updated_at=expected_updated_at
            )
        )


@router.get("/edits")
async def list_publication_edits(request: Request, video_id: UUID) -> list[PublicationEditOut]:
    """What was changed of it at YouTube or is to be, newest first; the last 20."""
    async with sessions_of_request(request).begin() as session:
        return [PublicationEditOut.from_view(edit) for edit in await edits.list_changes(session, video_id)]


@router.post("/deletion", status_code=201)
async def request_deletion(request: Request, video_id: UUID, body: NewDeletion) -> PublicationEditOut:
    """The first of two steps to delete a video at YouTube: nothing happens yet. It can be confirmed for 15 minutes."""
    async with sessions_of_request(request).begin() as session:
        return PublicationEditOut.from_view(await edits.request_deletion(session, video_id, body.reason))


@router.post("/deletion/{edit_id}/confirmation", status_code=202)
async def confirm_deletion(
    request: Request, video_id: UUID, edit_id: UUID, body: DeletionConfirmation
) -> PublicationEditOut:
    """The second step: the video is deleted at YouTube, for good, and marked removed here."""
    queue: procrastinate.App = request.app.state.queue
    async with sessions_of_request(request).begin() as session:
        return PublicationEditOut.from_view(
            await edits.confirm_deletion(
                session, queue, video_id, edit_id=edit_id, youtube_video_id=body.youtube_video_id
            )
        )
