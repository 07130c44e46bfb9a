"""Waits before the next try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.kit.backoff import JITTER, Backoff

BACKOFF = Backoff(first_s=15.0, longest_s=3600.0)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 15), (1, 15), (2, 30), (3, 60), (8, 1920), (9, 3600), (99, 3600)]
)
def test_nominal_wait_doubles_to_its_limit(failures: int, seconds: float) -> None:
    assert BACKOFF.nominal_s(failures) == seconds


@given(st.integers(min_value=0, max_value=10_000))
def test_delay_is_shorter_than_nominal_by_the_jitter_at_most(failures: int) -> None:
    nominal_s = BACKOFF.nominal_s(failures)
    assert nominal_s * (1 - JITTER) <= BACKOFF.delay_s(failures) <= nominal_s
