"""The free times of a channel."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from tests.publishing.publisher import Publisher
from ytempire.publishing.automation import PublishingSlot
from ytempire.publishing.calendar_lock import NoFreeSlot, WeeklySlots, free_slots
from ytempire.publishing.planning import LEAD
from ytempire.publishing.service import PublicationRequest

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 11, 45, tzinfo=UTC)  # Thursday, 12:45 in Berlin
TIMES = [PublishingSlot(weekday, time(hour)) for weekday in range(7) for hour in (9, 13, 18)]


def shown(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%a %H}"


class TestFreeSlots:
    @pytest.mark.parametrize(
        ("most", "taken", "free"),
        [
            (None, [], ["Thu 18", "Fri 09", "Fri 13", "Fri 18"]),  # 13:00 is too soon for an upload
            (1, [], ["Thu 18", "Fri 09", "Fri 13", "Fri 18"]),
            (2, [datetime(2026, 11, 26, 8, tzinfo=UTC), datetime(2026, 11, 26, 9, tzinfo=UTC)], ["Fri 09", "Fri 13"]),
            (3, [datetime(2026, 11, 26, 17, tzinfo=UTC)], ["Fri 09", "Fri 13"]),
            # of a day in Berlin, although it is the day before in UTC
            (1, [datetime(2026, 11, 26, 23, 30, tzinfo=UTC)], ["Thu 18", "Sat 09"]),
            (None, [datetime(2026, 11, 27, 8, tzinfo=UTC)], ["Thu 18", "Fri 13"]),
        ],
    )
    def test_free_slots_are_in_order_without_taken(
        self, most: int | None, taken: list[datetime], free: list[str]
    ) -> None:
        found = free_slots(WeeklySlots(TIMES, BERLIN, most), taken, now=NOW)
        assert [shown(at) for at in islice(found, len(free))] == free

    def test_free_slots_begin_exactly_after_lead(self) -> None:
        schedule = WeeklySlots([PublishingSlot(3, time(13))], BERLIN, None)
        at = datetime(2026, 11, 26, 12, tzinfo=UTC)
        assert next(free_slots(schedule, [], now=at - LEAD)) == at
        assert next(free_slots(schedule, [], now=at - LEAD + timedelta(seconds=1))).date() == date(2026, 12, 3)

    def test_free_slots_without_slots_are_none(self) -> None:
        assert list(free_slots(WeeklySlots([], BERLIN, 3), [], now=NOW)) == []


class TestNextSlot:
    async def test_next_slot_of_two_requests_are_consecutive(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=2)
        second = await publisher.finish()
        first = (await publisher.order(PublicationRequest(next_slot=True))).publication
        other = (await publisher.order(PublicationRequest(next_slot=True), video_id=second)).publication
        assert first.publish_at is not None
        assert other.publish_at is not None
        assert (first.privacy, first.is_automatic) == ("private", False)
        assert first.publish_at < other.publish_at
        assert {one.publish_at.strftime("%H:%M") for one in (first, other) if one.publish_at} <= {
            "06:00",
            "12:00",
            "18:00",
        }

    async def test_next_slot_without_slots_is_refused_with_reason(self, publisher: Publisher) -> None:
        with pytest.raises(NoFreeSlot, match="no times"):
            await publisher.order(PublicationRequest(next_slot=True))
