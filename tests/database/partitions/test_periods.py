"""Months over year ends and zones, and the names of partitions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.database.partitions.readings import NOVEMBER, at
from ytempire.database.partitions.periods import add_months, month_of, partition_name
from ytempire.kit.errors import InvalidInput


class TestMonths:
    @pytest.mark.parametrize(
        ("start", "count", "expected"),
        [
            (at(2026, 11), 1, at(2026, 12)),
            (at(2026, 11), 2, at(2027, 1)),
            (at(2026, 12), 1, at(2027, 1)),
            (at(2026, 12), 13, at(2028, 1)),
            (at(2027, 1), -1, at(2026, 12)),
            (at(2027, 1), -13, at(2025, 12)),
            (at(2027, 5), 0, at(2027, 5)),
        ],
    )
    def test_add_months_over_a_year_end_returns_first_of_month(
        self, start: datetime, count: int, expected: datetime
    ) -> None:
        assert add_months(start, count) == expected

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), at(2026, 12)),
            (datetime(2027, 1, 1, tzinfo=UTC), at(2027, 1)),
            # the new year comes to Auckland 13 hours before it comes to UTC, and to Honolulu 10 hours after
            (datetime(2027, 1, 1, 12, 59, tzinfo=timezone(timedelta(hours=13))), at(2026, 12)),
            (datetime(2026, 12, 31, 14, tzinfo=timezone(timedelta(hours=-10))), at(2027, 1)),
        ],
    )
    def test_month_of_other_zone_returns_month_of_utc(self, moment: datetime, expected: datetime) -> None:
        assert month_of(moment) == expected

    def test_month_of_time_without_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            month_of(NOVEMBER.replace(tzinfo=None))

    def test_partition_name_longer_than_postgresql_keeps_is_refused(self) -> None:
        assert partition_name("x" * 54, at(2026, 2)) == "x" * 54 + "_y2026m02"
        with pytest.raises(InvalidInput, match="54 bytes"):
            partition_name("x" * 55, at(2026, 2))
