"""What one attempt at a channel's numbers has at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from ytempire.analytics.deliveries import Deliveries, Delivery
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.errors import TryLater
from ytempire.kit.subject import Subject
from ytempire.measurement import claims
from ytempire.measurement.claims import Done, Held
from ytempire.youtube.answers import BURST
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.errors import Later, QuotaExhausted
from ytempire.youtube.projects import Moment, Project
from ytempire.youtube.quota import Leaving
from ytempire.youtube.service import Build, YouTube

Event = Mapping[str, Any]
TRIES = 3  # a day of reports is many questions: where one in five gets no answer, it would never be had


class NotTaken(TryLater):
    """The pipeline did not take some of what was measured: it is not noted as delivered, and delivered again."""

    code = "measurement_not_taken"


@dataclass
class MeasurementRuntime:
    """What a process offers to collecting."""

    sessions: Sessions  # the platform's own
    youtube: YouTube
    deliveries: Deliveries
    heartbeat: timedelta
    lease: timedelta
    channels_at_once: int = 4  # most of an attempt is waiting for YouTube
    days_at_once: int = 31  # of reports in one attempt: whoever was off for a year gets the rest in the next ones
    # Videos' days that are new or changed, in one attempt: two hundred questions, a minute or two. Then others have
    # their turn; what was taken stays, and the rest is due at once.
    changed_at_once: int = 50
    troubled_s: float = 10.0  # after what nobody expected, so that a database that is away does not fill the log


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
    not_taken: dict[str, str] = field(default_factory=dict)  # in this step: which event, and why

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that nobody else's claim gets between. Raises ClaimLost."""
        async with self.runtime.sessions.begin() as session:
            await claims.hold(session, self.held)
            yield session

    async def ask(self, build: Build, *, leaving: Leaving | None = None) -> dict[str, Any]:
        """Ask YouTube; what went without an answer once more, since reading is harmless. Raises what `call` raises."""
        for _ in range(TRIES - 1):
            try:
                return await self.runtime.youtube.call(self.held.channel_id, build, leaving=leaving)
            except Later as error:
                if isinstance(error, QuotaExhausted) or error.is_asked or error.reason in BURST:
                    raise
        return await self.runtime.youtube.call(self.held.channel_id, build, leaving=leaving)

    async def deliver(self, name: str, events: Sequence[Event]) -> set[str]:
        """Hand events of different videos to the pipeline, in the name of whose channel it is.

        Those that it took are committed when this returns; the answer is the videos of the others.
        """
        if not events:
            return set()
        lines = b"\n".join(map(_encoder.encode, events))
        whose = Subject(self.held.owner_id, "operator").served_by_the_platform()
        receipt = await self.runtime.deliveries.take(Delivery(lines, "youtube", name=name), whose)
        if not receipt.rejected:
            return set()
        reasons = await self.runtime.deliveries.rejected(receipt.batch_id, whose)
        refused = {str(events[line - 1]["video_id"]): reason for line, reason in reasons.items()}
        self.not_taken |= {f"{name} of {video_id}": reason for video_id, reason in refused.items()}
        return set(refused)

    def require_taken(self) -> None:
        """At the end of a step. Raises NotTaken where anything in it was refused; the next step begins anew."""
        refused, self.not_taken = self.not_taken, {}
        if refused:
            which, reason = next(iter(refused.items()))
            raise NotTaken(
                f"{len(refused)} of what YouTube said could not be taken, the first being {which}: {reason}",
                hint="It is in quarantine, counts nowhere, and is delivered again.",
            )


_encoder = msgspec.json.Encoder(decimal_format="number")  # money keeps its digits
