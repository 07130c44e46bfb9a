"""HTTP for the calendar: parse, call one function, return."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Authenticated, sessions_of_request
from ytempire.channels.access import Access
from ytempire.kit import clock
from ytempire.kit.http import PROBLEMS
from ytempire.publishing.calendar import Calendar, SlotView, read_calendar
from ytempire.publishing.calendar_conflicts import BacklogVideo, CalendarEntry, ChannelSchedule, Conflict, Kind
from ytempire.publishing.endpoints import PublicationError
from ytempire.publishing.quota_forecast import QuotaForecast
from ytempire.youtube.endpoints import youtube_of
from ytempire.youtube.quota.costs import COMPLETE_UPLOAD_COST

router = APIRouter(prefix="/api/v1", tags=["publications"], dependencies=[Authenticated], responses=PROBLEMS)
Day = Annotated[date | None, Query(ge=date(2005, 1, 1), le=date(2199, 12, 31))]
WEEK = timedelta(days=6)


class CalendarChannel(BaseModel):
    """A channel, and what decides about its calendar."""

    id: UUID
    name: str
    time_zone: str
    accent: str = Field(description="its persona's colour")
    status: str
    access: Access
    is_connected: bool
    is_sandbox: bool = Field(description="it is connected to the local YouTube, where nothing is real")
    videos_per_day: int
    is_auto_scheduled: bool = Field(description="what is finished gets the free times without anybody")

    @classmethod
    def from_schedule(cls, channel_schedule: ChannelSchedule) -> Self:
        channel, connection = channel_schedule.channel, channel_schedule.connection
        return cls(
            id=channel.id,
            name=channel.name,
            time_zone=channel.time_zone,
            accent=channel.persona.brand.accent,
            status=channel.status,
            access=channel.access,
            is_connected=channel_schedule.is_connected,
            is_sandbox=connection is not None and connection.is_sandbox,
            videos_per_day=channel_schedule.plan.videos_per_day,
            is_auto_scheduled=channel_schedule.is_auto_scheduled,
        )


class CalendarSlot(BaseModel):
    channel_id: UUID
    at: datetime
    day: date = Field(description="the channel's own")
    video_ids: list[UUID] = Field(description="what fills it; none: it is free")
    is_past: bool

    @classmethod
    def from_view(cls, slot: SlotView) -> Self:
        return cls.model_validate(slot, from_attributes=True)


class CalendarEntryOut(BaseModel):
    """A publication, or a video with a time that nobody has ordered to be published (`publication_id` is null)."""

    video_id: UUID
    publication_id: UUID | None
    channel_id: UUID
    title: str
    at: datetime = Field(description="when it is to be public, or was; without a time, when it was ordered")
    day: date = Field(description="the channel's own")
    publish_at: datetime | None
    status: str = Field(description="of the publication, or `scheduled`")
    is_scheduled: bool = Field(description="YouTube has processed it, and makes it public at `publish_at`")
    is_automatic: bool
    is_sandbox: bool
    in_slot: bool
    is_overdue: bool = Field(description="its time has passed, and it is not public")
    can_move: bool = Field(description="no byte of it was sent")
    waits_until: datetime | None = Field(description="the reset of quota that its upload waits for")
    late_seconds: float = Field(description="by how much that makes it late")
    last_error: PublicationError | None

    @classmethod
    def from_entry(cls, entry: CalendarEntry) -> Self:
        named = {name: getattr(entry, name) for name in cls.model_fields if name not in ("late_seconds", "last_error")}
        error = PublicationError.model_validate(entry.last_error) if entry.last_error else None
        return cls(**named, late_seconds=entry.late.total_seconds(), last_error=error)


class BacklogVideoOut(BaseModel):
    """A finished video without a time."""

    video_id: UUID
    channel_id: UUID
    title: str
    unscheduled_reason: str | None = Field(
        description="why its channel does not plan it by itself; null: it will, or is not to"
    )

    @classmethod
    def from_backlog(cls, video: BacklogVideo) -> Self:
        return cls.model_validate(video, from_attributes=True)


class CalendarConflict(BaseModel):
    kind: Kind
    channel_id: UUID
    at: datetime | None
    day: date | None
    video_ids: list[UUID]
    message: str
    hint: str = Field(description="what to do")

    @classmethod
    def from_conflict(cls, conflict: Conflict) -> Self:
        return cls.model_validate(conflict, from_attributes=True)


class CalendarQuotaDay(BaseModel):
    """A Pacific day, in dressed uploads."""

    day: date
    begins_at: datetime
    ends_at: datetime
    used: int = Field(description="have begun")
    planned: int = Field(description="are to begin, earliest deadline first")
    fits: int = Field(description="how many there can be, with both")


class CalendarQuota(BaseModel):
    """The quota of a project over all its channels, whoever's they are."""

    project_id: UUID
    name: str
    is_sandbox: bool
    complete_upload: dict[str, int] = Field(description="what one dressed upload takes of each bucket")
    collection_allocation: dict[str, int] = Field(description="what uploads leave each day to data collection")
    waiting: int = Field(description="uploads that have not begun")
    days: list[CalendarQuotaDay] = Field(description="from today on; empty where the project's clock does not answer")
    error: str | None

    @classmethod
    def from_forecast(cls, forecast: QuotaForecast) -> Self:
        return cls(
            project_id=forecast.project_id,
            name=forecast.name,
            is_sandbox=forecast.is_sandbox,
            complete_upload=dict(COMPLETE_UPLOAD_COST),
            collection_allocation=dict(forecast.collection_allocation),
            waiting=forecast.waiting,
            days=[CalendarQuotaDay.model_validate(day, from_attributes=True) for day in forecast.days],
            error=forecast.error,
        )


class CalendarOut(BaseModel):
    since: date
    until: date
    now: datetime
    channels: list[CalendarChannel]
    slots: list[CalendarSlot]
    entries: list[CalendarEntryOut]
    backlog: list[BacklogVideoOut]
    conflicts: list[CalendarConflict]
    quota: list[CalendarQuota]

    @classmethod
    def from_calendar(cls, calendar: Calendar) -> Self:
        return cls(
            since=calendar.since,
            until=calendar.until,
            now=calendar.now,
            channels=[
                CalendarChannel.from_schedule(channel_schedule) for channel_schedule in calendar.channel_schedules
            ],
            slots=[CalendarSlot.from_view(slot) for slot in calendar.slots],
            entries=[CalendarEntryOut.from_entry(entry) for entry in calendar.entries],
            backlog=[BacklogVideoOut.from_backlog(video) for video in calendar.backlog],
            conflicts=[CalendarConflict.from_conflict(conflict) for conflict in calendar.conflicts],
            quota=[CalendarQuota.from_forecast(forecast) for forecast in calendar.quota],
        )


@router.get("/calendar")
async def get_calendar(
    request: Request,
    since: Annotated[
        Day, Query(description="the first day, of each channel's own; without it, each one's today")
    ] = None,
    until: Annotated[Day, Query(description="the last day; without it, a week")] = None,
    channel_id: UUID | None = None,
) -> CalendarOut:
    """Times and what fills them, what does not go together, and on which day of quota what is uploaded.

    What is overdue from before the first day is there as well.
    """
    calendar = await read_calendar(
        youtube_of(request),
        sessions_of_request(request),
        since=since,
        until=until or (since or clock.now().date()) + WEEK,
        channel_id=channel_id,
    )
    return CalendarOut.from_calendar(calendar)
