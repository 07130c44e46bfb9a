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


# Dollars a character on the services' public lists, without taxes and what is free each month. Beyond these, and for
# Google's WaveNet voices, whose prices are told differently, the operator says what a voice costs.
ELEVENLABS_LIST = "list price of https://elevenlabs.io/pricing/api as of June 2026; library voices may cost more"
GOOGLE_LIST = "list price of https://cloud.google.com/text-to-speech/pricing as of 2025, beyond what is free"
LIST_PRICES = (
    ("elevenlabs", "eleven_multilingual_v2", "0.0001", ELEVENLABS_LIST),
    ("elevenlabs", "eleven_v3", "0.0001", ELEVENLABS_LIST),
    ("elevenlabs", "eleven_flash_v2", "0.00005", ELEVENLABS_LIST),
    ("elevenlabs", "eleven_flash_v2_5", "0.00005", ELEVENLABS_LIST),
    ("elevenlabs", "eleven_turbo_v2", "0.00005", ELEVENLABS_LIST),
    ("elevenlabs", "eleven_turbo_v2_5", "0.00005", ELEVENLABS_LIST),
    ("google", "Standard", "0.000004", GOOGLE_LIST),
    ("google", "Neural2", "0.000016", GOOGLE_LIST),
    ("google", "Chirp3-HD", "0.00003", GOOGLE_LIST),
    ("google", "Studio", "0.00016", GOOGLE_LIST),
)


async def ensure_default_prices(session: AsyncSession) -> None:
    await _ensure_price(
        session,
        COMPUTE_SERVICE,
        COMPUTE_ITEM,
        COMPUTE_UNIT,
        Decimal(0),
        source="shipped rate: local compute costs nothing until you set a price",
    )
    for service, item, usd_per_character, source in LIST_PRICES:
        await _ensure_price(session, service, item, "character", Decimal(usd_per_character), source=source)


async def _ensure_price(
    session: AsyncSession, service: str, item: str, unit: str, usd_per_unit: Decimal, *, source: str
) -> None:
    price_id = await session.scalar(
        select(Price.id).where(Price.service == service, Price.item == item, Price.unit == unit).limit(1)
    )
    if price_id is None:
        await session.execute(
            insert(Price)
            .values(
                service=service,
                item=item,
                unit=unit,
                usd_per_unit=usd_per_unit,
                valid_during=Range(SINCE, None),
                source=source,
            )
            .on_conflict_do_nothing()
        )


async def ensure_default_budgets(session: AsyncSession) -> None:
    for scope, warn, stop in (("video", VIDEO_WARN_USD, VIDEO_STOP_USD), ("day", DAY_WARN_USD, DAY_STOP_USD)):
        await session.execute(
            insert(Budget).values(scope=scope, subject=None, warn_usd=warn, stop_usd=stop).on_conflict_do_nothing()
        )
