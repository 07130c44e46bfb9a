"""What reading and uploads leave to each other."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ytempire.youtube.methods import INSERTS, UNITS
from ytempire.youtube.projects import day_begins, day_of
from ytempire.youtube.quota.allocation import (
    collection_allocation,
    prorate_today,
    remaining_day_fraction,
    upload_allocation,
)

NOON = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)  # in California


def test_for_reading_by_channels_and_never_more_than_a_fifth() -> None:
    assert collection_allocation({UNITS: 10_000, INSERTS: 100}, 2) == {UNITS: 640}
    assert collection_allocation({UNITS: 10_000, INSERTS: 100}, 300) == {UNITS: 2000}
    assert collection_allocation({INSERTS: 100}, 2) == {UNITS: 0}


def test_for_uploads_a_fifth_or_what_they_pay_today() -> None:
    assert [upload_allocation(10_000, needed) for needed in (0, 3000, 9000)] == [2000, 3000, 8000]


@given(st.integers(0, 20_000), st.integers(0, 30_000), st.integers(0, 100))
def test_both_have_what_the_other_keeps_for_them(allowed: int, needed: int, channels: int) -> None:
    reading = collection_allocation({UNITS: allowed}, channels)[UNITS]
    uploads = upload_allocation(allowed, needed)
    assert reading + uploads <= allowed
    assert uploads >= min(needed, allowed - allowed // 5)


def test_what_is_kept_grows_less_with_the_day() -> None:
    assert prorate_today({UNITS: 641}, day_begins(day_of(NOON))) == {UNITS: 641}
    assert prorate_today({UNITS: 641}, NOON) == {UNITS: 321}
    autumn = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)  # a day of 25 hours
    assert remaining_day_fraction(autumn) == 12 / 25
