"""HTTP for whoever looks after ingest: how it does, deliveries, quarantine, sums against a recount."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, CurrentUser, read_pool_of_request, sessions_of_request
from ytempire.ingest import quarantine, queries
from ytempire.ingest.batch_records import Source
from ytempire.ingest.ingestor import Ingestor
from ytempire.ingest.models import QuarantinedEvent
from ytempire.ingest.quarantine_retry import retry_lines
from ytempire.ingest.queries import Batch
from ytempire.ingest.rebuilds import RollupMismatch, Window, channel_ids, find_mismatches, rebuild_channel, window
from ytempire.kit import clock
from ytempire.kit.cursors import decode_cursor, encode_cursor, encode_id, split_page
from ytempire.kit.database import Sessions
from ytempire.kit.http import PROBLEMS

router = APIRouter(prefix="/api/v1/ingest", tags=["ingest"], dependencies=[Authenticated], responses=PROBLEMS)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=100)]
AT_ONCE = 20  # channels in one answer to a check: each costs a recount of its events
SHOWN = 2_000  # letters of a line in a list


class HealthOut(BaseModel):
    """Of the last hour, but for what is left behind."""

    batches: int
    events: int
    rejected: int
    p50_ms: float | None = Field(description="from receiving a delivery to its last commit, when all screens show it")
    p99_ms: float | None
    last_committed_at: datetime | None
    unfinished: int = Field(description="deliveries of 7 days that nobody was told are in, and nobody sent again")
    in_quarantine: int
    pending_rebuilds: int = Field(description="channels whose sums by day wait to be made anew")
    unmerged_segments: int = Field(description="segments of deltas that are not in the rollups of videos yet")
    oldest_unmerged_at: datetime | None = Field(description="when the oldest of them was opened; null: there is none")
    merged_segments: int = Field(description="segments that are merged and wait until no snapshot needs them; of 8")


@router.get("/health")
async def get_ingest_health(request: Request) -> HealthOut:
    """How ingest is doing, of the deliveries that I may see: mine; an administrator sees all."""
    async with sessions_of_request(request).begin() as session:
        return HealthOut.model_validate(await queries.health(session), from_attributes=True)


class BatchOut(BaseModel):
    id: UUID
    source: Source
    name: str | None = Field(description="of the file")
    user_id: UUID
    received_at: datetime
    events: int
    inserted: int
    changed: int
    unchanged: int
    superseded: int
    rejected: int
    committed_at: datetime | None = Field(description="null: not all of it is in; it may be sent again")

    @classmethod
    def from_row(cls, row: Batch) -> Self:
        return cls.model_validate(row, from_attributes=True)


class BatchPage(BaseModel):
    items: list[BatchOut]
    next_cursor: str | None


@router.get("/batches")
async def list_batches(request: Request, limit: Limit = 50, cursor: Cursor = None) -> BatchPage:
    """Deliveries, newest first; kept for 90 days."""
    async with sessions_of_request(request).begin() as session:
        rows = await queries.list_batches(session, limit=limit + 1, before=decode_cursor(cursor))
    page, more = split_page(rows, limit, encode_id)
    return BatchPage(items=[BatchOut.from_row(row) for row in page], next_cursor=more)


class LineOut(BaseModel):
    id: UUID
    batch_id: UUID
    line: int = Field(description="its number in the delivery")
    reason: str
    content: str = Field(description=f"the line, at most {SHOWN} letters of it")
    truncated: bool = Field(description="it was too long to be kept whole, and cannot be tried again")
    retry_count: int
    received_at: datetime
    attempted_at: datetime

    @classmethod
    def from_row(cls, row: QuarantinedEvent) -> Self:
        values = {name: getattr(row, name) for name in cls.model_fields}
        return cls(**{**values, "content": row.content[:SHOWN]})


class LinePage(BaseModel):
    items: list[LineOut]
    next_cursor: str | None


@router.get("/quarantine")
async def list_quarantine(request: Request, limit: Limit = 50, cursor: Cursor = None) -> LinePage:
    """Lines that could not go in, newest first; kept for 7 days."""
    async with sessions_of_request(request).begin() as session:
        rows = await quarantine.list_lines(session, limit=limit + 1, before=decode_cursor(cursor))
    page, more = split_page(rows, limit, encode_id)
    return LinePage(items=[LineOut.from_row(row) for row in page], next_cursor=more)


class Lines(BaseModel):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)] | None = Field(
        default=None, description="of lines; null: all of them"
    )


class RetriedOut(BaseModel):
    attempted: int
    ingested: int


@router.post("/quarantine/retry")
async def retry_quarantine(request: Request, me: CurrentUser, body: Lines) -> RetriedOut:
    """Try lines again: what can go in by now goes in, and leaves quarantine."""
    ingestor: Ingestor = request.app.state.ingestor
    sessions: Sessions = sessions_of_request(request)
    return RetriedOut.model_validate(await retry_lines(ingestor, sessions, me, only=body.ids), from_attributes=True)


class DeletedOut(BaseModel):
    deleted: int


@router.post("/quarantine/delete")
async def delete_quarantined(request: Request, body: Lines) -> DeletedOut:
    """Throw lines away for good."""
    async with sessions_of_request(request).begin() as session:
        return DeletedOut(deleted=await quarantine.delete_lines(session, only=body.ids))


class DifferenceOut(BaseModel):
    """Rows that are not what a recount gives. `excess` is stored less recounted, by metric."""

    table: str
    rows: int
    excess: dict[str, str] = Field(description="decimal numbers; only those that are not 0")

    @classmethod
    def from_mismatch(cls, mismatch: RollupMismatch) -> Self:
        return cls(
            table=mismatch.table,
            rows=mismatch.rows,
            excess={name: f"{value:f}" for name, value in mismatch.excess.items() if value},
        )


class CheckedOut(BaseModel):
    channel_id: UUID
    differences: list[DifferenceOut]


class CheckedPage(BaseModel):
    items: list[CheckedOut]
    next_cursor: str | None


# as dashboards have it: from days at the end of all calendars there is none before or after
FIRST, LAST = date(2005, 1, 1), date(2199, 12, 31)
Since = Annotated[date | None, Query(ge=FIRST, le=LAST, description="the first day; without it a week ago")]
Until = Annotated[date | None, Query(ge=FIRST, le=LAST, description="the last day; without it today")]


@router.get("/check")
async def compare_rollups(
    request: Request, since: Since = None, until: Until = None, cursor: Cursor = None
) -> CheckedPage:
    """Compare the sums of some days with a recount of their events, twenty channels at a time."""
    days = _days(since, until)
    async with read_pool_of_request(request).begin() as connection:
        channels = await channel_ids(connection, after=decode_cursor(cursor), limit=AT_ONCE + 1)
        page, more = split_page(channels, AT_ONCE, encode_cursor)
        items = [
            CheckedOut(
                channel_id=channel, differences=[DifferenceOut.from_mismatch(mismatch) for mismatch in mismatches]
            )
            async for channel, mismatches in find_mismatches(connection, page, days)
        ]
    return CheckedPage(items=items, next_cursor=more)


class RebuildIn(BaseModel):
    channel_id: UUID
    since: date = Field(ge=FIRST, le=LAST)
    until: date = Field(ge=FIRST, le=LAST, description="the last day")


@router.post("/rebuild", status_code=204)
async def rebuild_rollups(request: Request, me: CurrentUser, body: RebuildIn) -> None:
    """Make a channel's sums of some days anew from their events. Events may come in meanwhile."""
    ingestor: Ingestor = request.app.state.ingestor
    async with ingestor.writer.begin(me) as connection:
        await rebuild_channel(connection, body.channel_id, _days(body.since, body.until))


def _days(since: date | None, until: date | None) -> Window:
    last = until or clock.now().date() + timedelta(days=1)  # it is tomorrow somewhere
    return window(since or last - timedelta(days=7), last + timedelta(days=1))
