"""How long an account waits. Tables and properties."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.accounts.lockout import delay_after
from ytempire.settings import Security

SECURITY = Security()


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (13, 3600), (10**9, 3600)],
)
def test_delay_after_failures_doubles_from_30_seconds_to_hour(failures: int, seconds: int) -> None:
    assert delay_after(failures, SECURITY) == timedelta(seconds=seconds)


@given(
    failures=st.integers(0, 10**6),
    lockout_threshold=st.integers(1, 50),
    first=st.timedeltas(timedelta(microseconds=1), timedelta(days=30)),
    longest=st.timedeltas(timedelta(microseconds=1), timedelta(days=3650)),
)
def test_delay_after_failures_is_monotonic_and_capped(
    failures: int, lockout_threshold: int, first: timedelta, longest: timedelta
) -> None:
    security = Security(lockout_threshold=lockout_threshold, lockout_initial=first, lockout_max=longest)
    now, after = delay_after(failures, security), delay_after(failures + 1, security)
    assert now <= after <= longest
    assert (now == timedelta(0)) == (failures < lockout_threshold)
