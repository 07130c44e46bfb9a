"""Tables that nobody analysed, and statements that are slow."""

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
from pathlib import Path

import psycopg

from tests.conftest import Database
from tests.database.checks.findings import NOVEMBER, Connection, find_problem, find_problems, run_one
from ytempire.database.checks.check import Limits, Target
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.kit.database import conninfo
from ytempire.kit.processes import die_with_parent_command
from ytempire.runtime.home import Home, server_user
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.settings import Settings


class TestAnalysed:
    def test_check_analysed_rows_without_statistics_warn(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.extra (n int) WITH (autovacuum_enabled = false)")
        assert find_problems(target, "statistics") == []
        owner.execute("INSERT INTO core.extra SELECT generate_series(1, 500)")
        owner.execute("SELECT pg_stat_force_next_flush()")
        finding = find_problem(target, "statistics")
        assert (finding.status, finding.detail, finding.remedy) == (
            "warning",
            "core.extra has about 500 rows and was never analysed.",
            "ANALYZE core.extra",
        )
        owner.execute("ANALYZE core.extra")
        assert find_problems(target, "statistics") == []

    def test_check_analysed_parent_of_partitions_warns(self, target: Target, owner: Connection) -> None:
        owner.execute("CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        ensure_ahead(owner, "core.parted", now=NOVEMBER)
        owner.execute(b"INSERT INTO core.parted SELECT timestamptz '2026-11-05 00:00+00' FROM generate_series(1, 300)")
        owner.execute("ANALYZE core.parted_y2026m11")  # as autovacuum does
        assert find_problems(target, "statistics") == []  # few rows, of which the partition knows enough
        strict = replace(target, limits=Limits(unanalysed_parent_rows=300))
        finding = find_problem(strict, "statistics")
        assert finding.detail.startswith("core.parted has about 300 rows and was never analysed; autovacuum never")
        owner.execute(str(finding.remedy).encode())
        assert find_problems(strict, "statistics") == []


class TestSlowQueries:
    def test_check_slow_queries_embedded_server_counts(self, target: Target) -> None:
        [finding] = run_one(target, "slow queries")
        assert finding.detail == "No statement of 10 calls and more takes 500 ms on average."

    def test_check_slow_queries_without_extension_says_so(
        self, target: Target, postgres: EmbeddedPostgres, database: Database
    ) -> None:
        with psycopg.connect(conninfo(postgres.superuser_url), dbname=database.name, autocommit=True) as admin:
            admin.execute("DROP EXTENSION pg_stat_statements")
        [finding] = run_one(target, "slow queries")
        assert (finding.status, finding.detail) == ("ok", "Not looked at: pg_stat_statements is not installed.")

    def test_check_slow_queries_extension_not_loaded_warns(self, target: Target) -> None:
        with server_that_loads("") as connection:
            finding = find_problem(replace(target, connection=connection), "slow queries")
        assert finding.status == "warning"
        assert "does not load it" in finding.detail

    def test_check_slow_queries_slow_statement_is_named(self, target: Target) -> None:
        with server_that_loads("pg_stat_statements") as connection:
            counting = replace(target, connection=connection)
            connection.execute("SELECT pg_sleep(0.6), 'the answer'")
            assert find_problems(counting, "slow queries") == []  # once says nothing
            finding = find_problem(replace(counting, limits=Limits(slow_calls=1)), "slow queries")
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
