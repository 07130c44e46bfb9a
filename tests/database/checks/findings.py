"""Run single checks of the database, and take what they find."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg

from ytempire.database.checks.check import CheckResult, Target
from ytempire.database.checks.run import CHECKS, run_check

NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
Connection = psycopg.Connection[Any]


def run_one(target: Target, check: str) -> list[CheckResult]:
    """Run one check by its name."""
    return run_check(check, CHECKS[check], target)


def find_problems(target: Target, check: str) -> list[CheckResult]:
    """Return what one check finds that is not well."""
    return [one for one in run_one(target, check) if one.status != "ok"]


def find_problem(target: Target, check: str) -> CheckResult:
    """Return the only problem that one check finds; it says what to do."""
    [finding] = find_problems(target, check)
    assert finding.remedy
    return finding
