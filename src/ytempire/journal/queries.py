"""Reading the journal. Row-level security decides what of it somebody sees."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_, update

from ytempire.journal.models import ApiRequest, Event, Notification
from ytempire.kit import clock
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


async def list_notifications(
    session: AsyncSession, user_id: UUID, *, limit: int, unread: bool = False, before: UUID | None = None
) -> list[Notification]:
    """Newest first."""
    query = select(Notification).where(Notification.user_id == user_id).order_by(Notification.id.desc()).limit(limit)
    if unread:
        query = query.where(Notification.read_at.is_(None))
    if before is not None:
        query = query.where(Notification.id < before)
    return list(await session.scalars(query))


async def count_unread(session: AsyncSession, user_id: UUID) -> int:
    count = await session.scalar(
        select(func.count()).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    )
    return count or 0


async def mark_read(session: AsyncSession, user_id: UUID, *, up_to: UUID) -> int:
    """All up to and with this one; how many were not read yet."""
    rows = await session.scalars(
        update(Notification)
        .where(Notification.user_id == user_id, Notification.id <= up_to, Notification.read_at.is_(None))
        .values(read_at=clock.now())
        .returning(Notification.id)
    )
    return len(list(rows))
