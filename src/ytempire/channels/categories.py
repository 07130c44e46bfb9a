"""Categories: niches, and what a thousand ad impressions are thought to bring in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from ytempire.channels.models import Category
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound
from ytempire.kit.row_updates import update_row


async def list_categories(session: AsyncSession) -> list[Category]:
    return list(await session.scalars(select(Category).order_by(Category.name)))


async def get_category(session: AsyncSession, slug: str) -> Category:
    row = await session.get(Category, slug)
    if row is None:
        raise NotFound(f"There is no category {slug}.")
    return row


async def update_category(session: AsyncSession, slug: str, changes: Mapping[str, Any]) -> Category:
    """Set these columns; administrators only (row-level security). Raises NotFound and Forbidden."""
    return await update_row(session, await get_category(session, slug), changes, expected_updated_at=None)
