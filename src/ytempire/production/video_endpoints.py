"""HTTP for finished videos: what they say of themselves, where they stand, and finding them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.kit.cursors import split_page
from ytempire.kit.database import AsyncSession
from ytempire.kit.etags import etag_of, require_match
from ytempire.kit.http import PROBLEMS
from ytempire.kit.text import Name
from ytempire.production import job_queries, queries, versions, video_lifecycle
from ytempire.production import search as video_search
from ytempire.production.job_queries import NEWEST
from ytempire.production.schemas import (
    JobOut,
    JobPage,
    Schedule,
    SearchHitOut,
    SearchHitPage,
    VersionOut,
    VersionPage,
    VideoEdit,
    VideoOut,
)

router = APIRouter(prefix="/api/v1", tags=["videos"], dependencies=[Authenticated], responses=PROBLEMS)


async def _answer(session: AsyncSession, response: Response, video_id: UUID) -> VideoOut:
    view = await queries.get_video(session, video_id)
    response.headers["ETag"] = etag_of(view.updated_at)
    return VideoOut.from_view(view)


@router.get("/videos/{video_id}")
async def get_video(request: Request, response: Response, video_id: UUID) -> VideoOut:
    async with sessions_of_request(request).begin() as session:
        return await _answer(session, response, video_id)


@router.patch("/videos/{video_id}")
async def update_video(request: Request, response: Response, video_id: UUID, body: VideoEdit) -> VideoOut:
    """Change title, description or tags, as a new version; with `If-Match` only if nobody changed it meanwhile."""
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await versions.edit_video(session, video_id, **body.model_dump(), expected_updated_at=expected_updated_at)
        return await _answer(session, response, video_id)


@router.get("/videos/{video_id}/versions")
async def list_versions(request: Request, video_id: UUID) -> VersionPage:
    """What the video said of itself, newest first."""
    async with sessions_of_request(request).begin() as session:
        return VersionPage(
            items=[VersionOut.from_view(version) for version in await versions.list_versions(session, video_id)]
        )


@router.post("/videos/{video_id}/versions/{version}/restore")
async def restore_version(
    request: Request, response: Response, video_id: UUID, version: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> VideoOut:
    """Title, description and tags as they were then, as a new version."""
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await versions.restore_version(session, video_id, version, expected_updated_at=expected_updated_at)
        return await _answer(session, response, video_id)


@router.put("/videos/{video_id}/schedule")
async def schedule_video(request: Request, response: Response, video_id: UUID, body: Schedule) -> VideoOut:
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await video_lifecycle.schedule_video(session, video_id, body.at, expected_updated_at=expected_updated_at)
        return await _answer(session, response, video_id)


@router.delete("/videos/{video_id}/schedule")
async def unschedule_video(request: Request, response: Response, video_id: UUID) -> VideoOut:
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await video_lifecycle.unschedule_video(session, video_id, expected_updated_at=expected_updated_at)
        return await _answer(session, response, video_id)


@router.post("/videos/{video_id}/archive")
async def archive_video(request: Request, response: Response, video_id: UUID) -> VideoOut:
    """Out of the lists; what is published stays so."""
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await video_lifecycle.archive_video(session, video_id, expected_updated_at=expected_updated_at)
        return await _answer(session, response, video_id)


@router.post("/videos/{video_id}/unarchive")
async def unarchive_video(request: Request, response: Response, video_id: UUID) -> VideoOut:
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await video_lifecycle.unarchive_video(session, video_id, expected_updated_at=expected_updated_at)
        return await _answer(session, response, video_id)


@router.delete("/videos/{video_id}", status_code=204)
async def mark_video_removed(request: Request, video_id: UUID) -> None:
    """Mark it removed, for good. Its costs and evidence stay; one that is on YouTube is refused."""
    async with sessions_of_request(request).begin() as session:
        expected_updated_at = require_match(request, (await queries.get_video(session, video_id)).updated_at)
        await video_lifecycle.remove_video(session, video_id, expected_updated_at=expected_updated_at)


@router.get("/search")
async def search(
    request: Request,
    q: Annotated[Name, Query(max_length=200, description='words, "a phrase", -without, or')],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> SearchHitPage:
    """Videos and channels by words in titles, descriptions, tags and scripts; mistyped ones below."""
    async with sessions_of_request(request).begin() as session:
        return SearchHitPage(
            items=[SearchHitOut.from_hit(hit) for hit in await video_search.search(session, q, limit=limit)]
        )


@router.get("/jobs")
async def list_jobs(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> JobPage:
    """The queue: jobs of channels that I may see, newest first."""
    async with sessions_of_request(request).begin() as session:
        rows = await job_queries.list_jobs(session, limit=limit + 1, before=cursor or NEWEST)
    page, more = split_page(rows, limit, lambda row: str(row["id"]))
    return JobPage(items=[JobOut.model_validate(dict(row)) for row in page], next_cursor=more)
