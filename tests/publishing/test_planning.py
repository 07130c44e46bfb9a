"""Which upload fits on which day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ytempire.publishing.planning import (
    LEAD,
    WEEK,
    Plan,
    QueuedUpload,
    plan,
    subtract,
)
from ytempire.publishing.upload_queue import UploadQueue, first_feasible_time
from ytempire.youtube.methods import INSERTS, UNITS
from ytempire.youtube.projects import ServiceClock, day_begins, day_of
from ytempire.youtube.quota.costs import COMPLETE_UPLOAD_COST, STATUS_POLLS, cost_of

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)  # noon in California
TODAY = day_of(NOW)
A_DAY = timedelta(days=1)

amounts = st.fixed_dictionaries({INSERTS: st.integers(0, 5), UNITS: st.integers(0, 3000)})
costs = st.builds(cost_of, video=st.booleans(), thumbnail=st.booleans(), captions=st.booleans())
deadlines = st.integers(-48, 24 * 9).map(lambda hours: NOW + timedelta(hours=hours))
later = st.none() | st.integers(-24, 24 * 6).map(lambda hours: NOW + timedelta(hours=hours))


def waiting_of(*given_: Any) -> list[QueuedUpload]:
    return [QueuedUpload(UUID(int=n), *one) for n, one in enumerate(given_)]


many = st.lists(st.tuples(deadlines, costs, later), max_size=14).map(lambda found: waiting_of(*found))


class TestCost:
    def test_quota_cost_of_complete_upload_is_sum_of_methods(self) -> None:
        assert COMPLETE_UPLOAD_COST == {INSERTS: 1, UNITS: 50 + 400 + STATUS_POLLS}
        assert cost_of(video=False, captions=False) == {INSERTS: 0, UNITS: 50}

    def test_subtract_claims_never_goes_below_zero(self) -> None:
        assert subtract({UNITS: 700, INSERTS: 3}, {UNITS: 320}) == {UNITS: 380, INSERTS: 3}
        assert subtract({UNITS: 100, INSERTS: 3}, {UNITS: 640}) == {UNITS: 0, INSERTS: 3}


class TestPlan:
    def test_plan_places_sooner_deadline_first(self) -> None:
        soon, far = NOW + A_DAY, NOW + 3 * A_DAY
        found = plan(
            waiting_of((far, COMPLETE_UPLOAD_COST), (soon, COMPLETE_UPLOAD_COST)),
            now=NOW,
            today=COMPLETE_UPLOAD_COST,
            daily=COMPLETE_UPLOAD_COST,
        )
        assert [found.placements[UUID(int=n)].day for n in (0, 1)] == [TODAY + A_DAY, TODAY]
        assert [(one.planned, one.room) for one in found.days[:3]] == [(1, 0), (1, 0), (0, 1)]

    def test_plan_gives_reset_time_and_lateness(self) -> None:
        nothing = {INSERTS: 0, UNITS: 0}
        found = plan(
            waiting_of((NOW + timedelta(hours=2), COMPLETE_UPLOAD_COST)),
            now=NOW,
            today=nothing,
            daily=COMPLETE_UPLOAD_COST,
        )
        placement = found.placements[UUID(int=0)]
        assert (placement.begins_at, placement.late) == (NOW + timedelta(hours=12), timedelta(hours=10) + LEAD)
        assert found.is_not_today(UUID(int=0), TODAY)

    def test_plan_upload_at_reset_is_late_within_lead(self) -> None:
        """Nor is anybody late whose video file is there: what is set beside it takes no half an hour."""
        reset, nothing = day_begins(TODAY + A_DAY), {INSERTS: 0, UNITS: 0}
        for cost, after, late in (
            (COMPLETE_UPLOAD_COST, timedelta(minutes=10), timedelta(minutes=20)),
            (COMPLETE_UPLOAD_COST, LEAD, timedelta()),
            (cost_of(video=False), timedelta(minutes=10), timedelta()),
        ):
            found = plan(waiting_of((reset + after, cost)), now=NOW, today=nothing, daily=COMPLETE_UPLOAD_COST)
            placement = found.placements[UUID(int=0)]
            assert (placement.begins_at, placement.late) == (reset, late)

    def test_plan_upload_above_daily_quota_has_no_day(self) -> None:
        little = {INSERTS: 5, UNITS: 300}
        found = plan(waiting_of((NOW, COMPLETE_UPLOAD_COST, NOW + 2 * A_DAY)), now=NOW, today=little, daily=little)
        assert found.placements[UUID(int=0)].day is None
        assert not found.is_not_today(UUID(int=0), TODAY)

    @given(waiting=many, today=amounts, daily=amounts)
    def test_plan_never_exceeds_quota_of_day(
        self, waiting: list[QueuedUpload], today: dict[str, int], daily: dict[str, int]
    ) -> None:
        found = plan(waiting, now=NOW, today=today, daily=daily)
        taken: dict[Any, Counter[str]] = {}
        for one in waiting:
            day = found.placements[one.id].day
            if day is not None:
                taken.setdefault(day, Counter()).update(one.cost)
                assert one.not_before is None or day >= day_of(one.not_before)
                assert day >= TODAY
        for day, used in taken.items():
            has = today if day == TODAY else daily
            assert all(amount <= has[bucket] for bucket, amount in used.items())
        assert sum(one.planned for one in found.days) == sum(
            one.cost[INSERTS] for one in waiting if found.placements[one.id].day is not None
        )

    @given(waiting=many, today=amounts, daily=amounts)
    def test_plan_delays_only_for_sooner_deadlines(
        self, waiting: list[QueuedUpload], today: dict[str, int], daily: dict[str, int]
    ) -> None:
        found = plan(waiting, now=NOW, today=today, daily=daily)
        for one in waiting:
            end = found.placements[one.id].day
            first = max(TODAY, day_of(one.not_before)) if one.not_before else TODAY
            sooner = [other for other in waiting if (other.deadline, other.id) < (one.deadline, one.id)]
            day = first
            while day < (end or first + A_DAY):
                used = Counter[str]()
                for other in sooner:
                    if found.placements[other.id].day == day:
                        used.update(other.cost)
                has = today if day == TODAY else daily
                assert any(used[bucket] + one.cost[bucket] > has[bucket] for bucket in one.cost)
                day += A_DAY

    @given(found=st.lists(st.integers(0, 4), min_size=1, max_size=6), today=st.integers(0, 2), daily=st.integers(1, 2))
    def test_plan_order_minimises_worst_lateness(self, found: list[int], today: int, daily: int) -> None:
        """Of uploads that cost the same, against every order there is."""
        waiting = waiting_of(*((NOW + n * A_DAY, COMPLETE_UPLOAD_COST) for n in found))
        has = [{bucket: amount * n for bucket, amount in COMPLETE_UPLOAD_COST.items()} for n in (today, daily)]

        def worst(of: Plan) -> timedelta:
            return max(one.late for one in of.placements.values())

        ours = worst(plan(waiting, now=NOW, today=has[0], daily=has[1]))
        days = [day for day in range(7) for _ in range(today if day == 0 else daily)][: len(waiting)]
        begins = [NOW if day == 0 else day_begins(TODAY + day * A_DAY) + LEAD for day in days]
        best = min(
            max(max(timedelta(), at - one.deadline) for at, one in zip(begins, order, strict=True))
            for order in permutations(waiting)
        )
        assert ours == best


def queue_of(waiting: list[QueuedUpload], *, today: dict[str, int], daily: dict[str, int]) -> UploadQueue:
    named = [replace(one, id=UUID(int=n + 1)) for n, one in enumerate(waiting)]
    return UploadQueue(ServiceClock(NOW), named, today, daily, collection_allocation={})


@dataclass(frozen=True)
class CountedQueue(UploadQueue):
    plans: list[Plan] = field(default_factory=list)

    def plan(self, *more: QueuedUpload, days_at_least: int = WEEK) -> Plan:
        self.plans.append(super().plan(*more, days_at_least=days_at_least))
        return self.plans[-1]


def fits(queue: UploadQueue, at: datetime) -> bool:
    return queue.plan(QueuedUpload(UUID(int=0), at, COMPLETE_UPLOAD_COST)).late() <= queue.plan().late()


free_times = st.lists(st.integers(0, 24 * 9), max_size=12, unique=True).map(
    lambda found: [NOW + timedelta(hours=hours) for hours in sorted(found)]
)


class TestInTime:
    @given(
        found=st.lists(st.integers(-24, 24 * 8), max_size=14),
        today=st.integers(0, 3),
        daily=st.integers(0, 3),
        free=free_times,
    )
    def test_first_feasible_time_of_equal_costs_is_first_fitting(
        self, found: list[int], today: int, daily: int, free: list[datetime]
    ) -> None:
        has = [{bucket: amount * n for bucket, amount in COMPLETE_UPLOAD_COST.items()} for n in (today, daily)]
        waiting = waiting_of(*((NOW + timedelta(hours=hours), COMPLETE_UPLOAD_COST) for hours in found))
        queue = queue_of(waiting, today=has[0], daily=has[1])
        assert first_feasible_time(queue, free) == next((at for at in free if fits(queue, at)), None)

    @given(waiting=many, today=amounts, daily=amounts, free=free_times)
    def test_first_feasible_time_of_any_costs_fits(
        self, waiting: list[QueuedUpload], today: dict[str, int], daily: dict[str, int], free: list[datetime]
    ) -> None:
        queue = queue_of(waiting, today=today, daily=daily)
        at = first_feasible_time(queue, free)
        assert at is None or fits(queue, at)

    def test_first_feasible_time_needs_logarithmic_number_of_plans(self) -> None:
        """Of 280 times, each of which is taken by those that wait."""
        daily = {bucket: 20 * amount for bucket, amount in COMPLETE_UPLOAD_COST.items()}
        waiting = waiting_of(*((NOW + n * timedelta(hours=1), COMPLETE_UPLOAD_COST) for n in range(1000)))
        queue = queue_of(
            [*waiting, *waiting_of(*((NOW, COMPLETE_UPLOAD_COST) for _ in range(1000)))], today=daily, daily=daily
        )
        counted = CountedQueue(**vars(queue))
        assert first_feasible_time(counted, [NOW + n * timedelta(hours=1) for n in range(280)]) is None
        assert len(counted.plans) <= 10  # one to begin with, and the logarithm of 280
