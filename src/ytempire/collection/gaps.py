"""Times without a reading that should have been: begun, explained, filled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text

from ytempire.alerts.open_alerts import AlertCondition, close_alert, open_alert
from ytempire.collection.decisions import GRACE, severity
from ytempire.collection.models import ChannelCollection, Gap
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession

NO_WORKER = "Nothing was collected in this time: the worker did not run, or this machine was off."

# What is suspended, archived or disconnected on purpose is silent on purpose.
EXPECTED = "c.status IN ('active', 'paused') AND k.status <> 'revoked'"
_EXPECTED_CHANNEL = text(
    f"SELECT c.name FROM core.channels c JOIN core.channel_connections k ON k.channel_id = c.id"  # noqa: S608  # ours
    f" WHERE c.id = :channel_id AND {EXPECTED}"
)


async def close_gap(session: AsyncSession, row: ChannelCollection, read_at: datetime) -> None:
    """A reading came: what was missing is in it. A gap that nobody saw, since nobody ran, is written down now."""
    gap = await _find_open_gap(session, row)
    if gap is None and row.counters_due_at is not None and read_at - row.counters_due_at > GRACE:
        gap = _start_gap(row, (row.last_error or {}).get("message") or NO_WORKER)
        session.add(gap)
    if gap is not None:
        gap.until = read_at
        await session.flush()
        await close_alert(session, "collection_late", str(row.channel_id), read_at)


async def open_gap_if_late(session: AsyncSession, row: ChannelCollection, error: Mapping[str, Any]) -> None:
    """No reading came, for this reason; it is a gap when it should have come a while ago."""
    gap = await _find_open_gap(session, row)
    if gap is not None:
        gap.reason = error["message"]
        if severity(gap.since, clock.now()) == "critical":
            await _open_alert(session, gap)
    elif row.counters_due_at is not None and clock.now() - row.counters_due_at > GRACE:
        session.add(_start_gap(row, error["message"]))
    await session.flush()


async def _open_alert(session: AsyncSession, gap: Gap) -> None:
    name = await session.scalar(_EXPECTED_CHANNEL, {"channel_id": gap.channel_id})
    if name is None:
        return
    condition = AlertCondition(
        "collection_late",
        str(gap.channel_id),
        f"No numbers of “{name}” have come from YouTube since {gap.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        f"{gap.reason} What is missing now comes with the next reading.",
        channel_id=gap.channel_id,
        link=f"/channels/{gap.channel_id}",
        data={"name": name, "since": gap.since.isoformat(), "reason": gap.reason},
    )
    await open_alert(session, condition, clock.now())


def _start_gap(row: ChannelCollection, reason: str) -> Gap:
    return Gap(channel_id=row.channel_id, since=row.counters_read_at or row.created_at, reason=reason)


async def _find_open_gap(session: AsyncSession, row: ChannelCollection) -> Gap | None:
    gap: Gap | None = await session.scalar(select(Gap).where(Gap.channel_id == row.channel_id, Gap.until.is_(None)))
    return gap
