"""Changing the price book: a new price ends the one before it, and what was spent keeps the price of its day."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import genai_prices
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import Range

from ytempire.costs.errors import PriceMissing
from ytempire.costs.models import Price
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession

MILLION = 1_000_000


async def set_price(
    session: AsyncSession,
    *,
    service: str,
    item: str,
    unit: str,
    usd_per_unit: Decimal,
    source: str,
    since: datetime | None = None,
) -> None:
    """Put a price into the book from `since` (now) on."""
    since = since or clock.now()
    await session.execute(
        update(Price)
        .where(Price.service == service, Price.item == item, Price.unit == unit, Price.valid_during.contains(since))
        .values(valid_during=func.tstzrange(func.lower(Price.valid_during), since, text("'[)'")))
    )
    session.add(
        Price(
            service=service,
            item=item,
            unit=unit,
            usd_per_unit=usd_per_unit,
            source=source,
            valid_during=Range(since, None),
        )
    )
    await session.flush()


async def find_price(session: AsyncSession, *, service: str, item: str, unit: str) -> Decimal | None:
    """Return what a unit costs now, in US dollars; None: nobody has said."""
    price: Decimal | None = await session.scalar(
        select(Price.usd_per_unit).where(
            Price.service == service, Price.item == item, Price.unit == unit, Price.valid_during.contains(clock.now())
        )
    )
    return price


async def ensure_model_prices(session: AsyncSession, *, service: str, model: str) -> None:
    """Take a language model's token prices from genai-prices unless the book has them. Raises PriceMissing."""
    price_count = await session.scalar(
        select(func.count())
        .select_from(Price)
        .where(Price.service == service, Price.item == model, Price.valid_during.contains(clock.now()))
    )
    if price_count:
        return
    usage = genai_prices.Usage(input_tokens=MILLION, output_tokens=MILLION)
    try:
        prices = genai_prices.calc_price(usage, model_ref=model)
    except LookupError as error:
        raise PriceMissing(
            f"The price of the model “{model}” is not known.",
            hint=f"Set it: ytempire costs price set {service} {model} input_token USD_PER_TOKEN (and output_token).",
        ) from error
    for unit, price in (("input_token", prices.input_price), ("output_token", prices.output_price)):
        await set_price(
            session,
            service=service,
            item=model,
            unit=unit,
            usd_per_unit=Decimal(price) / MILLION,
            source="genai-prices",
        )
