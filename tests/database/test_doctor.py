"""`ytempire db doctor` on the real database: silent where all is well, and each check finds what it is for."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import CheckConstraint, Integer, MetaData, Table
from sqlalchemy import Column as ModelColumn

from tests.conftest import Database
from ytempire.database import checks, models
from ytempire.database.catalog import Card, Column, catalog
from ytempire.database.checks import CHECKS, CheckResult, Limits, Target, is_well, run_check, run_checks
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.kit.processes import die_with_parent_command
from ytempire.runtime.home import Home, server_user
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.settings import Settings

NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
Connection = psycopg.Connection[Any]


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def target(database: Database, owner: Connection) -> Target:
    return Target(owner, database.owner_url, NOVEMBER)


def look(target: Target, check: str) -> list[CheckResult]:
    return run_check(check, CHECKS[check], target)


def wrong(target: Target, check: str) -> list[CheckResult]:
    return [one for one in look(target, check) if one.status != "ok"]


def only(target: Target, check: str) -> CheckResult:
    [finding] = wrong(target, check)
    assert finding.remedy
    return finding


class TestExamine:
    def test_a_new_database_has_no_problem_and_no_warning(self, database: Database) -> None:
        findings = run_checks(database.owner_url)
        assert [one for one in findings if one.status != "ok"] == []
        assert [one.check for one in findings] == list(CHECKS)
        assert is_well(findings)

    def test_it_changes_nothing(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        def careless(target: Target) -> list[CheckResult]:
            target.connection.execute("DELETE FROM core.prices")
            return []

        monkeypatch.setitem(CHECKS, "careless", careless)  # type: ignore[misc]
        [finding] = [one for one in run_checks(database.owner_url) if one.check == "careless"]
        assert (finding.status, finding.detail) == (
            "critical",
            "Could not look: cannot execute DELETE in a read-only transaction.",
        )

    def test_a_check_that_cannot_look_is_a_problem_and_stops_no_other(self, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as connection:
            connection.execute("DROP TABLE core.applied_code")
        findings = {one.check: one for one in run_checks(database.owner_url)}
        assert findings["applied code"].status == "critical"
        assert "Could not look" in findings["applied code"].detail
        assert findings["foreign keys"].status == "ok"

    def test_a_warning_is_no_problem(self) -> None:
        assert is_well([CheckResult("a", "ok", "b"), CheckResult("a", "warning", "b", "c")])
        assert not is_well([CheckResult("a", "critical", "b", "c")])


class TestMigrations:
    def test_an_older_database(self, target: Target, owner: Connection) -> None:
        owner.execute("UPDATE core.alembic_version SET version_num = 'long_ago'")
        finding = only(target, "migrations")
        assert finding.status == "critical"
        assert finding.detail.startswith("At long_ago; the newest is 20")


class TestModels:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("CREATE TABLE core.extra (id int)", "core.extra: no model has the table."),
            ("ALTER TABLE core.videos ADD extra int", "core.videos.extra: no model has the column."),
            ("ALTER TABLE core.videos DROP height", "core.videos.height: the database has no such column."),
            (
                "ALTER TABLE core.videos ALTER width TYPE bigint",
                "core.videos.width: type is BIGINT() in the database, Integer() in the model.",
            ),
            (
                "ALTER TABLE core.videos ALTER width SET NOT NULL",
                "core.videos.width: nullable is False in the database, True in the model.",
            ),
            (
                "CREATE INDEX videos_extra_idx ON core.videos (title)",
                "videos_extra_idx of core.videos: no model has the index.",
            ),
            (
                "DROP INDEX core.videos_channel_idx",
                "videos_channel_idx of core.videos: the database has no such index.",
            ),
            (
                "ALTER TABLE core.videos DROP CONSTRAINT videos_channel_id_fkey",
                "videos_channel_id_fkey of core.videos: the database has no such fk.",
            ),
            (
                "ALTER TABLE core.videos DROP CONSTRAINT videos_title_check",
                "videos_title_check of core.videos: the database has no such constraint.",
            ),
            (
                "ALTER TABLE core.prices DROP CONSTRAINT prices_one_at_a_time_excl",
                "prices_one_at_a_time_excl of core.prices: the database has no such constraint.",
            ),
            (
                "ALTER TABLE core.videos ADD CONSTRAINT extra CHECK (width > 0)",
                "extra of core.videos: no model has the constraint.",
            ),
        ],
    )
    def test_a_difference(self, target: Target, owner: Connection, statement: str, expected: str) -> None:
        owner.execute("DROP SCHEMA masked CASCADE")  # its views hold the columns that they show
        owner.execute(statement.encode())
        finding = only(target, "models")
        assert (finding.status, finding.detail) == ("critical", expected)

    def test_partitions_and_tables_of_tools_are_no_difference(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        ensure_ahead(owner, "core.parted")
        metadata = MetaData()
        for table in models.metadata.tables.values():
            table.to_metadata(metadata)
        Table(
            "parted",
            metadata,
            ModelColumn("at", models.metadata.tables["core.videos"].c.created_at.type, nullable=False),
            schema="core",
        )
        assert wrong(replace(target, metadata=metadata), "models") == []

    def test_a_model_without_its_table(self, target: Target) -> None:
        metadata = MetaData()
        for table in models.metadata.tables.values():
            table.to_metadata(metadata)
        Table("future", metadata, ModelColumn("id", Integer), CheckConstraint("id > 0", name="id"), schema="core")
        detail = [one.detail for one in wrong(replace(target, metadata=metadata), "models")]
        assert "core.future: the database has no such table." in detail


class TestCatalog:
    def test_both_ways(self, target: Target, owner: Connection) -> None:
        owner.execute("""
            CREATE VIEW core.newest AS SELECT id FROM core.videos; CREATE TABLE archive_of_mine (id int);
            ALTER TABLE core.videos RENAME height TO tallness; DROP TABLE ml.script_embeddings""")
        findings = wrong(target, "catalog")
        assert {one.status for one in findings} == {"critical"}
        assert [one.detail for one in findings] == [
            "core.newest has no card.",
            "core.videos.height is on its card only.",
            "core.videos.tallness is not on its card.",
            "ml.script_embeddings has a card and is not there.",
        ]

    def test_a_view_with_its_card_and_one_whose_types_changed(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE VIEW core.newest AS SELECT id, title FROM core.videos")
        column = Column(meaning="something", classification="public", personal="none", type="uuid")
        card = Card(
            table="core.newest",
            kind="view",
            purpose="The newest videos.",
            owner="production",
            grain="one video",
            tenant="through core.videos",
            retention="as the videos",
            has_model=False,
            columns={"id": column, "title": column},
        )
        finding = only(replace(target, cards={**catalog(), card.table: card}), "catalog")
        assert finding.detail == "core.newest.title is text, its card says uuid."
        as_table = card.model_copy(update={"kind": "table", "columns": {"id": column, "title": replace_type(column)}})
        finding = only(replace(target, cards={**catalog(), card.table: as_table}), "catalog")
        assert finding.detail == "core.newest is a view, its card says table."

    def test_an_archived_partition_belongs_to_its_parents_card(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE SCHEMA IF NOT EXISTS archive; CREATE TABLE archive.videos_y2026m01 (id int)")
        assert only(target, "catalog").detail == "archive.videos_y2026m01 has no card."
        parted = catalog()["core.videos"].model_copy(update={"partition_key": "created_at"})
        assert wrong(replace(target, cards={**catalog(), "core.videos": parted}), "catalog") == []

    def test_a_schema_of_others_has_one_card(self, target: Target, owner: Connection) -> None:
        owner.execute("DROP SCHEMA jobs CASCADE")
        detail = {one.detail for one in wrong(target, "catalog")}
        # the view over them goes with them
        assert detail == {"The schema jobs has a card and no tables.", "core.job_queue has a card and is not there."}


def replace_type(column: Column) -> Column:
    return column.model_copy(update={"type": "text"})


class TestAppliedCode:
    def test_a_file_that_changed_one_that_is_new_and_one_that_is_gone(self, target: Target, tmp_path: Path) -> None:
        (changed := tmp_path / "grants.sql").write_text("SELECT 1")
        code = {**target.code, "core/grants.sql": changed, "core/told.sql": changed}
        del code["production/notify_run.sql"]
        findings = wrong(replace(target, code=code), "applied code")
        assert [(one.status, one.detail) for one in findings] == [
            ("critical", "core/grants.sql was changed since it was applied."),
            ("critical", "core/told.sql was never applied."),
            (
                "warning",
                "production/notify_run.sql was applied and its file is gone; what it made is still there.",
            ),
        ]


class TestForeignKeys:
    @pytest.mark.parametrize("index", [None, "(other, video_id)", "(video_id) WHERE other > 0"])
    def test_without_an_index_that_begins_with_it(self, target: Target, owner: Connection, index: str | None) -> None:
        owner.execute("CREATE TABLE core.extra (video_id uuid CONSTRAINT extra_fk REFERENCES core.videos, other int)")
        if index:
            owner.execute(f"CREATE INDEX ON core.extra {index}".encode())
        finding = only(target, "foreign keys")
        assert finding.status == "critical"
        assert finding.detail.startswith("extra_fk of core.extra has no index on (video_id)")
        assert finding.remedy == "In a migration: CREATE INDEX CONCURRENTLY ON core.extra (video_id)"

    def test_an_index_without_the_empty_ones_will_do(self, target: Target, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.extra (video_id uuid REFERENCES core.videos);
            CREATE INDEX ON core.extra (video_id) WHERE video_id IS NOT NULL""")
        assert wrong(target, "foreign keys") == []

    def test_what_it_says_mends_it(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.extra (video_id uuid REFERENCES core.videos, other int)")
        owner.execute(str(only(target, "foreign keys").remedy).removeprefix("In a migration: ").encode())
        assert wrong(target, "foreign keys") == []

    def test_two_columns_in_any_order(self, target: Target, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (step text, run uuid, n int,
                FOREIGN KEY (run, step) REFERENCES core.run_steps (run_id, name));
            CREATE INDEX ON core.extra (step, run, n)""")
        assert wrong(target, "foreign keys") == []


class TestIndexes:
    def test_one_that_was_left_half_built(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.extra (n int); INSERT INTO core.extra VALUES (1), (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("CREATE UNIQUE INDEX CONCURRENTLY extra_n_key ON core.extra (n)")
        finding = only(target, "invalid indexes")
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

    def test_nothing_is_said_of_use_before_there_was_time_for_it(self, target: Target, used_a_little: object) -> None:
        [finding] = look(replace(target, now=clock.now()), "unused indexes")
        assert finding.status == "ok"
        assert finding.detail.startswith(f"Too early to say: use is counted since {clock.now():%Y-%m-%d}")

    def test_unused_for_a_month(self, target: Target, used_a_little: object) -> None:
        # neither the one that was used, nor the key, nor the one that a foreign key needs
        finding = only(replace(target, now=clock.now() + timedelta(days=31)), "unused indexes")
        assert finding.status == "warning"
        assert finding.detail.startswith("core.extra_b_idx of core.extra (0.")
        assert f"since {clock.now():%Y-%m-%d}" in finding.detail

    def test_an_index_over_partitions_is_one(self, target: Target, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.parted (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
            CREATE INDEX parted_n_idx ON core.parted (n)""")
        ensure_ahead(owner, "core.parted", now=NOVEMBER)
        owner.execute("""INSERT INTO core.parted
            SELECT timestamptz '2026-11-05 00:00+00' + make_interval(mins => n), n FROM generate_series(1, 90000) n""")
        owner.execute("ANALYZE core.parted")
        late = replace(target, now=clock.now() + timedelta(days=31))
        assert only(late, "unused indexes").detail.startswith("core.parted_n_idx of core.parted")
        owner.execute("SELECT * FROM core.parted_y2026m12 WHERE n = 40000")
        owner.execute("SELECT pg_stat_force_next_flush()")
        assert wrong(late, "unused indexes") == []


class TestStorage:
    def test_a_table_and_an_index_that_are_mostly_empty(self, target: Target, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (n int, word text) WITH (autovacuum_enabled = false);
            INSERT INTO core.extra SELECT n, repeat('x', 100) FROM generate_series(1, 60000) n;
            CREATE INDEX extra_n_idx ON core.extra (n); ANALYZE core.extra""")
        small = replace(target, limits=Limits(bloat_bytes=500_000))
        assert wrong(small, "bloat") == []
        owner.execute("DELETE FROM core.extra WHERE n % 10 <> 0")
        owner.execute("VACUUM (ANALYZE, TRUNCATE false) core.extra")
        table, index = wrong(small, "bloat")
        assert table.detail.startswith("The table core.extra takes 8.")
        assert "(90%) empty" in table.detail or "(89%) empty" in table.detail
        assert index.remedy is not None
        assert index.remedy.endswith("REINDEX INDEX CONCURRENTLY core.extra_n_idx")
        for finding in (table, index):
            owner.execute(str(finding.remedy).split(": ")[-1].encode())
        assert wrong(small, "bloat") == []

    def test_the_estimate_is_near_for_full_relations(self, owner: Connection) -> None:
        owner.execute("""
            CREATE TABLE core.extra (id uuid PRIMARY KEY DEFAULT core.new_id(), n int, word text, note text)
                WITH (fillfactor = 80);
            INSERT INTO core.extra (n, word, note) SELECT n, repeat('y', n % 60), CASE WHEN n % 2 = 0 THEN 'even' END
                FROM generate_series(1, 50000) n;
            CREATE INDEX extra_lower_idx ON core.extra (lower(word), n); ANALYZE core.extra""")
        for query in (checks.TABLE_BLOAT, checks.INDEX_BLOAT):
            rows = owner.execute(query.encode(), [["core"]]).fetchall()
            for name, size, needed in [row for row in rows if row[0].startswith("core.extra")]:
                assert 0.8 < needed / size < 1.25, name

    def test_rows_that_nobody_analysed(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.extra (n int) WITH (autovacuum_enabled = false)")
        assert wrong(target, "statistics") == []
        owner.execute("INSERT INTO core.extra SELECT generate_series(1, 500)")
        owner.execute("SELECT pg_stat_force_next_flush()")
        finding = only(target, "statistics")
        assert (finding.status, finding.detail, finding.remedy) == (
            "warning",
            "core.extra has about 500 rows and was never analysed.",
            "ANALYZE core.extra",
        )
        owner.execute("ANALYZE core.extra")
        assert wrong(target, "statistics") == []

    def test_the_parent_of_partitions_is_analysed_by_nobody_else(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        ensure_ahead(owner, "core.parted", now=NOVEMBER)
        owner.execute(b"INSERT INTO core.parted SELECT timestamptz '2026-11-05 00:00+00' FROM generate_series(1, 300)")
        owner.execute("ANALYZE core.parted_y2026m11")  # as autovacuum does
        assert wrong(target, "statistics") == []  # few rows, of which the partition knows enough
        strict = replace(target, limits=Limits(unanalysed_parent_rows=300))
        finding = only(strict, "statistics")
        assert finding.detail.startswith("core.parted has about 300 rows and was never analysed; autovacuum never")
        owner.execute(str(finding.remedy).encode())
        assert wrong(strict, "statistics") == []


class TestSlowQueries:
    def test_the_embedded_server_counts(self, target: Target) -> None:
        [finding] = look(target, "slow queries")
        assert finding.detail == "No statement of 10 calls and more takes 500 ms on average."

    def test_without_the_extension_it_says_so(
        self, target: Target, postgres: EmbeddedPostgres, database: Database
    ) -> None:
        with psycopg.connect(conninfo(postgres.superuser_url), dbname=database.name, autocommit=True) as admin:
            admin.execute("DROP EXTENSION pg_stat_statements")
        [finding] = look(target, "slow queries")
        assert (finding.status, finding.detail) == ("ok", "Not looked at: pg_stat_statements is not installed.")

    def test_installed_and_not_loaded(self, target: Target) -> None:
        with server_that_loads("") as connection:
            finding = only(replace(target, connection=connection), "slow queries")
        assert finding.status == "warning"
        assert "does not load it" in finding.detail

    def test_what_the_server_counted(self, target: Target) -> None:
        with server_that_loads("pg_stat_statements") as connection:
            counting = replace(target, connection=connection)
            connection.execute("SELECT pg_sleep(0.6), 'the answer'")
            assert wrong(counting, "slow queries") == []  # once says nothing
            finding = only(replace(counting, limits=Limits(slow_calls=1)), "slow queries")
            assert finding.status == "warning"
            assert re.fullmatch(
                r"6\d\d ms on average over 1 calls since \d{4}-\d\d-\d\d: SELECT pg_sleep\(\$1\), \$2", finding.detail
            )


@contextmanager
def server_that_loads(library: str) -> Iterator[Connection]:
    """A server of its own: what it counts with must be there from its start."""
    root = Path(tempfile.mkdtemp(prefix="ytempire-tests-"))
    root.chmod(0o711)
    home = Home(root, server_user(Settings()))
    home.prepare()
    server = EmbeddedPostgres(home)
    server.initialise()
    options = ["-c", "fsync=off", "-c", f"shared_preload_libraries={library}"]
    process = subprocess.Popen(
        die_with_parent_command(
            [*server.start_command(), *options], on_parent_death=signal.SIGINT, user=home.user.switch
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with connect_when_up(server) as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements SCHEMA public")
            yield connection
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(root, ignore_errors=True)


def connect_when_up(server: EmbeddedPostgres) -> Connection:
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(conninfo(server.superuser_url), autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


class TestPartitions:
    @pytest.fixture
    def parted(self, owner: Connection) -> Connection:
        owner.execute("CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        return owner

    def wrong(self, target: Target, check: str = "partitions ahead") -> list[CheckResult]:
        """Of our table alone: others were made at the time of this run."""
        return [one for one in wrong(target, check) if "core.parted" in one.detail]

    def only(self, target: Target, check: str = "partitions ahead") -> CheckResult:
        [finding] = self.wrong(target, check)
        assert finding.remedy
        return finding

    def at(self, target: Target, *moment: int) -> Target:
        return replace(target, now=datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type]

    def test_three_months_ahead_is_enough_until_the_second_of_the_next_month(
        self, target: Target, parted: Connection
    ) -> None:
        ensure_ahead(parted, "core.parted", now=NOVEMBER)  # until 1 March
        assert self.wrong(self.at(target, 2026, 11, 30, 23)) == []
        assert self.wrong(self.at(target, 2026, 12, 1, 0)) == []
        finding = self.only(self.at(target, 2026, 12, 2, 0))
        assert (finding.status, finding.detail) == ("warning", "core.parted has partitions only until 2027-03-01.")

    def test_no_partition_for_tomorrow(self, target: Target, parted: Connection) -> None:
        ensure_ahead(parted, "core.parted", ahead=0, now=NOVEMBER)
        assert self.only(self.at(target, 2026, 11, 29, 23, 59)).status == "warning"
        finding = self.only(self.at(target, 2026, 11, 30, 0))
        assert (finding.status, finding.detail) == (
            "critical",
            "core.parted has no partition for tomorrow (UTC): its partitions end on 2026-12-01.",
        )

    def test_none_at_all(self, target: Target, parted: Connection) -> None:
        finding = self.only(target)
        assert finding.status == "critical"
        assert "not even this moment" in finding.detail

    def test_one_that_is_half_detached(self, target: Target, parted: Connection, database: Database) -> None:
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

    def test_a_table_that_is_partitioned_otherwise_needs_none(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.parted (n int) PARTITION BY HASH (n)")
        assert self.wrong(target) == []

    def test_a_default_partition(self, target: Target, parted: Connection) -> None:
        parted.execute("CREATE TABLE core.parted_rest PARTITION OF core.parted DEFAULT")
        finding = self.only(target, "default partitions")
        assert finding.status == "critical"
        assert finding.detail.startswith("core.parted_rest is the default partition of core.parted")


class TestGuards:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("ALTER TABLE core.extra ENABLE ROW LEVEL SECURITY", "that is not forced"),
            ("CREATE POLICY p ON core.extra USING (true)", "they guard nothing"),
        ],
    )
    def test_row_level_security_in_name_only(
        self, target: Target, owner: Connection, statement: str, expected: str
    ) -> None:
        owner.execute("CREATE TABLE core.extra (n int)")
        owner.execute(statement.encode())
        finding = only(target, "row-level security")
        assert finding.status == "critical"
        assert expected in finding.detail
        owner.execute(str(finding.remedy).encode())
        assert wrong(target, "row-level security") == []

    def test_an_owner_whom_nobody_can_be_needs_no_force(
        self, target: Target, postgres: EmbeddedPostgres, database: Database
    ) -> None:
        role = f"nobody_{database.name}"
        with psycopg.connect(conninfo(postgres.superuser_url), dbname=database.name, autocommit=True) as admin:
            try:
                admin.execute(
                    f"""
                    CREATE ROLE {role} NOLOGIN; CREATE TABLE core.extra (n int);
                    ALTER TABLE core.extra OWNER TO {role}, ENABLE ROW LEVEL SECURITY""".encode()
                )
                assert wrong(target, "row-level security") == []
                admin.execute(f"GRANT {role} TO ytempire_app".encode())
                assert "is not forced" in only(target, "row-level security").detail
            finally:
                admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())

    def test_a_partition_that_is_a_way_around(self, target: Target, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at);
            ALTER TABLE core.parted ENABLE ROW LEVEL SECURITY; ALTER TABLE core.parted FORCE ROW LEVEL SECURITY;
            CREATE TABLE core.parted_old PARTITION OF core.parted
                FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2021-01-01 00:00+00')""")
        ensure_ahead(owner, "core.parted")
        assert wrong(target, "row-level security") == []  # nobody but the owner may read it
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA core TO ytempire_app")
        assert "The partition core.parted_old is not guarded" in only(target, "row-level security").detail

    def test_a_function_that_trusts_its_callers_search_path(self, target: Target, owner: Connection) -> None:
        for name, clause in (("safe", "SET search_path = pg_catalog"), ("loose", "SET work_mem = '8MB'")):
            statement = f"CREATE FUNCTION core.{name}(n int) RETURNS int SECURITY DEFINER {clause} AS 'SELECT n'"
            owner.execute(f"{statement} LANGUAGE sql".encode())
        finding = only(target, "definer functions")
        assert finding.status == "critical"
        assert finding.detail.startswith("core.loose(integer) runs as its owner")
        owner.execute(str(finding.remedy).encode())
        assert wrong(target, "definer functions") == []
