"""Claim, hold and settle: the short transactions around what is asked of YouTube for a channel.

One worker at a time collects a channel. A claim is a fencing token: each write holds it first, so that a worker that
was believed dead and comes back writes nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, text, update

from ytempire.channels import service as channels
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import YtempireError
from ytempire.measurement import gaps
from ytempire.measurement.decisions import LEAST_S, Wait
from ytempire.measurement.models import IS_THERE, Collection


class ClaimLost(YtempireError):
    """Another worker has it: this one writes nothing any more."""

    code = "claim_lost"


@dataclass(frozen=True)
class Held:
    """A channel whose numbers are being collected."""

    channel_id: UUID
    owner_id: UUID
    claim: UUID
    waits: int
    reports_waits: int
    reports_next_at: datetime
    everything: bool  # somebody asked for it: also what is not due


def _is_free(lease: timedelta) -> ColumnElement[bool]:
    return Collection.claim.is_(None) | (Collection.heartbeat_at < clock.now() - lease)


async def claim(session: AsyncSession, *, lease: timedelta, channel_id: UUID | None = None) -> Held | None:
    """Take what has been due for longest, or this one, due or not. None: nothing is, or another worker has it."""
    which = Collection.next_at <= clock.now() if channel_id is None else Collection.channel_id == channel_id
    free = select(Collection).where(which, _is_free(lease)).order_by(Collection.next_at).limit(1)
    row = await session.scalar(free.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return None
    row.claim, row.heartbeat_at = uuid4(), clock.now()
    await session.flush()
    channel = await channels.get_channel(session, row.channel_id)
    return Held(
        row.channel_id,
        channel.owner_id,
        row.claim,
        row.waits,
        row.reports_waits,
        row.reports_next_at,
        everything=channel_id is not None,
    )


async def measured(session: AsyncSession) -> Sequence[UUID]:
    """The channels that have anything to measure."""
    return (await session.scalars(select(Collection.channel_id).order_by(Collection.channel_id))).all()


async def heartbeat(session: AsyncSession, held: Held) -> bool:
    """False: the claim was lost."""
    beaten = update(Collection).where(Collection.channel_id == held.channel_id, Collection.claim == held.claim)
    return await session.scalar(beaten.values(heartbeat_at=clock.now()).returning(Collection.channel_id)) is not None


async def hold(session: AsyncSession, held: Held) -> Collection:
    """For the rest of the transaction nobody takes it. Raises ClaimLost."""
    row = await session.scalar(
        select(Collection)
        .where(Collection.channel_id == held.channel_id, Collection.claim == held.claim)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise ClaimLost("Another worker collects this channel.")
    row.heartbeat_at = clock.now()
    return row


@dataclass(frozen=True)
class Done:
    """What an attempt found out; None: it did not get so far."""

    counters_read_at: datetime | None = None
    reports_read_at: datetime | None = None
    reports_next_at: datetime | None = None


@dataclass(frozen=True)
class Failed:
    """What went wrong. One does not keep the other: they have quotas of their own, and other reasons.

    `before`: neither was tried.
    """

    before: Wait | None = None
    counters: Wait | None = None
    reports: Wait | None = None

    @property
    def first(self) -> Wait | None:
        return self.before or self.counters or self.reports


_NEXT = text(
    "SELECT min(next_at), min(next_at) FILTER (WHERE missing_since IS NULL) FROM core.video_counters c"  # noqa: S608  # ours
    f" WHERE channel_id = :channel_id AND {IS_THERE}"
)


async def settle(session: AsyncSession, held: Held, done: Done, failed: Failed) -> None:
    """End the attempt. Raises ClaimLost."""
    row = await hold(session, held)
    now = clock.now()
    no_counters, no_reports = failed.before or failed.counters, failed.before or failed.reports
    if done.counters_read_at is not None:
        await gaps.fill(session, row, done.counters_read_at)
        row.counters_read_at = done.counters_read_at
    elif no_counters is not None:
        await gaps.open_if_late(session, row, no_counters.error)
    counters_next, row.counters_due_at = (await session.execute(_NEXT, {"channel_id": held.channel_id})).one()
    row.reports_read_at = done.reports_read_at or row.reports_read_at
    row.reports_next_at = _after(no_reports, done.reports_next_at or row.reports_next_at, now)
    row.next_at = max(
        min(_after(no_counters, counters_next or row.reports_next_at, now), row.reports_next_at),
        now + timedelta(seconds=LEAST_S),
    )
    row.waits, row.last_error = (0, None) if no_counters is None else (held.waits + 1, no_counters.error)
    if failed.reports is not None:
        row.reports_waits, row.reports_error = held.reports_waits + 1, failed.reports.error
    elif done.reports_next_at is not None:  # else they were not tried, and why they failed stays true
        row.reports_waits, row.reports_error = 0, None
    row.tried_at, row.claim, row.heartbeat_at = now, None, None
    await session.flush()


def _after(failed: Wait | None, planned: datetime, now: datetime) -> datetime:
    return planned if failed is None else max(planned, now + timedelta(seconds=failed.seconds))


async def release(session: AsyncSession, held: Held) -> None:
    """Give it back as it is, unless it was lost: whoever is next goes on at once."""
    given = update(Collection).where(Collection.channel_id == held.channel_id, Collection.claim == held.claim)
    await session.execute(given.values(claim=None, heartbeat_at=None))
