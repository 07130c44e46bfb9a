"""HTTP for the journal: what happened, and what was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.journal import queries
from ytempire.journal.models import ApiRequest, Event
from ytempire.kit.cursors import decode_time_cursor, encode_cursor, split_page
from ytempire.kit.http import PROBLEMS

router = APIRouter(prefix="/api/v1", tags=["journal"], dependencies=[Authenticated], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]


class EventOut(BaseModel):
    id: UUID
    occurred_at: datetime
    kind: str = Field(description="run_requested, run_completed, channel_suspended, video_scheduled, cost_warning …")
    channel_id: UUID | None
    user_id: UUID | None = Field(description="who did it; null: nobody in particular")
    row_id: UUID | None = Field(description="the run, channel, video or alert that it is about")
    data: dict[str, Any] | None = Field(description="what a sentence about it needs; null for analysts")

    @classmethod
    def from_row(cls, row: Event) -> Self:
        return cls.model_validate(row, from_attributes=True)


class EventPage(BaseModel):
    items: list[EventOut]
    next_cursor: str | None


@router.get("/events")
async def list_events(
    request: Request, limit: Limit = 50, cursor: Cursor = None, channel_id: UUID | None = None
) -> EventPage:
    """What happened on channels that I may see, newest first; kept for 90 days."""
    before = decode_time_cursor(cursor)
    async with sessions_of_request(request).begin() as session:
        rows = await queries.list_events(session, limit=limit + 1, channel_id=channel_id, before=before)
    page, more = split_page(rows, limit, _encode_place)
    return EventPage(items=[EventOut.from_row(row) for row in page], next_cursor=more)


class ApiRequestOut(BaseModel):
    id: UUID
    occurred_at: datetime
    request_id: str
    user_id: UUID | None
    api_key_id: UUID | None
    method: str
    route: str
    status: int
    duration_us: int = Field(description="microseconds until the answer was sent")

    @classmethod
    def from_row(cls, row: ApiRequest) -> Self:
        return cls.model_validate(row, from_attributes=True)


class ApiRequestPage(BaseModel):
    items: list[ApiRequestOut]
    next_cursor: str | None


@router.get("/api-requests")
async def list_api_requests(
    request: Request,
    limit: Limit = 50,
    cursor: Cursor = None,
    user_id: UUID | None = None,
    api_key_id: UUID | None = None,
    failed: Annotated[bool, Query(description="only errors of ours")] = False,
) -> ApiRequestPage:
    """Requests to this API, newest first: mine; an administrator sees everybody's. Kept for 30 days."""
    before = decode_time_cursor(cursor)
    async with sessions_of_request(request).begin() as session:
        rows = await queries.list_requests(
            session, limit=limit + 1, user_id=user_id, api_key_id=api_key_id, failed=failed, before=before
        )
    page, more = split_page(rows, limit, _encode_place)
    return ApiRequestPage(items=[ApiRequestOut.from_row(row) for row in page], next_cursor=more)


def _encode_place(row: Event | ApiRequest) -> str:
    return encode_cursor((row.occurred_at, row.id))
