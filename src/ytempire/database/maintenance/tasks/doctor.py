"""The doctor's look, kept: its findings go into the log, and what is a problem is an alert until it is gone."""

from __future__ import annotations

from itertools import groupby

from ytempire.alerts.open_alerts import AlertCondition, settle_alerts_as_owner
from ytempire.database.checks.check import CheckResult, is_well
from ytempire.database.checks.run import run_checks
from ytempire.database.maintenance.context import HEALTH_PAGE, TaskContext

# A table without tomorrow's partition has an alert of its own, by the task that makes partitions.
REPORTED_ELSEWHERE = "partitions ahead"
MAX_SHOWN = 5  # of one check; the report has them all


def check_database(context: TaskContext) -> None:
    findings = run_checks(context.owner_url, now=context.now)
    context.record(ok=is_well(findings), findings=[finding.document() for finding in findings])
    problems = [finding for finding in findings if finding.status == "critical" and finding.check != REPORTED_ELSEWHERE]
    by_check = groupby(sorted(problems, key=lambda finding: finding.check), key=lambda finding: finding.check)
    settle_alerts_as_owner(
        context.lock_connection,
        "database_check_failed",
        [_alert(check, list(results)) for check, results in by_check],
        context.now,
    )


def _alert(check: str, results: list[CheckResult]) -> AlertCondition:
    more = f" And {len(results) - MAX_SHOWN} more." if len(results) > MAX_SHOWN else ""
    remedies = dict.fromkeys(result.remedy for result in results[:MAX_SHOWN] if result.remedy is not None)
    return AlertCondition(
        "database_check_failed",
        check,
        " ".join(result.detail for result in results[:MAX_SHOWN]) + more,
        "\n".join(remedies) or "See `ytempire db doctor`.",
        link=HEALTH_PAGE,
    )
