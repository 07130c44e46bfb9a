"""Check that facts reach their subscribers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ytempire.database.checks.check import CheckResult, Target

MAX_FACT_DELAY = timedelta(minutes=10)  # a worker delivers within seconds


def check_outbox(target: Target) -> Iterator[CheckResult]:
    """Look for facts that are blocked, or wait for long."""
    row = target.connection.execute(
        """
        SELECT count(*) FILTER (WHERE blocked_at IS NOT NULL), count(*),
               min(next_try_at) FILTER (WHERE blocked_at IS NULL AND NOT EXISTS (
                   SELECT FROM core.outbox b
                   WHERE b.subscriber = o.subscriber AND b.subject = o.subject AND b.blocked_at IS NOT NULL))
        FROM core.outbox o"""
    ).fetchone()
    assert row is not None
    blocked, undelivered, since = row
    if blocked:
        yield CheckResult(
            "outbox",
            "critical",
            f"Facts that could not be delivered: {blocked}. Behind them wait {undelivered - blocked} others at most.",
            "`ytempire outbox list` says why. Mend that and release each (`ytempire outbox release`), or discard it.",
        )
    elif since is not None and target.now - since > MAX_FACT_DELAY:
        yield CheckResult(
            "outbox",
            "warning",
            f"Facts that wait since {since:%Y-%m-%d %H:%M} UTC: {undelivered}. Nobody is notified of them.",
            "The worker delivers them: does it run (`ytempire status`)? Its log says why not.",
        )
    else:
        yield CheckResult("outbox", "ok", "No fact waits for long.")
