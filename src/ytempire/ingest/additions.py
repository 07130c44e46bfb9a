"""What new events add to the rollups, prepared in a transaction: in tables of the session, and as deltas.

None of it needs the shard's lock. What it rests on, the time zones of the channels, is asked again under the lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ytempire.ingest.binary_copy import copy_breakdowns, uuids
from ytempire.ingest.breakdowns import Numbers
from ytempire.ingest.copy_into import Connection, as_ingest_role, copy_into
from ytempire.ingest.deltas import Segment
from ytempire.ingest.events import EventColumns
from ytempire.ingest.metrics import ALL, ROLLUPS
from ytempire.ingest.rollups import DAYS, DELETE_PREPARED, TIME_ZONES, add_summed, summed_table
from ytempire.ingest.sums import QUARTER_US, VideoSums, sum_up, sum_up_breakdowns, sum_up_with_deltas

_ADD_SUMMED = {rollup.table: add_summed(rollup, summed_table(rollup.table)).encode() for rollup in ALL}
_ADD_SUMMED_BY_HOUR = {
    days.table: add_summed(days, summed_table(hours.table)).encode()
    for days in ROLLUPS
    for hours in ROLLUPS
    if (days.period, hours.period) == ("day", "hour") and days.of_video == hours.of_video
}


@dataclass(frozen=True)
class Deltas:
    """What goes to a segment instead of the rollups of videos."""

    segment: Segment
    sums: VideoSums


@dataclass(frozen=True)
class Additions:
    """Statements that add what lies in the session's tables to the rollups, and deltas. `segment`: where these go."""

    segment: Segment | None
    statements: Sequence[bytes] = ()
    deltas: Deltas | None = None


def add_up(connection: Connection, events: EventColumns, zones: Sequence[str], segment: Segment | None) -> Additions:
    """Add up new events, which are in their order. `zones` are those of their channels."""
    if not len(events):
        return Additions(segment)
    days = _days(connection, events, zones)
    sums: dict[str, bytes | bytearray | None]
    deltas = None
    if segment is not None and not events.whole_day.any():
        of_videos, of_channels = sum_up_with_deltas(events, days)
        sums, deltas = {**of_channels}, Deltas(segment, of_videos)
    else:
        sums = {**sum_up(events, days)}
    if len(events.breakdowns):
        sums |= sum_up_breakdowns(events, days)
        copy_into(connection, "incoming_parts", copy_breakdowns(events))
    statements = []
    for table, rows in sums.items():
        if rows is None:
            statements.append(_ADD_SUMMED_BY_HOUR[table])
        else:
            copy_into(connection, summed_table(table), rows)
            statements.append(_ADD_SUMMED[table])
    return Additions(segment, statements, deltas)


def delete_prepared(connection: Connection) -> None:
    """Empty the session's tables of what was prepared, to prepare it again."""
    for delete_rows in DELETE_PREPARED:
        connection.execute(delete_rows.encode(), prepare=True)


def copy_deltas(connection: Connection, deltas: Deltas) -> None:
    """Write deltas into their segment."""
    segment = deltas.segment.id
    with as_ingest_role(connection):
        copy_into(connection, f"analytics.video_deltas_{segment}", deltas.sums.pack(segment))
    connection.execute("SELECT analytics.summarize_deltas(%s)", [segment], prepare=True)


def channel_ids(events: EventColumns) -> npt.NDArray[np.void]:
    """Return the channels of events, which are in their order."""
    return uuids(events.channel_id[events.channel_starts])


def time_zones(connection: Connection, events: EventColumns) -> list[str]:
    """Return the time zones of the channels of events, in their order."""
    channels = channel_ids(events)
    row = connection.execute(TIME_ZONES, [channels.tobytes(), len(channels)], prepare=True).fetchone()
    zones: list[str] = (row and row[0]) or []
    assert len(zones) == len(channels), "a channel that has videos is not removed"
    return zones


def zones_of_channels(zones: Sequence[str], events: EventColumns, selected: EventColumns) -> list[str]:
    """Return the zones of the channels of `selected` of the events."""
    zone_of = dict(zip(channel_ids(events).tolist(), zones, strict=True))
    return [zone_of[channel_id] for channel_id in channel_ids(selected).tolist()]


def _days(connection: Connection, events: EventColumns, zones: Sequence[str]) -> Numbers:
    """Of each event its channel's day, since 2000, as PostgreSQL knows the time zones. `zones`: of each channel."""
    names = sorted(set(zones))
    index = {name: number for number, name in enumerate(names)}
    zone = np.array([index[zone_name] for zone_name in zones])[np.cumsum(events.channel_starts) - 1]
    quarter = events.at_us // QUARTER_US
    first = int(quarter.min())
    # both in one number, the zone in its lowest digits
    quarters_in_zones, positions = np.unique((quarter - first) * len(names) + zone, return_inverse=True)
    row = connection.execute(
        DAYS,
        [
            [names[zone_index] for zone_index in quarters_in_zones % len(names)],
            (quarters_in_zones // len(names) + first).tolist(),
        ],
        prepare=True,
    ).fetchone()
    assert row is not None
    return np.array(row[0], np.int64)[positions]
