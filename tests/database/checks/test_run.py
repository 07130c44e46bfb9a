"""All checks together: silent where all is well; one that cannot look stops no other."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import Database
from ytempire.database.checks.check import CheckResult, Target, is_well
from ytempire.database.checks.run import CHECKS, run_checks
from ytempire.kit.database import conninfo


class TestRunChecks:
    def test_run_checks_new_database_finds_nothing(self, database: Database) -> None:
        findings = run_checks(database.owner_url)
        assert [one for one in findings if one.status != "ok"] == []
        assert [one.check for one in findings] == list(CHECKS)
        assert is_well(findings)

    def test_run_checks_check_that_writes_is_a_problem(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def careless(target: Target) -> list[CheckResult]:
            target.connection.execute("DELETE FROM core.prices")
            return []

        monkeypatch.setitem(CHECKS, "careless", careless)  # type: ignore[misc]
        [finding] = [one for one in run_checks(database.owner_url) if one.check == "careless"]
        assert (finding.status, finding.detail) == (
            "critical",
            "Could not look: cannot execute DELETE in a read-only transaction.",
        )

    def test_run_checks_check_that_cannot_look_is_a_problem_and_stops_no_other(self, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as connection:
            connection.execute("DROP TABLE core.applied_code")
        findings = {one.check: one for one in run_checks(database.owner_url)}
        assert findings["applied code"].status == "critical"
        assert "Could not look" in findings["applied code"].detail
        assert findings["foreign keys"].status == "ok"

    def test_is_well_with_warning_only_is_true(self) -> None:
        assert is_well([CheckResult("a", "ok", "b"), CheckResult("a", "warning", "b", "c")])
        assert not is_well([CheckResult("a", "critical", "b", "c")])
