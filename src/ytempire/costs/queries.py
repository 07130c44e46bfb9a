"""Reads of prices, budgets and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from ytempire.costs.decisions import BudgetUsage
from ytempire.costs.errors import PriceMissing
from ytempire.costs.models import Budget, CostLine, CostReservation, Price
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.money import ZERO, usd

Usage = Mapping[str, int | Decimal]  # quantity by unit, e.g. {"input_token": 1200}


async def amount_of(session: AsyncSession, service: str, item: str, usage: Usage, *, at: datetime) -> Decimal:
    """What `usage` costs by the price book at a time, in US dollars. Raises PriceMissing for an unpriced unit."""
    rows = await session.execute(
        select(Price.unit, Price.usd_per_unit).where(
            Price.service == service, Price.item == item, Price.valid_during.contains(at)
        )
    )
    book = dict(rows.all())
    missing = sorted(set(usage) - set(book))
    if missing:
        raise PriceMissing(
            f"There is no price for {service} {item} per {missing[0]}.",
            hint=f"Set it: ytempire costs price set {service} {item} {missing[0]} USD_PER_UNIT",
        )
    return usd(sum((Decimal(quantity) * book[unit] for unit, quantity in usage.items()), Decimal(0)))


async def budgets_for(session: AsyncSession, *, video_id: UUID, channel_id: UUID, service: str) -> list[BudgetUsage]:
    """Every budget that a call of `service` for this video counts against, with its present sums."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = {"cost": CostLine.occurred_at >= midnight, "reservation": CostReservation.created_at >= midnight}
    # a channel's day is by its own clocks; its name is the moment at which it began, since zones change
    began: datetime = (await session.execute(select(func.core.channel_midnight(channel_id)))).scalar_one()
    channels_day = {"cost": CostLine.occurred_at >= began, "reservation": CostReservation.created_at >= began}
    of_video = {"cost": CostLine.video_id == video_id, "reservation": CostReservation.video_id == video_id}
    scopes: dict[str, tuple[str, str, dict[str, list[ColumnElement[bool]]]]] = {
        "video": ("", str(video_id), {side: [of_video[side]] for side in of_video}),
        "service_video": (
            service,
            f"{video_id}:{service}",
            {
                "cost": [of_video["cost"], CostLine.service == service],
                "reservation": [of_video["reservation"], CostReservation.service == service],
            },
        ),
        "channel_day": (
            str(channel_id),
            f"{channel_id}:{began:%Y-%m-%dT%H:%MZ}",
            {
                "cost": [channels_day["cost"], CostLine.channel_id == channel_id],
                "reservation": [channels_day["reservation"], CostReservation.channel_id == channel_id],
            },
        ),
        "day": ("", f"{midnight:%Y-%m-%d}", {side: [today[side]] for side in today}),
    }
    budgets = []
    for scope, (subject, name, conditions) in scopes.items():
        budget = await session.scalar(
            select(Budget)
            .where(Budget.scope == scope, or_(Budget.subject == subject, Budget.subject.is_(None)))
            .order_by(Budget.subject.is_(None))
            .limit(1)  # the subject's own before the default
        )
        if budget is None:
            continue
        # One statement, so one snapshot: a call that settles between two would be in neither sum.
        settled, reserved = (
            await session.execute(
                select(
                    select(func.sum(CostLine.amount_usd)).where(*conditions["cost"]).scalar_subquery(),
                    select(func.sum(CostReservation.max_usd))
                    .where(CostReservation.status == "open", *conditions["reservation"])
                    .scalar_subquery(),
                )
            )
        ).one()
        budgets.append(BudgetUsage(scope, name, budget.warn_usd, budget.stop_usd, settled or ZERO, reserved or ZERO))
    return budgets


async def list_ledger(session: AsyncSession, video_id: UUID) -> list[CostLine]:
    lines = await session.scalars(
        select(CostLine).where(CostLine.video_id == video_id).order_by(CostLine.occurred_at, CostLine.id)
    )
    return list(lines)
