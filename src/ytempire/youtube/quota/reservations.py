"""The quota gate: reserve, call, settle. No call is made for which nothing is left.

A reservation is one statement that adds to the day's row if the sum stays within the allowance, so that whoever comes
at the same moment waits for the row and then sees it. What may have been served stays counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.dialects.postgresql import insert

from ytempire.kit import clock
from ytempire.kit.database import AsyncSession
from ytempire.youtube.methods import Method
from ytempire.youtube.models import Call, QuotaDay
from ytempire.youtube.projects import Project, ServiceClock

Outcome = Literal["success", "refused", "unknown", "not_sent"]

_RESERVE_UNITS = text("""
    UPDATE core.quota_usage q SET used = q.used + :units
    FROM core.youtube_projects p
    WHERE q.project_id = :project_id AND q.bucket = :bucket AND q.day = :day AND p.id = q.project_id
      AND q.exhausted_at IS NULL AND q.used + :units + :protected <= coalesce((p.allowances ->> q.bucket)::integer, 0)
    RETURNING q.used""")


@dataclass(frozen=True)
class ProtectedUnits:
    """So many units of the bucket are for somebody else, and not touched."""

    units: int
    purpose: str
    """What they are kept for, within a sentence."""
    reason: str
    """The reason of a call that is refused for them."""


@dataclass(frozen=True)
class Reservation:
    call_id: UUID
    project_id: UUID
    bucket: str
    day: date
    units: int


async def reserve(
    session: AsyncSession,
    project: Project,
    method: Method,
    name: str,
    *,
    channel_id: UUID,
    now: ServiceClock,
    protected: ProtectedUnits | None = None,
) -> Reservation:
    """Take the method's units for one call, in a transaction of its own. Raises QuotaExhausted."""
    key = {"project_id": project.id, "bucket": method.bucket, "day": now.day}
    await session.execute(insert(QuotaDay).values(**key).on_conflict_do_nothing())
    parameters = {**key, "units": method.units, "protected": protected.units if protected else 0}
    if (await session.execute(_RESERVE_UNITS, parameters)).scalar() is None:
        what = f"The quota of {method.bucket} of the project “{project.name}”"
        if protected and protected.units:
            kept = f"but for {protected.units:,} that are kept for {protected.purpose}"
            raise now.exhausted(f"{what} is used up until midnight in California, {kept}.", reason=protected.reason)
        raise now.exhausted(f"{what} is used up until midnight in California.", reason="quotaExhausted")
    call = Call(**key, channel_id=channel_id, method=name, units=method.units)
    session.add(call)
    await session.flush()
    return Reservation(call.id, project.id, method.bucket, now.day, method.units)


async def settle(
    session: AsyncSession, reservation: Reservation, outcome: Outcome, *, reason: str | None = None
) -> None:
    """How the call ended. Only what certainly was not sent is given back."""
    settled = await session.scalar(
        update(Call)
        .where(Call.id == reservation.call_id, Call.outcome.is_(None))
        .values(outcome=outcome, reason=reason, settled_at=clock.now())
        .returning(Call.id)
        .execution_options(synchronize_session=False)
    )
    if settled is not None and outcome == "not_sent":
        await session.execute(
            update(QuotaDay).where(*_row_conditions(reservation)).values(used=QuotaDay.used - reservation.units)
        )


async def mark_exhausted(session: AsyncSession, reservation: Reservation) -> None:
    """YouTube says that nothing is left, whatever we counted: another program may use the same project."""
    await session.execute(
        update(QuotaDay)
        .where(*_row_conditions(reservation), QuotaDay.exhausted_at.is_(None))
        .values(exhausted_at=clock.now())
    )


def _row_conditions(reservation: Reservation) -> tuple[ColumnElement[bool], ...]:
    return (
        QuotaDay.project_id == reservation.project_id,
        QuotaDay.bucket == reservation.bucket,
        QuotaDay.day == reservation.day,
    )


@dataclass(frozen=True)
class BucketState:
    bucket: str
    used: int
    allowed: int
    exhausted: bool
    resets_at: datetime

    @property
    def left(self) -> int:
        return 0 if self.exhausted else max(0, self.allowed - self.used)


async def buckets_of(session: AsyncSession, project: Project, now: ServiceClock) -> list[BucketState]:
    """What is left of each bucket today. Needs the platform's session, or an administrator's."""
    rows = await session.scalars(select(QuotaDay).where(QuotaDay.project_id == project.id, QuotaDay.day == now.day))
    today = {row.bucket: row for row in rows}
    return [
        BucketState(
            bucket,
            today[bucket].used if bucket in today else 0,
            allowed,
            bucket in today and today[bucket].exhausted_at is not None,
            now.next_day,
        )
        for bucket, allowed in project.allowances.items()
    ]
