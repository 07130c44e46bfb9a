"""May a step be claimed, and when is it tried again?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.production.step_leases.attempts import LEASE
from ytempire.kit.backoff import JITTER
from ytempire.production.decisions import can_claim, retry_delay_s


class TestCanClaim:
    @pytest.mark.parametrize(
        ("run", "step", "same_job", "age_s", "allowed"),
        [
            ("pending", "pending", False, None, True),
            ("running", "pending", False, None, True),
            ("cancelled", "pending", False, None, False),
            ("running", "completed", True, 99, False),
            ("running", "refused", True, 99, False),
            ("running", "running", True, 0.1, True),  # the queue says that its worker is dead
            ("running", "running", False, 0.1, False),  # a double: somebody is at it
            ("running", "running", False, 10.1, True),  # nobody is at it any more
            ("cancelled", "running", True, 99, False),
        ],
    )
    def test_can_claim_state_decides(
        self, run: str, step: str, same_job: bool, age_s: float | None, allowed: bool
    ) -> None:
        age = None if age_s is None else timedelta(seconds=age_s)
        assert can_claim(run, step, same_job=same_job, heartbeat_age=age, lease_duration=LEASE) == allowed


@pytest.mark.parametrize(
    ("attempt", "requested_s", "delay_s"),
    [
        (1, None, 2),
        (2, None, 4),
        (3, None, 8),
        (20, None, 300),
        (1, 30.0, 30),
        (1, 1e9, 86400),
        (1, -5.0, 0),
    ],
)
def test_retry_delay_s_grows_or_is_as_requested(attempt: int, requested_s: float | None, delay_s: float) -> None:
    own = JITTER if requested_s is None else 0.0
    assert retry_delay_s(attempt, requested_s=requested_s) == pytest.approx(delay_s, rel=own)
