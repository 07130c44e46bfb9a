"""Leases of rows: one worker at a time acts on a row, and one that was believed dead writes nothing any more.

A leased row has `lease_token`, a fencing token that is new with each lease, and `heartbeat_at`. The worker renews the
heartbeat while it acts; a row whose heartbeat is older than the lease's duration may be taken by another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, update

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError
from ytempire.kit.periodic import PeriodicTask, run_periodically


class LeaseLost(YtempireError):
    """Another worker has the row: this one writes nothing any more."""

    code = "lease_lost"


class LeasedRow(Protocol):
    """A row of a model with the two columns of a lease."""

    lease_token: Any
    heartbeat_at: Any


Row = TypeVar("Row", bound=LeasedRow)


def is_free(model: type[LeasedRow], lease_duration: timedelta) -> ColumnElement[bool]:
    """Return the condition that nobody has the row, or that whoever has it is dead."""
    return or_(model.lease_token.is_(None), model.heartbeat_at < clock.now() - lease_duration)


def take(row: LeasedRow) -> UUID:
    """Give the row, which the transaction has locked, to a new lease; returns its token."""
    token = row.lease_token = uuid4()
    row.heartbeat_at = clock.now()
    return token


def end(row: LeasedRow) -> None:
    """End the lease of the row, which the transaction has locked."""
    row.lease_token = row.heartbeat_at = None


async def lock(session: AsyncSession, model: type[Row], identity: ColumnElement[bool], token: UUID) -> Row:
    """Lock the row for the rest of the transaction, and renew its heartbeat. Raises LeaseLost."""
    row: Row | None = await session.scalar(
        select(model)
        .where(identity, model.lease_token == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise LeaseLost("Another worker has taken this over.")
    row.heartbeat_at = clock.now()
    return row


async def renew(session: AsyncSession, model: type[LeasedRow], identity: ColumnElement[bool], token: UUID) -> bool:
    """Renew the heartbeat of the row; False: the lease was lost."""
    renewed = update(model).where(identity, model.lease_token == token).values(heartbeat_at=clock.now())
    return await session.scalar(renewed.returning(model.lease_token)) is not None


@asynccontextmanager
async def heartbeats(renew_lease: Callable[[], Awaitable[bool]], interval: timedelta) -> AsyncIterator[asyncio.Event]:
    """Renew a lease at intervals until the block ends. The event is set when `renew_lease` has returned False.

    While the database is away the block goes on: its settlement finds out whether the lease is still there.
    """
    lost = asyncio.Event()

    async def beat() -> None:
        if not lost.is_set() and not await renew_lease():
            lost.set()

    # never later than at its interval: a lease lasts for a few of them
    heartbeat = PeriodicTask("heartbeat", interval, beat, longest_error_pause_s=0.0)
    pulse = asyncio.create_task(run_periodically([heartbeat]))
    try:
        yield lost
    finally:
        pulse.cancel()
        await asyncio.gather(pulse, return_exceptions=True)  # within its transaction it holds the row
