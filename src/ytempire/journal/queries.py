"""Reading the journal. Row-level security decides what of it somebody sees."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from ytempire.journal.models import ApiRequest, Event
from ytempire.kit.database import AsyncSession

PageKey = tuple[datetime, UUID]


async def list_events(
    session: AsyncSession, *, limit: int, channel_id: UUID | None = None, before: PageKey | None = None
) -> list[Event]:
    """Newest first."""
    query = select(Event).order_by(Event.occurred_at.desc(), Event.id.desc()).limit(limit)
    if channel_id is not None:
        query = query.where(Event.channel_id == channel_id)
    if before is not None:
        query = query.where(tuple_(Event.occurred_at, Event.id) < before)
    return list(await session.scalars(query))


async def list_requests(
    session: AsyncSession,
    *,
    limit: int,
    user_id: UUID | None = None,
    api_key_id: UUID | None = None,
    failed: bool = False,
    before: PageKey | None = None,
) -> list[ApiRequest]:
    """Newest first; `failed`: only those that ended in an error of ours."""
    query = select(ApiRequest).order_by(ApiRequest.occurred_at.desc(), ApiRequest.id.desc()).limit(limit)
    if user_id is not None:
        query = query.where(ApiRequest.user_id == user_id)
    if api_key_id is not None:
        query = query.where(ApiRequest.api_key_id == api_key_id)
    if failed:
        query = query.where(ApiRequest.status >= 500)
    if before is not None:
        query = query.where(tuple_(ApiRequest.occurred_at, ApiRequest.id) < before)
    return list(await session.scalars(query))
