"""Until when partitions cover time."""

from __future__ import annotations

from tests.database.partitions.readings import at
from ytempire.database.partitions.listing import Partition, covered_until


class TestCoveredUntil:
    def test_covered_until_at_a_gap_stops(self) -> None:
        months = [Partition("core", "x", at(2026, month), at(2026, month + 1), False) for month in (1, 2, 4)]
        assert covered_until(months, at(2026, 1, 15)) == at(2026, 3)
        assert covered_until(months, at(2026, 3)) == at(2026, 3)
        assert covered_until(months, at(2026, 4)) == at(2026, 5)

    def test_covered_until_default_or_pending_partition_is_not_counted(self) -> None:
        assert covered_until([Partition("core", "x", None, None, False)], at(2026, 1)) == at(2026, 1)
        assert covered_until([Partition("core", "x", at(2026, 1), at(2026, 2), True)], at(2026, 1)) == at(2026, 1)
