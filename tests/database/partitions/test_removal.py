"""Partitions archived and dropped, twice, by two at once, and after a detach that was left half done."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.conftest import Database
from tests.database.partitions.readings import NOVEMBER, SHORT, TABLE, Connection, add, at, names, open_owner, tables_in
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.database.partitions.listing import list_partitions
from ytempire.database.partitions.parents import Step
from ytempire.database.partitions.periods import add_months
from ytempire.database.partitions.removal import remove_expired_partitions
from ytempire.kit.database import conninfo
from ytempire.kit.errors import Conflict, InvalidInput, RetryableError


class TestRemoveExpiredPartitions:
    @pytest.fixture
    def year(self, owner: Connection) -> Connection:
        """A row in each month from November 2026 to November 2027."""
        ensure_ahead(owner, TABLE, ahead=12, now=NOVEMBER)
        add(owner, *(add_months(at(2026, 11), number) + timedelta(days=14) for number in range(13)))
        return owner

    def test_remove_expired_moves_only_what_is_wholly_older(self, year: Connection) -> None:
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

    def test_remove_expired_one_moment_earlier_keeps_the_month(self, year: Connection) -> None:
        remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2) - timedelta(microseconds=1))
        assert names(year)[0] == "readings_y2026m12"

    def test_remove_expired_without_archive_drops(self, year: Connection) -> None:
        done = remove_expired_partitions(year, TABLE, timedelta(days=31), archive=False, now=at(2027, 1))
        assert [one.action for one in done] == ["detached", "dropped"]
        assert tables_in(year, "archive") == []
        assert "readings_y2026m11" not in tables_in(year, "core")

    def test_remove_expired_again_does_nothing(self, year: Connection) -> None:
        assert remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2)) != []
        assert remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2)) == []

    def test_remove_expired_archived_table_has_no_foreign_keys(self, year: Connection) -> None:
        remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        rows = year.execute("""SELECT 1 FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
            WHERE n.nspname = 'archive' AND c.contype = 'f'""").fetchall()
        assert rows == []

    def test_remove_expired_by_two_at_once_does_each_step_once(self, year: Connection, database: Database) -> None:
        together = threading.Barrier(2)

        def work() -> list[Step]:
            with open_owner(database) as connection:
                together.wait(timeout=10)
                return remove_expired_partitions(connection, TABLE, timedelta(days=31), now=at(2027, 4))

        with ThreadPoolExecutor(2) as pool:
            done = [future.result() for future in [pool.submit(work) for _ in range(2)]]
        assert sorted(len(one) for one in done) == [0, 8]
        assert len(tables_in(year, "archive")) == 4

    def test_ensure_ahead_during_removal_waits(self, year: Connection, database: Database) -> None:
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

    def test_remove_expired_after_half_done_detach_finishes_it(self, year: Connection, database: Database) -> None:
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

    def test_remove_expired_beside_an_earlier_writer_waits_for_them(self, year: Connection, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as writer:
            writer.execute("LOCK TABLE core.readings IN ROW EXCLUSIVE MODE")  # and adds a row to the partition yet
            for _ in range(2):
                with pytest.raises(RetryableError, match="in use"):
                    remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2), lock_timeout=SHORT)
                assert list_partitions(year, TABLE)[0].is_pending_detach
        done = remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        assert [one.action for one in done] == ["detached", "archived"] * 2

    def test_remove_expired_archived_table_has_no_writers(self, year: Connection) -> None:
        year.execute("GRANT INSERT ON core.readings_y2026m11 TO ytempire_ingest")
        remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 2))
        may = "SELECT has_table_privilege('ytempire_ingest', 'archive.readings_y2026m11', 'INSERT')"
        assert year.execute(may).fetchone() == (False,)

    def test_remove_expired_after_death_archives_what_was_detached(self, year: Connection) -> None:
        def die(step: Step) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1), on_step=die)
        assert "readings_y2026m11" in tables_in(year, "core")
        assert "readings_y2026m11" not in names(year)
        [step] = remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1))
        assert (step.partition, step.action, step.upper) == ("readings_y2026m11", "archived", at(2026, 12))

    def test_remove_expired_detach_by_hand_is_a_conflict(self, year: Connection, database: Database) -> None:
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

    def test_remove_expired_name_taken_in_archive_is_a_conflict(self, year: Connection) -> None:
        year.execute("CREATE TABLE archive.readings_y2026m11 (a int)")
        with pytest.raises(Conflict, match=r"archive\.readings_y2026m11 already"):
            remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1))
        year.execute("DROP TABLE archive.readings_y2026m11")
        assert [one.action for one in remove_expired_partitions(year, TABLE, timedelta(days=31), now=at(2027, 1))] == [
            "archived"
        ]

    def test_remove_expired_in_a_transaction_is_refused(self, year: Connection, database: Database) -> None:
        with (
            psycopg.connect(conninfo(database.owner_url)) as connection,
            pytest.raises(InvalidInput, match="autocommit"),
        ):
            remove_expired_partitions(connection, TABLE, timedelta(days=31))
