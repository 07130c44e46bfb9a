"""Partitions made over a year end, twice, by four at once and beside others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.conftest import Database
from tests.database.partitions.readings import NOVEMBER, SHORT, TABLE, Connection, add, at, names, open_owner
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.database.partitions.listing import list_partitions
from ytempire.database.partitions.parents import NotPartitionedByTime, Step
from ytempire.kit.database import conninfo
from ytempire.kit.errors import Conflict, RetryableError


class TestEnsureAhead:
    def test_ensure_ahead_in_november_creates_four_months(self, owner: Connection) -> None:
        made = ensure_ahead(owner, TABLE, now=NOVEMBER)
        assert [(one.partition, one.action, one.lower, one.upper) for one in made] == [
            ("readings_y2026m11", "created", at(2026, 11), at(2026, 12)),
            ("readings_y2026m12", "created", at(2026, 12), at(2027, 1)),
            ("readings_y2027m01", "created", at(2027, 1), at(2027, 2)),
            ("readings_y2027m02", "created", at(2027, 2), at(2027, 3)),
        ]
        assert names(owner) == [one.partition for one in made]

    def test_ensure_ahead_in_session_of_other_zone_ends_months_in_utc(self, owner: Connection) -> None:
        # a session in another zone must not move the ends of the months
        owner.execute("SET timezone = 'Pacific/Auckland'")
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        add(owner, at(2027, 1) - timedelta(microseconds=1), at(2027, 1))
        rows = owner.execute("SELECT tableoid::regclass::text FROM core.readings ORDER BY at").fetchall()
        assert rows == [("core.readings_y2026m12",), ("core.readings_y2027m01",)]
        assert list_partitions(owner, TABLE)[0].lower == at(2026, 11)

    def test_ensure_ahead_again_creates_only_what_is_missing(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        assert ensure_ahead(owner, TABLE, now=NOVEMBER) == []
        [made] = ensure_ahead(owner, TABLE, now=at(2026, 12))
        assert made.partition == "readings_y2027m03"

    def test_ensure_ahead_with_a_gap_fills_it(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        owner.execute("DROP TABLE core.readings_y2026m12")
        assert [one.partition for one in ensure_ahead(owner, TABLE, now=NOVEMBER)] == ["readings_y2026m12"]

    def test_ensure_ahead_by_four_at_once_creates_each_month_once(self, owner: Connection, database: Database) -> None:
        together = threading.Barrier(4)

        def make() -> list[Step]:
            with open_owner(database) as connection:
                together.wait(timeout=10)
                return ensure_ahead(connection, TABLE, now=NOVEMBER)

        with ThreadPoolExecutor(4) as pool:
            made = [future.result() for future in [pool.submit(make) for _ in range(4)]]
        assert sorted(len(one) for one in made) == [0, 0, 0, 4]
        assert len(names(owner)) == 4

    def test_ensure_ahead_beside_a_writer_does_not_wait(self, owner: Connection, database: Database) -> None:
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        with psycopg.connect(conninfo(database.owner_url)) as busy:
            add(busy, NOVEMBER)  # not committed
            assert len(ensure_ahead(owner, TABLE, now=at(2027, 1), lock_timeout=SHORT)) == 2

    def test_ensure_ahead_in_a_transaction_rolls_back_with_it(self, owner: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as migration:
            migration.execute("SET LOCAL lock_timeout = '7s'")
            ensure_ahead(migration, TABLE, now=NOVEMBER)
            assert migration.execute("SHOW lock_timeout").fetchone() == ("7s",)
            migration.rollback()
        assert names(owner) == []

    def test_ensure_ahead_new_partition_has_options_and_constraints(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, ahead=0, now=NOVEMBER)
        owner.execute("ALTER TABLE core.readings_y2026m11 SET (fillfactor = 70, autovacuum_enabled = false)")
        owner.execute("ALTER TABLE core.readings ALTER COLUMN value SET STATISTICS 0")
        ensure_ahead(owner, TABLE, ahead=1, now=NOVEMBER)
        assert owner.execute(
            "SELECT reloptions FROM pg_class WHERE oid = 'core.readings_y2026m12'::regclass"
        ).fetchone() == (["fillfactor=70", "autovacuum_enabled=false"],)
        assert owner.execute(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = 'core.readings_y2026m12'::regclass AND attstattarget = 0 AND attnum > 0"
        ).fetchall() == [("value",)]
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("INSERT INTO core.readings (at, value) VALUES (%s, -1)", [at(2026, 12)])
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            owner.execute("INSERT INTO core.readings (at, run_id) VALUES (%s, core.new_id())", [at(2026, 12)])
        rows = owner.execute("SELECT 1 FROM pg_index WHERE indrelid = 'core.readings_y2026m12'::regclass").fetchall()
        assert len(rows) == 2

    def test_ensure_ahead_guarded_table_guards_partition(self, owner: Connection, database: Database) -> None:
        owner.execute("""
            ALTER TABLE core.readings ENABLE ROW LEVEL SECURITY; ALTER TABLE core.readings FORCE ROW LEVEL SECURITY;
            CREATE POLICY small ON core.readings TO ytempire_app USING (value < 10);
            CREATE POLICY owner ON core.readings TO ytempire_owner USING (true)""")
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA core TO ytempire_app")
        owner.execute("INSERT INTO core.readings (at, value) VALUES (%s, 1), (%s, 50)", [NOVEMBER, NOVEMBER])
        with psycopg.connect(conninfo(database.app_url)) as app:
            assert app.execute("SELECT value FROM core.readings").fetchall() == [(1,)]
            assert app.execute("SELECT value FROM core.readings_y2026m11").fetchall() == []
        assert owner.execute("SELECT count(*) FROM core.readings_y2026m11").fetchone() == (2,)

    def test_ensure_ahead_with_writers_grants_them_the_next(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, ahead=0, now=NOVEMBER)
        owner.execute("GRANT INSERT ON core.readings_y2026m11 TO ytempire_ingest")
        owner.execute("GRANT SELECT ON core.readings_y2026m11 TO ytempire_app")
        ensure_ahead(owner, TABLE, ahead=1, now=NOVEMBER)
        granted = (
            "SELECT grantee::regrole::text, privilege_type FROM pg_class, aclexplode(relacl)"
            " WHERE relname = 'readings_y2026m12' AND grantee <> relowner"
        )
        assert owner.execute(granted).fetchall() == [("ytempire_ingest", "INSERT")]

    def test_ensure_ahead_month_covered_in_part_is_a_conflict(self, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.readings_days PARTITION OF core.readings
            FOR VALUES FROM ('2026-12-05 00:00+00') TO ('2026-12-07 00:00+00')""")
        with pytest.raises(Conflict, match="month from 01 December 2026 in part: readings_days"):
            ensure_ahead(owner, TABLE, now=NOVEMBER)
        assert names(owner) == ["readings_days"]  # all or none

    def test_ensure_ahead_name_taken_is_a_conflict(self, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings_y2027m01 (a int)")
        with pytest.raises(Conflict, match=r"no partition of core\.readings"):
            ensure_ahead(owner, TABLE, now=NOVEMBER)

    def test_ensure_ahead_locked_table_is_tried_again_later(self, owner: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as busy:
            busy.execute("LOCK TABLE core.readings IN SHARE MODE")
            with pytest.raises(RetryableError, match=r"core.readings is in use.*0.2 s"):
                ensure_ahead(owner, TABLE, now=NOVEMBER, lock_timeout=SHORT)
        assert len(ensure_ahead(owner, TABLE, now=NOVEMBER, lock_timeout=SHORT)) == 4

    @pytest.mark.parametrize(
        "partitioning",
        ["", "PARTITION BY LIST (at)", "PARTITION BY RANGE (name)", "PARTITION BY RANGE (at, day)"],
    )
    def test_ensure_ahead_table_partitioned_otherwise_is_refused(self, owner: Connection, partitioning: str) -> None:
        owner.execute(f"CREATE TABLE core.other (at timestamptz, day date, name text) {partitioning}")
        with pytest.raises(NotPartitionedByTime, match="one timestamptz or date column"):
            ensure_ahead(owner, "core.other", now=NOVEMBER)

    def test_ensure_ahead_default_partition_is_refused(self, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings_rest PARTITION OF core.readings DEFAULT")
        with pytest.raises(NotPartitionedByTime, match="default partition"):
            ensure_ahead(owner, TABLE, now=NOVEMBER)

    def test_ensure_ahead_as_other_role_names_the_owner(self, owner: Connection, database: Database) -> None:
        with (
            psycopg.connect(conninfo(database.app_url), autocommit=True) as app,
            pytest.raises(NotPartitionedByTime, match="role ytempire_owner"),
        ):
            ensure_ahead(app, TABLE, now=NOVEMBER)
