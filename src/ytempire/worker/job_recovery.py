"""Recovery of jobs that nobody runs any more, whether their worker died or only lost sight of them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import procrastinate
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from ytempire.kit.jobs import is_already_enqueued
from ytempire.kit.logs import get_logger

log = get_logger(__name__)


class JobRecovery:
    """One for each worker process.

    A job of a worker that stopped beating is stalled. A job can also be lost by a worker that lives: the database was
    away when the job's end, or that it was taken, was to be written down. No heartbeat tells of that, so the process
    remembers what it is at (`track`), and a job of its own that it is not at, at two looks in a row, is lost.
    """

    def __init__(self, queue: procrastinate.App, *, lease_duration: timedelta) -> None:
        self._queue = queue
        self._lease_s = lease_duration.total_seconds()
        self._workers: set[int] = set()
        self._running: set[int] = set()
        self._missed: set[int] = set()
        self._looked_at: float | None = None

    async def track(
        self, call_next: Callable[[], Awaitable[Any]], context: procrastinate.JobContext, worker: Worker
    ) -> Any:
        """Run a job and remember it meanwhile; a `worker_middleware` of the library."""
        assert context.job.id is not None
        assert worker.worker_id is not None
        self._workers.add(worker.worker_id)
        self._running.add(context.job.id)
        try:
            return await call_next()
        finally:
            self._running.discard(context.job.id)

    async def recover(self) -> None:
        """Give out again the jobs of dead workers, and those that this process has lost.

        A process that itself did not run for as long as a lease lasts, since the machine slept or the database did not
        answer, judges nobody at this look: its own heartbeats are as old as those of the dead.
        """
        now, before = time.monotonic(), self._looked_at
        self._looked_at = now
        if before is not None and now - before > self._lease_s:
            return
        manager = self._queue.job_manager
        await manager.prune_stalled_workers(self._lease_s)
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._lease_s):
            if job.id not in self._running:
                await self._give_out_again(job)
        missed = {
            job.id: job
            for job in await manager.list_jobs_async(status=Status.DOING.value)
            if job.worker_id in self._workers and job.id not in self._running
        }
        for id_ in self._missed & missed.keys():
            await self._give_out_again(missed[id_])
        self._missed = {id_ for id_ in missed if id_ is not None} - self._missed

    async def _give_out_again(self, job: Job) -> None:
        log.warning("job_recovered", job=job.id, task=job.task_name)
        manager = self._queue.job_manager
        try:
            await manager.retry_job(job)
        except Exception as error:
            if not is_already_enqueued(error):
                raise
            await manager.finish_job(job, Status.ABORTED, delete_job=True)  # the other does what is left to do
