"""The doctor's look, kept: its findings go into the log, and what is a problem is an alert until it is gone."""

from __future__ import annotations

from itertools import groupby

from ytempire.database import doctor
from ytempire.database.doctor import Finding
from ytempire.database.maintenance import alerts
from ytempire.database.maintenance.job import Job

# A table without tomorrow's partition has an alert of its own, by the task that makes partitions.
TOLD_ELSEWHERE = "partitions ahead"
SHOWN = 5  # of one check; the report has them all


def examine(job: Job) -> None:
    findings = doctor.examine(job.owner_url, now=job.now)
    job.note(ok=doctor.is_well(findings), findings=[one.document() for one in findings])
    problems = [one for one in findings if one.status == "problem" and one.check != TOLD_ELSEWHERE]
    by_check = groupby(sorted(problems, key=lambda one: one.check), key=lambda one: one.check)
    alerts.settle(job.keeper, "doctor", [_alert(check, list(found)) for check, found in by_check], job.now)


def _alert(check: str, found: list[Finding]) -> alerts.Wrong:
    more = f" And {len(found) - SHOWN} more." if len(found) > SHOWN else ""
    todo = dict.fromkeys(one.todo for one in found[:SHOWN] if one.todo is not None)
    return alerts.Wrong(
        f"doctor/{check}",
        "problem",
        " ".join(one.found for one in found[:SHOWN]) + more,
        "\n".join(todo) or "See `ytempire db doctor`.",
    )
