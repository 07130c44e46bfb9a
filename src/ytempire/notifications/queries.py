"""Reading notifications, and marking them read. Row-level security shows each person their own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.notifications.models import Notification


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
