"""Foreign keys without index; indexes half built or unused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from tests.database.checks.findings import NOVEMBER, Connection, find_problem, find_problems, run_one
from ytempire.database.checks.check import Target
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.kit import clock


class TestForeignKeys:
    @pytest.mark.parametrize("index", [None, "(other, video_id)", "(video_id) WHERE other > 0"])
    def test_check_foreign_keys_without_leading_index_is_critical(
        self, target: Target, owner: Connection, index: str | None
    ) -> None:
        owner.execute("CREATE TABLE core.extra (video_id uuid CONSTRAINT extra_fk REFERENCES core.videos, other int)")
        if index:
            owner.execute(f"CREATE INDEX ON core.extra {index}".encode())
        finding = find_problem(target, "foreign keys")
        assert finding.status == "critical"
        assert finding.detail.startswith("extra_fk of core.extra has no index on (video_id)")
        assert finding.remedy == "In a migration: CREATE INDEX CONCURRENTLY ON core.extra (video_id)"

    def test_check_foreign_keys_index_without_nulls_suffices(self, target: Target, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.extra (video_id uuid REFERENCES core.videos);
            CREATE INDEX ON core.extra (video_id) WHERE video_id IS NOT NULL""")
        assert find_problems(target, "foreign keys") == []

    def test_check_foreign_keys_remedy_mends_it(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.extra (video_id uuid REFERENCES core.videos, other int)")
        owner.execute(str(find_problem(target, "foreign keys").remedy).removeprefix("In a migration: ").encode())
        assert find_problems(target, "foreign keys") == []

    def test_check_foreign_keys_columns_in_any_order_suffice(self, target: Target, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (step text, run uuid, n int,
                FOREIGN KEY (run, step) REFERENCES core.run_steps (run_id, name));
            CREATE INDEX ON core.extra (step, run, n)""")
        assert find_problems(target, "foreign keys") == []


class TestIndexes:
    def test_check_invalid_indexes_half_built_is_critical(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.extra (n int); INSERT INTO core.extra VALUES (1), (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("CREATE UNIQUE INDEX CONCURRENTLY extra_n_key ON core.extra (n)")
        finding = find_problem(target, "invalid indexes")
        assert (finding.status, finding.remedy) == (
            "critical",
            "DROP INDEX CONCURRENTLY core.extra_n_key; and build it again.",
        )

    @pytest.fixture
    def used_a_little(self, owner: Connection) -> Connection:
        owner.execute("""
            CREATE TABLE core.extra (id int PRIMARY KEY, video_id uuid REFERENCES core.videos, a int, b int);
            INSERT INTO core.extra SELECT n, NULL, n, n FROM generate_series(1, 20000) n;
            CREATE INDEX extra_a_idx ON core.extra (a); CREATE INDEX extra_b_idx ON core.extra (b);
            CREATE INDEX extra_video_id_idx ON core.extra (video_id); ANALYZE core.extra""")
        owner.execute("SELECT * FROM core.extra WHERE a = 7")
        owner.execute("SELECT pg_stat_force_next_flush()")
        return owner

    def test_check_unused_indexes_too_early_says_nothing(self, target: Target, used_a_little: object) -> None:
        [finding] = run_one(replace(target, now=clock.now()), "unused indexes")
        assert finding.status == "ok"
        assert finding.detail.startswith(f"Too early to say: use is counted since {clock.now():%Y-%m-%d}")

    def test_check_unused_indexes_after_a_month_warns(self, target: Target, used_a_little: object) -> None:
        # neither the one that was used, nor the key, nor the one that a foreign key needs
        finding = find_problem(replace(target, now=clock.now() + timedelta(days=31)), "unused indexes")
        assert finding.status == "warning"
        assert finding.detail.startswith("core.extra_b_idx of core.extra (0.")
        assert f"since {clock.now():%Y-%m-%d}" in finding.detail

    def test_check_unused_indexes_over_partitions_counts_as_one(self, target: Target, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.parted (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
            CREATE INDEX parted_n_idx ON core.parted (n)""")
        ensure_ahead(owner, "core.parted", now=NOVEMBER)
        owner.execute("""INSERT INTO core.parted
            SELECT timestamptz '2026-11-05 00:00+00' + make_interval(mins => n), n FROM generate_series(1, 90000) n""")
        owner.execute("ANALYZE core.parted")
        late = replace(target, now=clock.now() + timedelta(days=31))
        assert find_problem(late, "unused indexes").detail.startswith("core.parted_n_idx of core.parted")
        owner.execute("SELECT * FROM core.parted_y2026m12 WHERE n = 40000")
        owner.execute("SELECT pg_stat_force_next_flush()")
        assert find_problems(late, "unused indexes") == []
