"""What the worker does for alerts at intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from ytempire.alerts import queries
from ytempire.kit import clock
from ytempire.kit.database import Sessions
from ytempire.kit.periodic import PeriodicTask
from ytempire.registration.worker_context import WorkerContext

# Lists and rules treat an expired alert as closed at once; this is when others are told.
EXPIRY_INTERVAL = timedelta(minutes=1)


async def periodic_tasks(context: WorkerContext) -> Sequence[PeriodicTask]:
    return [PeriodicTask("close_expired_alerts", EXPIRY_INTERVAL, partial(close_expired, context.sessions))]


async def close_expired(sessions: Sessions) -> None:
    """Close alerts of what happened once, when their time is over."""
    async with sessions.begin() as session:
        await queries.close_expired_alerts(session, clock.now())
