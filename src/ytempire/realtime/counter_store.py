"""Live counters in Valkey: which keys there are, which generation of counters holds, and how they are read.

Each process writes hashes of its own. A *slot* is a pair of them for one minute, under a random name: the field of a
channel, or of a channel and a video, has four counters (METRICS) as absolute values, so that to write them again
changes nothing. Readers add up the slots of a minute.

    <generation>:<minute>:slots             names of the slots of that minute
    <generation>:<minute>:<slot>:channels   totals, by channel
    <generation>:<minute>:<slot>:videos     by channel and video

A marker says which generation holds, in which run of the server it was made, and when it was counted. Whoever reads or
has written looks at it, so a server that was emptied, or that started again and may lack the last second, has no
counters rather than wrong ones.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import valkey.asyncio
from valkey.commands.core import AsyncScript

from ytempire.ingest.sums import RECENT_MINUTES

METRICS = ("views", "likes", "comments", "shares")
MINUTE_S = 60
MINUTES = RECENT_MINUTES
"""As many are shown, the running one among them: of older ones a commit does not say what changed."""
KEPT_S = 15 * MINUTE_S

COUNTED_CHANNEL = "ytempire:live:counted"
"""Where it is published, after counters were written, on which channels: JSON, ids or null."""

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
# The last command of a flush. What was written into a generation that is gone disturbs nobody: it may look afterwards.
CONFIRM = f"""{_HOLDS}
if holding(KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return 1
"""
# Answers how many slots each minute has, and of one slot after the other the counters of all channels and all videos.
_READ = f"""{_HOLDS}
local marker = holding(KEYS[1])
if not marker then return false end
local function batches(blob, size)
  local found, fields = {{}}, nil
  for at = 1, #blob, size do
    if (at - 1) % (size * 1000) == 0 then
      fields = {{}}
      found[#found + 1] = fields
    end
    fields[#fields + 1] = string.sub(blob, at, at + size - 1)
  end
  return found
end
local generation = ARGV[1] .. string.sub(marker, 42, 73) .. ':'
local first, minutes = tonumber(ARGV[2]), tonumber(ARGV[3])
local channels, videos = batches(ARGV[4], 16), batches(ARGV[5], 32)
local none, counts, values = string.rep('\\0', 32), {{}}, {{}}
local function append(key, fields)
  for _, batch in ipairs(fields) do
    for _, value in ipairs(redis.call('HMGET', key, unpack(batch))) do
      values[#values + 1] = value or none
    end
  end
end
for minute = 0, minutes - 1 do
  local start = generation .. string.format('%d', first + minute * 60) .. ':'
  local slots = redis.call('SMEMBERS', start .. 'slots')
  counts[minute + 1] = struct.pack('>i4', #slots)
  for _, slot in ipairs(slots) do
    append(start .. slot .. ':channels', channels)
    append(start .. slot .. ':videos', videos)
  end
end
return {{table.concat(counts), table.concat(values)}}
"""


def first_minute() -> int:
    """Start of the oldest minute that is shown, in seconds since 1970."""
    return (int(time.time()) // MINUTE_S - MINUTES + 1) * MINUTE_S


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


class LiveStore:
    """The counters of one installation. Everything raises ValkeyError or OSError when the server is away."""

    def __init__(self, cache: valkey.asyncio.Valkey, installation: str) -> None:
        self.cache = cache
        self._prefix = f"ytempire:live:{installation}:"
        self._scripts: dict[str, AsyncScript] = {
            name: cache.register_script(source)
            for name, source in (
                ("marker", _MARKER),
                ("begin", _BEGIN),
                ("publish", _PUBLISH),
                ("forget", _FORGET),
                ("read", _READ),
            )
        }

    @property
    def marker_key(self) -> str:
        return f"{self._prefix}marker"

    @property
    def draft_key(self) -> str:
        return f"{self._prefix}begun"

    def minute_key(self, generation: CounterGeneration, minute: int) -> str:
        return f"{self._prefix}{generation.id}:{minute}"

    async def generation(self) -> CounterGeneration | None:
        """The generation that holds; None: the counters are gone, or may lack something."""
        value = await self._run("marker", [self.marker_key])
        return CounterGeneration(value) if value else None

    async def begin(self, counted_at: float) -> CounterGeneration:
        """An empty generation, which nobody reads until it is published."""
        generation_id = uuid4().hex
        value = f"{generation_id}:{counted_at!r}"
        run = await self._run("begin", [self.draft_key], [value])
        return CounterGeneration(run + b":" + value.encode())

    async def publish(self, draft: CounterGeneration) -> bool:
        """From now on this generation holds; False where something of it may be lost."""
        keys = [self.marker_key, self.draft_key]
        return bool(await self._run("publish", keys, [draft.value, COUNTED_CHANNEL]))

    async def forget(self, *, before: float) -> None:
        """No generation holds that was counted before this time (seconds since 1970)."""
        await self._run("forget", [self.marker_key], [repr(before)])

    async def read(
        self, first_minute: int, channels: Sequence[UUID], videos: Sequence[tuple[UUID, UUID]]
    ) -> tuple[Counts, Counts] | None:
        """Counters of channels (minutes, channels, 4), and of videos, which are named with their channel.

        None: no generation holds.
        """
        fields = [b"".join(channel.bytes for channel in channels), b"".join(a.bytes + b.bytes for a, b in videos)]
        reply = await self._run("read", [self.marker_key], [self._prefix, first_minute, MINUTES, *fields])
        if reply is None:
            return None
        slot_counts = np.frombuffer(reply[0], ">i4")
        shape = (int(slot_counts.sum()), len(channels) + len(videos), len(METRICS))
        of_slots = np.frombuffer(reply[1], ">i8").reshape(shape)
        of_minutes = np.split(of_slots, np.cumsum(slot_counts)[:-1])
        counts = np.stack([of_minute.sum(axis=0, dtype=np.int64) for of_minute in of_minutes])
        return counts[:, : len(channels)], counts[:, len(channels) :]

    async def _run(self, name: str, keys: list[str], arguments: Sequence[Any] = ()) -> Any:
        return await cast(Awaitable[Any], self._scripts[name](keys=keys, args=arguments))
