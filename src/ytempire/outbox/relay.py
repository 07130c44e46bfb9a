"""Hand facts to their subscribers: at least once, and those of one subject in the order in which they happened.

Delivery is by state and not by position: a fact stays until it is delivered, so one that commits after a later id is
found when it is there. The facts of one subject come from changes of one row, whose lock orders their commits, so the
lowest id of a subject that is visible is the oldest. (A publication's edits are rows of their own: whoever changes one
locks its publication first. An alert is a row of its own, in no order with what it is about.)

A subscriber works in the relay's transaction. What it writes to this database is committed together with the removal of
the fact, so it happens once; what it does elsewhere may happen again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from ytempire.kit import clock
from ytempire.kit.backoff import Backoff
from ytempire.kit.database import AsyncSession, Sessions, is_unavailable
from ytempire.kit.logs import get_logger
from ytempire.outbox.models import OutboxEntry

log = get_logger(__name__)
BATCH = 100  # facts of one transaction
# A subscriber that fails for a passing reason is well again within minutes. After that the fact waits for a person.
BACKOFF, MAX_ATTEMPTS = Backoff(first_s=2.0, longest_s=300.0), 8


@dataclass(frozen=True)
class Fact:
    """Something that happened. `data` is what a sentence about it needs; its keys follow from kind and version."""

    kind: str
    version: int
    channel_id: UUID | None
    row_id: UUID | None
    user_id: UUID | None
    data: Mapping[str, Any]
    occurred_at: datetime

    @classmethod
    def from_row(cls, row: OutboxEntry) -> Self:
        return cls(row.kind, row.version, row.channel_id, row.row_id, row.user_id, row.data, row.occurred_at)


Subscriber = Callable[[AsyncSession, Fact], Awaitable[None]]
"""Acts on a fact in the relay's transaction, which is the platform's. Whatever it raises is tried again."""


async def deliver_pending(platform: Sessions, subscribers: Mapping[str, Subscriber]) -> int:
    """Deliver every fact that is due, until none is; returns the number of deliveries. Several processes may."""
    delivered = 0
    while True:
        async with platform.begin() as session:
            entries = await _next_entries(session, list(subscribers))
            for entry in entries:
                delivered += await _deliver(session, entry, subscribers[entry.subscriber])
        if not entries:
            return delivered


async def _next_entries(session: AsyncSession, names: list[str]) -> list[OutboxEntry]:
    """Lock the oldest fact of each subject, if it is due. One that waits or is blocked keeps back those after it."""
    subject = (OutboxEntry.subscriber, OutboxEntry.subject)
    oldest = (
        select(OutboxEntry.id)
        .where(OutboxEntry.subscriber.in_(names))
        .ext(distinct_on(*subject))
        .order_by(*subject, OutboxEntry.id)
    )
    due = (
        select(OutboxEntry)
        .where(
            OutboxEntry.id.in_(oldest),
            OutboxEntry.blocked_at.is_(None),
            OutboxEntry.next_try_at <= clock.now(),
        )
        .order_by(OutboxEntry.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=OutboxEntry)
    )
    return list(await session.scalars(due))


async def _deliver(session: AsyncSession, entry: OutboxEntry, subscriber: Subscriber) -> bool:
    try:
        async with session.begin_nested():
            await subscriber(session, Fact.from_row(entry))
    except Exception as error:
        if is_unavailable(error):
            raise  # it is not the fact's fault
        _postpone(entry, error)
        return False
    await session.delete(entry)
    return True


def _postpone(entry: OutboxEntry, error: Exception) -> None:
    """Note a failed delivery; after many the fact is blocked, and with it its subject alone."""
    entry.attempts += 1
    entry.error = f"{type(error).__name__}: {error}"[:2000]
    entry.next_try_at = clock.now() + timedelta(seconds=BACKOFF.delay_s(entry.attempts))
    if entry.attempts >= MAX_ATTEMPTS:
        entry.blocked_at = clock.now()
    log.error(
        "fact_blocked" if entry.blocked_at else "fact_delivery_failed",
        fact=entry.id,
        subscriber=entry.subscriber,
        kind=entry.kind,
        attempts=entry.attempts,
        exc_info=error,
    )
