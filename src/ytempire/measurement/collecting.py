"""Collect the numbers of channels that are due: claim, ask, settle. Between two notes it may be killed anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from ytempire.kit.errors import TryLater, YtempireError
from ytempire.kit.logs import get_logger
from ytempire.measurement import claims, counters, decisions, reports
from ytempire.measurement.attempts import Attempt, Collected, MeasurementRuntime
from ytempire.measurement.claims import ClaimLost, Done, Failed, Held
from ytempire.measurement.decisions import Wait
from ytempire.youtube import projects
from ytempire.youtube.errors import described

log = get_logger(__name__)
LOOK_S, PATIENCE_S = 0.2, 60.0  # for a channel that another worker is at


async def collect_forever(runtime: MeasurementRuntime, *, every_s: float) -> None:
    """Channels as they become due, some at once: one that takes long keeps only one of these."""

    async def work() -> None:
        while True:
            try:
                if not await _collect_next(runtime):
                    await asyncio.sleep(every_s)
            except Exception:  # whatever it is: the channel stays due, and the others go on
                log.exception("channels_not_measured")
                await asyncio.sleep(runtime.troubled_s)

    await _at_once(work, runtime.channels_at_once)


async def collect_due(runtime: MeasurementRuntime) -> None:
    """Everything that is due and that no other worker has."""

    async def work() -> None:
        while await _collect_next(runtime):
            pass

    await _at_once(work, runtime.channels_at_once)


async def _at_once(work: Callable[[], Coroutine[None, None, None]], many: int) -> None:
    """Where this is cancelled, or one of them fails, all of them end."""
    async with asyncio.TaskGroup() as group:
        for _ in range(many):
            group.create_task(work())


async def _collect_next(runtime: MeasurementRuntime) -> bool:
    """The channel that has been due for longest; False: none is."""
    async with runtime.sessions.begin() as session:
        held = await claims.claim(session, lease=runtime.lease)
    if held is None:
        return False
    await _collect(runtime, held)
    return True


async def collect_now(runtime: MeasurementRuntime, channel_id: UUID) -> Collected:
    """All of one channel, due or not; what came. Raises TryLater while another worker is at it for long."""
    for _ in range(int(PATIENCE_S / LOOK_S)):
        async with runtime.sessions.begin() as session:
            held = await claims.claim(session, lease=runtime.lease, channel_id=channel_id)
        if held is not None:
            return await _collect(runtime, held)
        await asyncio.sleep(LOOK_S)
    raise TryLater("Another worker is collecting this channel.", hint="Ask again in a minute.")


async def _collect(runtime: MeasurementRuntime, held: Held) -> Collected:
    """One channel, until it is settled or the claim is lost; when the process stops it is given back at once."""
    try:
        ended = await _until_done_or_lost(runtime, held)
        async with runtime.sessions.begin() as session:
            await claims.settle(session, held, ended.done, ended.failed)
    except ClaimLost as lost:
        log.warning("measurement_claim_lost", channel_id=str(held.channel_id))
        return Collected(error=described(lost, "claim"))
    except asyncio.CancelledError:
        await asyncio.shield(_give_back(runtime, held))
        raise
    _report(held, ended.collected)
    return ended.collected


async def _give_back(runtime: MeasurementRuntime, held: Held) -> None:
    async with runtime.sessions.begin() as session:
        await claims.release(session, held)


def _report(held: Held, collected: Collected) -> None:
    log.info(
        "channel_measured",
        channel_id=str(held.channel_id),
        videos=collected.videos,
        views=collected.views,
        report_days=collected.report_days,
        error=collected.error,
    )


async def _until_done_or_lost(runtime: MeasurementRuntime, held: Held) -> _Ended:
    """Raises ClaimLost."""
    async with _beating(runtime, held) as lost:
        act, waiting = asyncio.create_task(_act(runtime, held)), asyncio.create_task(lost.wait())
        try:
            await asyncio.wait({act, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            if not act.done():
                act.cancel()
                await asyncio.wait({act})
    if act.cancelled():
        raise ClaimLost("Another worker has taken this channel over.")
    return act.result()


@asynccontextmanager
async def _beating(runtime: MeasurementRuntime, held: Held) -> AsyncIterator[asyncio.Event]:
    """Say that it is alive until the block ends. The event: the claim was lost."""
    ended, lost = asyncio.Event(), asyncio.Event()

    async def beat() -> None:
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), runtime.heartbeat.total_seconds())
                return
            try:
                async with runtime.sessions.begin() as session:
                    if not await claims.heartbeat(session, held):
                        lost.set()
            except Exception:  # the database is away: the act goes on, the settlement will tell
                log.warning("heartbeat_failed", channel_id=str(held.channel_id), exc_info=True)

    pulse = asyncio.create_task(beat())
    try:
        yield lost
    finally:
        ended.set()
        await pulse


@dataclass(frozen=True)
class _Ended:
    """What an attempt leaves to be settled."""

    collected: Collected
    done: Done
    failed: Failed


async def _act(runtime: MeasurementRuntime, held: Held) -> _Ended:
    try:
        attempt = await _begin(runtime, held)
    except Exception as error:
        wait = _waiting(held, error, "connection")
        return _Ended(Collected(error=wait.error), Done(), Failed(before=wait))
    failed = Failed(
        counters=await _step(attempt, counters.collect),
        reports=await _step(attempt, reports.collect),
    )
    attempt.collected.error = failed.first.error if failed.first else None
    return _Ended(attempt.collected, attempt.done, failed)


async def _step(attempt: Attempt, collect: Callable[[Attempt], Awaitable[None]]) -> Wait | None:
    """None: it came to its end. Raises ClaimLost."""
    try:
        await collect(attempt)
    except ClaimLost:
        raise
    except Exception as error:
        return _waiting(attempt.held, error, attempt.step)
    return None


def _waiting(held: Held, error: Exception, step: str) -> Wait:
    if not isinstance(error, YtempireError):
        log.error("measurement_failed_unexpectedly", channel_id=str(held.channel_id), step=step, exc_info=error)
    return decisions.after_error(error, held.reports_waits if step == "reports" else held.waits, step)


async def _begin(runtime: MeasurementRuntime, held: Held) -> Attempt:
    """Raises NotConnected, and Later where the sandbox does not answer."""
    connection = await runtime.youtube.connection(held.channel_id)
    async with runtime.sessions.begin() as session:
        project = await projects.get_project(session, runtime.youtube.keys, connection.project_id)
    return Attempt(runtime, held, connection, project, await runtime.youtube.now(project))
