"""Collect the numbers of channels that are due: acquire a lease, ask, settle.

Between two notes it may be killed anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from ytempire.collection import counter_collector, decisions, leases, report_collector
from ytempire.collection.collection_attempt import Attempt, CollectionSummary, CollectorRuntime
from ytempire.collection.decisions import RetryDelay
from ytempire.collection.leases import CollectionErrors, CollectionLease, CollectionResult
from ytempire.kit.errors import RetryableError, YtempireError
from ytempire.kit.leases import LeaseLost, heartbeats
from ytempire.kit.logs import get_logger
from ytempire.youtube import projects
from ytempire.youtube.errors import error_document

log = get_logger(__name__)
RETRY_INTERVAL_S, MAX_WAIT_S = 0.2, 60.0  # for a channel that another worker is at


async def drain_due(runtime: CollectorRuntime) -> None:
    """Collect the channels that are due and that no other worker has, one after another, until none is."""
    while await _collect_next(runtime):
        pass


async def collect_due(runtime: CollectorRuntime) -> None:
    """Collect all that is due, some channels side by side. Where one fails or this is cancelled, all of them end."""
    async with asyncio.TaskGroup() as group:
        for _ in range(runtime.max_concurrent_channels):
            group.create_task(drain_due(runtime))


async def _collect_next(runtime: CollectorRuntime) -> bool:
    """The channel that has been due for longest; False: none is."""
    async with runtime.sessions.begin() as session:
        lease = await leases.acquire_lease(session, lease_duration=runtime.lease_duration)
    if lease is None:
        return False
    await _collect(runtime, lease)
    return True


async def collect_now(runtime: CollectorRuntime, channel_id: UUID) -> CollectionSummary:
    """All of one channel, due or not; what came. Raises RetryableError while another worker is at it for long."""

    async def acquire() -> CollectionLease | None:
        async with runtime.sessions.begin() as session:
            return await leases.acquire_lease(session, lease_duration=runtime.lease_duration, channel_id=channel_id)

    retrying = AsyncRetrying(
        retry=retry_if_result(lambda lease: lease is None),
        wait=wait_fixed(RETRY_INTERVAL_S),
        stop=stop_after_delay(MAX_WAIT_S),
        retry_error_callback=lambda _: None,
    )
    lease: CollectionLease | None = await retrying(acquire)
    if lease is None:
        raise RetryableError("Another worker is collecting this channel.", hint="Ask again in a minute.")
    return await _collect(runtime, lease)


async def _collect(runtime: CollectorRuntime, lease: CollectionLease) -> CollectionSummary:
    """One channel, until it is settled or the lease is lost; when the process stops it is given back at once."""
    try:
        outcome = await _until_done_or_lost(runtime, lease)
        async with runtime.sessions.begin() as session:
            await leases.settle(session, lease, outcome.result, outcome.errors)
    except LeaseLost as lost:
        log.warning("lease_lost", task="collection", channel_id=str(lease.channel_id))
        return CollectionSummary(error=error_document(lost, "claim"))
    except asyncio.CancelledError:
        await asyncio.shield(_release_lease(runtime, lease))
        raise
    _log_summary(lease, outcome.summary)
    return outcome.summary


async def _release_lease(runtime: CollectorRuntime, lease: CollectionLease) -> None:
    async with runtime.sessions.begin() as session:
        await leases.release(session, lease)


def _log_summary(lease: CollectionLease, summary: CollectionSummary) -> None:
    log.info(
        "channel_collected",
        channel_id=str(lease.channel_id),
        videos=summary.videos,
        views=summary.views,
        report_days=summary.report_days,
        error=summary.error,
    )


async def _until_done_or_lost(runtime: CollectorRuntime, lease: CollectionLease) -> _AttemptOutcome:
    """Raises LeaseLost."""

    async def renew_lease() -> bool:
        async with runtime.sessions.begin() as session:
            return await leases.heartbeat(session, lease)

    async with heartbeats(renew_lease, runtime.heartbeat) as lost:
        act, waiting = asyncio.create_task(_act(runtime, lease)), asyncio.create_task(lost.wait())
        try:
            await asyncio.wait({act, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            if not act.done():
                act.cancel()
                await asyncio.wait({act})
    if act.cancelled():
        raise LeaseLost("Another worker has taken this channel over.")
    return act.result()


@dataclass(frozen=True)
class _AttemptOutcome:
    """What an attempt leaves to be settled."""

    summary: CollectionSummary
    result: CollectionResult
    errors: CollectionErrors


async def _act(runtime: CollectorRuntime, lease: CollectionLease) -> _AttemptOutcome:
    try:
        attempt = await _start_attempt(runtime, lease)
    except Exception as error:
        delay = _retry_delay(lease, error, "connection")
        return _AttemptOutcome(CollectionSummary(error=delay.error), CollectionResult(), CollectionErrors(before=delay))
    errors = CollectionErrors(
        counters=await _step(attempt, counter_collector.collect),
        reports=await _step(attempt, report_collector.collect),
    )
    attempt.summary.error = errors.first.error if errors.first else None
    return _AttemptOutcome(attempt.summary, attempt.result, errors)


async def _step(attempt: Attempt, collect: Callable[[Attempt], Awaitable[None]]) -> RetryDelay | None:
    """None: it came to its end. Raises LeaseLost."""
    try:
        await collect(attempt)
    except LeaseLost:
        raise
    except Exception as error:
        return _retry_delay(attempt.lease, error, attempt.step)
    return None


def _retry_delay(lease: CollectionLease, error: Exception, step: str) -> RetryDelay:
    if not isinstance(error, YtempireError):
        log.error("channel_collection_failed", channel_id=str(lease.channel_id), step=step, exc_info=error)
    return decisions.after_error(error, lease.reports_retry_count if step == "reports" else lease.retry_count, step)


async def _start_attempt(runtime: CollectorRuntime, lease: CollectionLease) -> Attempt:
    """Raises NotConnected, and YouTubeRetryLater where the sandbox does not answer."""
    connection = await runtime.youtube.connection(lease.channel_id)
    async with runtime.sessions.begin() as session:
        project = await projects.get_project(session, runtime.youtube.keys, connection.project_id)
    return Attempt(runtime, lease, connection, project, await runtime.youtube.now(project))
