"""Acquire, lock and settle a lease: the short transactions around what is asked of YouTube for a channel.

One worker at a time collects a channel. Its lease has a fencing token: each write locks it first, so that a worker that
was believed dead and comes back writes nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update

from ytempire.channels import service as channels
from ytempire.collection import gaps
from ytempire.collection.decisions import MIN_INTERVAL_S, RetryDelay
from ytempire.collection.models import IS_LISTED, ChannelCollection
from ytempire.kit import clock, leases
from ytempire.kit.database import AsyncSession


@dataclass(frozen=True)
class CollectionLease:
    """A channel whose numbers are being collected."""

    channel_id: UUID
    owner_id: UUID
    token: UUID
    retry_count: int
    reports_retry_count: int
    reports_next_at: datetime
    include_not_due: bool  # somebody asked for it: also what is not due


def _identity(lease: CollectionLease) -> ColumnElement[bool]:
    return ChannelCollection.channel_id == lease.channel_id


async def acquire_lease(
    session: AsyncSession, *, lease_duration: timedelta, channel_id: UUID | None = None
) -> CollectionLease | None:
    """Take what has been due for longest, or this one, due or not. None: nothing is, or another worker has it."""
    which = (
        ChannelCollection.next_at <= clock.now() if channel_id is None else ChannelCollection.channel_id == channel_id
    )
    free = select(ChannelCollection).where(which, leases.is_free(ChannelCollection, lease_duration))
    oldest = free.order_by(ChannelCollection.next_at).limit(1).with_for_update(skip_locked=True)
    row = await session.scalar(oldest.execution_options(populate_existing=True))
    if row is None:
        return None
    token = leases.take(row)
    await session.flush()
    channel = await channels.get_channel(session, row.channel_id)
    return CollectionLease(
        row.channel_id,
        channel.owner_id,
        token,
        row.retry_count,
        row.reports_retry_count,
        row.reports_next_at,
        include_not_due=channel_id is not None,
    )


async def list_collected_channels(session: AsyncSession) -> Sequence[UUID]:
    """The channels that have anything to measure."""
    return (await session.scalars(select(ChannelCollection.channel_id).order_by(ChannelCollection.channel_id))).all()


async def heartbeat(session: AsyncSession, lease: CollectionLease) -> bool:
    """Renew the heartbeat; False: the lease was lost."""
    return await leases.renew(session, ChannelCollection, _identity(lease), lease.token)


async def lock_lease(session: AsyncSession, lease: CollectionLease) -> ChannelCollection:
    """For the rest of the transaction nobody takes it. Raises LeaseLost."""
    return await leases.lock(session, ChannelCollection, _identity(lease), lease.token)


@dataclass(frozen=True)
class CollectionResult:
    """What an attempt found out; None: it did not get so far."""

    counters_read_at: datetime | None = None
    reports_read_at: datetime | None = None
    reports_next_at: datetime | None = None


@dataclass(frozen=True)
class CollectionErrors:
    """What went wrong. One does not keep the other: they have quotas of their own, and other reasons.

    `before`: neither was tried.
    """

    before: RetryDelay | None = None
    counters: RetryDelay | None = None
    reports: RetryDelay | None = None

    @property
    def first(self) -> RetryDelay | None:
        return self.before or self.counters or self.reports


_NEXT = text(
    "SELECT min(next_at), min(next_at) FILTER (WHERE missing_since IS NULL) FROM core.video_counters c"  # noqa: S608  # ours
    f" WHERE channel_id = :channel_id AND {IS_LISTED}"
)


async def settle(
    session: AsyncSession, lease: CollectionLease, result: CollectionResult, errors: CollectionErrors
) -> None:
    """End the attempt. Raises LeaseLost."""
    row = await lock_lease(session, lease)
    now = clock.now()
    no_counters, no_reports = errors.before or errors.counters, errors.before or errors.reports
    if result.counters_read_at is not None:
        await gaps.close_gap(session, row, result.counters_read_at)
        row.counters_read_at = result.counters_read_at
    elif no_counters is not None:
        await gaps.open_gap_if_late(session, row, no_counters.error)
    counters_next, row.counters_due_at = (await session.execute(_NEXT, {"channel_id": lease.channel_id})).one()
    row.reports_read_at = result.reports_read_at or row.reports_read_at
    row.reports_next_at = _after(no_reports, result.reports_next_at or row.reports_next_at, now)
    row.next_at = max(
        min(_after(no_counters, counters_next or row.reports_next_at, now), row.reports_next_at),
        now + timedelta(seconds=MIN_INTERVAL_S),
    )
    row.retry_count, row.last_error = (0, None) if no_counters is None else (lease.retry_count + 1, no_counters.error)
    if errors.reports is not None:
        row.reports_retry_count, row.reports_error = lease.reports_retry_count + 1, errors.reports.error
    elif result.reports_next_at is not None:  # else they were not tried, and why they failed stays true
        row.reports_retry_count, row.reports_error = 0, None
    row.attempted_at = now
    leases.end(row)
    await session.flush()


def _after(delay: RetryDelay | None, planned: datetime, now: datetime) -> datetime:
    return planned if delay is None else max(planned, now + timedelta(seconds=delay.seconds))


async def release(session: AsyncSession, lease: CollectionLease) -> None:
    """Give it back as it is, unless it was lost: whoever is next goes on at once."""
    statement = update(ChannelCollection).where(_identity(lease), ChannelCollection.lease_token == lease.token)
    await session.execute(statement.values(lease_token=None, heartbeat_at=None))
