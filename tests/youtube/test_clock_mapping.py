"""Moments of a clock that runs faster or was wound on, in our time and back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ytempire.youtube.clock_mapping import JUMP_S, ClockMapping, ClockSegment

BEGAN = datetime(2026, 11, 26, 12, tzinfo=UTC)


def changes() -> st.SearchStrategy[list[tuple[float, float, float]]]:
    """Of a clock: so long after the last change, wound on by so much, so fast from then on."""
    seconds = st.floats(1, 100_000)
    return st.lists(st.tuples(seconds, st.just(0.0) | seconds, st.sampled_from((1.0, 60.0, 4320.0))), max_size=5)


def mapping_of(said: list[tuple[float, float, float]]) -> ClockMapping:
    segments = [ClockSegment(BEGAN.timestamp(), BEGAN.timestamp(), 1.0)]
    for after, wound_on, factor in said:
        last = segments[-1]
        segments.append(ClockSegment(last.local_s + after, last.service_s + after * last.speed + wound_on, factor))
    return ClockMapping(segments)


class TestClockMapping:
    def test_mapping_of_real_youtube_is_identity(self) -> None:
        assert (ClockMapping().to_local_time(BEGAN), ClockMapping().to_service_time(BEGAN)) == (BEGAN, BEGAN)

    @given(changes(), st.floats(0, 600_000))
    def test_mapping_to_service_time_and_back_is_identity(
        self, said: list[tuple[float, float, float]], after: float
    ) -> None:
        mapping, at = mapping_of(said), BEGAN + timedelta(seconds=after)
        assert abs(mapping.to_local_time(mapping.to_service_time(at)) - at) < timedelta(milliseconds=1)

    @given(changes(), st.lists(st.integers(-20, 400), min_size=2, max_size=10, unique=True))
    def test_mapping_keeps_order_of_days(self, said: list[tuple[float, float, float]], days: list[int]) -> None:
        mapping = mapping_of(said)
        ours = [mapping.to_local_time(BEGAN + timedelta(days=day)) for day in sorted(days)]
        assert all(one < following for one, following in pairwise(ours))

    @given(changes(), changes(), st.integers(0, 400))
    def test_mapping_of_past_is_unchanged_by_later_changes(
        self, said: list[tuple[float, float, float]], more: list[tuple[float, float, float]], hours: int
    ) -> None:
        before, after = mapping_of(said), mapping_of([*said, *more])
        theirs = BEGAN + timedelta(hours=hours)
        if not more or before.to_local_time(theirs).timestamp() < after.segments[len(said) + 1].local_s:
            assert after.to_local_time(theirs) == before.to_local_time(theirs)

    def test_mapping_of_skipped_time_lies_just_before_jump(self) -> None:
        mapping = mapping_of([(60.0, 10 * 86_400.0, 1.0)])
        jumped_at = BEGAN + timedelta(seconds=60)
        ours = [mapping.to_local_time(BEGAN + timedelta(days=day)) for day in range(1, 10)]
        assert all(jumped_at - timedelta(seconds=JUMP_S) <= one < jumped_at for one in ours)
