"""HTTP for a video's picture: choose one of those that were drawn, or bring one."""

from __future__ import annotations

import asyncio
from uuid import UUID

import procrastinate
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.kit.body_limit import max_body_bytes
from ytempire.kit.database import AsyncSession
from ytempire.kit.http import PROBLEMS
from ytempire.kit.storage import ObjectStore
from ytempire.production import queries
from ytempire.production.models import UPLOADED_THUMBNAIL
from ytempire.production.schemas import VideoOut
from ytempire.production.thumbnail_choice import MOST_UPLOADED, store_uploaded_thumbnail, use_uploaded_thumbnail
from ytempire.publishing import thumbnails

router = APIRouter(
    prefix="/api/v1/videos/{video_id}/thumbnail", tags=["videos"], dependencies=[Authenticated], responses=PROBLEMS
)
PICTURES = {"schema": {"type": "string", "format": "binary"}}


class ChosenThumbnail(BaseModel):
    name: str = Field(max_length=100, description="of one of the video's files, such as thumbnail-2.jpg")


@router.put("")
async def choose_thumbnail(request: Request, video_id: UUID, body: ChosenThumbnail) -> VideoOut:
    """Let one of the video's pictures stand for it, at YouTube too if it is there."""
    async with sessions_of_request(request).begin() as session:
        return await _choose(request, session, video_id, body.name)


@router.post(
    "",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": dict.fromkeys(("image/jpeg", "image/png", "image/webp", "image/gif"), PICTURES),
        }
    },
)
@max_body_bytes(MOST_UPLOADED)
async def upload_thumbnail(request: Request, video_id: UUID) -> VideoOut:
    """Bring a picture of one's own, 1280 x 720 pixels at best, and choose it. The body is the file."""
    async with sessions_of_request(request).begin() as session:
        await queries.get_video(session, video_id)  # before anything of it is read
    content = await request.body()
    store: ObjectStore = request.app.state.store
    picture = await asyncio.to_thread(store_uploaded_thumbnail, store, content)
    async with sessions_of_request(request).begin() as session:
        await use_uploaded_thumbnail(session, video_id, picture)
        return await _choose(request, session, video_id, UPLOADED_THUMBNAIL)


async def _choose(request: Request, session: AsyncSession, video_id: UUID, name: str) -> VideoOut:
    queue: procrastinate.App = request.app.state.queue
    await thumbnails.choose_thumbnail(session, queue, video_id, name)
    session.expire_all()
    return VideoOut.from_view(await queries.get_video(session, video_id))
