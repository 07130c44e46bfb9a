"""Prices and budgets that ship with the project; an operator's own rows are never touched."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range, insert

from ytempire.costs.models import Budget, Price
from ytempire.kit.database import AsyncSession

# Local compute is metered from the first day and priced at nothing until the operator says what it costs.
COMPUTE_SERVICE, COMPUTE_ITEM, COMPUTE_UNIT = "compute", "cpu", "second"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)

VIDEO_WARN_USD, VIDEO_STOP_USD = Decimal("2.50"), Decimal("3.00")  # specification, "Cost limits"
# No figure in the specification: 300 videos a day at the video's ceiling is the largest sensible day.
DAY_WARN_USD, DAY_STOP_USD = Decimal("750.00"), Decimal("900.00")


async def ensure_default_prices(session: AsyncSession) -> None:
    price_id = await session.scalar(
        select(Price.id).where(Price.service == COMPUTE_SERVICE, Price.item == COMPUTE_ITEM).limit(1)
    )
    if price_id is None:
        await session.execute(
            insert(Price)
            .values(
                service=COMPUTE_SERVICE,
                item=COMPUTE_ITEM,
                unit=COMPUTE_UNIT,
                usd_per_unit=Decimal(0),
                valid_during=Range(SINCE, None),
                source="shipped rate: local compute costs nothing until you set a price",
            )
            .on_conflict_do_nothing()
        )


async def ensure_default_budgets(session: AsyncSession) -> None:
    for scope, warn, stop in (("video", VIDEO_WARN_USD, VIDEO_STOP_USD), ("day", DAY_WARN_USD, DAY_STOP_USD)):
        await session.execute(
            insert(Budget).values(scope=scope, subject=None, warn_usd=warn, stop_usd=stop).on_conflict_do_nothing()
        )
