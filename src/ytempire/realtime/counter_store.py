"""Live counters in Valkey: which keys there are, and the scripts that add to them and read them in one round trip.

A generation of counters is a set of hashes, by minute: `<generation>:<minute>` has a field for each channel, and
`<generation>:<minute>:<channel>` one for each of its videos. A value is four counters (MEASURES), packed. A marker says
which generation holds, in which run of the server it was made, and when it was counted; each script looks at it
first, so a server that was emptied, or that started again and may lack the last second, has no counters rather than
wrong ones.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import valkey.asyncio
from valkey.commands.core import AsyncScript

from ytempire.ingest.binary_copy import uuids
from ytempire.ingest.group_starts import group_starts
from ytempire.ingest.sums import RECENT, RECENT_MINUTES

METRICS = ("views", "likes", "comments", "shares")
MINUTE_S = 60
MINUTES = RECENT_MINUTES
"""As many are shown, the running one among them: of older ones a commit does not say what changed."""
KEPT_S = 15 * MINUTE_S
AT_ONCE = 20_000  # rows in a script, some 20 ms in which the server answers nobody else

COUNTED_CHANNEL = "ytempire:live:counted"
"""Where it is published, by the script that adds, on which channels there are other counters: JSON, ids or null."""
NAMED = 150  # channels; of more all pages hear

Counts = npt.NDArray[np.int64]

# A server has one `run_id` from its start to its end. The marker: run_id:generation:when it was counted.
_HOLDS = """
local function holding(key)
  local marker = redis.call('GET', key)
  if marker and string.sub(marker, 1, 40) == string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') then
    return marker
  end
  return false
end
"""
_MARKER = f"{_HOLDS} return holding(KEYS[1])"
_BEGIN = """
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
redis.call('SET', KEYS[1], run .. ':' .. ARGV[1], 'EX', 900)
return run
"""
# what was begun holds until something of it may be gone: then it is not published
_PUBLISH = f"""{_HOLDS}
local marker = holding(KEYS[2])
if marker ~= ARGV[1] then return false end
redis.call('SET', KEYS[1], marker)
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], 'null')
return marker
"""
_FORGET = """
local marker = redis.call('GET', KEYS[1])
if marker and tonumber(string.sub(marker, 75)) < tonumber(ARGV[1]) then redis.call('DEL', KEYS[1]) end
"""
# groups: name of the hash, when it goes, how many rows; rows: field, four counters
_ADD = f"""{_HOLDS}
if holding(KEYS[1]) ~= ARGV[1] then return 0 end
local blob, at = ARGV[3], 1
while at <= #blob do
  local name, expires, left
  name, expires, left, at = struct.unpack('>Bc0i8i4', blob, at)
  local key = ARGV[2] .. name
  while left > 0 do
    local count = math.min(left, 1000)
    local fields, put, fresh = {{}}, {{}}, true
    for i = 1, count do
      local row = at + (i - 1) * 48
      fields[i] = string.sub(blob, row, row + 15)
    end
    local kept = redis.call('HMGET', key, unpack(fields))
    for i = 1, count do
      local row = at + (i - 1) * 48 + 16
      local value = string.sub(blob, row, row + 31)
      if kept[i] then
        fresh = false
        local a, b, c, d = struct.unpack('>i8i8i8i8', value)
        local e, f, g, h = struct.unpack('>i8i8i8i8', kept[i])
        value = struct.pack('>i8i8i8i8', a + e, b + f, c + g, d + h)
      end
      put[2 * i - 1] = fields[i]
      put[2 * i] = value
    end
    redis.call('HSET', key, unpack(put))
    if fresh then redis.call('EXPIREAT', key, expires) end
    left = left - count
    at = at + count * 48
  end
end
if ARGV[4] then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return 1
"""
# groups: what follows the minute in the name of the hash, how many fields; fields. Answers group by group, in each
# minute by minute, in each field by field.
_READ = f"""{_HOLDS}
local marker = holding(KEYS[1])
if not marker then return false end
local prefix = ARGV[1] .. string.sub(marker, 42, 73) .. ':'
local first, minutes, blob, at = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], 1
local none, found = string.rep('\\0', 32), {{}}
while at <= #blob do
  local suffix, count
  suffix, count, at = struct.unpack('>Bc0i4', blob, at)
  for minute = 0, minutes - 1 do
    local key = prefix .. string.format('%d', first + minute * 60) .. suffix
    for start = 1, count, 1000 do
      local fields = {{}}
      for i = start, math.min(count, start + 999) do
        fields[#fields + 1] = string.sub(blob, at + (i - 1) * 16, at + i * 16 - 1)
      end
      for _, value in ipairs(redis.call('HMGET', key, unpack(fields))) do
        found[#found + 1] = value or none
      end
    end
  end
  at = at + count * 16
end
return table.concat(found)
"""


@dataclass(frozen=True)
class CounterGeneration:
    """A generation of counters that holds. What was committed before `counted_at` (seconds since 1970) is in it."""

    value: bytes

    @property
    def id(self) -> str:
        return self.value[41:73].decode()

    @property
    def counted_at(self) -> float:
        return float(self.value[74:])


@dataclass(frozen=True)
class CounterIncrements:
    """Rows that are sorted and of different keys. Ids are two halves of 64 bits each (n, 2)."""

    minute: npt.NDArray[np.int64]
    channel: npt.NDArray[np.uint64]
    video: npt.NDArray[np.uint64]
    values: Counts
    """(n, 4), as MEASURES says."""

    def __len__(self) -> int:
        return len(self.minute)


# The same bytes as RECENT, ids as halves that sort and values side by side.
_LAYOUT = np.dtype([("channel", ">u8", 2), ("video", ">u8", 2), ("minute", ">i8"), ("values", ">i8", 4)])
assert _LAYOUT.itemsize == np.dtype(RECENT).itemsize


def parse_increments(packed: bytes) -> CounterIncrements:
    """What commits said (`Committed.recent`, one after the other), each video and minute added up."""
    rows = np.frombuffer(packed, _LAYOUT)
    minute = rows["minute"].astype(np.int64)
    channel, video = rows["channel"].astype(np.uint64), rows["video"].astype(np.uint64)
    order = np.lexsort((video[:, 1], video[:, 0], channel[:, 1], channel[:, 0], minute))
    minute, channel, video = minute[order], channel[order], video[order]
    starts = np.flatnonzero(group_starts(minute, channel, video))
    values = rows["values"].astype(np.int64)[order]
    return CounterIncrements(minute[starts], channel[starts], video[starts], _sums(values, starts))


def _sums(values: Counts, starts: npt.NDArray[np.intp]) -> Counts:
    return np.add.reduceat(values, starts, axis=0) if len(starts) else values[:0]


_ROW = np.dtype([("id", ">u8", 2), ("values", ">i8", 4)])


def _rows(ids: npt.NDArray[np.uint64], values: Counts) -> bytes:
    rows = np.empty(len(ids), _ROW)
    rows["id"], rows["values"] = ids, values
    return rows.tobytes()


def _groups(increments: CounterIncrements) -> bytes:
    """For the script that adds: the hash of each minute and channel, and that of each minute."""
    of_channel = np.flatnonzero(group_starts(increments.minute, increments.channel))
    minute, channel = increments.minute[of_channel], increments.channel[of_channel]
    of_minute = np.flatnonzero(group_starts(minute))
    names = [f"{start}:".encode() + half.tobytes() for start, half in zip(minute, channel.astype(">u8"), strict=True)]
    videos = _packed(names, minute, of_channel, _rows(increments.video, increments.values))
    totals = _rows(channel, _sums(increments.values, of_channel))
    return videos + _packed([str(start).encode() for start in minute[of_minute]], minute[of_minute], of_minute, totals)


def _packed(names: list[bytes], minutes: npt.NDArray[np.int64], starts: npt.NDArray[np.intp], rows: bytes) -> bytes:
    ends = [*starts[1:].tolist(), len(rows) // _ROW.itemsize]
    chunks = []
    for name, minute, start, end in zip(names, minutes.tolist(), starts.tolist(), ends, strict=True):
        chunks.append(struct.pack(f">B{len(name)}sqi", len(name), name, minute + KEPT_S, end - start))
        chunks.append(rows[start * _ROW.itemsize : end * _ROW.itemsize])
    return b"".join(chunks)


def _channels_of(increments: CounterIncrements) -> str:
    runs = increments.channel[group_starts(increments.minute, increments.channel)]
    channels = set(uuids(runs).tolist())
    return json.dumps(None if len(channels) > NAMED else [str(UUID(bytes=channel)) for channel in channels])


class LiveStore:
    """The counters of one installation. Everything raises ValkeyError or OSError when the server is away."""

    def __init__(self, cache: valkey.asyncio.Valkey, installation: str) -> None:
        self._prefix = f"ytempire:live:{installation}:"
        self._scripts: dict[str, AsyncScript] = {
            name: cache.register_script(source)
            for name, source in (
                ("marker", _MARKER),
                ("begin", _BEGIN),
                ("publish", _PUBLISH),
                ("forget", _FORGET),
                ("add", _ADD),
                ("read", _READ),
            )
        }

    async def generation(self) -> CounterGeneration | None:
        """The generation that holds; None: the counters are gone, or may lack something."""
        value = await self._run("marker", [self._key("marker")])
        return CounterGeneration(value) if value else None

    async def add(self, generation: CounterGeneration, increments: CounterIncrements) -> bool:
        """Add, or say that this generation does not hold any more; then nothing, or not all, was added."""
        return await self._add(self._key("marker"), generation, increments, announced=True)

    async def begin(self, counted_at: float) -> CounterGeneration:
        """An empty generation, which nobody reads until it is published."""
        generation_id = uuid4().hex
        value = f"{generation_id}:{counted_at!r}"
        run = await self._run("begin", [self._key("begun")], [value])
        return CounterGeneration(run + b":" + value.encode())

    async def fill(self, draft: CounterGeneration, increments: CounterIncrements) -> bool:
        """Add to what was begun; False where it is lost already."""
        return await self._add(self._key("begun"), draft, increments, announced=False)

    async def publish(self, draft: CounterGeneration) -> bool:
        """From now on this generation holds; False where something of it may be lost."""
        keys = [self._key("marker"), self._key("begun")]
        return bool(await self._run("publish", keys, [draft.value, COUNTED_CHANNEL]))

    async def forget(self, *, before: float) -> None:
        """No generation holds that was counted before this time (seconds since 1970)."""
        await self._run("forget", [self._key("marker")], [repr(before)])

    async def read(
        self, first_minute: int, channels: Sequence[UUID], videos: Sequence[tuple[UUID, UUID]]
    ) -> tuple[Counts, Counts] | None:
        """Counters of channels (minutes, channels, 4), and of videos, which are named with their channel.

        None: no generation holds.
        """
        blob = [
            _encode_request(b"", channels),
            *(_encode_request(b":" + channel.bytes, [video]) for channel, video in videos),
        ]
        arguments = [self._prefix, first_minute, MINUTES, b"".join(blob)]
        values = await self._run("read", [self._key("marker")], arguments)
        if values is None:
            return None
        numbers = np.frombuffer(values, ">i8").astype(np.int64)
        of_channels = MINUTES * len(channels) * len(METRICS)
        return (
            numbers[:of_channels].reshape(MINUTES, len(channels), len(METRICS)),
            numbers[of_channels:].reshape(len(videos), MINUTES, len(METRICS)).swapaxes(0, 1),
        )

    async def _add(
        self, key: str, generation: CounterGeneration, increments: CounterIncrements, *, announced: bool
    ) -> bool:
        prefix = f"{self._prefix}{generation.id}:"
        for start in range(0, len(increments), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            chunk = CounterIncrements(
                increments.minute[rows], increments.channel[rows], increments.video[rows], increments.values[rows]
            )
            announcement = [COUNTED_CHANNEL, _channels_of(chunk)] if announced else []
            if not await self._run("add", [key], [generation.value, prefix, _groups(chunk), *announcement]):
                return False
        return True

    async def _run(self, name: str, keys: list[str], arguments: Sequence[Any] = ()) -> Any:
        return await cast(Awaitable[Any], self._scripts[name](keys=keys, args=arguments))

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}"


def _encode_request(suffix: bytes, fields: Sequence[UUID]) -> bytes:
    head = struct.pack(f">B{len(suffix)}si", len(suffix), suffix, len(fields))
    return head + b"".join(field.bytes for field in fields)
