"""May a step be claimed, and when is it tried again? Pure: state in, decision out."""

from __future__ import annotations

from datetime import timedelta

from ytempire.kit.backoff import Backoff

# A step that was started this often without an end kills its worker: somebody must look at it.
MAX_ATTEMPTS = 5

BACKOFF = Backoff(first_s=2.0, longest_s=300.0)
LONGEST_REQUESTED_DELAY_S = 24 * 3600.0


def can_claim(
    run_status: str,
    step_status: str,
    *,
    same_job: bool,
    heartbeat_age: timedelta | None,
    lease_duration: timedelta,
) -> bool:
    """A waiting step, or a running one whose worker is gone.

    The queue gives a job out again only after its worker was found dead (`same_job`); another job for a running step
    is a double, unless its heartbeat stopped for longer than the lease.
    """
    if run_status not in {"pending", "running"}:
        return False
    if step_status == "pending":
        return True
    if step_status == "running":
        return same_job or heartbeat_age is None or heartbeat_age > lease_duration
    return False


def retry_delay_s(attempt: int, *, requested_s: float | None) -> float:
    """Seconds before the next try: what the other side asked for, or longer each time."""
    return BACKOFF.delay_s(attempt) if requested_s is None else min(max(requested_s, 0.0), LONGEST_REQUESTED_DELAY_S)
