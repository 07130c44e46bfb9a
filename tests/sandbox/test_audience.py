"""The audience model: pure, repeatable, plausible; counters that grow; breakdowns that add up."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ytempire.sandbox import audience
from ytempire.sandbox.audience import VideoProfile, history, sample_quality, split, views_at
from ytempire.sandbox.clock import day_begins, pacific_day

BEGIN = day_begins(date(2026, 3, 1)) + 15 * 3600
DAY = 86_400.0
ALWAYS = ((BEGIN, float("inf")),)


def profile(number: int = 1, **values: object) -> VideoProfile:
    given_values: dict[str, object] = {
        "seed": 7,
        "video_id": f"sb{number:09}",
        "quality": sample_quality(7, f"sb{number:09}"),
        "audience": 1000,
        "duration_s": 300.0,
        "category": "27",
        "home": "US",
        "monetized": True,
        "exposed": ALWAYS,
    }
    return VideoProfile(**(given_values | values))  # type: ignore[arg-type]


class TestViews:
    @settings(max_examples=30, deadline=None)
    @given(some.integers(1, 10**6), some.lists(some.floats(0, 400), min_size=2, max_size=8))
    def test_views_at_one_moment_are_monotonic_in_time(self, number: int, days: list[float]) -> None:
        times = np.sort(np.array(days)) * DAY + BEGIN
        counts = audience.counted(profile(number), times, BEGIN + 400 * DAY).sum(axis=1)
        assert (np.diff(counts) >= -1e-9).all()

    def test_views_at_is_independent_of_earlier_queries(self) -> None:
        one = profile(3)
        late = views_at(one, BEGIN + 300 * DAY, BEGIN + 300 * DAY)
        early = views_at(one, BEGIN + 2 * DAY, BEGIN + 2 * DAY)
        audience._curve.cache_clear()
        assert views_at(one, BEGIN + 2 * DAY, BEGIN + 2 * DAY) == early
        assert views_at(one, BEGIN + 300 * DAY, BEGIN + 300 * DAY) == late

    def test_views_distribution_has_low_median_and_long_tail(self) -> None:
        end = BEGIN + 365 * DAY
        totals = sorted(views_at(profile(number), end, end) for number in range(300))
        median = totals[150]
        assert 60 <= median <= 300
        assert totals[-6] > 8 * median
        assert sum(totals[-30:]) > sum(totals) / 3

    def test_views_do_not_grow_while_not_public(self) -> None:
        away = profile(quality=1.5, exposed=((BEGIN, BEGIN + 2 * DAY), (BEGIN + 9 * DAY, float("inf"))))
        now = BEGIN + 20 * DAY
        at = [views_at(away, BEGIN + day * DAY, now) for day in (2.1, 8.9, 12)]
        assert 0 < at[0] == at[1] < at[2]
        assert views_at(profile(exposed=()), now, now) == 0
        assert views_at(profile(exposed=((now + 1, float("inf")),)), now, now) == 0

    def test_counter_falls_occasionally_by_audit(self) -> None:
        big = profile(quality=3.0)
        hourly = [views_at(big, BEGIN + hour * 3600, BEGIN + hour * 3600) for hour in range(24 * 40)]
        falls = [later - earlier for earlier, later in itertools.pairwise(hourly) if later < earlier]
        assert 2 <= len(falls) <= 14
        assert -sum(falls) < 0.1 * hourly[-1]

    def test_larger_audience_gives_more_views(self) -> None:
        end = BEGIN + 30 * DAY
        assert views_at(profile(audience=100_000), end, end) > 10 * views_at(profile(), end, end)


class TestLedger:
    @settings(max_examples=20, deadline=None)
    @given(some.integers(1, 10**6), some.integers(1, 200), some.floats(-2, 3))
    def test_history_by_country_and_day_adds_up_to_counter(self, number: int, days: int, quality: float) -> None:
        one, now = profile(number, quality=quality), BEGIN + 400 * DAY
        last = pacific_day(BEGIN) + timedelta(days=days)
        book = history(one, last, now)
        assert book is not None
        assert book.counts["views"].sum() == views_at(one, day_begins(last + timedelta(days=1)), now)
        assert all((counts >= 0).all() for counts in book.counts.values())
        assert (book.counts["likes"].sum(axis=1) <= book.counts["views"].sum(axis=1)).all()
        assert np.allclose(book.sources.sum(axis=1), 1)

    def test_history_days_are_independent_of_end(self) -> None:
        one, now, first = profile(5, quality=2.0), BEGIN + 400 * DAY, pacific_day(BEGIN)
        short, long = (history(one, first + timedelta(days=days), now) for days in (10, 100))
        assert short is not None
        assert long is not None
        for name in short.counts:
            assert (short.counts[name] == long.counts[name][:11]).all(), name
        assert np.allclose(short.gross, long.gross[:11])

    def test_history_revenue_per_thousand_views_is_plausible(self) -> None:
        book = history(profile(quality=2.5), pacific_day(BEGIN) + timedelta(days=90), BEGIN + 100 * DAY)
        assert book is not None
        per_thousand = 1000 * book.gross.sum() * audience.CREATORS_PART / book.counts["views"].sum()
        assert 1 < per_thousand < 8
        unpaid = history(profile(monetized=False), pacific_day(BEGIN) + timedelta(days=9), BEGIN + 100 * DAY)
        assert unpaid is not None
        assert unpaid.gross.sum() == 0

    def test_history_on_clock_change_days_counts_every_hour_once(self) -> None:
        """8 March 2026 has 23 hours in California, 1 November 25: no hour is counted twice or left out."""
        one, now = profile(quality=3.0), BEGIN + 400 * DAY
        for day in (date(2026, 3, 8), date(2026, 11, 1)):
            assert round((day_begins(day + timedelta(days=1)) - day_begins(day)) / 3600) in (23, 25)
            book = history(one, day, now)
            assert book is not None
            assert book.counts["views"].sum() == views_at(one, day_begins(day + timedelta(days=1)), now)

    @given(some.lists(some.integers(0, 10**6), min_size=1, max_size=5), some.integers(1, 9))
    def test_split_keeps_total(self, counts: list[int], parts: int) -> None:
        shares = np.full((1, parts), 1 / parts)
        assert (split(np.array(counts), shares).sum(axis=1) == np.array(counts)).all()


@pytest.mark.parametrize("seconds", [20.0, 600.0, 7200.0])
def test_retention_decreases_monotonically(seconds: float) -> None:
    watching, compared = audience.retention(profile(duration_s=seconds))
    assert (np.diff(watching) <= 0).all()
    assert ((compared >= 0) & (compared <= 1)).all()
    assert 0 < watching[-1] < watching[0] <= 1.2
