"""Facts that could not be delivered: shown to administrators, who release or discard them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import NotFound
from ytempire.outbox.models import OutboxEntry

MAX_LISTED = 100  # each is released or discarded by a person


async def list_blocked(session: AsyncSession) -> Sequence[OutboxEntry]:
    """Return the oldest blocked facts, at most 100. Needs the platform's session, as all of this module."""
    blocked = select(OutboxEntry).where(OutboxEntry.blocked_at.is_not(None))
    return (await session.scalars(blocked.order_by(OutboxEntry.id).limit(MAX_LISTED))).all()


async def count_waiting(session: AsyncSession, entry: OutboxEntry) -> int:
    """Return the number of facts that wait behind this one."""
    behind = select(func.count()).where(
        OutboxEntry.subscriber == entry.subscriber, OutboxEntry.subject == entry.subject, OutboxEntry.id > entry.id
    )
    return await session.scalar(behind) or 0


async def release(session: AsyncSession, entry_id: int) -> None:
    """Have a blocked fact delivered again, and what waits behind it after that. Raises NotFound."""
    entry = await _get_blocked(session, entry_id)
    entry.blocked_at, entry.attempts, entry.next_try_at = None, 0, clock.now()


async def discard(session: AsyncSession, entry_id: int) -> None:
    """Remove a blocked fact undelivered, so that what waits behind it goes on. Raises NotFound."""
    await session.delete(await _get_blocked(session, entry_id))


async def _get_blocked(session: AsyncSession, entry_id: int) -> OutboxEntry:
    entry = await session.scalar(
        select(OutboxEntry).where(OutboxEntry.id == entry_id, OutboxEntry.blocked_at.is_not(None)).with_for_update()
    )
    if entry is None:
        raise NotFound(
            f"No fact {entry_id} is blocked.", hint="It was released, discarded or delivered; list them again."
        )
    return entry
