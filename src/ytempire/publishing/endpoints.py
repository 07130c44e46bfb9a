"""HTTP for publications: parse, call one service function, return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Self, TypeVar
from uuid import UUID

import procrastinate
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.kit.clock import Timestamp
from ytempire.kit.cursors import split_page
from ytempire.kit.etags import etag_of, is_not_modified, require_match, stale
from ytempire.kit.http import PROBLEMS
from ytempire.production import queries as videos
from ytempire.publishing import metadata, queries, service
from ytempire.publishing.decisions import Licence, Privacy, Status
from ytempire.publishing.errors import PublicationBusy
from ytempire.publishing.queries import AttachmentStatus, PublicationView
from ytempire.publishing.resend_attachments import Attachment, resend_attachments
from ytempire.publishing.service import PublicationRequest

T = TypeVar("T")
LOOK_S = 2.0  # an attempt that may not begin yet takes a tenth of it

router = APIRouter(prefix="/api/v1", tags=["publications"], dependencies=[Authenticated], responses=PROBLEMS)


class NewPublication(BaseModel):
    """How a video is to be published."""

    privacy: Privacy | None = Field(default=None, description="unset: public, or private until `publish_at`")
    publish_at: Timestamp | None = Field(
        default=None,
        description="when YouTube makes it public, in the future; unset: when the video is scheduled, or now",
    )
    next_slot: bool = Field(default=False, description="at the next free time of the channel; instead of `publish_at`")
    category_id: str = Field(
        default=PublicationRequest.category_id, max_length=10, description="YouTube's category; 27 is Education"
    )
    made_for_kids: bool = False
    synthetic_media: bool = Field(default=True, description="whether altered or synthetic content is disclosed")
    licence: Licence = "youtube"


class PublicationError(BaseModel):
    """What went wrong last."""

    step: str
    reason: str = Field(description="YouTube's word, or ours where it had none")
    message: str
    hint: str | None


class RemoteEditOut(BaseModel):
    """A field of a video that was edited at YouTube by hand, and that nobody decided about."""

    field: metadata.Field
    local: str | list[str] | bool | None = Field(description="what we wrote there last")
    remote: str | list[str] | bool | None = Field(
        description="what YouTube has. `visibility` is public, unlisted, private, or a time until which it is private"
    )


class PublicationOut(BaseModel):
    id: UUID
    video_id: UUID
    title: str
    channel_id: UUID
    channel_name: str
    is_sandbox: bool = Field(description="it goes to the local YouTube, where nothing is real")
    is_automatic: bool
    status: Status
    is_scheduled: bool = Field(description="YouTube has processed it, and makes it public at `publish_at`")
    thumbnail_status: AttachmentStatus
    captions_status: AttachmentStatus
    privacy: Privacy
    publish_at: datetime | None
    category_id: str
    made_for_kids: bool
    synthetic_media: bool
    licence: Licence
    size_bytes: int
    bytes_sent: int
    youtube_video_id: str | None
    youtube_privacy: str | None = Field(description="what its privacy is at YouTube; null: not seen yet")
    remote_edits: list[RemoteEditOut]
    remote_edits_seen_at: datetime | None
    url: str | None = Field(description="where people see it; null in the sandbox")
    attempt_number: int
    next_try_at: datetime | None
    last_error: PublicationError | None
    created_at: datetime
    started_at: datetime | None
    processed_at: datetime | None
    live_at: datetime | None
    updated_at: datetime

    @classmethod
    def from_view(cls, view: PublicationView) -> Self:
        return cls.model_validate(view, from_attributes=True)


class PublicationPage(BaseModel):
    items: list[PublicationOut]
    next_cursor: str | None


@router.post("/videos/{video_id}/publication", status_code=202)
async def publish_video(
    request: Request,
    response: Response,
    video_id: UUID,
    body: NewPublication,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> PublicationOut:
    """Publish a finished video. The same video again is the same publication, unless that failed, or somebody deleted
    it at YouTube.
    """
    queue: procrastinate.App = request.app.state.queue
    async with sessions_of_request(request).begin() as session:
        ordered = await service.publish(
            session, queue, video_id, PublicationRequest(**body.model_dump()), idempotency_key=idempotency_key
        )
    response.headers["Location"] = f"/api/v1/videos/{video_id}/publication"
    return PublicationOut.from_view(ordered.publication)


@router.get("/videos/{video_id}/publication", response_model=PublicationOut | None)
async def get_publication(request: Request, response: Response, video_id: UUID) -> PublicationOut | Response | None:
    """How far it is; of several, the newest: all before it failed. Null: nobody published it."""
    async with sessions_of_request(request).begin() as session:
        view = await queries.find_of_video(session, video_id)
        if view is None:
            await videos.require_video(session, video_id)
            return None
    if is_not_modified(request, response, etag_of(view.updated_at)):
        return Response(status_code=304, headers=dict(response.headers))
    return PublicationOut.from_view(view)


@router.delete("/videos/{video_id}/publication", status_code=204)
async def cancel_publication(request: Request, video_id: UUID) -> None:
    """Take it back while no byte was sent. What is on YouTube is taken down there."""

    async def take_back() -> None:
        async with sessions_of_request(request).begin() as session:
            await service.cancel(session, video_id)

    await _between_attempts(take_back)


async def _between_attempts(act: Callable[[], Awaitable[T]]) -> T:
    """Do it when no worker looks at the publication: one that finds that it is not its turn yet is gone in a moment."""
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(PublicationBusy),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(LOOK_S),
        reraise=True,
    )
    return await retrying(act)


class NewTime(BaseModel):
    publish_at: Timestamp | None = Field(description="in the future; null: the next free time of the channel")


@router.put("/videos/{video_id}/publication/publish_at")
async def reschedule_publication(request: Request, response: Response, video_id: UUID, body: NewTime) -> PublicationOut:
    """To another time, while no byte was sent; with `If-Match` only if it is as it was seen."""
    known: list[datetime | None] = []  # its time, once it was what the request had seen

    async def put() -> PublicationView:
        async with sessions_of_request(request).begin() as session:
            present = await queries.get_of_video(session, video_id)
            if not known:
                expected_updated_at = require_match(request, present.updated_at)
                known.append(present.publish_at)
            elif known == [present.publish_at]:  # what a worker noted meanwhile is no other version of it
                expected_updated_at = None
            else:
                raise stale()
            return await service.move(session, video_id, body.publish_at, expected_updated_at=expected_updated_at)

    view = await _between_attempts(put)
    response.headers["ETag"] = etag_of(view.updated_at)
    return PublicationOut.from_view(view)


class Attachments(BaseModel):
    parts: set[Attachment] = Field(min_length=1, description="what is to be sent as it is now")


@router.post("/videos/{video_id}/publication/attachments", status_code=202)
async def send_attachments(request: Request, video_id: UUID, body: Attachments) -> PublicationOut:
    """Send thumbnail or captions again to where YouTube has the video: changed ones, or those that it did not take."""
    queue: procrastinate.App = request.app.state.queue
    async with sessions_of_request(request).begin() as session:
        return PublicationOut.from_view(await resend_attachments(session, queue, video_id, body.parts))


@router.get("/publications")
async def list_publications(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: UUID | None = None,
    channel_id: UUID | None = None,
) -> PublicationPage:
    """Newest first."""
    async with sessions_of_request(request).begin() as session:
        views = await queries.list_publications(session, limit=limit + 1, before=cursor, channel_id=channel_id)
    page, more = split_page(views, limit, lambda view: str(view.id))
    return PublicationPage(items=[PublicationOut.from_view(view) for view in page], next_cursor=more)
