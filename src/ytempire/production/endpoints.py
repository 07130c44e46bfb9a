"""HTTP for runs and videos: parse, call one service function, return."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal
from uuid import UUID

import procrastinate
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse

from ytempire.accounts.http.authentication import (
    Authenticated,
    NotForAnalysts,
    read_pool_of_request,
    sessions_of_request,
)
from ytempire.channels import service as channels
from ytempire.channels.service import ChannelView
from ytempire.kit.body_limit import max_body_bytes
from ytempire.kit.cursors import decode_cursor
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound
from ytempire.kit.http import PROBLEMS
from ytempire.kit.read_pool import json_page
from ytempire.kit.storage import ObjectStore
from ytempire.production import list_queries, queries, service
from ytempire.production.schemas import (
    PUBLIC_FILES,
    LogEntry,
    NewRun,
    RetryRun,
    RunLogOut,
    RunOut,
    RunPage,
    VideoPage,
)

router = APIRouter(prefix="/api/v1", tags=["production"], dependencies=[Authenticated], responses=PROBLEMS)
LARGEST_ORDER = 8 * 2**20  # bytes: the largest text that is read has 4 MB, and what JSON escapes takes two
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=100)]


def _queue(request: Request) -> procrastinate.App:
    queue: procrastinate.App = request.app.state.queue
    return queue


def _store(request: Request) -> ObjectStore:
    store: ObjectStore = request.app.state.store
    return store


@router.get("/runs", response_model=RunPage)
async def list_runs(request: Request, limit: Limit = 25, cursor: Cursor = None) -> Response:
    """Runs, newest first; a run by its id says more of its steps."""
    reader = read_pool_of_request(request).for_one_query()
    rows = await list_queries.list_runs(reader, limit=limit + 1, before=decode_cursor(cursor))
    return json_page(rows, limit=limit)


@router.post("/runs", status_code=202)
@max_body_bytes(LARGEST_ORDER)
async def create_run(
    request: Request,
    response: Response,
    body: NewRun,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> RunOut:
    """Request a video. The same request with the same Idempotency-Key is one run.

    409 `duplicate_source` where the channel has a video of this very text, or one in production: `allow_duplicate`
    requests another.
    """
    async with sessions_of_request(request).begin() as session:
        channel = await _resolve_channel(session, body.channel_id)
    source = await asyncio.to_thread(
        service.store_source,
        _store(request),
        body.source_text.encode(),
        name=body.source_name,
        language=body.options.language,
    )
    async with sessions_of_request(request).begin() as session:
        channel = await channels.get_channel(session, channel.id)  # as it is by now
        started = await service.start_run(
            session,
            _queue(request),
            channel=channel,
            source=source,
            options=body.options,
            idempotency_key=idempotency_key,
            allow_duplicate=body.allow_duplicate,
        )
        view = await queries.get_run(session, started.id)
    response.headers["Location"] = f"/api/v1/runs/{view.id}"
    return RunOut.from_view(view)


async def _resolve_channel(session: AsyncSession, channel_id: UUID | None) -> ChannelView:
    """The channel that was named, or the default. Raises NotFound and Forbidden."""
    if channel_id is not None:
        channel = await channels.get_channel(session, channel_id)
    elif (default := await channels.find_default_channel(session)) is not None:
        channel = default
    else:
        raise NotFound("You have no channel to make a video for.", hint="Ask for a permission.")
    service.require_run_allowed(channel)
    return channel


@router.get("/runs/{run_id}")
async def get_run(request: Request, run_id: UUID) -> RunOut:
    async with sessions_of_request(request).begin() as session:
        return RunOut.from_view(await queries.get_run(session, run_id))


@router.get("/runs/{run_id}/log")
async def get_run_log(request: Request, run_id: UUID) -> RunLogOut:
    """What happened in the run, oldest first."""
    async with sessions_of_request(request).begin() as session:
        await queries.get_run(session, run_id)
        return RunLogOut(items=[LogEntry.from_view(view) for view in await queries.list_log(session, run_id)])


@router.post("/runs/{run_id}/cancel")
async def cancel_run(request: Request, run_id: UUID) -> RunOut:
    async with sessions_of_request(request).begin() as session:
        await service.cancel_run(session, run_id)
        return RunOut.from_view(await queries.get_run(session, run_id))


@router.post("/runs/{run_id}/retry", status_code=202)
async def retry_run(request: Request, run_id: UUID, body: RetryRun) -> RunOut:
    """Run an ended run again, from a step or from where it stopped."""
    async with sessions_of_request(request).begin() as session:
        await service.retry_run(session, _queue(request), run_id, from_step=body.from_step)
        return RunOut.from_view(await queries.get_run(session, run_id))


@router.get("/videos", response_model=VideoPage)
async def list_videos(
    request: Request,
    limit: Limit = 25,
    cursor: Cursor = None,
    channel_id: UUID | None = None,
    status: Literal["finished", "archived", "failed"] = "finished",
) -> Response:
    """Videos, newest first; finished are those that are ready, scheduled or published."""
    rows = await list_queries.list_videos(
        read_pool_of_request(request).for_one_query(),
        limit=limit + 1,
        public_files=list(PUBLIC_FILES),
        before=decode_cursor(cursor),
        channel_id=channel_id,
        statuses=list_queries.FINISHED if status == "finished" else (status,),
    )
    return json_page(rows, limit=limit)


@router.get("/videos/{video_id}/files/{name}", response_class=FileResponse, dependencies=[NotForAnalysts])
async def get_video_file(request: Request, video_id: UUID, name: str, download: bool = False) -> FileResponse:
    """One file of a video. Byte ranges are served, so that a player can seek."""
    async with sessions_of_request(request).begin() as session:
        view = await queries.get_video(session, video_id)
    file = view.files.get(name) if name in PUBLIC_FILES else None
    if file is None:
        raise NotFound(f"This video has no file “{name}”.")
    path = _store(request).path(file.sha256)
    return FileResponse(
        path,
        media_type=PUBLIC_FILES[name],
        filename=name if download else None,
        headers={"ETag": f'"{file.sha256}"', "Cache-Control": "private, max-age=31536000, immutable"},
    )
