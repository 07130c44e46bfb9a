"""What new events add to the rollups, added up here: in the database it would cost five times as much.

Sums are exact: whole numbers, decimals as millionths; where 64 bits may be too small for them, Python's integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ytempire.ingest.binary_copy import ArrayLayout, Column, Layout, uuids
from ytempire.ingest.breakdowns import MICRO, Numbers, RowIndices
from ytempire.ingest.events import COUNTS, EventColumns, Ids
from ytempire.ingest.group_starts import exact, group_starts
from ytempire.ingest.metrics import BREAKDOWNS, METRICS, ROLLUPS, Metric, Rollup

HOUR_US = 3_600 * MICRO
MINUTE_US = 60 * MICRO
QUARTER_US = 900 * MICRO
"""The offset of no time zone changes but at a quarter of an hour, and all of its moments are of one day."""

RECENT = [
    ("channel_id", "V16"),
    ("video_id", "V16"),
    ("minute", ">i8"),
    ("views", ">i8"),
    ("likes", ">i8"),
    ("comments", ">i8"),
    ("shares", ">i8"),
]
"""What changed in the minutes that live counters show, as numpy reads it: `minute` is its start, in seconds since 1970,
and the others are differences, which a correction may make negative."""
RECENT_MINUTES = 10
_RECENT_COUNTS = ("views", "likes", "comments", "shares")

_KEYS = {"channel_id": "uuid", "video_id": "uuid", "hour": "timestamptz", "day": "date"}


def _sums(rollup: Rollup) -> dict[str, str]:
    return {name: "bigint" if METRICS[name].is_integer else "numeric(30, 6)" for name in rollup.metrics}


def _keys(rollup: Rollup) -> dict[str, str]:
    return {name: kind for name, kind in _KEYS.items() if name in rollup.keys}


_OF_CHANNELS = tuple(rollup for rollup in ROLLUPS if not rollup.of_video)
LAYOUTS = {rollup.table: Layout(_keys(rollup) | {"day": "date"} | _sums(rollup)) for rollup in ROLLUPS}
"""Of an hour's sums also the day, so that they can serve the rollup by day (`sum_up`)."""
DELTAS = Layout({"segment": "smallint"} | _keys(ROLLUPS[0]) | {"day": "date"} | _sums(ROLLUPS[0]))
"""The columns of `analytics.video_deltas`."""
ARRAYS = {
    rollup.table: ArrayLayout(_keys(rollup), _sums(rollup), dimension="dimension" not in rollup.packed)
    for rollup in BREAKDOWNS
}


@dataclass(frozen=True)
class VideoSums:
    """Sums of videos by hour and day: columns of one length, in order of video and hour. `values` are by metric."""

    channel_id: Ids
    video_id: Ids
    hour: Numbers
    """Hours since 1970."""
    day: Numbers
    """Days since 2000."""
    values: Mapping[str, npt.NDArray[Any]]

    def __len__(self) -> int:
        return len(self.hour)

    def take(self, rows: slice | RowIndices) -> VideoSums:
        """Return these rows of them."""
        return VideoSums(
            self.channel_id[rows],
            self.video_id[rows],
            self.hour[rows],
            self.day[rows],
            {name: column[rows] for name, column in self.values.items()},
        )

    def pack(self, segment: int) -> bytearray:
        """Return rows of DELTAS."""
        keys: dict[str, Column] = {
            "segment": segment,
            "channel_id": self.channel_id,
            "video_id": self.video_id,
            "hour": self.hour * HOUR_US,
            "day": self.day,
        }
        return DELTAS.pack(len(self), {**keys, **self.values})


def sum_up_with_deltas(events: EventColumns, days: Numbers) -> tuple[VideoSums, dict[str, bytearray | None]]:
    """The same as `sum_up`, but of videos what becomes deltas. `events` are none of a whole day."""
    event_values = {name: _event_values(events, metric) for name, metric in METRICS.items()}
    hours = events.at_us // HOUR_US
    groups = _Groups(None, np.flatnonzero(events.video_starts | group_starts(hours, days)))
    first = groups.first
    of_videos = VideoSums(
        events.channel_id[first],
        events.video_id[first],
        hours[first],
        days[first],
        {name: groups.sum(values) for name, values in event_values.items()},
    )
    return of_videos, _sum_up_channels(of_videos)


def _sum_up_channels(sums: VideoSums) -> dict[str, bytearray | None]:
    values = {name: exact(column, added_up=len(sums)) for name, column in sums.values.items()}
    periods = {"hour": sums.hour, "day": sums.day}
    starts = group_starts(sums.channel_id)
    groups = {period: _sorted_groups(starts, moments) for period, moments in periods.items()}
    return {
        rollup.table: None
        if rollup.period == "day" and groups["day"].are(groups["hour"])
        else _rows(rollup, sums, values, periods, groups[rollup.period])
        for rollup in _OF_CHANNELS
    }


def sum_up(events: EventColumns, days: Numbers) -> dict[str, bytearray | None]:
    """For each rollup the rows to be added to it, as binary COPY reads them; None: by day the same as by hour.

    `events` are in their order (`event_order`), `days` are those of each in its channel's time zone, since 2000.
    """
    if events.whole_day.any():
        of_hours = np.flatnonzero(~events.whole_day)
        return {
            **_sum_up(events, days, [rollup for rollup in ROLLUPS if rollup.period == "day"], as_by_hour=False),
            **_sum_up(events.take(of_hours), days[of_hours], [rollup for rollup in ROLLUPS if rollup.period == "hour"]),
        }
    return _sum_up(events, days, ROLLUPS)


def _sum_up(
    events: EventColumns,
    days: Numbers,
    rollups: Sequence[Rollup],
    *,
    as_by_hour: bool = True,
) -> dict[str, bytearray | None]:
    """`as_by_hour`: where they are the same, sums by hour are taken for those by day."""
    event_values = {name: _event_values(events, metric) for name, metric in METRICS.items()}
    periods = {"hour": events.at_us // HOUR_US, "day": days}
    groups = {
        (of_video, period): _groups(events, moments, of_video=of_video)
        for of_video in (True, False)
        for period, moments in periods.items()
    }
    return {
        rollup.table: None
        if rollup.period == "day" and as_by_hour and groups[rollup.of_video, "day"].are(groups[rollup.of_video, "hour"])
        else _rows(rollup, events, event_values, periods, groups[rollup.of_video, rollup.period])
        for rollup in rollups
    }


def sum_up_breakdowns(events: EventColumns, days: Numbers) -> dict[str, bytes | bytearray]:
    """The same for what breaks events down."""
    return {rollup.table: _array_rows(rollup, events, days) for rollup in BREAKDOWNS}


def _array_rows(rollup: Rollup, events: EventColumns, days: Numbers) -> bytes:
    """One row after the other, and in it one name after the other; events of the same name are added up."""
    parts = events.breakdowns
    entity_starts = events.video_starts if rollup.of_video else events.channel_starts
    of_row = [np.cumsum(entity_starts)[parts.event], days[parts.event]]
    if "dimension" not in rollup.packed:
        of_row.append(np.array([dimension for dimension, _ in parts.names])[parts.name])
    order = np.lexsort((parts.name, of_row[1], of_row[0]))  # names are sorted by their dimension
    other_row = group_starts(*(column[order] for column in of_row))
    starts = np.flatnonzero(other_row | group_starts(parts.name[order]))
    ones = np.ones(len(parts), np.int64)
    event_values = {"events": ones, "views": parts.views, "watch_time_minutes": exact(parts.micro, added_up=len(parts))}
    rows = np.flatnonzero(other_row[starts])
    first = parts.event[order[starts[rows]]]
    return ARRAYS[rollup.table].pack(
        rows,
        {"channel_id": events.channel_id[first], "video_id": events.video_id[first], "day": days[first]},
        parts.name[order[starts]],
        parts.names,
        {name: np.add.reduceat(values[order], starts) for name, values in event_values.items()},
    )


def _event_values(events: EventColumns, metric: Metric) -> npt.NDArray[Any]:
    """What each event gives, in millionths where it is a decimal."""
    if metric.of is None:
        return np.ones(len(events), np.int64)
    values = events.counts[metric.of] if metric.of in COUNTS else events.amounts[metric.of]
    times = np.ones(1, np.int64) if metric.times is None else events.counts[metric.times]
    return exact(values, times=int(times.max(initial=0)), added_up=len(events)) * times


def _rows(
    rollup: Rollup,
    events: EventColumns | VideoSums,
    event_values: Mapping[str, npt.NDArray[Any]],
    periods: Mapping[str, Numbers],
    groups: _Groups,
) -> bytearray:
    keys: dict[str, Column] = {
        "channel_id": events.channel_id[groups.first],
        "video_id": events.video_id[groups.first],
        "hour": periods["hour"][groups.first] * HOUR_US,
        "day": periods["day"][groups.first],
    }
    sums = {name: groups.sum(event_values[name]) for name in rollup.metrics}
    return LAYOUTS[rollup.table].pack(len(groups.first), {**keys, **sums})


@dataclass(frozen=True)
class _Groups:
    """Events of the same keys. `order`: one group after the other; None: as they are. `starts`: of each, in it."""

    order: RowIndices | None
    starts: RowIndices

    @property
    def first(self) -> RowIndices:
        """An event of each group."""
        return self.starts if self.order is None else self.order[self.starts]

    def are(self, other: _Groups) -> bool:
        """The same events are together, and in the same order."""
        if self.order is None or other.order is None:
            return self.order is other.order and np.array_equal(self.starts, other.starts)
        return np.array_equal(self.order, other.order) and np.array_equal(self.starts, other.starts)

    def sum(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if not len(self.starts):
            return values[:0]
        return np.add.reduceat(values if self.order is None else values[self.order], self.starts)


def _groups(events: EventColumns, period: Numbers, *, of_video: bool) -> _Groups:
    """By channel or video, and by period, which grows with the time."""
    if of_video:
        return _Groups(None, np.flatnonzero(events.video_starts | group_starts(period)))
    return _sorted_groups(events.channel_starts, period)


def _sorted_groups(channel_starts: npt.NDArray[np.bool_], period: Numbers) -> _Groups:
    """By channel, in whose order they are, and of each by period."""
    order = np.lexsort((period, np.cumsum(channel_starts)))
    return _Groups(order, np.flatnonzero(channel_starts | group_starts(period[order])))


def recent(events: EventColumns, *, now_us: int) -> bytes:
    """What of new events lies in the minutes that live counters show: rows of RECENT, packed."""
    minute = events.at_us // MINUTE_US
    is_recent = (events.at_us >= now_us - RECENT_MINUTES * MINUTE_US) & ~events.whole_day
    if not is_recent.any():
        return b""
    groups = _groups(events, minute, of_video=True)
    rows = np.zeros(len(groups.starts), RECENT)
    rows["channel_id"], rows["video_id"] = uuids(events.channel_id[groups.first]), uuids(events.video_id[groups.first])
    rows["minute"] = minute[groups.first] * (MINUTE_US // MICRO)
    for name in _RECENT_COUNTS:
        rows[name] = groups.sum(np.where(is_recent, events.counts[name], 0))
    return rows[groups.sum(is_recent.astype(np.int64)) > 0].tobytes()
