"""What one attempt at a channel's numbers has at hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from ytempire.analytics.deliveries import Deliveries, Delivery, Receipt
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.subject import Subject
from ytempire.measurement import claims
from ytempire.measurement.claims import Done, Held
from ytempire.youtube.answers import BURST
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.errors import Later, QuotaExhausted
from ytempire.youtube.projects import Moment, Project
from ytempire.youtube.service import Build, YouTube

Event = Mapping[str, Any]
TRIES = 3  # a day of reports is many questions: where one in five gets no answer, it would never be had


@dataclass
class MeasurementRuntime:
    """What a process offers to collecting."""

    sessions: Sessions  # the platform's own
    youtube: YouTube
    deliveries: Deliveries
    heartbeat: timedelta
    lease: timedelta


@dataclass
class Collected:
    """What came of a channel, to be said."""

    videos: int = 0
    views: int = 0
    likes: int = 0
    comments: int = 0
    missing: int = 0
    report_days: int = 0
    reports: int = 0
    revenue_usd: Decimal = Decimal(0)
    error: Mapping[str, Any] | None = None


@dataclass
class Attempt:
    runtime: MeasurementRuntime
    held: Held
    connection: ConnectionView
    project: Project
    now: Moment
    step: str = "counters"
    done: Done = field(default_factory=Done)
    collected: Collected = field(default_factory=Collected)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that nobody else's claim gets between. Raises ClaimLost."""
        async with self.runtime.sessions.begin() as session:
            await claims.hold(session, self.held)
            yield session

    async def ask(self, build: Build, *, leaving: int = 0) -> dict[str, Any]:
        """Ask YouTube; what went without an answer once more, since reading is harmless. Raises what `call` raises."""
        for _ in range(TRIES - 1):
            try:
                return await self.runtime.youtube.call(self.held.channel_id, build, leaving=leaving)
            except Later as error:
                if isinstance(error, QuotaExhausted) or error.reason in BURST:
                    raise
        return await self.runtime.youtube.call(self.held.channel_id, build, leaving=leaving)

    async def deliver(self, name: str, events: Iterable[Event]) -> Receipt | None:
        """Hand events to the pipeline, in the name of whose channel it is; committed when this returns."""
        lines = "\n".join(json.dumps(one, default=_written) for one in events)
        if not lines:
            return None
        whose = Subject(self.held.owner_id, "operator").served_by_the_platform()
        return await self.runtime.deliveries.take(Delivery(lines.encode(), "youtube", name=name), whose)


def _written(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
