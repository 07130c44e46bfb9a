"""One definition of each figure: what is worked out beside the database is what the database works out."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from ytempire.insight.derived_metrics import DERIVED_METRICS, engagement_rate, json_value
from ytempire.kit.database import Sessions


async def engagement_by_sql(sessions: Sessions, **counts: int) -> float | None:
    columns = ", ".join(f"{count}::numeric AS {name}" for name, count in counts.items())
    async with sessions.begin() as session:
        found: float | None = await session.scalar(
            text(f"SELECT {json_value('engagement_rate')} FROM (SELECT {columns}) s")
        )
        return found


async def test_engagement_rate_of_live_counts_is_that_of_sums(sessions: Sessions) -> None:
    chance = random.Random(3)
    for _ in range(40):
        views, likes, comments, shares = (chance.choice([-5, 0, 1, 7, chance.randrange(10**6)]) for _ in range(4))
        counts = {"views": views, "likes": likes, "comments": comments, "shares": shares}
        assert engagement_rate(**counts) == await engagement_by_sql(sessions, **counts), counts


@pytest.mark.parametrize("views", [0, -7])
async def test_rates_without_views_are_null(sessions: Sessions, views: int) -> None:
    """Nor of less than none, which corrections may leave of a short time."""
    columns = f"{views}::numeric AS views, 3 AS likes, 0 AS comments, 0 AS shares, 2.5 AS estimated_revenue_usd"
    rates = ", ".join(DERIVED_METRICS[name].value for name in ("engagement_rate", "rpm_usd"))
    async with sessions.begin() as session:
        assert (await session.execute(text(f"SELECT {rates} FROM (SELECT {columns}) s"))).one() == (None, None)
