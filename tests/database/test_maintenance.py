"""What each task of maintenance does, that it says so, and what remains when it fails, is killed or meets another."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import Database
from ytempire.accounts import administration
from ytempire.database.catalog import Card, Column, catalog
from ytempire.database.checks.check import Limits
from ytempire.database.maintenance import runner
from ytempire.database.maintenance.context import TaskContext
from ytempire.database.maintenance.schedule import TASKS
from ytempire.database.maintenance.tasks import TASK_FUNCTIONS, indexes
from ytempire.database.migrate import migrate
from ytempire.database.partitions.listing import list_partitions
from ytempire.kit import clock
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.postgres import EmbeddedPostgres

Connection = psycopg.Connection[Any]
ALL = [task.name for task in TASKS]
NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def superuser(database: Database, postgres: EmbeddedPostgres) -> Iterator[Connection]:
    with psycopg.connect(conninfo(postgres.superuser_url), dbname=database.name, autocommit=True) as connection:
        yield connection


def column(type_: str = "timestamp with time zone") -> Column:
    return Column.model_validate({"meaning": "A column.", "class": "internal", "personal": "none", "type": type_})


def card(table: str, **changed: Any) -> dict[str, Card]:
    made = Card(
        table=table,
        purpose="A table of this test.",
        owner="database",
        grain="one row",
        tenant="none: a test",
        retention="as the test says",
        has_model=False,
        columns={"at": column()},
        **changed,
    )
    return {table: made}


def rows(connection: Connection, query: LiteralString, *parameters: object) -> list[Any]:
    return connection.execute(query, parameters).fetchall()


def run(database: Database, task: str, **options: Any) -> dict[str, Any]:
    """What it said it did."""
    [last] = runner.run(database.owner_url, [task], **options)
    assert last.error is None
    return runner.last_details(database.owner_url, task)


def readings(database: Database, owner: Connection) -> dict[str, Card]:
    """A table with partitions by time, and its card."""
    owner.execute("CREATE TABLE core.readings (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)")
    cards = card("core.readings", partition_key="at")
    run(database, "partitions", cards=cards)
    return cards


def open_alerts(connection: Connection) -> dict[str, str]:
    return dict(rows(connection, "SELECT rule || '/' || key, severity FROM core.alerts WHERE closed_at IS NULL"))


class TestRunning:
    def test_run_due_on_new_database_runs_every_task_once(self, database: Database, owner: Connection) -> None:
        assert [(one.task, one.error) for one in runner.run_due(database.owner_url)] == [(name, None) for name in ALL]
        assert runner.run_due(database.owner_url) == []
        assert runner.next_due_in_s(database.owner_url) > 50 * 60  # the most frequent is hourly
        assert open_alerts(owner) == {}
        # a machine that slept for a day
        later = runner.run_due(database.owner_url, now=lambda: clock.now() + 25 * timedelta(hours=1))
        assert [one.task for one in later] == ALL
        [(recorded,)] = rows(owner, "SELECT count(*) FROM core.maintenance_log WHERE outcome = 'completed'")
        assert recorded == 2 * len(ALL)

    def test_run_due_beside_other_process_raises_busy(self, database: Database, owner: Connection) -> None:
        with runner._lock_connection(database.owner_url, timedelta(0), clock.now):
            _, is_held = runner.due_tasks(database.owner_url)
            assert is_held
            with pytest.raises(runner.Busy, match="Another process is doing maintenance"):
                runner.run_due(database.owner_url)
        while runner.due_tasks(database.owner_url)[1]:  # the server ends the other session in its own time
            time.sleep(0.02)
        assert len(runner.run_due(database.owner_url)) == len(ALL)

    def test_run_due_after_kill_records_abort_and_finishes_task(self, database: Database, owner: Connection) -> None:
        add_sessions(owner, expired_ago=40 * DAY, count=3)
        with psycopg.connect(conninfo(database.owner_url)) as busy:
            busy.execute("LOCK TABLE core.sessions IN SHARE MODE")
            process = subprocess.Popen([sys.executable, "-c", RUN_RETENTION, database.owner_url])
            wait_until(
                owner,
                "SELECT 1 FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE 'DELETE%%'",
            )
            _, is_held = runner.due_tasks(database.owner_url)
            assert is_held
            process.kill()
            process.wait()
            wait_until(owner, "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        assert rows(owner, "SELECT outcome FROM core.maintenance_log") == [("running",)]
        assert run(database, "retention")["removed"] == {"core.sessions": 3}
        assert rows(owner, "SELECT outcome, error FROM core.maintenance_log ORDER BY started_at") == [
            ("failed", "It was killed before it came to its end."),
            ("completed", None),
        ]

    def test_run_failing_task_opens_alert_until_success(self, database: Database, owner: Connection) -> None:
        nowhere = card("core.nowhere", partition_key="at")
        for count, severity in ((1, "warning"), (2, "warning"), (3, "critical")):
            [last] = runner.run(database.owner_url, ["partitions"], cards=nowhere)
            assert last.failures == count
            assert "core.nowhere is no table that is partitioned" in str(last.error)
            assert open_alerts(owner) == {
                "maintenance_task_failed/partitions": severity,
                "partition_missing/core.nowhere": "critical",
            }
        run(database, "partitions")
        assert open_alerts(owner) == {}
        assert rows(owner, "SELECT count(*) FROM core.alerts WHERE closed_at IS NOT NULL") == [(2,)]

    def test_run_task_with_bug_is_recorded_and_others_run(self, database: Database) -> None:
        def mistaken(context: TaskContext) -> None:
            context.record(begun=True)
            raise KeyError("nothing")

        first, second = runner.run(database.owner_url, ["trail", "queue"], work={**TASK_FUNCTIONS, "trail": mistaken})
        assert (first.outcome, first.error) == ("failed", "KeyError: 'nothing'")
        assert second.outcome == "completed"
        assert runner.last_details(database.owner_url, "trail") == {"begun": True}

    @pytest.mark.parametrize("role", ["admin", "service", "operator", "analyst"])
    def test_maintenance_log_for_application_is_read_only_by_role(self, database: Database, role: str) -> None:
        run(database, "queue")
        with psycopg.connect(conninfo(database.app_url)) as application:
            application.execute("SELECT core.set_subject(%s, %s, NULL, NULL, NULL)", [SYSTEM.user_id, role])
            seen = rows(application, "SELECT task FROM core.maintenance_log")
            assert seen == ([("queue",)] if role in {"admin", "service"} else [])
            for statement in (
                "DELETE FROM core.maintenance_log",
                "UPDATE core.maintenance_log SET task = 'x'",
                "DELETE FROM core.alerts",
                "INSERT INTO core.alert_rules (name, severity, description) VALUES ('a_b', 'info', '')",
                "SELECT audit.archive_old_changes()",
                "SELECT audit.make_partitions()",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), application.transaction():
                    application.execute(statement)


RUN_RETENTION = """
import sys
from ytempire.database.maintenance import runner
runner.run(sys.argv[1], ["retention"])
"""


def wait_until(connection: Connection, query: LiteralString, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not connection.execute(query.replace("%%", "%")).fetchall():  # type: ignore[arg-type]  # of literals
        assert time.monotonic() < deadline, query
        time.sleep(0.05)


def add_sessions(owner: Connection, *, expired_ago: timedelta, count: int) -> None:
    for _ in range(count):
        expired = clock.now() - expired_ago
        owner.execute(
            "INSERT INTO core.sessions (user_id, created_at, refreshed_at, expires_at) VALUES (%s, %s, %s, %s)",
            [SYSTEM.user_id, expired - DAY, expired - DAY, expired],
        )


class TestPartitions:
    CARDS = card("core.readings", partition_key="at", retention_days=90, archive_retention_days=60)

    @pytest.fixture(autouse=True)
    def readings(self, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)")

    def test_partitions_are_created_archived_and_dropped_by_age(self, database: Database, owner: Connection) -> None:
        made = run(database, "partitions", cards=self.CARDS, now=lambda: NOVEMBER)
        assert made["created"] == [f"readings_y{month}" for month in ("2026m11", "2026m12", "2027m01", "2027m02")]
        assert "created" not in run(database, "partitions", cards=self.CARDS, now=lambda: NOVEMBER)
        # 90 days after its last day November goes to the archive, and 60 days later it is dropped
        march = datetime(2027, 3, 2, tzinfo=UTC)
        assert run(database, "partitions", cards=self.CARDS, now=lambda: march)["archived"] == ["readings_y2026m11"]
        assert rows(owner, "SELECT count(*) FROM archive.readings_y2026m11") == [(0,)]
        assert "dropped" not in run(database, "partitions", cards=self.CARDS, now=lambda: march + 58 * DAY)
        late = run(database, "partitions", cards=self.CARDS, now=lambda: march + 61 * DAY)
        assert "readings_y2026m11" in late["dropped"]
        assert rows(owner, "SELECT to_regclass('archive.readings_y2026m11') IS NULL") == [(True,)]

    def test_partitions_without_archive_are_dropped_at_once(self, database: Database, owner: Connection) -> None:
        cards = card("core.readings", partition_key="at", retention_days=30)
        run(database, "partitions", cards=cards, now=lambda: NOVEMBER)
        done = run(database, "partitions", cards=cards, now=lambda: datetime(2027, 1, 2, tzinfo=UTC))
        assert done["dropped"] == ["readings_y2026m11"]
        assert "archived" not in done

    def test_partitions_missing_tomorrow_opens_alert_until_created(self, database: Database, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings_y2026m11 (in_the_way int)")
        now = NOVEMBER
        [last] = runner.run(database.owner_url, ["partitions"], cards=self.CARDS, now=lambda: now)
        assert last.outcome == "failed"
        assert open_alerts(owner)["partition_missing/core.readings"] == "critical"
        [(opened, seen)] = rows(owner, "SELECT opened_at, last_seen_at FROM core.alerts WHERE key = 'core.readings'")
        now += timedelta(hours=1)
        runner.run(database.owner_url, ["partitions"], cards=self.CARDS, now=lambda: now)
        [again] = rows(owner, "SELECT opened_at, last_seen_at FROM core.alerts WHERE key = 'core.readings'")
        assert again == (opened, seen + timedelta(hours=1))
        owner.execute("DROP TABLE core.readings_y2026m11")
        run(database, "partitions", cards=self.CARDS, now=lambda: now)
        assert open_alerts(owner) == {}
        assert len(list_partitions(owner, "core.readings")) == 4

    def test_partitions_missing_for_event_log_still_opens_alert(self, database: Database, owner: Connection) -> None:
        """An alert leaves a line in the event log: that must not keep from anybody that the log has no room."""
        for one in list_partitions(owner, "core.event_log"):
            owner.execute(psycopg.sql.SQL("DROP TABLE core.{}").format(psycopg.sql.Identifier(one.name)))
        [month] = rows(owner, "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY\"m\"MM')")
        in_the_way = psycopg.sql.Identifier("core", f"event_log_y{month[0]}")
        owner.execute(psycopg.sql.SQL("CREATE TABLE {} (in_the_way int)").format(in_the_way))
        [last] = runner.run(database.owner_url, ["partitions"])
        assert last.outcome == "failed"
        assert open_alerts(owner).keys() == {
            "partition_missing/core.event_log",
            "maintenance_task_failed/partitions",
        }
        owner.execute(psycopg.sql.SQL("DROP TABLE {}").format(in_the_way))
        run(database, "partitions")
        assert open_alerts(owner) == {}

    def test_migrate_after_long_pause_creates_current_partitions(self, database: Database, owner: Connection) -> None:
        for one in list_partitions(owner, "core.event_log"):
            owner.execute(psycopg.sql.SQL("DROP TABLE core.{}").format(psycopg.sql.Identifier(one.name)))
        migrate(database.owner_url)
        assert len(list_partitions(owner, "core.event_log")) == 4

    def test_partitions_failure_of_one_table_does_not_stop_others(self, database: Database) -> None:
        cards = {**card("core.nowhere", partition_key="at"), **self.CARDS}
        [last] = runner.run(database.owner_url, ["partitions"], cards=cards, now=lambda: NOVEMBER)
        assert last.outcome == "failed"
        details = runner.last_details(database.owner_url, "partitions")
        assert len(details["created"]) == 4
        assert [one["table"] for one in details["failed"]] == ["core.nowhere"]


def add_old_month(superuser: Connection, months_ago: int) -> str:
    """A month of the trail with one line and its personal value, as they were written then; its partition's name."""
    row = superuser.execute(
        "SELECT m, (m AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC', to_char(m, 'YYYY\"m\"MM')"
        " FROM date_trunc('month', now() - make_interval(months => %s), 'UTC') m",
        [months_ago],
    ).fetchone()
    assert row is not None
    lower, upper, name = row
    superuser.execute("SET ROLE ytempire_audit")
    superuser.execute(
        psycopg.sql.SQL("CREATE TABLE audit.{} PARTITION OF audit.changes FOR VALUES FROM ({}) TO ({})").format(
            psycopg.sql.Identifier(f"changes_y{name}"), lower.isoformat(), upper.isoformat()
        )
    )
    change = uuid4()
    superuser.execute(
        "INSERT INTO audit.changes (id, occurred_at, table_name, row_key, action, changed)"
        " VALUES (%s, %s, 'core.users', %s, 'insert', '{full_name}')",
        [change, lower + DAY, f"{months_ago} months ago"],
    )
    superuser.execute(
        "INSERT INTO audit.personal_values (change_id, occurred_at, salt, new) VALUES (%s, %s, %s, '{}')",
        [change, lower + DAY, uuid4()],
    )
    superuser.execute("RESET ROLE")
    return f"changes_y{name}"


class TestTrail:
    async def test_trail_old_months_are_archived_and_ancient_dropped(
        self, database: Database, superuser: Connection, admin_sessions: Sessions
    ) -> None:
        young, old, ancient = (add_old_month(superuser, months) for months in (2, 5, 7 * 12 + 2))
        done = run(database, "trail")
        assert done == {"archived": [ancient, old], "dropped": [ancient]}
        assert run(database, "trail") == {"archived": [], "dropped": []}
        [(owner_of,)] = rows(superuser, "SELECT tableowner FROM pg_tables WHERE tablename = %s", old)
        assert owner_of == "ytempire_audit"
        [(kept,)] = rows(superuser, "SELECT count(*) FROM audit.personal_values WHERE new = '{}'")
        assert kept == 2
        assert young in [one.name for one in list_partitions(superuser, "audit.changes")]
        # administrators read across both
        async with admin_sessions() as session:
            trail = await administration.list_changes(session, limit=1000, table_name="core.users")
        assert {"2 months ago", "5 months ago"} < {change.row_key for change in trail}

    def test_trail_archive_is_inaccessible_to_other_roles(
        self, database: Database, superuser: Connection, owner: Connection
    ) -> None:
        name = add_old_month(superuser, 5)
        run(database, "trail")
        with psycopg.connect(conninfo(database.app_url), autocommit=True) as application:
            assert rows(application, "SELECT 1 FROM archive.changes") == []
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(psycopg.sql.SQL("SELECT 1 FROM archive.{}").format(psycopg.sql.Identifier(name)))
        # the owner of migrations puts its own partitions into that schema, and may not touch these
        for statement in ("DROP TABLE archive.{}", "DELETE FROM archive.{}", "TRUNCATE archive.{}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(psycopg.sql.SQL(statement).format(psycopg.sql.Identifier(name)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("DROP SCHEMA archive CASCADE")

    def test_trail_of_earlier_version_fails_naming_superuser_url(
        self, database: Database, superuser: Connection
    ) -> None:
        superuser.execute("DROP FUNCTION audit.archive_old_changes()")
        [last] = runner.run(database.owner_url, ["trail"])
        assert "YTEMPIRE_DATABASE__SUPERUSER_URL" in str(last.error)


class TestRetention:
    def test_retention_removes_old_sessions_and_audits_removal(
        self, database: Database, owner: Connection, superuser: Connection
    ) -> None:
        for expired_ago in (29 * DAY, 31 * DAY, -DAY):
            add_sessions(owner, expired_ago=expired_ago, count=1)
        assert run(database, "retention")["removed"] == {"core.sessions": 1}
        assert rows(owner, "SELECT count(*) FROM core.sessions") == [(2,)]
        [(run_id,)] = rows(owner, "SELECT id FROM core.maintenance_log")
        assert rows(superuser, "SELECT role, user_id, request_id FROM audit.changes WHERE action = 'delete'") == [
            ("service", SYSTEM.user_id, f"maintenance {run_id}")
        ]

    def test_retention_removes_more_rows_than_one_batch(self, database: Database, owner: Connection) -> None:
        owner.execute(
            "INSERT INTO core.alerts (rule, key, severity, title, message, opened_at, last_seen_at, closed_at)"
            " SELECT 'partition_missing', n, 'warning', 'm', 't', at, at, at"
            " FROM generate_series(1, 4500) n, (SELECT now() - interval '400 days' AS at) long_ago"
        )
        assert run(database, "retention")["removed"] == {"core.alerts": 4500}

    def test_retention_removes_staging_rows_older_than_week(self, database: Database, owner: Connection) -> None:
        owner.execute("CREATE SCHEMA IF NOT EXISTS staging; CREATE TABLE staging.batches (at timestamptz)")
        owner.execute("INSERT INTO staging.batches VALUES (now() - interval '8 days'), (now()), (NULL)")
        cards = card("staging.batches", retention_days=7, age_column="at")
        assert run(database, "retention", cards=cards)["removed"] == {"staging.batches": 1}
        assert rows(owner, "SELECT count(*) FROM staging.batches") == [(2,)]

    def test_retention_locked_row_is_left_for_next_run(self, database: Database, owner: Connection) -> None:
        add_sessions(owner, expired_ago=40 * DAY, count=2)
        with psycopg.connect(conninfo(database.owner_url)) as busy:
            busy.execute("SELECT 1 FROM core.sessions LIMIT 1 FOR UPDATE")
            assert run(database, "retention")["removed"] == {"core.sessions": 1}
        assert run(database, "retention")["removed"] == {"core.sessions": 1}

    def test_retention_age_columns_are_timestamps(self, owner: Connection) -> None:
        aged = [(one.schema_name, one.name, one.age_column) for one in catalog().values() if one.age_column is not None]
        assert len(aged) >= 8
        for schema, table, name in aged:
            [(type_,)] = rows(
                owner,
                "SELECT data_type FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name = %s AND column_name = %s",
                schema,
                table,
                name,
            )
            assert type_ == "timestamp with time zone", table


def test_queue_removes_only_jobs_ended_long_ago(database: Database, owner: Connection) -> None:
    owner.execute("""
        INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, status)
            VALUES ('cpu', 'failed long ago', 'failed'), ('cpu', 'failed', 'failed'), ('cpu', 'waits', 'todo');
        UPDATE jobs.procrastinate_events e SET at = now() - interval '31 days'
            FROM jobs.procrastinate_jobs j WHERE j.id = e.job_id AND j.task_name <> 'failed';
        INSERT INTO jobs.procrastinate_events (job_id, type, at)
            SELECT id, 'failed', now() - CASE WHEN task_name = 'failed' THEN '29 days' ELSE '31 days' END::interval
            FROM jobs.procrastinate_jobs WHERE status = 'failed'""")
    assert run(database, "queue") == {"removed": 1}
    assert rows(owner, "SELECT task_name FROM jobs.procrastinate_jobs ORDER BY id") == [("failed",), ("waits",)]


class TestStatistics:
    def test_statistics_analyses_partition_parents_and_stale_tables(
        self, database: Database, owner: Connection
    ) -> None:
        readings(database, owner)
        owner.execute("INSERT INTO core.readings SELECT now(), n FROM generate_series(1, 300) n")
        first = run(database, "statistics")["analysed"]
        assert {"core.readings", "the audit trail"} <= set(first)
        assert rows(owner, "SELECT DISTINCT inherited FROM pg_stats WHERE tablename = 'readings'") == [(True,)]
        owner.execute("SELECT pg_stat_force_next_flush()")
        again = run(database, "statistics")["analysed"]
        assert "core.readings" not in again
        late = run(database, "statistics", now=lambda: clock.now() + 8 * DAY)["analysed"]
        assert "core.readings" in late

    def test_statistics_covers_audit_trail_partitions(self, database: Database, superuser: Connection) -> None:
        run(database, "statistics")
        [(count,)] = rows(
            superuser,
            "SELECT count(*) FROM pg_stats WHERE schemaname = 'audit' AND tablename = 'changes' AND inherited",
        )
        assert count > 0


class TestBlockRanges:
    def test_statistics_summarises_missing_block_ranges(self, database: Database, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.readings (at timestamptz NOT NULL) WITH (autovacuum_enabled = false)")
        owner.execute("CREATE INDEX readings_at_idx ON core.readings USING brin (at) WITH (pages_per_range = 1)")
        owner.execute("INSERT INTO core.readings SELECT now() FROM generate_series(1, 2000)")
        [done] = run(database, "statistics")["summarised"]
        assert done["index"] == "core.readings_at_idx"
        assert done["block_ranges"] > 1
        assert "summarised" not in run(database, "statistics")


def partitions(owner: Connection) -> list[Any]:
    """Those of core.readings with rows, and whether all of their pages are frozen, which older servers do not count."""
    pages = "relallfrozen" if owner.info.server_version >= 180_000 else "relallvisible"
    return rows(
        owner,
        f"SELECT c.relname, c.{pages} = pg_relation_size(c.oid) / 8192 FROM pg_inherits i"
        " JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = 'core.readings'::regclass AND pg_relation_size(c.oid) > 0",
    )


class TestFreezing:
    def test_freezing_of_past_partition_happens_once(self, database: Database, owner: Connection) -> None:
        cards = readings(database, owner)
        # rows whose commit may still be lost are left for the next run
        owner.execute("SET synchronous_commit = on")
        owner.execute("INSERT INTO core.readings SELECT now(), n FROM generate_series(1, 300) n")
        rows(owner, "SELECT count(*) FROM core.readings")  # and whoever reads them notes that it cannot
        assert run(database, "freezing", cards=cards) == {}
        [(name, is_frozen)] = partitions(owner)
        assert not is_frozen
        for _ in range(50):  # an autovacuum that looks at this database still sees them: they are left for the next run
            done = run(database, "freezing", cards=cards, now=lambda: clock.now() + 40 * DAY)
            if done != {"left": [f"core.{name}"]}:
                break
        assert done == {"frozen": [f"core.{name}"]}
        assert partitions(owner) == [(name, True)]
        assert run(database, "freezing", cards=cards, now=lambda: clock.now() + 40 * DAY) == {}

    def test_freezing_leaves_partition_with_rows_visible_to_open_transaction(
        self, database: Database, owner: Connection
    ) -> None:
        cards = readings(database, owner)
        with psycopg.connect(conninfo(database.owner_url)) as other:
            other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            other.execute("SELECT 1")
            owner.execute("INSERT INTO core.readings SELECT now(), n FROM generate_series(1, 300) n")
            [(name, _)] = partitions(owner)
            done = run(database, "freezing", cards=cards, now=lambda: clock.now() + 40 * DAY)
            assert done == {"left": [f"core.{name}"]}
        owner.execute("VACUUM core.readings")  # all of it is visible then, and as a rule not frozen
        [(_, is_frozen)] = partitions(owner)
        done = run(database, "freezing", cards=cards, now=lambda: clock.now() + 40 * DAY)
        assert (done == {}) == is_frozen


class TestIndexes:
    SMALL = Limits(bloat_bytes=500_000)

    @pytest.fixture(autouse=True)
    def bloated(self, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (n int, word text) WITH (autovacuum_enabled = false);
            CREATE INDEX extra_n_idx ON core.extra (n)""")
        self.bloat(owner)

    def bloat(self, owner: Connection) -> None:
        owner.execute("INSERT INTO core.extra SELECT n, repeat('x', 100) FROM generate_series(1, 60000) n")
        owner.execute("DELETE FROM core.extra WHERE n % 10 <> 0")
        owner.execute("VACUUM (ANALYZE, TRUNCATE false) core.extra")

    def rebuild(self, database: Database, **limits: int) -> dict[str, Any]:
        return run(
            database, "indexes", work={"indexes": lambda context: indexes.rebuild(context, self.SMALL, **limits)}
        )

    def test_indexes_bloated_index_is_rebuilt_once(self, database: Database, owner: Connection) -> None:
        [rebuilt] = self.rebuild(database)["rebuilt"]
        assert rebuilt["index"] == "core.extra_n_idx"
        assert rebuilt["after"] < rebuilt["before"] / 5
        # a wrong estimate would look just like this
        self.bloat(owner)
        assert "rebuilt" not in self.rebuild(database)

    def test_indexes_leftover_of_killed_rebuild_is_removed(self, database: Database, owner: Connection) -> None:
        owner.execute("INSERT INTO core.extra SELECT 1 FROM generate_series(1, 2)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("CREATE UNIQUE INDEX CONCURRENTLY extra_n_idx_ccnew ON core.extra (n)")
        assert self.rebuild(database)["leftovers_removed"] == ["core.extra_n_idx_ccnew"]
        assert rows(owner, "SELECT to_regclass('core.extra_n_idx_ccnew') IS NULL") == [(True,)]

    def test_indexes_too_large_index_is_not_rebuilt(self, database: Database) -> None:
        assert self.rebuild(database, at_most_bytes=1000) == {"too_large": ["core.extra_n_idx"]}


def test_doctor_finding_opens_alert_until_resolved(database: Database, owner: Connection) -> None:
    owner.execute("CREATE TABLE core.stranger (id int)")
    report = run(database, "doctor")
    assert report["ok"] is False
    assert {"check", "status", "detail", "remedy"} == set(report["findings"][0])
    assert open_alerts(owner).keys() == {"database_check_failed/catalog", "database_check_failed/models"}
    [(title, message)] = rows(
        owner, "SELECT title, message FROM core.alerts WHERE key = 'catalog' AND closed_at IS NULL"
    )
    assert title == "core.stranger has no card."
    assert message.startswith("Mend the card")
    owner.execute("DROP TABLE core.stranger")
    assert run(database, "doctor")["ok"] is True
    assert open_alerts(owner) == {}
