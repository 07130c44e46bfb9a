"""Wire shapes of the dashboards. What each figure means: docs/metrics.md. Money is a decimal string."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from ytempire.insight.dashboards import Dimension
from ytempire.insight.derived_metrics import MetricName
from ytempire.kit.clock import Timestamp


class Metrics(BaseModel):
    """Sums of a range, and what is worked out of them; a rate is null where there is nothing to divide by."""

    views: int
    likes: int
    comments: int
    shares: int
    impressions: int
    subscribers_net: int = Field(description="gained less lost")
    watch_time_minutes: float
    revenue_usd: str
    engagement_rate: float | None = Field(description="(likes + comments + shares) / views, as a fraction")
    rpm_usd: str | None = Field(description="revenue for a thousand views, of all views")
    click_through_rate: float | None = Field(description="clicks / impressions, as a fraction")
    average_view_seconds: float | None
    average_viewed_percent: float | None = Field(description="0-100, and more where people watch again")


class DayMetrics(Metrics):
    day: date = Field(description="of the channel's own time zone")


class HourMetrics(Metrics):
    """Of what was counted by the hour: what a day's report says is in none."""

    hour: Timestamp


class Range(BaseModel):
    """Both days are part of it. `channel_id` is null where it is about all channels that I see."""

    since: date
    until: date


class OfChannels(Range):
    channel_id: UUID | None


class RangeMetrics(Range, Metrics):
    pass


class Overview(OfChannels):
    current: Metrics
    previous: RangeMetrics = Field(description="the same number of days before")
    days: list[DayMetrics]


class RankedChannel(Metrics):
    rank: int
    previous_rank: int | None = Field(description="in the range before; null: it had no events there")
    channel_id: UUID
    channel_name: str
    category: str | None


class ChannelRanking(OfChannels):
    """Channels that have events in the range."""

    metric: MetricName
    category: str | None
    items: list[RankedChannel]


class TopVideo(Metrics):
    rank: int
    video_id: UUID
    title: str | None
    channel_id: UUID
    channel_name: str | None


class TopVideos(OfChannels):
    metric: MetricName
    min_views: int
    items: list[TopVideo]


class RpmWeek(BaseModel):
    week: str = Field(description="as ISO 8601 has it, such as 2026-W47")
    monday: date
    views: int
    revenue_usd: str
    rpm_usd: str | None
    moving_rpm_usd: str | None = Field(description="of this week and the three before, weighted by views")


class ChannelRpm(BaseModel):
    channel_id: UUID
    channel_name: str
    weeks: list[RpmWeek] = Field(description="those that have events")


class RpmByWeek(OfChannels):
    """Whole weeks: `since` is a Monday. The channels that earned most come first."""

    items: list[ChannelRpm]


class HeatCell(BaseModel):
    """Of what was counted by the hour: what a day's report says is in none."""

    weekday: int = Field(description="1 is Monday")
    hour: int
    hours: int = Field(description="how many such hours have begun in the range")
    views: int
    views_per_hour: float
    watch_time_minutes: float
    engagement_rate: float | None


class Heatmap(OfChannels):
    """Hours are those of `time_zone`: the channel's, and of all channels UTC."""

    time_zone: str
    items: list[HeatCell]


class Member(BaseModel):
    member: str
    views: int
    watch_time_minutes: float
    share: float | None = Field(description="of the views that this dimension tells something of, as a fraction")


class Traffic(OfChannels):
    dimension: Dimension
    views: int = Field(description="of all members, also those that are not listed")
    items: list[Member]


class Breakdown(BaseModel):
    dimension: Dimension
    items: list[Member]


class VideoMetricsOut(OfChannels):
    video_id: UUID
    title: str
    status: str
    published_at: Timestamp | None
    channel_name: str
    time_zone: str
    current: Metrics
    days: list[DayMetrics]
    hours: list[HourMetrics] = Field(description="the last 48, the present one included, whatever the range")
    breakdowns: list[Breakdown]
