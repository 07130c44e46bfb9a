"""What the API says of how fresh numbers are, and where they come from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from ytempire.collection.decisions import Freshness, ReconciliationStatus, Severity
from ytempire.collection.queries import ChannelMeasurement


class CollectionErrorOut(BaseModel):
    """What went wrong last."""

    step: str
    reason: str = Field(description="YouTube's word, or ours where it had none")
    message: str
    hint: str | None


class CountersOut(BaseModel):
    videos: int = Field(description="how many are measured")
    missing: int = Field(description="of them: not listed by YouTube any more")
    listed: int = Field(description="the others")
    views: int | None = Field(description="of those, together, as they were read last; null: none was read yet")
    read_at: datetime | None
    due_at: datetime | None = Field(description="when the next are due; in the past: late since then")
    freshness: Freshness = Field(description="late: due for 2 hours; stale: for 6")


class ReportsOut(BaseModel):
    reported_through: date | None = Field(description="the last day in California of which reports came")
    revenue_reported_through: date | None = Field(description="the last one with revenue")
    read_at: datetime | None
    next_at: datetime | None
    missing: list[str] = Field(description="what the channel's consent does not allow, in words")
    last_error: CollectionErrorOut | None = Field(description="why they could not be read when they were tried last")


class GapOut(BaseModel):
    """A time without a reading that should have been."""

    since: datetime = Field(description="the last reading before it")
    until: datetime | None = Field(description="the first one after it, which filled it; null: not yet")
    reason: str
    severity: Severity = Field(description="warning: 6 hours or more; problem: 12")


class ComparedDayOut(BaseModel):
    day: date = Field(description="in California, as YouTube's reports have it")
    views_counted: int = Field(description="by our sums of its counters")
    views_reported: int = Field(description="by its reports")
    fetched_at: datetime


class ReconciliationOut(BaseModel):
    """Our sums against YouTube's reports. Single days may differ by what was counted around midnight."""

    days: list[ComparedDayOut] = Field(description="newest first, up to 28")
    views_counted: int
    views_reported: int
    relative_difference: float | None = Field(description="a fraction of what is reported, over all days")
    status: ReconciliationStatus = Field(
        description="warning: more than 2 % off; problem: 5 %; insufficient_data: less than 200 views"
    )


class ChannelCollectionOut(BaseModel):
    channel_id: UUID
    is_sandbox: bool = Field(description="it is measured at the local YouTube, where nothing is real")
    counters: CountersOut
    reports: ReportsOut
    gaps: list[GapOut] = Field(description="newest first, up to 20")
    reconciliation: ReconciliationOut
    attempted_at: datetime | None
    last_error: CollectionErrorOut | None = Field(description="of the counters, or of what comes before them")

    @classmethod
    def from_view(cls, view: ChannelMeasurement) -> Self:
        return cls.model_validate(view, from_attributes=True)


class LifetimeCountersOut(BaseModel):
    """YouTube's own counters, as they were read last."""

    views: int | None
    likes: int | None = Field(description="null: hidden; so with comments")
    comments: int | None
    read_at: datetime | None
    next_at: datetime
    poll_interval_seconds: int = Field(description="how often it is read, by YouTube's clock")
    missing_since: datetime | None = Field(description="since when YouTube does not list it; null: it does")
