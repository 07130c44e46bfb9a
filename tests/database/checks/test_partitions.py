"""Partitions that are missing, half detached or the default."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from tests.conftest import Database
from tests.database.checks.findings import NOVEMBER, Connection, find_problems
from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.kit.database import conninfo


class TestPartitions:
    @pytest.fixture
    def parted(self, owner: Connection) -> Connection:
        owner.execute("CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        return owner

    def wrong(self, target: Target, check: str = "partitions ahead") -> list[CheckResult]:
        """Of our table alone: others were made at the time of this run."""
        return [one for one in find_problems(target, check) if "core.parted" in one.detail]

    def only(self, target: Target, check: str = "partitions ahead") -> CheckResult:
        [finding] = self.wrong(target, check)
        assert finding.remedy
        return finding

    def at(self, target: Target, *moment: int) -> Target:
        return replace(target, now=datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type]

    def test_check_partitions_three_months_ahead_suffice_until_the_second(
        self, target: Target, parted: Connection
    ) -> None:
        ensure_ahead(parted, "core.parted", now=NOVEMBER)  # until 1 March
        assert self.wrong(self.at(target, 2026, 11, 30, 23)) == []
        assert self.wrong(self.at(target, 2026, 12, 1, 0)) == []
        finding = self.only(self.at(target, 2026, 12, 2, 0))
        assert (finding.status, finding.detail) == ("warning", "core.parted has partitions only until 2027-03-01.")

    def test_check_partitions_none_for_tomorrow_is_critical(self, target: Target, parted: Connection) -> None:
        ensure_ahead(parted, "core.parted", ahead=0, now=NOVEMBER)
        assert self.only(self.at(target, 2026, 11, 29, 23, 59)).status == "warning"
        finding = self.only(self.at(target, 2026, 11, 30, 0))
        assert (finding.status, finding.detail) == (
            "critical",
            "core.parted has no partition for tomorrow (UTC): its partitions end on 2026-12-01.",
        )

    def test_check_partitions_none_at_all_is_critical(self, target: Target, parted: Connection) -> None:
        finding = self.only(target)
        assert finding.status == "critical"
        assert "not even this moment" in finding.detail

    def test_check_partitions_half_detached_warns(self, target: Target, parted: Connection, database: Database) -> None:
        ensure_ahead(parted, "core.parted", now=NOVEMBER)
        with psycopg.connect(conninfo(database.owner_url)) as reader:
            reader.execute("SELECT 1 FROM core.parted")
            parted.execute("SET lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                parted.execute("ALTER TABLE core.parted DETACH PARTITION core.parted_y2027m02 CONCURRENTLY")
        findings = self.wrong(target)
        assert [one.detail for one in findings] == [
            "core.parted has partitions only until 2027-02-01.",
            "core.parted_y2027m02 of core.parted is half detached.",
        ]
        parted.execute(str(findings[1].remedy).split(": ")[1].encode())
        assert [one.detail for one in self.wrong(target)] == [findings[0].detail]

    def test_check_partitions_table_partitioned_otherwise_needs_none(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.parted (n int) PARTITION BY HASH (n)")
        assert self.wrong(target) == []

    def test_check_default_partitions_default_is_critical(self, target: Target, parted: Connection) -> None:
        parted.execute("CREATE TABLE core.parted_rest PARTITION OF core.parted DEFAULT")
        finding = self.only(target, "default partitions")
        assert finding.status == "critical"
        assert finding.detail.startswith("core.parted_rest is the default partition of core.parted")
