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

from ytempire.accounts.email_sender import EmailSender
from ytempire.analytics.commit_notify import CHANGED
from ytempire.analytics.group_writer import GroupWriter
from ytempire.analytics.ingestor import Ingestor
from ytempire.analytics.live_counters import LiveCounters
from ytempire.analytics.rebuilds import pending_rebuilds, rebuild_days
from ytempire.analytics.sharding import lock_shard, shard_of
from ytempire.analytics.viral import notify_viral
from ytempire.configuration.setting_overrides import effective_settings, read_overrides, rename_overrides
from ytempire.embeddings.embedding import Embedder
from ytempire.kit import jobs
from ytempire.kit.crypto import load_keys
from ytempire.kit.database import Sessions, connect, listen_connection, sessions_of
from ytempire.kit.logs import get_logger
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.measurement.collection_attempt import CollectorRuntime
from ytempire.measurement.collector import collect_forever
from ytempire.measurement.retention import delete_expired
from ytempire.measurement.sandbox_clock_sync import SandboxClockSync
from ytempire.operations.home import home_of
from ytempire.operations.key_rotation import reseal
from ytempire.operations.process_settings import NotConfigured, require_urls, require_worker_url
from ytempire.production import step_leases, tasks
from ytempire.production.runner import ProductionRuntime
from ytempire.publishing import edit_worker, leases
from ytempire.publishing import tasks as publishing_tasks
from ytempire.publishing.auto_scheduler import AutoScheduler
from ytempire.publishing.upload_worker import PublishingRuntime
from ytempire.settings import Settings
from ytempire.youtube.connection_check import check_connections
from ytempire.youtube.service import YouTube

log = get_logger(__name__)
RESEAL_INTERVAL_S = 3600.0
# A consent's end is told two days before, and a connection is tried once a day: an hour more or less matters to nobody.
CONNECTION_CHECK_INTERVAL_S = 3600.0
# Who owns a video that goes viral hears of it within a minute of the event. With a million videos in the hour a look
# takes a second.
VIRAL_INTERVAL_S = 30.0
# What YouTube is processing is looked at each few seconds; the question reads a small index.
DUE_INTERVAL_S = 2.0
# However fast YouTube's clock runs. The question reads a small index.
COLLECT_INTERVAL_S = 1.0
# What is finished is planned for half an hour later at the soonest, so a few seconds matter to nobody.
AUTO_SCHEDULE_INTERVAL_S = 10.0


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
        Ingestor(database_url, application="ytempire-worker", on_commit=counters.add) as ingestor,
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
            heartbeat=settings.worker.heartbeat_interval,
            lease_duration=settings.worker.lease_duration,
        )
        measurement = CollectorRuntime(
            runtime.sessions, youtube, ingestor, settings.worker.heartbeat_interval, settings.worker.lease_duration
        )
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        workers = [
            asyncio.create_task(_run_slot_worker(queue, runtime, publishing, resource, slots), name=resource)
            for resource, slots in worker_slots(settings).items()
        ]
        recovery = asyncio.create_task(_recover_forever(queue, runtime), name="recovery")
        post = asyncio.create_task(_deliver_forever(settings, runtime), name="post")
        rotation = asyncio.create_task(_reseal_forever(runtime), name="rotation")
        days = asyncio.create_task(_rebuild_forever(database_url, settings), name="days")
        viral = asyncio.create_task(notify_viral_forever(database_url, runtime.sessions), name="viral")
        connections = asyncio.create_task(
            _check_connections_forever(youtube, settings.collection.retention), name="connections"
        )
        due = asyncio.create_task(_enqueue_due_forever(publishing), name="publications")
        numbers = asyncio.create_task(_collect_forever(measurement), name="numbers")
        calendar = asyncio.create_task(auto_schedule_forever(AutoScheduler(youtube, queue)), name="calendar")
        stopped = asyncio.create_task(stop.wait())
        log.info("worker_started", slots=worker_slots(settings))
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


def worker_slots(settings: Settings) -> dict[str, int]:
    worker = settings.worker
    return {"cpu": worker.cpu_slots, "gpu": worker.gpu_slots, "network": worker.network_slots}


def _remove_abandoned(folders: list[Path], held: set[UUID]) -> None:
    """Remove the folders of attempts that died."""
    for folder in folders:
        if folder.name not in {str(claim) for claim in held}:
            log.info("stale_work_folders_deleted", folder=folder.name)
            shutil.rmtree(folder, ignore_errors=True)  # its own attempt may be removing it just now


async def _run_slot_worker(
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
        update_heartbeat_interval=worker.heartbeat_interval.total_seconds(),
        stalled_worker_timeout=worker.lease_duration.total_seconds(),
        fetch_job_polling_interval=2.0,  # only a fallback: NOTIFY wakes the worker at once
    )
    if not runtime.shutting_down:
        raise NotConfigured(f"The {resource} worker ended by itself.", hint="The log says why.")


async def _deliver_forever(settings: Settings, runtime: ProductionRuntime) -> None:
    """Send pending emails, where there is a mail server."""
    while True:
        try:
            async with runtime.sessions.begin() as session:
                smtp = effective_settings(settings, await read_overrides(session, runtime.keys)).smtp
            await EmailSender(runtime.sessions, runtime.keys, smtp).send_pending()
        except Exception:  # emails wait; runs go on
            log.exception("email_delivery_failed")
        await asyncio.sleep(settings.worker.heartbeat_interval.total_seconds())


async def notify_viral_forever(database_url: str, sessions: Sessions, *, every_s: float = VIRAL_INTERVAL_S) -> None:
    """Look for videos that go viral when events came; at first in any case: some came while nobody listened."""
    while True:
        try:
            async with listen_connection(database_url, CHANGED) as connection:
                while True:
                    async with sessions.begin() as session:
                        videos = await notify_viral(session)
                    if videos:
                        log.info("viral_notified", videos=[str(video) for video in videos])
                    came = [notification async for notification in connection.notifies(timeout=every_s)]
                    async for _ in connection.notifies(timeout=0 if came else None, stop_after=1):
                        pass
        except Exception:  # it looks when it is back; runs go on
            log.exception("viral_check_failed")
        await asyncio.sleep(every_s)


async def _reseal_forever(runtime: ProductionRuntime) -> None:
    """Finish a rotation of keys that was interrupted, or that began with keys given in the environment."""
    while True:
        try:
            async with runtime.sessions.begin() as session:
                await rename_overrides(session, runtime.keys)
            await reseal(runtime.sessions, runtime.keys)
        except Exception:  # secrets stay as they are; runs go on
            log.exception("reseal_failed")
        await asyncio.sleep(RESEAL_INTERVAL_S)


async def _check_connections_forever(youtube: YouTube, kept: timedelta) -> None:
    """Try the connections of channels, warn of consents that will end, forget what YouTube said too long ago."""
    while True:
        try:
            await check_connections(youtube)
            await delete_expired(youtube.platform, kept)
        except Exception:  # they are looked at again; runs go on
            log.exception("connection_checks_failed")
        await asyncio.sleep(CONNECTION_CHECK_INTERVAL_S)


async def _enqueue_due_forever(publishing: PublishingRuntime) -> None:
    """Give out publications and changes whose time has come, and those of dead workers."""
    while True:
        try:
            async with publishing.sessions.begin() as session:
                count = await leases.enqueue_due(session, publishing.queue, lease_duration=publishing.lease_duration)
                count += await edit_worker.enqueue_due(session, publishing.queue)
            if count:
                log.info("publications_enqueued", count=count)
        except Exception:  # they stay due; runs go on
            log.exception("enqueue_due_failed")
        await asyncio.sleep(DUE_INTERVAL_S)


async def _collect_forever(measurement: CollectorRuntime) -> None:
    """Collect the numbers of channels that are due."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_sync_sandbox_clocks_forever(SandboxClockSync(measurement)))
        group.create_task(collect_forever(measurement, every_s=COLLECT_INTERVAL_S))


async def _sync_sandbox_clocks_forever(clock_sync: SandboxClockSync) -> None:
    """Where a sandbox's clock was wound on, everything is due."""
    while True:
        try:
            await clock_sync.sync()
        except Exception:  # whatever a clock answers; channels become due by themselves
            log.exception("sandbox_clock_sync_failed")
        await asyncio.sleep(COLLECT_INTERVAL_S)


async def auto_schedule_forever(filler: AutoScheduler, *, every_s: float = AUTO_SCHEDULE_INTERVAL_S) -> None:
    """Give what is finished the free times of channels that publish by themselves."""
    while True:
        try:
            planned, woken = await filler.run_once()
            if planned or woken:
                log.info("auto_schedule_completed", planned=planned, woken=woken)
        except Exception:  # nothing is lost; runs go on
            log.exception("auto_schedule_failed")
        await asyncio.sleep(every_s)


async def _rebuild_forever(database_url: str, settings: Settings) -> None:
    """Make the days of channels anew whose time zone has changed."""
    async with GroupWriter(database_url, application="ytempire-worker") as writer:
        while True:
            try:
                async with writer.begin(SYSTEM) as connection:
                    waiting = await pending_rebuilds(connection)
                for channel in waiting:
                    async with writer.begin(SYSTEM) as connection:
                        await lock_shard(connection, shard_of(channel))
                        await rebuild_days(connection, channel)
                    log.info("rebuild_completed", channel_id=str(channel))
            except Exception:  # they wait; runs go on
                log.exception("rebuild_failed")
            await asyncio.sleep(settings.worker.heartbeat_interval.total_seconds())


async def _recover_forever(queue: procrastinate.App, runtime: ProductionRuntime) -> None:
    """Give out again the jobs of workers that stopped beating, and steps for which no job stands."""
    lease = runtime.settings.worker.lease_duration
    while True:
        await queue.job_manager.prune_stalled_workers(lease.total_seconds())
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=lease.total_seconds()):
            log.warning("job_recovered", job=job.id, task=job.task_name)
            await queue.job_manager.retry_job(job)
        # listed before the leases are read: a folder is made after its lease, so what is held is never taken for left
        folders = await asyncio.to_thread(lambda: list(runtime.work.iterdir()))
        async with runtime.sessions.begin() as session:
            count = await step_leases.enqueue_orphaned_steps(session, queue, lease_duration=lease)
            count += await step_leases.release_expired_leases(session, lease_duration=lease)
            held = await step_leases.active_lease_tokens(session)
        if count:
            log.warning("steps_recovered", count=count)
        await asyncio.to_thread(_remove_abandoned, folders, held)
        await asyncio.sleep(runtime.settings.worker.heartbeat_interval.total_seconds())
