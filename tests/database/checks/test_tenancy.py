"""Row-level security that does not guard, and functions that trust their caller."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import Database
from tests.database.checks.findings import Connection, find_problem, find_problems
from ytempire.database.checks.check import Target
from ytempire.database.partitions.creation import ensure_ahead
from ytempire.kit.database import conninfo
from ytempire.runtime.postgres import EmbeddedPostgres


class TestGuards:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("ALTER TABLE core.extra ENABLE ROW LEVEL SECURITY", "that is not forced"),
            ("CREATE POLICY p ON core.extra USING (true)", "they guard nothing"),
        ],
    )
    def test_check_row_level_security_in_name_only_is_critical(
        self, target: Target, owner: Connection, statement: str, expected: str
    ) -> None:
        owner.execute("CREATE TABLE core.extra (n int)")
        owner.execute(statement.encode())
        finding = find_problem(target, "row-level security")
        assert finding.status == "critical"
        assert expected in finding.detail
        owner.execute(str(finding.remedy).encode())
        assert find_problems(target, "row-level security") == []

    def test_check_row_level_security_owner_nobody_can_be_needs_no_force(
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
                assert find_problems(target, "row-level security") == []
                admin.execute(f"GRANT {role} TO ytempire_app".encode())
                assert "is not forced" in find_problem(target, "row-level security").detail
            finally:
                admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())

    def test_check_row_level_security_unguarded_partition_is_critical(self, target: Target, owner: Connection) -> None:
        owner.execute("""CREATE TABLE core.parted (at timestamptz NOT NULL) PARTITION BY RANGE (at);
            ALTER TABLE core.parted ENABLE ROW LEVEL SECURITY; ALTER TABLE core.parted FORCE ROW LEVEL SECURITY;
            CREATE TABLE core.parted_old PARTITION OF core.parted
                FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2021-01-01 00:00+00')""")
        ensure_ahead(owner, "core.parted")
        assert find_problems(target, "row-level security") == []  # nobody but the owner may read it
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA core TO ytempire_app")
        assert "The partition core.parted_old is not guarded" in find_problem(target, "row-level security").detail

    def test_check_definer_functions_without_search_path_is_critical(self, target: Target, owner: Connection) -> None:
        for name, clause in (("safe", "SET search_path = pg_catalog"), ("loose", "SET work_mem = '8MB'")):
            statement = f"CREATE FUNCTION core.{name}(n int) RETURNS int SECURITY DEFINER {clause} AS 'SELECT n'"
            owner.execute(f"{statement} LANGUAGE sql".encode())
        finding = find_problem(target, "definer functions")
        assert finding.status == "critical"
        assert finding.detail.startswith("core.loose(integer) runs as its owner")
        owner.execute(str(finding.remedy).encode())
        assert find_problems(target, "definer functions") == []
