"""Run the checks of the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import psycopg

from ytempire.database.checks.applied_changes import check_applied_code, check_migrations
from ytempire.database.checks.bloat import check_bloat
from ytempire.database.checks.catalog_drift import check_catalog
from ytempire.database.checks.check import Check, CheckResult, Limits, Target
from ytempire.database.checks.indexes import check_foreign_keys, check_invalid_indexes, check_unused_indexes
from ytempire.database.checks.invariants import check_invariants
from ytempire.database.checks.model_drift import check_models
from ytempire.database.checks.outbox import check_outbox
from ytempire.database.checks.partitions import check_default_partitions, check_partitions
from ytempire.database.checks.statistics import check_analysed, check_slow_queries
from ytempire.database.checks.tenancy import check_definer_functions, check_row_level_security
from ytempire.kit import clock
from ytempire.kit.database import conninfo

CHECKS: Mapping[str, Check] = {
    "migrations": check_migrations,
    "applied code": check_applied_code,
    "models": check_models,
    "catalog": check_catalog,
    "row-level security": check_row_level_security,
    "definer functions": check_definer_functions,
    "foreign keys": check_foreign_keys,
    "invalid indexes": check_invalid_indexes,
    "unused indexes": check_unused_indexes,
    "bloat": check_bloat,
    "statistics": check_analysed,
    "slow queries": check_slow_queries,
    "partitions ahead": check_partitions,
    "default partitions": check_default_partitions,
    "invariants": check_invariants,
    "outbox": check_outbox,
}


def run_checks(owner_url: str, *, now: datetime | None = None, limits: Limits | None = None) -> list[CheckResult]:
    """Run every check in one look at the database (repeatable read, read only), as the owner."""
    with psycopg.connect(conninfo(owner_url, application="ytempire db doctor")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        target = Target(connection, owner_url, now or clock.now(), limits or Limits())
        return [finding for name, check in CHECKS.items() for finding in run_check(name, check, target)]


def run_check(name: str, check: Check, target: Target) -> list[CheckResult]:
    """Run one check; that it could not look is a finding too."""
    try:
        with target.connection.transaction():
            return list(check(target))
    except psycopg.Error as error:
        message = (str(error).splitlines() or [type(error).__name__])[0]
        return [
            CheckResult(
                name, "critical", f"Could not look: {message}.", "Run it as the owner of the database, and try again."
            )
        ]
