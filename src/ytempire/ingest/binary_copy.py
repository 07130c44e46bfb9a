"""Columns of events as PostgreSQL's binary COPY reads them: a batch becomes bytes without a loop over its rows.

https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ytempire.ingest.breakdowns import MICRO, Name, RowIndices
from ytempire.ingest.events import AMOUNTS, CORRECTABLE_FIELDS, COUNTS, EventColumns, Ids
from ytempire.ingest.group_starts import group_starts

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)  # no flags, no header extension
TRAILER = struct.pack(">h", -1)
EPOCH_US = 946_684_800_000_000  # 2000-01-01, where PostgreSQL's timestamps begin

Column = npt.NDArray[Any] | int
_NEGATIVE = 0x4000  # NUMERIC_NEG


def _decimal(groups: int) -> np.dtype[np.void]:
    """A decimal as PostgreSQL sends it (numeric_recv): so many digits to the base of 10,000, the last two of them
    behind the point. Leading and trailing ones that are zero are taken off there.
    """
    fields = [(name, ">i2") for name in ("digits", "weight", "sign", "scale")]
    return np.dtype([*fields, ("digit", ">i2", (groups,))])


KINDS: Mapping[str, np.dtype[Any]] = {
    "uuid": np.dtype("V16"),
    "timestamptz": np.dtype(">i8"),
    "date": np.dtype(">i4"),
    "boolean": np.dtype("?"),
    "smallint": np.dtype(">i2"),
    "integer": np.dtype(">i4"),
    "bigint": np.dtype(">i8"),
    "numeric(18, 6)": _decimal(5),
    "numeric(30, 6)": _decimal(8),
}
"""SQL types whose values have one length each. Ids are pairs of halves, times microseconds since 1970, dates days since
2000, decimals millionths."""


class Layout:
    """A table's columns, and its rows as binary COPY reads them."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.columns = columns
        row: list[tuple[str, npt.DTypeLike]] = [("fields", ">i2")]
        for name, kind in columns.items():
            row += [(f"{name}_bytes", ">i4"), (name, KINDS[kind])]
        self._row = np.dtype(row)
        self._empty_row = self._make_empty_row()

    def _make_empty_row(self) -> bytes:
        """What is the same in all rows: how many fields each has, and how each value begins."""
        row = np.zeros(1, self._row)
        row["fields"] = len(self.columns)
        for name, kind in self.columns.items():
            row[f"{name}_bytes"] = KINDS[kind].itemsize
            if kind.startswith("numeric"):
                groups = row[name]["digit"].shape[1]
                row[name]["digits"], row[name]["weight"], row[name]["scale"] = groups, groups - 3, 6
        return row.tobytes()

    @property
    def sql(self) -> str:
        return ", ".join(f'"{name}" {kind} NOT NULL' for name, kind in self.columns.items())

    @property
    def row_bytes(self) -> int:
        return self._row.itemsize

    def pack(self, row_count: int, values: Mapping[str, Column]) -> bytearray:
        """So many rows, with what stands before and after them."""
        packed = bytearray(b"".join((SIGNATURE, self._empty_row * row_count, TRAILER)))
        self._write(np.frombuffer(packed, self._row, row_count, len(SIGNATURE)), values)
        return packed

    def rows(self, row_count: int, values: Mapping[str, Column]) -> npt.NDArray[np.void]:
        """So many rows, of which each begins with how many fields it has, and each field with its length in bytes."""
        rows = np.frombuffer(bytearray(self._empty_row * row_count), self._row)
        self._write(rows, values)
        return rows

    def _write(self, rows: npt.NDArray[np.void], values: Mapping[str, Column]) -> None:
        for name, kind in self.columns.items():
            _encode_column(rows[name], kind, values[name])


def _encode_column(column: npt.NDArray[Any], kind: str, values: Column) -> None:
    if kind == "uuid":
        column[:] = uuids(np.asarray(values))
    elif kind == "timestamptz":
        column[:] = values - EPOCH_US
    elif kind.startswith("numeric"):
        _encode_decimals(column, np.asarray(values))
    else:
        column[:] = values


def _encode_decimals(column: npt.NDArray[np.void], micro: npt.NDArray[Any]) -> None:
    """Whole numbers of 64 bits, or Python's where those are too small. What is the same in all values is there."""
    digit = column["digit"]
    whole = digit.shape[1] - 2
    below = micro < 0
    if below.any():  # seldom: a correction takes away
        column["sign"] = np.where(below, _NEGATIVE, 0)
        micro = abs(micro)
    # `//` by one number is quick, and `%` and divmod are not
    rest = micro // MICRO
    part = micro - rest * MICRO
    hundreds = part // 100
    digit[:, whole], digit[:, whole + 1] = hundreds, (part - hundreds * 100) * 100
    for group in reversed(range(1, whole)):
        if not rest.any():
            return
        more = rest // 10_000
        digit[:, group] = rest - more * 10_000
        rest = more
    digit[:, 0] = rest


EVENTS = Layout(
    {
        "line": "integer",
        "channel_id": "uuid",
        "video_id": "uuid",
        "timestamp": "timestamptz",
        "batch_id": "uuid",
        "breakdowns_digest": "bigint",
        **dict.fromkeys(COUNTS, "integer"),
        **dict.fromkeys(AMOUNTS, "numeric(18, 6)"),
        "whole_day": "boolean",
    }
)
VIDEOS = Layout({name: EVENTS.columns[name] for name in ("line", "channel_id", "video_id")})
"""Of each video its first event in their order (`event_order`)."""
SERIES = Layout({name: kind for name, kind in EVENTS.columns.items() if name != "line"})
"""The columns of `analytics.video_metrics`."""
CORRECTION_COLUMNS = tuple(name for name in CORRECTABLE_FIELDS if name not in ("dislikes", "estimated_ad_revenue_usd"))
"""What a correction may take away and is a metric by which videos are ordered."""
CORRECTIONS = Layout({name: EVENTS.columns[name] for name in ("channel_id", "timestamp", *CORRECTION_COLUMNS)})
"""What events say that take something away."""


def copy_videos(events: EventColumns, row_indices: RowIndices) -> bytearray:
    """The videos of these events as rows of VIDEOS."""
    values = {name: getattr(events, name)[row_indices] for name in VIDEOS.columns}
    return VIDEOS.pack(len(row_indices), values)


def copy_rows(events: EventColumns, batches: Ids, layout: Layout = EVENTS) -> bytearray:
    """All events as rows of EVENTS, SERIES or FALLEN. `batches`: of each the batch that it came with."""
    values: dict[str, Column] = {
        "line": events.line,
        "channel_id": events.channel_id,
        "video_id": events.video_id,
        "timestamp": events.at_us,
        "batch_id": batches,
        "breakdowns_digest": events.breakdowns.digests(len(events)),
        "whole_day": events.whole_day,
    }
    return layout.pack(len(events), {**values, **events.counts, **events.amounts})


class ArrayLayout:
    """A table whose rows have arrays of members behind their keys: names and numbers side by side.

    `numbers`: columns of arrays, and the SQL type of their elements. `dimension`: the last of the keys is the
    dimension, the same for all members of a row; without, it is an array like their names.
    """

    def __init__(self, keys: Mapping[str, str], numbers: Mapping[str, str], *, dimension: bool = False) -> None:
        self._keys = Layout(keys)
        self._numbers = {name: Layout({name: kind}) for name, kind in numbers.items()}
        self._dimension = dimension
        arrays = {"members": "text[]", **{name: f"{kind}[]" for name, kind in numbers.items()}}
        self.columns = {**keys, **({"dimension": "text"} if dimension else {"dimensions": "text[]"}), **arrays}

    @property
    def sql(self) -> str:
        return ", ".join(f'"{name}" {kind} NOT NULL' for name, kind in self.columns.items())

    def pack(
        self,
        starts: RowIndices,
        keys: Mapping[str, Column],
        names: RowIndices,
        of: Sequence[Name],
        values: Mapping[str, npt.NDArray[Any]],
    ) -> bytes:
        """Rows that begin at `starts` among their members: `keys` are of rows, `names` and `values` of members."""
        sizes = np.diff(starts, append=len(names))
        texts, numbers = _NameEncoder(of, names, dimension=self._dimension), self._encode_numbers(starts, sizes, values)
        chunks = [SIGNATURE]
        for key, start, size, encoded in zip(
            self._encode_keys(len(starts), keys), starts.tolist(), sizes.tolist(), numbers, strict=True
        ):
            chunks += (key, texts.encode(start, start + size), encoded)
        return b"".join((*chunks, TRAILER))

    def _encode_keys(self, row_count: int, keys: Mapping[str, Column]) -> list[bytes]:
        """Rows up to their keys."""
        rows = self._keys.rows(row_count, keys)
        rows["fields"] = len(self.columns)
        return _cut(rows.tobytes(), rows.itemsize)

    def _encode_numbers(
        self, starts: RowIndices, sizes: RowIndices, values: Mapping[str, npt.NDArray[Any]]
    ) -> list[bytes]:
        """All arrays of numbers of each row, one behind the other. Rows of one size are encoded together."""
        elements = {
            name: layout.rows(len(values[name]), {name: values[name]}) for name, layout in self._numbers.items()
        }
        encoded: list[bytes] = [b""] * len(starts)
        for size in np.unique(sizes).tolist():
            rows = np.flatnonzero(sizes == size)
            members = starts[rows, None] + np.arange(size)
            columns: list[npt.NDArray[np.uint8]] = []
            for name, layout in self._numbers.items():
                # an element is a field of its own: what stands before it is how many fields there are
                element = elements[name].view(np.uint8).reshape(-1, layout.row_bytes)[:, 2:]
                header = _header(_OID[layout.columns[name]], size, element.shape[1] * size)
                columns.append(np.broadcast_to(np.frombuffer(header, np.uint8), (len(rows), len(header))))
                columns.append(element[members].reshape(len(rows), -1))
            block = np.concatenate(columns, axis=1)
            for row, numbers in zip(rows.tolist(), _cut(block.tobytes(), block.shape[1]), strict=True):
                encoded[row] = numbers
        return encoded


def _cut(packed: bytes, size: int) -> list[bytes]:
    """Into pieces of this size."""
    return [packed[start : start + size] for start in range(0, len(packed), size)]


_OID = {"text": 25, "integer": 23, "bigint": 20, "numeric(18, 6)": 1700, "numeric(30, 6)": 1700}  # as pg_type has them


@lru_cache(maxsize=10_000)
def _header(kind: int, element_count: int, size: int) -> bytes:
    """Of an array of one dimension without nulls, from 1 on, after its length (array_recv)."""
    return struct.pack(">iiiiii", 20 + size, 1, 0, kind, element_count, 1)


class _NameEncoder:
    """Names as fields. The same few lists of them come again and again."""

    def __init__(self, distinct: Sequence[Name], names: RowIndices, *, dimension: bool) -> None:
        self._dimensions = [_text(dimension) for dimension, _ in distinct]
        self._members = [_text(member) for _, member in distinct]
        self._names = names
        self._dimension = dimension
        self._encoded: dict[bytes, bytes] = {}

    def encode(self, start: int, end: int) -> bytes:
        names = self._names[start:end]
        key = names.tobytes()
        encoded = self._encoded.get(key)
        if encoded is None:
            name_indices = names.tolist()
            dimensions = (
                self._dimensions[name_indices[0]] if self._dimension else self._array(self._dimensions, name_indices)
            )
            encoded = self._encoded[key] = dimensions + self._array(self._members, name_indices)
        return encoded

    def _array(self, texts: Sequence[bytes], name_indices: Sequence[int]) -> bytes:
        elements = b"".join(texts[index] for index in name_indices)
        return _header(_OID["text"], len(name_indices), len(elements)) + elements


def _text(text: str) -> bytes:
    """After its length, as a field or as an element."""
    return struct.pack(">i", len(data := text.encode())) + data


_OF_EVENT = {"channel_id": "uuid", "video_id": "uuid", "timestamp": "timestamptz"}
PARTS = ArrayLayout(_OF_EVENT, {"views": "integer", "watch_time_minutes": "numeric(18, 6)"})


def copy_breakdowns(events: EventColumns) -> bytes:
    """A row of PARTS for each event that has breakdowns."""
    parts = events.breakdowns
    starts = np.flatnonzero(group_starts(parts.event))
    event_indices = parts.event[starts]
    keys = {
        "channel_id": events.channel_id[event_indices],
        "video_id": events.video_id[event_indices],
        "timestamp": events.at_us[event_indices],
    }
    values = {"views": parts.views, "watch_time_minutes": parts.micro}
    return PARTS.pack(starts, keys, parts.name, parts.names, values)


def uuids(halves: npt.NDArray[np.uint64]) -> npt.NDArray[np.void]:
    """Their sixteen bytes."""
    return np.ascontiguousarray(halves, ">u8").view("V16").reshape(-1)
