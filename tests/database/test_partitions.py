"""Partitions over month and year ends, twice, by two at once, and after a detach that was left half done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from tests.conftest import Database
from ytempire.database.partitions import (
    NotPartitionedByTime,
    Partition,
    Step,
    add_months,
    covered_until,
    ensure_ahead,
    list_partitions,
    month_of,
    partition_name,
    remove_expired_partitions,
)
from ytempire.kit.database import conninfo
from ytempire.kit.errors import Conflict, InvalidInput, RetryableError

NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
TABLE = "core.readings"
SHORT = timedelta(milliseconds=200)

Connection = psycopg.Connection[Any]


def at(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def open_owner(database: Database) -> Connection:
    return psycopg.connect(conninfo(database.owner_url), autocommit=True)


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with open_owner(database) as connection:
        connection.execute("""
            CREATE TABLE core.readings (
                id uuid NOT NULL DEFAULT core.new_id(), run_id uuid REFERENCES core.runs,
                at timestamptz NOT NULL, value int CHECK (value >= 0), PRIMARY KEY (id, at)
            ) PARTITION BY RANGE (at);
            CREATE INDEX ON core.readings USING brin (at)""")
        yield connection


def names(connection: Connection, table: str = TABLE) -> list[str]:
    return [one.name for one in list_partitions(connection, table)]


def tables_in(connection: Connection, schema: str) -> list[str]:
    """Of ours; the trail has its own in the archive."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND starts_with(tablename, 'readings') ORDER BY 1",
        [schema],
    ).fetchall()
    return [name for (name,) in rows]


def add(connection: Connection, *moments: datetime) -> None:
    for moment in moments:
        connection.execute("INSERT INTO core.readings (at, value) VALUES (%s, 1)", [moment])


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
    def test_over_the_end_of_a_year(self, start: datetime, count: int, expected: datetime) -> None:
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
    def test_are_those_of_utc(self, moment: datetime, expected: datetime) -> None:
        assert month_of(moment) == expected

    def test_a_time_without_zone_falls_in_none(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            month_of(NOVEMBER.replace(tzinfo=None))

    def test_a_name_that_postgresql_would_cut_is_refused(self) -> None:
        assert partition_name("x" * 54, at(2026, 2)) == "x" * 54 + "_y2026m02"
        with pytest.raises(InvalidInput, match="54 bytes"):
            partition_name("x" * 55, at(2026, 2))


class TestCoveredUntil:
    def test_stops_at_a_gap(self) -> None:
        months = [Partition("core", "x", at(2026, month), at(2026, month + 1), False) for month in (1, 2, 4)]
        assert covered_until(months, at(2026, 1, 15)) == at(2026, 3)
        assert covered_until(months, at(2026, 3)) == at(2026, 3)
        assert covered_until(months, at(2026, 4)) == at(2026, 5)

    def test_counts_no_default_partition_and_none_that_is_being_detached(self) -> None:
        assert covered_until([Partition("core", "x", None, None, False)], at(2026, 1)) == at(2026, 1)
        assert covered_until([Partition("core", "x", at(2026, 1), at(2026, 2), True)], at(2026, 1)) == at(2026, 1)


class TestEnsureAhead:
    def test_makes_this_month_and_the_next_three_over_the_end_of_the_year(self, owner: Connection) -> None:
        made = ensure_ahead(owner, TABLE, now=NOVEMBER)
        assert [(one.partition, one.action, one.lower, one.upper) for one in made] == [
            ("readings_y2026m11", "created", at(2026, 11), at(2026, 12)),
            ("readings_y2026m12", "created", at(2026, 12), at(2027, 1)),
            ("readings_y2027m01", "created", at(2027, 1), at(2027, 2)),
            ("readings_y2027m02", "created", at(2027, 2), at(2027, 3)),
        ]
        assert names(owner) == [one.partition for one in made]

    def test_the_last_moment_of_a_month_and_the_first_of_the_next_lie_apart(self, owner: Connection) -> None:
        # a session in another zone must not move the ends of the months
        owner.execute("SET timezone = 'Pacific/Auckland'")
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        add(owner, at(2027, 1) - timedelta(microseconds=1), at(2027, 1))
        rows = owner.execute("SELECT tableoid::regclass::text FROM core.readings ORDER BY at").fetchall()
        assert rows == [("core.readings_y2026m12",), ("core.readings_y2027m01",)]
        assert list_partitions(owner, TABLE)[0].lower == at(2026, 11)

    def test_again_makes_nothing_and_a_month_later_one(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        assert ensure_ahead(owner, TABLE, now=NOVEMBER) == []
        [made] = ensure_ahead(owner, TABLE, now=at(2026, 12))
        assert made.partition == "readings_y2027m03"

    def test_a_gap_is_filled(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        owner.execute("DROP TABLE core.readings_y2026m12")
        assert [one.partition for one in ensure_ahead(owner, TABLE, now=NOVEMBER)] == ["readings_y2026m12"]

    def test_two_at_once_make_each_month_once(self, owner: Connection, database: Database) -> None:
        together = threading.Barrier(4)

        def make() -> list[Step]:
            with open_owner(database) as connection:
                together.wait(timeout=10)
                return ensure_ahead(connection, TABLE, now=NOVEMBER)

        with ThreadPoolExecutor(4) as pool:
            made = [future.result() for future in [pool.submit(make) for _ in range(4)]]
        assert sorted(len(one) for one in made) == [0, 0, 0, 4]
        assert len(names(owner)) == 4

    def test_readers_and_writers_go_on(self, owner: Connection, database: Database) -> None:
        ensure_ahead(owner, TABLE, now=NOVEMBER)
        with psycopg.connect(conninfo(database.owner_url)) as busy:
            add(busy, NOVEMBER)  # not committed
            assert len(ensure_ahead(owner, TABLE, now=at(2027, 1), lock_timeout=SHORT)) == 2

    def test_is_part_of_the_callers_transaction(self, owner: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as migration:
            migration.execute("SET LOCAL lock_timeout = '7s'")
            ensure_ahead(migration, TABLE, now=NOVEMBER)
            assert migration.execute("SHOW lock_timeout").fetchone() == ("7s",)
            migration.rollback()
        assert names(owner) == []

    def test_a_partition_has_what_its_parent_has(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, ahead=0, now=NOVEMBER)
        owner.execute("ALTER TABLE core.readings_y2026m11 SET (fillfactor = 70, autovacuum_enabled = false)")
        owner.execute("ALTER TABLE core.readings ALTER COLUMN value SET STATISTICS 0")
        ensure_ahead(owner, TABLE, ahead=1, now=NOVEMBER)
        assert owner.execute(
            "SELECT reloptions FROM pg_class WHERE oid = 'core.readings_y2026m12'::regclass"
        ).fetchone() == (["fillfactor=70", "autovacuum_enabled=false"],)
        assert owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'core.readings_y2026m12'::regclass AND attstattarget = 0"
        ).fetchall() == [("value",)]
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("INSERT INTO core.readings (at, value) VALUES (%s, -1)", [at(2026, 12)])
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            owner.execute("INSERT INTO core.readings (at, run_id) VALUES (%s, core.new_id())", [at(2026, 12)])
        rows = owner.execute("SELECT 1 FROM pg_index WHERE indrelid = 'core.readings_y2026m12'::regclass").fetchall()
        assert len(rows) == 2

    def test_a_partition_is_no_way_around_row_level_security(self, owner: Connection, database: Database) -> None:
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

    def test_who_writes_to_partitions_writes_to_the_next_too(self, owner: Connection) -> None:
        ensure_ahead(owner, TABLE, ahead=0, now=NOVEMBER)
        owner.execute("GRANT INSERT ON core.readings_y2026m11 TO ytempire_ingest")
        owner.execute("GRANT SELECT ON core.readings_y2026m11 TO ytempire_app")
        ensure_ahead(owner, TABLE, ahead=1, now=NOVEMBER)
        granted = (
            "SELECT grantee::regrole::text, privilege_type FROM pg_class, aclexplode(relacl)"
            " WHERE relname = 'readings_y2026m12' AND grantee <> relowner"
        )
        assert owner.execute(granted).fetchall() == [("ytempire_ingest", "INSERT")]

    def test_a_month_that_is_covered_in_part_is_for_a_person(self, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.readings_days PARTITION OF core.readings
            FOR VALUES FROM ('2026-12-05 00:00+00') TO ('2026-12-07 00:00+00')""")
        with pytest.raises(Conflict, match="month from 01 December 2026 in part: readings_days"):
            ensure_ahead(owner, TABLE, now=NOVEMBER)
        assert names(owner) == ["readings_days"]  # all or none

    def test_a_name_that_is_taken(self, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings_y2027m01 (a int)")
        with pytest.raises(Conflict, match=r"no partition of core\.readings"):
            ensure_ahead(owner, TABLE, now=NOVEMBER)

    def test_what_locks_the_table_is_not_waited_for_long(self, owner: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as busy:
            busy.execute("LOCK TABLE core.readings IN SHARE MODE")
            with pytest.raises(RetryableError, match=r"core.readings is in use.*0.2 s"):
                ensure_ahead(owner, TABLE, now=NOVEMBER, lock_timeout=SHORT)
        assert len(ensure_ahead(owner, TABLE, now=NOVEMBER, lock_timeout=SHORT)) == 4

    @pytest.mark.parametrize(
        "partitioning",
        ["", "PARTITION BY LIST (at)", "PARTITION BY RANGE (name)", "PARTITION BY RANGE (at, day)"],
    )
    def test_other_tables_are_refused(self, owner: Connection, partitioning: str) -> None:
        owner.execute(f"CREATE TABLE core.other (at timestamptz, day date, name text) {partitioning}")
        with pytest.raises(NotPartitionedByTime, match="one timestamptz or date column"):
            ensure_ahead(owner, "core.other", now=NOVEMBER)

    def test_a_default_partition_is_refused(self, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings_rest PARTITION OF core.readings DEFAULT")
        with pytest.raises(NotPartitionedByTime, match="default partition"):
            ensure_ahead(owner, TABLE, now=NOVEMBER)

    def test_another_role_is_told_whose_it_is(self, owner: Connection, database: Database) -> None:
        with (
            psycopg.connect(conninfo(database.app_url), autocommit=True) as app,
            pytest.raises(NotPartitionedByTime, match="role ytempire_owner"),
        ):
            ensure_ahead(app, TABLE, now=NOVEMBER)


class TestRetire:
    @pytest.fixture
    def year(self, owner: Connection) -> Connection:
        """A row in each month from November 2026 to November 2027."""
        ensure_ahead(owner, TABLE, ahead=12, now=NOVEMBER)
        add(owner, *(add_months(at(2026, 11), number) + timedelta(days=14) for number in range(13)))
        return owner

    def test_moves_only_what_is_wholly_older(self, year: Connection) -> None:
        # kept is what came after 1 January 2027, 00:00: of December no row is younger
        done = remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        assert [(one.partition, one.action) for one in done] == [
            ("readings_y2026m11", "detached"),
            ("readings_y2026m11", "archived"),
            ("readings_y2026m12", "detached"),
            ("readings_y2026m12", "archived"),
        ]
        assert tables_in(year, "archive") == ["readings_y2026m11", "readings_y2026m12"]
        assert names(year)[0] == "readings_y2027m01"
        assert year.execute("SELECT count(*) FROM archive.readings_y2026m12").fetchone() == (1,)
        assert year.execute("SELECT count(*) FROM core.readings").fetchone() == (11,)

    def test_one_moment_earlier_december_stays(self, year: Connection) -> None:
        remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2) - timedelta(microseconds=1))
        assert names(year)[0] == "readings_y2026m12"

    def test_drops_when_so_asked(self, year: Connection) -> None:
        done = remove_expired_partitions(year, TABLE, timedelta(days=31), archive=False, now=at(2027, 1))
        assert [one.action for one in done] == ["detached", "dropped"]
        assert tables_in(year, "archive") == []
        assert "readings_y2026m11" not in tables_in(year, "core")

    def test_again_does_nothing(self, year: Connection) -> None:
        assert remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2)) != []
        assert remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2)) == []

    def test_the_archive_holds_nobody_back(self, year: Connection) -> None:
        remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        rows = year.execute("""SELECT 1 FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
            WHERE n.nspname = 'archive' AND c.contype = 'f'""").fetchall()
        assert rows == []

    def test_two_at_once_do_each_step_once(self, year: Connection, database: Database) -> None:
        together = threading.Barrier(2)

        def work() -> list[Step]:
            with open_owner(database) as connection:
                together.wait(timeout=10)
                return remove_expired_partitions(connection, TABLE, timedelta(days=31), now=at(2027, 4))

        with ThreadPoolExecutor(2) as pool:
            done = [future.result() for future in [pool.submit(work) for _ in range(2)]]
        assert sorted(len(one) for one in done) == [0, 8]
        assert len(tables_in(year, "archive")) == 4

    def test_making_waits_for_retiring(self, year: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as reader, ThreadPoolExecutor(2) as pool:
            reader.execute("SELECT 1 FROM core.readings LIMIT 1")
            retiring = pool.submit(remove_expired_partitions, year, TABLE, timedelta(days=31), now=at(2027, 1))
            self.wait_until_pending(database)
            with open_owner(database) as connection:
                making = pool.submit(ensure_ahead, connection, TABLE, now=at(2027, 12))
                self.wait_until_it_waits(database, connection.info.backend_pid)
                assert not making.done()
                reader.rollback()
                assert len(retiring.result()) == 2
                assert making.result()[0].partition == "readings_y2027m12"

    @staticmethod
    def wait_until_it_waits(database: Database, backend: int) -> None:
        """Until this connection stands before a lock that somebody else holds."""
        deadline = time.monotonic() + 10
        with open_owner(database) as look:
            while not look.execute(
                "SELECT FROM pg_locks WHERE pid = %s AND locktype = 'advisory' AND NOT granted", [backend]
            ).fetchall():
                assert time.monotonic() < deadline
                time.sleep(0.02)

    @staticmethod
    def wait_until_pending(database: Database) -> None:
        deadline = time.monotonic() + 10
        with open_owner(database) as look:
            while not any(one.is_pending_detach for one in list_partitions(look, TABLE)):
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def test_a_detach_that_was_left_half_done_is_finished(self, year: Connection, database: Database) -> None:
        recorded: list[Step] = []
        with psycopg.connect(conninfo(database.owner_url)) as reader:
            reader.execute("SELECT 1 FROM core.readings LIMIT 1")  # and the transaction stays open
            with pytest.raises(RetryableError, match="in use"):
                remove_expired_partitions(
                    year, TABLE, timedelta(days=31), now=at(2027, 2), lock_timeout=SHORT, on_step=recorded.append
                )
        [half, *_] = list_partitions(year, TABLE)
        assert (half.name, half.is_pending_detach) == ("readings_y2026m11", True)
        assert recorded == []
        # the lock was let go and the session's own timeout is back
        assert year.execute("SHOW lock_timeout").fetchone() == ("0",)
        with open_owner(database) as other:
            done = remove_expired_partitions(other, TABLE, timedelta(days=31), now=at(2027, 2), on_step=recorded.append)
        assert [(one.partition, one.action) for one in done] == [
            ("readings_y2026m11", "detached"),
            ("readings_y2026m11", "archived"),
            ("readings_y2026m12", "detached"),
            ("readings_y2026m12", "archived"),
        ]
        assert recorded == done
        assert done[0].lower == at(2026, 11)

    def test_who_began_to_write_before_a_detach_is_waited_for(self, year: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as writer:
            writer.execute("LOCK TABLE core.readings IN ROW EXCLUSIVE MODE")  # and adds a row to the partition yet
            for _ in range(2):
                with pytest.raises(RetryableError, match="in use"):
                    remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2), lock_timeout=SHORT)
                assert list_partitions(year, TABLE)[0].is_pending_detach
        done = remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        assert [one.action for one in done] == ["detached", "archived"] * 2

    def test_nobody_adds_to_the_archive(self, year: Connection) -> None:
        year.execute("GRANT INSERT ON core.readings_y2026m11 TO ytempire_ingest")
        remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        may = "SELECT has_table_privilege('ytempire_ingest', 'archive.readings_y2026m11', 'INSERT')"
        assert year.execute(may).fetchone() == (False,)

    def test_what_was_detached_but_not_put_away_is_put_away(self, year: Connection) -> None:
        def die(step: Step) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1), on_step=die)
        assert "readings_y2026m11" in tables_in(year, "core")
        assert "readings_y2026m11" not in names(year)
        [step] = remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1))
        assert (step.partition, step.action, step.upper) == ("readings_y2026m11", "archived", at(2026, 12))

    def test_what_somebody_detaches_by_hand_is_left_to_them(self, year: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as reader:
            reader.execute("SELECT 1 FROM core.readings LIMIT 1")
            year.execute("SET lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                year.execute("ALTER TABLE core.readings DETACH PARTITION core.readings_y2027m05 CONCURRENTLY")
        with pytest.raises(Conflict, match="readings_y2027m05") as raised:
            remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        hint = str(raised.value.hint)
        assert hint.endswith('ALTER TABLE "core"."readings" DETACH PARTITION "core"."readings_y2027m05" FINALIZE')
        year.execute(hint.split(": ", 1)[1].encode())
        assert len(remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))) == 4
        assert "readings_y2027m05" in tables_in(year, "core")

    def test_a_name_that_is_taken_in_the_archive(self, year: Connection) -> None:
        year.execute("CREATE TABLE archive.readings_y2026m11 (a int)")
        with pytest.raises(Conflict, match=r"archive\.readings_y2026m11 already"):
            remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1))
        year.execute("DROP TABLE archive.readings_y2026m11")
        assert [one.action for one in remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1))] == [
            "archived"
        ]

    def test_is_refused_inside_a_transaction(self, year: Connection, database: Database) -> None:
        with (
            psycopg.connect(conninfo(database.owner_url)) as connection,
            pytest.raises(InvalidInput, match="autocommit"),
        ):
            remove_expired_partitions(connection, TABLE, timedelta(days=31))
