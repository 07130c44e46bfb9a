"""What one attempt at a channel's numbers has at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from ytempire.collection import leases
from ytempire.collection.leases import CollectionLease, CollectionResult
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.kit.database import AsyncSession, Sessions
from ytempire.kit.errors import RetryableError
from ytempire.kit.subject import Subject
from ytempire.youtube.connections import ConnectionView
from ytempire.youtube.error_mapping import BURST
from ytempire.youtube.errors import QuotaExhausted, YouTubeRetryLater
from ytempire.youtube.projects import Project, ServiceClock
from ytempire.youtube.quota.reservations import ProtectedUnits
from ytempire.youtube.service import Build, YouTube

Event = Mapping[str, Any]
MAX_ATTEMPTS = 3  # a day of reports is many questions: where one in five gets no answer, it would never be had


class EventsRejected(RetryableError):
    """The pipeline did not take some of what was measured: it is not marked as ingested, and ingested again."""

    code = "events_rejected"


@dataclass
class CollectorRuntime:
    """What a process offers to collecting."""

    sessions: Sessions  # the platform's own
    youtube: YouTube
    ingestor: Ingestor
    heartbeat: timedelta
    lease_duration: timedelta
    max_concurrent_channels: int = 4  # most of an attempt is waiting for YouTube
    max_days_per_attempt: int = 31  # of reports: whoever was off for a year gets the rest in the next attempts
    # Videos' days that are new or changed, in one attempt: two hundred questions, a minute or two. Then others have
    # their turn; what was taken stays, and the rest is due at once.
    max_changed_per_attempt: int = 50


@dataclass
class CollectionSummary:
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
    runtime: CollectorRuntime
    lease: CollectionLease
    connection: ConnectionView
    project: Project
    now: ServiceClock
    step: str = "counters"
    result: CollectionResult = field(default_factory=CollectionResult)
    summary: CollectionSummary = field(default_factory=CollectionSummary)
    rejected_events: dict[str, str] = field(default_factory=dict)  # in this step: which event, and why

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that nobody else's lease gets between. Raises LeaseLost."""
        async with self.runtime.sessions.begin() as session:
            await leases.lock_lease(session, self.lease)
            yield session

    async def call_youtube(self, build: Build, *, protected: ProtectedUnits | None = None) -> dict[str, Any]:
        """Ask YouTube; what went without an answer once more, since reading is harmless. Raises what `call` raises."""
        for _ in range(MAX_ATTEMPTS - 1):
            try:
                return await self.runtime.youtube.call(self.lease.channel_id, build, protected=protected)
            except YouTubeRetryLater as error:
                if isinstance(error, QuotaExhausted) or error.has_retry_time or error.reason in BURST:
                    raise
        return await self.runtime.youtube.call(self.lease.channel_id, build, protected=protected)

    async def ingest(self, name: str, events: Sequence[Event]) -> set[str]:
        """Hand events of different videos to the pipeline, in the name of whose channel it is.

        Those that it took are committed when this returns; the answer is the videos of the others.
        """
        if not events:
            return set()
        lines = b"\n".join(map(_encoder.encode, events))
        subject = Subject(self.lease.owner_id, "operator").as_platform()
        receipt = await self.runtime.ingestor.ingest(IngestRequest(lines, "youtube", name=name), subject)
        if not receipt.rejected:
            return set()
        reasons = await self.runtime.ingestor.rejected(receipt.batch_id, subject)
        rejected = {str(events[line - 1]["video_id"]): reason for line, reason in reasons.items()}
        self.rejected_events |= {f"{name} of {video_id}": reason for video_id, reason in rejected.items()}
        return set(rejected)

    def require_all_ingested(self) -> None:
        """At the end of a step. Raises EventsRejected where anything in it was refused; the next step starts again."""
        rejected, self.rejected_events = self.rejected_events, {}
        if rejected:
            which, reason = next(iter(rejected.items()))
            raise EventsRejected(
                f"{len(rejected)} of what YouTube said could not be taken, the first being {which}: {reason}",
                hint="It is in quarantine, counts nowhere, and is delivered again.",
            )


_encoder = msgspec.json.Encoder(decimal_format="number")  # money keeps its digits
