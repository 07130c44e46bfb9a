"""From a channel's times to moments, over zones and changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.publishing.automation import PublishingSlot
from ytempire.publishing.slot_times import days, slot_times, to_local, to_utc

BERLIN = ZoneInfo("Europe/Berlin")
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
minutes = st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None))
dates = st.dates(date(1990, 1, 1), date(2060, 12, 31))
slots = st.lists(st.builds(PublishingSlot, st.integers(0, 6), minutes), max_size=10)


class TestMomentOf:
    @pytest.mark.parametrize(
        ("zone", "shown", "at"),
        [
            ("Europe/Berlin", "2026-11-26T18:30", "2026-11-26T17:30"),
            ("Asia/Kathmandu", "2026-11-26T18:30", "2026-11-26T12:45"),
            # skipped: the first that there is
            ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"),
            ("Europe/Berlin", "2026-03-29T02:59", "2026-03-29T01:00"),
            ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
            # a whole day that Samoa did not have
            ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
            # twice: the first of the two
            ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
            ("America/Los_Angeles", "2026-11-01T01:30", "2026-11-01T08:30"),
        ],
    )
    def test_to_utc_handles_daylight_saving_changes(self, zone: str, shown: str, at: str) -> None:
        wanted = datetime.fromisoformat(shown)
        assert to_utc(wanted.date(), wanted.time(), ZoneInfo(zone)) == datetime.fromisoformat(at + "Z")

    @given(day=dates, shown=minutes, zone=zones)
    def test_to_utc_is_first_moment_at_or_after_local_time(self, day: date, shown: time, zone: ZoneInfo) -> None:
        wanted = datetime.combine(day, shown)
        at = to_utc(day, shown, zone)
        there = to_local(at, zone)
        assert there >= wanted
        earlier = (at - timedelta(seconds=seconds) for seconds in (1, 60, 1800, 3600))
        assert all(to_local(one, zone) < wanted for one in earlier) or there == wanted
        if there != wanted:  # skipped: a second before, the clocks were before it
            assert to_local(at - timedelta(seconds=1), zone) < wanted


class TestMoments:
    @given(week=slots, zone=zones, first=dates, count=st.integers(0, 40))
    def test_slot_times_give_one_moment_per_slot_and_day(
        self, week: list[PublishingSlot], zone: ZoneInfo, first: date, count: int
    ) -> None:
        last = first + timedelta(days=count)
        found = slot_times(week, zone, first, last)
        assert found == sorted(set(found))
        wanted = [
            datetime.combine(day, one.local_time)
            for day in days(first, last)
            for one in set(week)
            if one.weekday == day.weekday()
        ]
        assert len(found) <= len(wanted)
        assert set(found) == {to_utc(one.date(), one.time(), zone) for one in wanted}
        assert all(one.tzinfo is UTC for one in found)

    @given(week=slots, zone=zones, first=dates)
    def test_slot_times_of_range_equal_union_of_parts(
        self, week: list[PublishingSlot], zone: ZoneInfo, first: date
    ) -> None:
        whole = slot_times(week, zone, first, first + timedelta(days=13))
        parts = [slot_times(week, zone, first + timedelta(days=n), first + timedelta(days=n + 6)) for n in (0, 7)]
        assert whole == sorted({one for part in parts for one in part})

    def test_slot_times_skipped_by_clock_change_are_merged(self) -> None:
        sunday = date(2026, 3, 29)
        week = [
            PublishingSlot(6, time(2, 15)),
            PublishingSlot(6, time(2, 45)),
            PublishingSlot(6, time(3, 0)),
            PublishingSlot(0, time(9, 0)),
        ]
        assert slot_times(week, BERLIN, sunday, sunday) == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]
