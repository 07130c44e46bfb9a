"""Events on their way into the database: sorted, without what was said again, and as PostgreSQL reads them."""

from __future__ import annotations

import random
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from tests.ingest.test_events import line
from ytempire.ingest.binary_copy import EVENTS, SIGNATURE, TRAILER, copy_rows
from ytempire.ingest.event_order import last_of_each, split_by_shard
from ytempire.ingest.events import EventColumns, parse

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(*lines: bytes) -> EventColumns:
    parsed = parse(b"\n".join(lines), now=NOW)
    assert parsed.rejected == []
    return parsed.events


def rows(data: bytes) -> list[list[bytes]]:
    """What PostgreSQL reads: fields with their lengths."""
    assert data.startswith(SIGNATURE)
    assert data.endswith(TRAILER)
    found, place = [], len(SIGNATURE)
    while (fields := struct.unpack_from(">h", data, place)[0]) >= 0:
        place += 2
        row = []
        for _ in range(fields):
            (length,) = struct.unpack_from(">i", data, place)
            row.append(data[place + 4 : place + 4 + length])
            place += 4 + length
        found.append(row)
    assert place == len(data) - len(TRAILER)
    return found


def test_copy_rows_encodes_every_column_by_type() -> None:
    video, channel = UUID(int=2**127 + 5), UUID(int=7)
    event = line(
        video_id=str(video), channel_id=str(channel), timestamp="2026-11-21T10:00:00.25+02:00", views=3, likes=2,
        click_through_rate=0.045, estimated_revenue_usd=123456.789,
    )  # fmt: skip
    events = read(event)
    (row,) = rows(copy_rows(events, events.video_id))
    said = dict(zip(EVENTS.columns, row, strict=True))
    assert (said["channel_id"], said["video_id"]) == (channel.bytes, video.bytes)
    assert said["batch_id"] == video.bytes
    since = timedelta(microseconds=struct.unpack(">q", said["timestamp"])[0])
    assert datetime(2000, 1, 1, tzinfo=UTC) + since == datetime(2026, 11, 21, 8, 0, 0, 250_000, UTC)
    assert [struct.unpack(">i", said[name])[0] for name in ("views", "likes", "comments")] == [3, 2, 0]
    assert struct.unpack(">4h5h", said["click_through_rate"]) == (5, 2, 0, 6, 0, 0, 0, 450, 0)
    assert struct.unpack(">4h5h", said["estimated_revenue_usd"]) == (5, 2, 0, 6, 0, 12, 3456, 7890, 0)
    assert said["whole_day"] == b"\0"
    assert rows(copy_rows(read(), read().video_id)) == []


def test_copy_rows_of_correction_encodes_negative_values() -> None:
    fell = {"shares": -2, "estimated_revenue_usd": -123456.789, "estimated_ad_revenue_usd": -0.000001}
    events = read(line(correction=True, whole_day=True, **fell))
    (row,) = rows(copy_rows(events, events.video_id))
    said = dict(zip(EVENTS.columns, row, strict=True))
    assert struct.unpack(">i", said["shares"]) == (-2,)
    assert struct.unpack(">4h5h", said["estimated_revenue_usd"]) == (5, 2, 0x4000, 6, 0, 12, 3456, 7890, 0)
    assert struct.unpack(">4h5h", said["estimated_ad_revenue_usd"]) == (5, 2, 0x4000, 6, 0, 0, 0, 0, 100)
    assert struct.unpack(">4h5h", said["watch_time_minutes"]) == (5, 2, 0, 6, 0, 0, 0, 0, 0)
    assert said["whole_day"] == b"\1"


def test_last_of_each_keeps_last_duplicate_sorted_by_key() -> None:
    chance = random.Random(4)
    said = [
        (str(UUID(int=chance.randrange(3))), str(UUID(int=chance.choice([1, 2**64, 2**127]))), chance.randrange(4), n)
        for n in range(200)
    ]
    events = read(
        *(line(channel_id=c, video_id=v, timestamp=f"2026-11-21T0{at}:00:00Z", views=n) for c, v, at, n in said)
    )
    events = events.take(last_of_each(events))
    expected = {(c, v, at): n for c, v, at, n in said}
    assert events.counts["views"].tolist() == [expected[key] for key in sorted(expected)]
    assert len(last_of_each(read())) == 0


def test_split_by_shard_puts_each_channel_and_event_in_one_shard() -> None:
    chance = random.Random(5)
    channels = [str(UUID(int=chance.getrandbits(128))) for _ in range(50)]
    events = read(*(line(channel_id=chance.choice(channels), views=n) for n in range(500)))
    rows_by_shard = split_by_shard(events, np.arange(len(events)), 4)
    by_shard = {shard: events.take(row_indices) for shard, row_indices in rows_by_shard.items()}
    assert by_shard.keys() == {0, 1, 2, 3}
    assert sorted(n for part in by_shard.values() for n in part.counts["views"].tolist()) == list(range(500))
    homes = [{bytes(channel) for channel in part.channel_id} for part in by_shard.values()]
    assert sum(map(len, homes)) == len(set().union(*homes)) == 50
