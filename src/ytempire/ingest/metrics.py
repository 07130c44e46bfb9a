"""What is added up, and by what: one definition, from which both the statements and the writer's sums are made.

A rollup holds sums alone, and for a rate the sum of it times what it is a rate of, so that a difference can be taken
back and rows can be added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ytempire.ingest.events import COUNTS


@dataclass(frozen=True)
class Metric:
    """What one event gives to a sum: its `of` (1 without), times its `times`. Both are columns of an event."""

    of: str | None = None
    times: str | None = None

    @property
    def is_integer(self) -> bool:
        return self.of is None or self.of in COUNTS

    def sql(self, row: str) -> str:
        if self.of is None:
            return "1"
        return f"{row}.{self.of}" if self.times is None else f"{row}.{self.of} * {row}.{self.times}"


METRICS: Mapping[str, Metric] = {
    "events": Metric(),
    **{name: Metric(name) for name in COUNTS},
    "watch_time_minutes": Metric("watch_time_minutes"),
    "estimated_revenue_usd": Metric("estimated_revenue_usd"),
    "estimated_ad_revenue_usd": Metric("estimated_ad_revenue_usd"),
    "viewed_seconds": Metric("average_view_duration", times="averages_basis_views"),
    "viewed_percent": Metric("average_percentage_viewed", times="averages_basis_views"),
    "clicks": Metric("click_through_rate", times="impressions"),
}
"""Columns of a rollup, and what one event gives to each."""

HOUR = "date_trunc('hour', event.\"timestamp\", 'UTC')"
DAY = '(event."timestamp" AT TIME ZONE channel.time_zone)::date'
_CHANNEL = "JOIN core.channels channel ON channel.id = event.channel_id"


@dataclass(frozen=True)
class Rollup:
    """`keys` are its columns and what they are of an `event` (and its `channel`); `metrics` are summed.

    `packed`: of these the values of a row lie side by side in arrays, and the sums beside them.
    """

    table: str
    keys: Mapping[str, str]
    metrics: tuple[str, ...] = tuple(METRICS)
    packed: tuple[str, ...] = ()

    @property
    def joins(self) -> str:
        return _CHANNEL if DAY in self.keys.values() else ""

    @property
    def only(self) -> str:
        """Which events it is of, as a condition: what a day's report says happened in none of its hours."""
        return "NOT event.whole_day" if self.period == "hour" else "true"

    @property
    def period(self) -> str:
        """The column that says when: `hour` or `day`."""
        return "day" if "day" in self.keys else "hour"

    @property
    def of_video(self) -> bool:
        """Or of a whole channel."""
        return "video_id" in self.keys

    @property
    def row_keys(self) -> tuple[str, ...]:
        """What tells its rows apart."""
        return tuple(name for name in self.keys if name not in self.packed)

    @property
    def arrays(self) -> Mapping[str, str]:
        """Columns that are arrays, and what one element is."""
        return {f"{name}s": name for name in self.packed} | {name: name for name in self.metrics if self.packed}


_OF_CHANNEL = {"channel_id": "event.channel_id"}
_OF_VIDEO = {**_OF_CHANNEL, "video_id": "event.video_id"}
_MEMBER = {"dimension": "event.dimension", "member": "event.member"}
ROLLUPS = (
    Rollup("analytics.video_hourly", {**_OF_VIDEO, "hour": HOUR}),
    Rollup("analytics.video_daily", {**_OF_VIDEO, "day": DAY}),
    Rollup("analytics.channel_hourly", {**_OF_CHANNEL, "hour": HOUR}),
    Rollup("analytics.channel_daily", {**_OF_CHANNEL, "day": DAY}),
)
_BREAKDOWN_METRICS = ("events", "views", "watch_time_minutes")
# side by side: a report of 24 members was 24 rows to look for and to write again, and is one
VIDEO_BREAKDOWNS = Rollup(
    "analytics.video_breakdown_daily", {**_OF_VIDEO, "day": DAY, **_MEMBER}, _BREAKDOWN_METRICS, ("dimension", "member")
)
CHANNEL_BREAKDOWNS = Rollup(
    "analytics.channel_breakdown_daily", {**_OF_CHANNEL, "day": DAY, **_MEMBER}, _BREAKDOWN_METRICS, ("member",)
)
BREAKDOWNS = (VIDEO_BREAKDOWNS, CHANNEL_BREAKDOWNS)
ALL = (*ROLLUPS, *BREAKDOWNS)
