"""Columns of events as PostgreSQL's binary COPY reads them: a batch becomes bytes without a loop over its rows.

https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ytempire.analytics.events import AMOUNTS, COUNTS, Events, Numbers

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)  # no flags, no header extension
TRAILER = struct.pack(">h", -1)
EPOCH_US = 946_684_800_000_000  # 2000-01-01, where PostgreSQL's timestamps begin

Places = npt.NDArray[np.intp]


def _row() -> np.dtype[np.void]:
    """One row in the order of COLUMNS: how many fields it has, and each field after its length in bytes."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind, _ in _FIELDS:
        fields += [(f"{name}_bytes", ">i4"), (name, kind)]
    return np.dtype(fields)


_FIELDS = (
    ("channel_id", "V16", "uuid"),
    ("video_id", "V16", "uuid"),
    ("timestamp", ">i8", "timestamptz"),
    *((name, ">i4", "integer") for name in COUNTS),
    *((f"{name}_micro", ">i8", "bigint") for name in AMOUNTS),
)
COLUMNS = tuple((name, sql) for name, _, sql in _FIELDS)
"""Names and SQL types of what `copy_rows` writes; amounts are in millionths."""
_ROW = _row()


def copy_rows(events: Events) -> bytes:
    """All rows, with what stands before and after them."""
    rows = np.zeros(len(events), _ROW)
    rows["fields"] = len(_FIELDS)
    for name, kind, _ in _FIELDS:
        rows[f"{name}_bytes"] = np.dtype(kind).itemsize
    rows["channel_id"] = _uuids(events.channel_id)
    rows["video_id"] = _uuids(events.video_id)
    rows["timestamp"] = events.at_us - EPOCH_US
    for name in COUNTS:
        rows[name] = events.counts[name]
    for name in AMOUNTS:
        rows[f"{name}_micro"] = events.amounts[name]
    return SIGNATURE + rows.tobytes() + TRAILER


def _uuids(halves: npt.NDArray[np.uint64]) -> npt.NDArray[np.void]:
    return np.ascontiguousarray(halves, ">u8").view("V16").reshape(-1)


def last_of_each(events: Events) -> Events:
    """Sorted by channel, video and time, and of those with the same three the last that came."""
    order = np.lexsort((events.at_us, *_halves(events.video_id), *_halves(events.channel_id)))
    ahead = order[1:]
    same = (
        (events.at_us[order[:-1]] == events.at_us[ahead])
        & (events.video_id[order[:-1]] == events.video_id[ahead]).all(axis=1)
        & (events.channel_id[order[:-1]] == events.channel_id[ahead]).all(axis=1)
    )
    return take(events, order[np.append(~same, True)] if len(order) else order)


def _halves(ids: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Keys for lexsort, the weightier one last."""
    return ids[:, 1], ids[:, 0]


def shards(events: Events, many: int) -> Iterator[tuple[int, Events]]:
    """The events of each shard that has some. A channel is always in the same one."""
    # the low half of a UUID of any version is random but for two bits
    shard = events.channel_id[:, 1] % np.uint64(many)
    for number in np.unique(shard):
        yield int(number), take(events, np.flatnonzero(shard == number))


def take(events: Events, places: Places | Numbers) -> Events:
    """The events at these places, in this order."""
    return replace(
        events,
        line=events.line[places],
        video_id=events.video_id[places],
        channel_id=events.channel_id[places],
        at_us=events.at_us[places],
        counts={name: column[places] for name, column in events.counts.items()},
        amounts={name: column[places] for name, column in events.amounts.items()},
        breakdowns=[events.breakdowns[place] for place in places],
    )
