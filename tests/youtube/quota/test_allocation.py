"""What reading and uploads leave to each other."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ytempire.youtube.projects import day_begins, day_of
from ytempire.youtube.quota.allocation import (
    at_least_a_share,
    at_most_a_share,
    prorate_today,
    remaining_day_fraction,
)
from ytempire.youtube.quota.claims import registered_claims

NOON = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)  # in California


def test_at_most_a_share_is_need_up_to_fifth() -> None:
    assert [at_most_a_share(10_000, needed) for needed in (640, 96_000)] == [640, 2000]
    assert at_most_a_share(0, 640) == 0


def test_at_least_a_share_is_need_between_fifth_and_four_fifths() -> None:
    assert [at_least_a_share(10_000, needed) for needed in (0, 3000, 9000)] == [2000, 3000, 8000]


@given(st.integers(0, 20_000), st.integers(0, 30_000), st.integers(0, 50_000))
def test_shares_together_never_exceed_daily_quota(allowed: int, uploads: int, reading: int) -> None:
    for_uploads = at_least_a_share(allowed, uploads)
    assert at_most_a_share(allowed, reading) + for_uploads <= allowed
    assert for_uploads >= min(uploads, allowed - allowed // 5)


def test_prorate_today_falls_with_remaining_day() -> None:
    assert prorate_today(641, day_begins(day_of(NOON))) == 641
    assert prorate_today(641, NOON) == 321
    autumn = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)  # a day of 25 hours
    assert remaining_day_fraction(autumn) == 12 / 25


def test_registered_claims_are_uploads_and_collection() -> None:
    claims = registered_claims()
    assert {name: claim.refusal_reason for name, claim in claims.items()} == {
        "uploads": "allocatedToUploads",
        "collection": "allocatedToCollection",
    }
