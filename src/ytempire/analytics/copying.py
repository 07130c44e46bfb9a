"""Columns of events as PostgreSQL's binary COPY reads them: a batch becomes bytes without a loop over its rows.

https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

from ytempire.analytics.events import AMOUNTS, COUNTS, MICRO, Breakdown, Events, Numbers

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)  # no flags, no header extension
TRAILER = struct.pack(">h", -1)
EPOCH_US = 946_684_800_000_000  # 2000-01-01, where PostgreSQL's timestamps begin

BREAKDOWN_COLUMNS = (
    ("channel_id", "uuid"),
    ("video_id", "uuid"),
    ("timestamp", "timestamptz"),
    ("dimensions", "text[]"),
    ("members", "text[]"),
    ("views", "integer[]"),
    ("watch_time_minutes", "double precision[]"),
)

Places = npt.NDArray[np.intp]


def _row() -> np.dtype[np.void]:
    """One row in the order of COLUMNS: how many fields it has, and each field after its length in bytes."""
    fields: list[tuple[str, npt.DTypeLike]] = [("fields", ">i2")]
    for name, kind, _ in _FIELDS:
        fields += [(f"{name}_bytes", ">i4"), (name, kind)]
    return np.dtype(fields)


# A decimal as PostgreSQL sends it (numeric_recv): digits to the base of 10,000, three before the point and two behind
# it. Leading and trailing ones that are zero are taken off there.
_DECIMAL = np.dtype([("digits", ">i2"), ("weight", ">i2"), ("sign", ">i2"), ("scale", ">i2"), ("digit", ">i2", 5)])
_FIELDS: tuple[tuple[str, npt.DTypeLike, str], ...] = (
    ("line", ">i4", "integer"),
    ("channel_id", "V16", "uuid"),
    ("video_id", "V16", "uuid"),
    ("timestamp", ">i8", "timestamptz"),
    ("breakdowns_digest", ">i8", "bigint"),
    *((name, ">i4", "integer") for name in COUNTS),
    *((name, _DECIMAL, "numeric(18, 6)") for name in AMOUNTS),
)
COLUMNS = tuple((name, sql) for name, _, sql in _FIELDS)
"""Names and SQL types of what `copy_rows` writes."""
_ROW = _row()


def copy_rows(events: Events) -> bytes:
    """All rows, with what stands before and after them."""
    rows = np.zeros(len(events), _ROW)
    rows["fields"] = len(_FIELDS)
    for name, kind, _ in _FIELDS:
        rows[f"{name}_bytes"] = np.dtype(kind).itemsize
    rows["channel_id"] = _uuids(events.channel_id)
    rows["video_id"] = _uuids(events.video_id)
    rows["line"] = events.line
    rows["breakdowns_digest"] = _digests(events.breakdowns)
    rows["timestamp"] = events.at_us - EPOCH_US
    for name in COUNTS:
        rows[name] = events.counts[name]
    for name in AMOUNTS:
        _write_decimals(rows[name], events.amounts[name])
    return SIGNATURE + rows.tobytes() + TRAILER


def _write_decimals(column: npt.NDArray[np.void], micro: Numbers) -> None:
    column["digits"], column["weight"], column["scale"] = 5, 2, 6
    whole, part = np.divmod(micro, MICRO)
    column["digit"][:, 0] = whole // 100_000_000
    column["digit"][:, 1] = whole // 10_000 % 10_000
    column["digit"][:, 2] = whole % 10_000
    column["digit"][:, 3] = part // 100
    column["digit"][:, 4] = part % 100 * 100


def _digests(breakdowns: Sequence[Sequence[Breakdown]]) -> list[int]:
    """Of each event's: 0 where it has none. An event that comes again is seen to say something else by it."""
    return [_digest(parts) if parts else 0 for parts in breakdowns]


def _digest(parts: Sequence[Breakdown]) -> int:
    said = msgspec.json.encode(sorted(map(msgspec.structs.astuple, parts)))
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), signed=True) or 1


def copy_breakdowns(events: Events) -> bytes:
    """A row for each event that has breakdowns, in the order of BREAKDOWN_COLUMNS: members side by side in arrays.

    A member that is named twice is what it was named for last.
    """
    rows = [_breakdown_row(events, place, parts) for place, parts in enumerate(events.breakdowns) if parts]
    return SIGNATURE + b"".join(rows) + TRAILER


def _breakdown_row(events: Events, place: int, parts: Sequence[Breakdown]) -> bytes:
    last = {(part.dimension, part.member): part for part in parts}.values()
    fields = (
        events.channel_id[place].astype(">u8").tobytes(),
        events.video_id[place].astype(">u8").tobytes(),
        struct.pack(">q", int(events.at_us[place]) - EPOCH_US),
        _array(_TEXT, [_text(part.dimension) for part in last]),
        _array(_TEXT, [_text(part.member) for part in last]),
        _array(_INTEGER, [struct.pack(">ii", 4, part.views) for part in last]),
        _array(_FLOAT, [struct.pack(">id", 8, part.minutes) for part in last]),
    )
    return struct.pack(">h", len(fields)) + b"".join(struct.pack(">i", len(field)) + field for field in fields)


_TEXT, _INTEGER, _FLOAT = 25, 23, 701  # as pg_type has them


def _array(kind: int, elements: Sequence[bytes]) -> bytes:
    """Of one dimension, without nulls, from 1 on; each element after its length (array_recv)."""
    return struct.pack(">iiiii", 1, 0, kind, len(elements), 1) + b"".join(elements)


@lru_cache(maxsize=10_000)  # the same few names come again and again
def _text(said: str) -> bytes:
    return struct.pack(">i", len(data := said.encode())) + data


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
    shard = (events.channel_id[:, 1] & np.uint64(0xFF)) % np.uint64(many)
    for number in np.unique(shard):
        yield int(number), take(events, np.flatnonzero(shard == number))


def distinct_channels(events: Events) -> list[UUID]:
    """The channels of events that are sorted by them."""
    first = np.flatnonzero((events.channel_id[1:] != events.channel_id[:-1]).any(axis=1)) + 1
    starts = [0, *first.tolist()] if len(events) else []
    return [UUID(bytes=bytes(one)) for one in _uuids(events.channel_id[starts]).tolist()]


def shard_of(channel_id: UUID, many: int) -> int:
    """By its last byte, which is random in a UUID of any version. `analytics.shard_of` in the database is the same."""
    return channel_id.bytes[-1] % many


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
