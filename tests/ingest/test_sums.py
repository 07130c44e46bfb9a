"""What new events add up to: sums by day are those by hour as long as both are of the same events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest

from tests.ingest.factories import event, ndjson
from ytempire.ingest.event_order import last_of_each
from ytempire.ingest.events import parse
from ytempire.ingest.sums import sum_up

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = ("analytics.video_daily", "analytics.channel_daily")


@pytest.mark.parametrize(
    ("minutes", "days", "alike"),
    [
        ([20, 40], [1, 1], True),
        ([20, 80], [1, 1], False),  # two hours of a day
        ([20, 40], [1, 2], False),  # in Kolkata midnight is in the midst of an hour
    ],
)
def test_sum_up_omits_daily_sums_equal_to_hourly(minutes: list[int], days: list[int], alike: bool) -> None:
    channel, video = uuid4(), uuid4()
    said = (event(channel, video, NOW + timedelta(minutes=one), views=1) for one in minutes)
    events = parse(ndjson(*said), now=NOW + timedelta(hours=2)).events
    events = events.take(last_of_each(events))
    summed = sum_up(events, np.array(days))
    assert [summed[table] is None for table in DAYS] == [alike, alike]
