"""The worker process: slots for steps, recovery of what dead workers left, a clean stop."""

from __future__ import annotations

import asyncio
import shutil
import signal
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import procrastinate
import valkey.asyncio

from ytempire.accounts.delivery import Delivery
from ytempire.analytics.deliveries import Deliveries
from ytempire.analytics.live_counters import LiveCounters
from ytempire.analytics.notices import CHANGED
from ytempire.analytics.rebuilding import rebuild_days, waiting_rebuilds
from ytempire.analytics.sharding import lock_shard, shard_of
from ytempire.analytics.viral import tell_of_viral
from ytempire.analytics.writer import Writer
from ytempire.configuration.values import effective, given_values
from ytempire.kit import jobs
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import Sessions, connect, listening, sessions_of
from ytempire.kit.logs import get_logger
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.learning.embedding import Embedder
from ytempire.measurement.attempts import MeasurementRuntime
from ytempire.measurement.collecting import collect_forever
from ytempire.measurement.storage import forget
from ytempire.measurement.winding import Winding
from ytempire.operations.home import home_of
from ytempire.operations.parts import NotConfigured, require_urls, require_worker_url
from ytempire.operations.rotation import reseal
from ytempire.production import claims, tasks
from ytempire.production.runner import ProductionRuntime
from ytempire.publishing import changing
from ytempire.publishing import claims as publications
from ytempire.publishing import tasks as publishing_tasks
from ytempire.publishing.filling import Filler
from ytempire.publishing.uploading import PublishingRuntime
from ytempire.settings import Settings
from ytempire.youtube.health import look_after
from ytempire.youtube.service import YouTube

log = get_logger(__name__)
RESEAL_EVERY_S = 3600.0
# A consent's end is told two days before, and a connection is tried once a day: an hour more or less matters to nobody.
LOOK_AFTER_EVERY_S = 3600.0
# Who owns a video that goes viral hears of it within a minute of the event. With a million videos in the hour a look
# takes a second.
VIRAL_EVERY_S = 30.0
# What YouTube is processing is looked at each few seconds; the question reads a small index.
DUE_EVERY_S = 2.0
# However fast YouTube's clock runs. The question reads a small index.
MEASURE_EVERY_S = 1.0
# What is finished is planned for half an hour later at the soonest, so a few seconds matter to nobody.
FILL_EVERY_S = 10.0


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; steps under way then give themselves back to the queue."""
    database_url, cache_url = require_urls(settings)
    home = home_of(settings)
    home.prepare()
    engine = connect(database_url, application="ytempire-worker")
    async with (
        jobs.open_queue(require_worker_url(settings)).open_async() as queue,
        valkey.asyncio.Valkey.from_url(cache_url, socket_timeout=2.0) as cache,
        YouTube(sessions_of(engine, SYSTEM), load_keys(home.keys, settings.security.given_keys)) as youtube,
        LiveCounters(database_url, cache, application="ytempire-worker") as counters,
        Deliveries(database_url, application="ytempire-worker", on_commit=counters.note) as deliveries,
    ):
        tasks.register(queue)
        publishing_tasks.register(queue)
        runtime = ProductionRuntime(
            settings=settings,
            sessions=sessions_of(engine, SYSTEM),
            queue=queue,
            store=ObjectStore(home.objects),
            embedder=Embedder(home.models),
            keys=load_keys(home.keys, settings.security.given_keys),
            work=home.work,
            cache=cache,
        )
        publishing = PublishingRuntime(
            sessions=runtime.sessions,
            queue=queue,
            store=runtime.store,
            keys=runtime.keys,
            youtube=youtube,
            heartbeat=settings.worker.heartbeat,
            lease=settings.worker.lease,
        )
        measurement = MeasurementRuntime(
            runtime.sessions, youtube, deliveries, settings.worker.heartbeat, settings.worker.lease
        )
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        workers = [
            asyncio.create_task(_offer(queue, runtime, publishing, resource, slots), name=resource)
            for resource, slots in slots_of(settings).items()
        ]
        recovery = asyncio.create_task(_recover_forever(queue, runtime), name="recovery")
        post = asyncio.create_task(_deliver_forever(settings, runtime), name="post")
        rotation = asyncio.create_task(_reseal_forever(runtime), name="rotation")
        days = asyncio.create_task(_rebuild_forever(database_url, settings), name="days")
        viral = asyncio.create_task(tell_of_viral_forever(database_url, runtime.sessions), name="viral")
        connections = asyncio.create_task(_look_after_forever(youtube, settings.measurement.kept), name="connections")
        due = asyncio.create_task(_publish_forever(publishing), name="publications")
        numbers = asyncio.create_task(_measure_forever(measurement), name="numbers")
        calendar = asyncio.create_task(fill_forever(Filler(youtube, queue)), name="calendar")
        stopped = asyncio.create_task(stop.wait())
        log.info("worker_started", slots=slots_of(settings))
        parts = (recovery, post, rotation, days, viral, connections, due, calendar, numbers, stopped, *workers)
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        runtime.shut_down()
        publishing.stopping.set()
        for task in parts:
            task.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        log.info("worker_stopped")
        for task in done - {stopped}:
            task.result()  # a part that ended by itself did so with an error: let the supervisor see it
    await engine.dispose()


def slots_of(settings: Settings) -> dict[str, int]:
    worker = settings.worker
    return {"cpu": worker.cpu_slots, "gpu": worker.gpu_slots, "network": worker.network_slots}


def _remove_abandoned(folders: list[Path], held: set[UUID]) -> None:
    """Remove the folders of attempts that died."""
    for folder in folders:
        if folder.name not in {str(claim) for claim in held}:
            log.info("abandoned_work_removed", folder=folder.name)
            shutil.rmtree(folder, ignore_errors=True)  # its own attempt may be removing it just now


async def _offer(
    queue: procrastinate.App, runtime: ProductionRuntime, publishing: PublishingRuntime, resource: str, slots: int
) -> None:
    worker = runtime.settings.worker
    await queue.run_worker_async(
        queues=[resource],
        name=f"worker-{resource}",
        concurrency=slots,
        install_signal_handlers=False,
        additional_context={"production": runtime, "publishing": publishing},
        delete_jobs="successful",
        update_heartbeat_interval=worker.heartbeat.total_seconds(),
        stalled_worker_timeout=worker.lease.total_seconds(),
        fetch_job_polling_interval=2.0,  # only a fallback: NOTIFY wakes the worker at once
    )
    if not runtime.shutting_down:
        raise NotConfigured(f"The {resource} worker ended by itself.", hint="The log says why.")


async def _deliver_forever(settings: Settings, runtime: ProductionRuntime) -> None:
    """Send the letters that wait, where there is a mail server."""
    while True:
        try:
            async with runtime.sessions.begin() as session:
                mail = effective(settings, await given_values(session, runtime.keys)).mail
            await Delivery(runtime.sessions, runtime.keys, mail).deliver_waiting()
        except Exception:  # letters wait; runs go on
            log.exception("post_not_delivered")
        await asyncio.sleep(settings.worker.heartbeat.total_seconds())


async def tell_of_viral_forever(database_url: str, sessions: Sessions, *, every_s: float = VIRAL_EVERY_S) -> None:
    """Look for videos that go viral when events came; at first in any case: some came while nobody listened."""
    while True:
        try:
            async with listening(database_url, CHANGED) as connection:
                while True:
                    async with sessions.begin() as session:
                        told = await tell_of_viral(session)
                    if told:
                        log.info("viral_told", videos=[str(video) for video in told])
                    came = [one async for one in connection.notifies(timeout=every_s)]
                    async for _ in connection.notifies(timeout=0 if came else None, stop_after=1):
                        pass
        except Exception:  # it looks when it is back; runs go on
            log.exception("viral_not_looked_for")
        await asyncio.sleep(every_s)


async def _reseal_forever(runtime: ProductionRuntime) -> None:
    """Finish a rotation of keys that was interrupted, or that began with keys given in the environment."""
    while True:
        try:
            await reseal(runtime.sessions, runtime.keys)
        except Exception:  # secrets stay as they are; runs go on
            log.exception("secrets_not_resealed")
        await asyncio.sleep(RESEAL_EVERY_S)


async def _look_after_forever(youtube: YouTube, kept: timedelta) -> None:
    """Try the connections of channels, warn of consents that will end, forget what YouTube said too long ago."""
    while True:
        try:
            await look_after(youtube)
            await forget(youtube.platform, kept)
        except Exception:  # they are looked at again; runs go on
            log.exception("connections_not_looked_after")
        await asyncio.sleep(LOOK_AFTER_EVERY_S)


async def _publish_forever(publishing: PublishingRuntime) -> None:
    """Give out publications and changes whose time has come, and those of dead workers."""
    while True:
        try:
            async with publishing.sessions.begin() as session:
                found = await publications.enqueue_due(session, publishing.queue, lease=publishing.lease)
                found += await changing.enqueue_due(session, publishing.queue)
            if found:
                log.info("publications_due", count=found)
        except Exception:  # they stay due; runs go on
            log.exception("publications_not_given_out")
        await asyncio.sleep(DUE_EVERY_S)


async def _measure_forever(measurement: MeasurementRuntime) -> None:
    """Collect the numbers of channels that are due."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_look_at_clocks_forever(Winding(measurement)))
        group.create_task(collect_forever(measurement, every_s=MEASURE_EVERY_S))


async def _look_at_clocks_forever(winding: Winding) -> None:
    """Where a sandbox's clock was wound on, everything is due."""
    while True:
        try:
            await winding.look()
        except Exception:  # whatever a clock answers; channels become due by themselves
            log.exception("clocks_not_looked_at")
        await asyncio.sleep(MEASURE_EVERY_S)


async def fill_forever(filler: Filler, *, every_s: float = FILL_EVERY_S) -> None:
    """Give what is finished the free times of channels that publish by themselves."""
    while True:
        try:
            planned, woken = await filler.round()
            if planned or woken:
                log.info("calendar_filled", planned=planned, woken=woken)
        except Exception:  # nothing is lost; runs go on
            log.exception("calendar_not_filled")
        await asyncio.sleep(every_s)


async def _rebuild_forever(database_url: str, settings: Settings) -> None:
    """Make the days of channels anew whose time zone has changed."""
    async with Writer(database_url, application="ytempire-worker") as writer:
        while True:
            try:
                async with writer.begin(SYSTEM) as connection:
                    waiting = await waiting_rebuilds(connection)
                for channel in waiting:
                    async with writer.begin(SYSTEM) as connection:
                        await lock_shard(connection, shard_of(channel))
                        await rebuild_days(connection, channel)
                    log.info("days_rebuilt", channel_id=str(channel))
            except Exception:  # they wait; runs go on
                log.exception("days_not_rebuilt")
            await asyncio.sleep(settings.worker.heartbeat.total_seconds())


async def _recover_forever(queue: procrastinate.App, runtime: ProductionRuntime) -> None:
    """Give out again the jobs of workers that stopped beating, and steps for which no job stands."""
    lease = runtime.settings.worker.lease
    while True:
        await queue.job_manager.prune_stalled_workers(lease.total_seconds())
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=lease.total_seconds()):
            log.warning("job_recovered", job=job.id, task=job.task_name)
            await queue.job_manager.retry_job(job)
        # listed before the claims are read: a folder is made after its claim, so what is held is never taken for left
        folders = await asyncio.to_thread(lambda: list(runtime.work.iterdir()))
        async with runtime.sessions.begin() as session:
            found = await claims.enqueue_stranded(session, queue, lease=lease)
            found += await claims.release_ended(session, lease=lease)
            held = await claims.active_claims(session)
        if found:
            log.warning("steps_recovered", count=found)
        await asyncio.to_thread(_remove_abandoned, folders, held)
        await asyncio.sleep(runtime.settings.worker.heartbeat.total_seconds())
