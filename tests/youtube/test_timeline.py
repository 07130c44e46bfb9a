"""Moments of a clock that runs faster or was wound on, in our time and back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ytempire.youtube.timeline import JUMP_S, Stretch, Timeline

BEGAN = datetime(2026, 11, 26, 12, tzinfo=UTC)


def changes() -> st.SearchStrategy[list[tuple[float, float, float]]]:
    """Of a clock: so long after the last change, wound on by so much, so fast from then on."""
    seconds = st.floats(1, 100_000)
    return st.lists(st.tuples(seconds, st.just(0.0) | seconds, st.sampled_from((1.0, 60.0, 4320.0))), max_size=5)


def timeline_of(said: list[tuple[float, float, float]]) -> Timeline:
    stretches = [Stretch(BEGAN.timestamp(), BEGAN.timestamp(), 1.0)]
    for after, wound_on, factor in said:
        last = stretches[-1]
        stretches.append(Stretch(last.ours + after, last.theirs + after * last.factor + wound_on, factor))
    return Timeline(stretches)


class TestTimeline:
    def test_of_the_real_youtube_nothing_changes(self) -> None:
        assert (Timeline().ours(BEGAN), Timeline().theirs(BEGAN)) == (BEGAN, BEGAN)

    @given(changes(), st.floats(0, 600_000))
    def test_there_and_back(self, said: list[tuple[float, float, float]], after: float) -> None:
        timeline, at = timeline_of(said), BEGAN + timedelta(seconds=after)
        assert abs(timeline.ours(timeline.theirs(at)) - at) < timedelta(milliseconds=1)

    @given(changes(), st.lists(st.integers(-20, 400), min_size=2, max_size=10, unique=True))
    def test_days_keep_their_order_and_are_never_one_moment(
        self, said: list[tuple[float, float, float]], days: list[int]
    ) -> None:
        timeline = timeline_of(said)
        ours = [timeline.ours(BEGAN + timedelta(days=day)) for day in sorted(days)]
        assert all(one < following for one, following in pairwise(ours))

    @given(changes(), changes(), st.integers(0, 400))
    def test_what_is_past_stays_where_it_was(
        self, said: list[tuple[float, float, float]], more: list[tuple[float, float, float]], hours: int
    ) -> None:
        before, after = timeline_of(said), timeline_of([*said, *more])
        theirs = BEGAN + timedelta(hours=hours)
        if not more or before.ours(theirs).timestamp() < after.stretches[len(said) + 1].ours:
            assert after.ours(theirs) == before.ours(theirs)

    def test_what_was_left_out_lies_just_before(self) -> None:
        timeline = timeline_of([(60.0, 10 * 86_400.0, 1.0)])
        jumped_at = BEGAN + timedelta(seconds=60)
        ours = [timeline.ours(BEGAN + timedelta(days=day)) for day in range(1, 10)]
        assert all(jumped_at - timedelta(seconds=JUMP_S) <= one < jumped_at for one in ours)
