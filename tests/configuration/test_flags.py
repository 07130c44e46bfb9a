"""Who has a feature: stable for each person, and never taken away by growing it."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from ytempire.configuration.flags import has_feature, rollout_percentile
from ytempire.configuration.models import FeatureFlag


def flag(
    *,
    enabled: bool = True,
    percentage: int = 0,
    segments: tuple[str, ...] = (),
    user_ids: tuple[UUID, ...] = (),
) -> FeatureFlag:
    return FeatureFlag(
        name="new_player", enabled=enabled, percentage=percentage, segments=list(segments), user_ids=list(user_ids)
    )


@given(st.uuids(), st.integers(0, 100), st.integers(0, 100))
def test_has_feature_larger_percentage_keeps_previous_users(person: UUID, one: int, other: int) -> None:
    smaller, larger = sorted((one, other))
    if has_feature(flag(percentage=smaller), person, ()):
        assert has_feature(flag(percentage=larger), person, ())


@given(st.uuids())
def test_has_feature_0_percent_is_none_and_100_is_all(person: UUID) -> None:
    assert not has_feature(flag(percentage=0), person, ())
    assert has_feature(flag(percentage=100), person, ())
    assert not has_feature(flag(enabled=False, percentage=100, user_ids=(person,)), person, ())


def test_has_feature_percentage_selects_that_share_of_users() -> None:
    having = sum(has_feature(flag(percentage=25), uuid4(), ()) for _ in range(4000))
    assert 850 < having < 1150  # five standard deviations around 1000


def test_rollout_percentile_differs_between_flags() -> None:
    people = [uuid4() for _ in range(200)]
    assert [rollout_percentile("one", person) for person in people] != [
        rollout_percentile("other", person) for person in people
    ]


def test_has_feature_named_users_and_segments_ignore_percentage() -> None:
    person = uuid4()
    assert has_feature(flag(user_ids=(person,)), person, ())
    assert has_feature(flag(segments=("beta_tester",)), person, ("beta_tester", "other"))
    assert not has_feature(flag(segments=("beta_tester",)), person, ("other",))
