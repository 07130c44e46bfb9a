"""Migrations and files of code that were not applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.database.checks.findings import Connection, find_problem, find_problems
from ytempire.database.checks.check import Target


class TestMigrations:
    def test_check_migrations_older_database_is_critical(self, target: Target, owner: Connection) -> None:
        owner.execute("UPDATE core.alembic_version SET version_num = 'long_ago'")
        finding = find_problem(target, "migrations")
        assert finding.status == "critical"
        assert finding.detail.startswith("At long_ago; the newest is 20")


class TestAppliedCode:
    def test_check_applied_code_changed_new_and_gone_files_are_named(self, target: Target, tmp_path: Path) -> None:
        (changed := tmp_path / "grants.sql").write_text("SELECT 1")
        code = {**target.code, "core/grants.sql": changed, "core/told.sql": changed}
        del code["production/notify_run.sql"]
        findings = find_problems(replace(target, code=code), "applied code")
        assert [(one.status, one.detail) for one in findings] == [
            ("critical", "core/grants.sql was changed since it was applied."),
            ("critical", "core/told.sql was never applied."),
            (
                "warning",
                "production/notify_run.sql was applied and its file is gone; what it made is still there.",
            ),
        ]
