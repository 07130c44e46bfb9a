"""Jobs that nobody runs any more, on a real queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import procrastinate
import psycopg
import pytest

from tests.conftest import Database
from ytempire.kit.database import conninfo
from ytempire.kit.jobs import open_queue
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.worker.job_recovery import JobRecovery

LEASE = timedelta(seconds=30)
COUNT = "SELECT status::text, count(*) FROM jobs.procrastinate_jobs GROUP BY status"


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[procrastinate.App]:
    async with open_queue(database.worker_url).open_async() as queue:
        yield queue


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
    async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url), autocommit=True) as connection:
        yield connection


async def counts(owner: psycopg.AsyncConnection[tuple[object, ...]]) -> dict[object, object]:
    return dict(await (await owner.execute(COUNT)).fetchall())  # type: ignore[arg-type]  # pairs


async def test_recover_job_whose_end_could_not_be_written_runs_it_again(
    queue: procrastinate.App,
    owner: psycopg.AsyncConnection[tuple[object, ...]],
    database: Database,
    postgres: EmbeddedPostgres,
) -> None:
    """The worker lives and beats all the while: by its heartbeat nobody sees that the job is lost."""
    recovery = JobRecovery(queue, lease_duration=LEASE)
    runs: list[int | None] = []

    @queue.task(name="test.count", pass_context=True)
    async def count(context: procrastinate.JobContext) -> None:
        runs.append(context.job.id)
        if len(runs) == 1:
            await owner.execute("BEGIN")
            await owner.execute("LOCK TABLE jobs.procrastinate_jobs")  # the end waits for it

    job_id = await queue.configure_task("test.count", queue="network").defer_async()
    working = asyncio.create_task(
        queue.run_worker_async(
            queues=["network"], install_signal_handlers=False, worker_middleware=[recovery.track], delete_jobs="always"
        )
    )
    blocked = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = %s AND wait_event_type = 'Lock' AND query ILIKE '%%finish_job%%'"""
    async with (
        asyncio.timeout(30),
        await psycopg.AsyncConnection.connect(conninfo(postgres.superuser_url), autocommit=True) as superuser,
    ):
        while not await (await superuser.execute(blocked, [database.name])).fetchall():
            await asyncio.sleep(0.01)
        await owner.execute("ROLLBACK")
        assert not working.done()
        assert await counts(owner) == {"doing": 1}
        await recovery.recover()
        assert runs == [job_id]  # one look may come between a job's end and the note of it
        await recovery.recover()
        while await counts(owner):
            await asyncio.sleep(0.01)
    assert runs == [job_id, job_id]
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_recover_job_that_is_running_leaves_it(
    queue: procrastinate.App, owner: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    recovery = JobRecovery(queue, lease_duration=LEASE)
    begun, finish = asyncio.Event(), asyncio.Event()

    @queue.task(name="test.wait")
    async def wait() -> None:
        begun.set()
        await finish.wait()

    await queue.configure_task("test.wait", queue="network").defer_async()
    working = asyncio.create_task(
        queue.run_worker_async(
            queues=["network"], install_signal_handlers=False, worker_middleware=[recovery.track], wait=False
        )
    )
    async with asyncio.timeout(30):
        await begun.wait()
        for _ in range(3):
            await recovery.recover()
        # as after a sleep of the machine: its own heartbeat is old, and it is alive all the same
        await owner.execute("UPDATE jobs.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        await recovery.recover()
        assert await counts(owner) == {"doing": 1}
        finish.set()
        await working
    assert await counts(owner) == {"succeeded": 1}


@pytest.mark.parametrize(("waiting", "left"), [(False, {"todo": 1}), (True, {"todo": 1})])
async def test_recover_job_of_a_dead_worker_gives_it_out_once(
    queue: procrastinate.App, owner: psycopg.AsyncConnection[tuple[object, ...]], waiting: bool, left: dict[str, int]
) -> None:
    """Also where another job for the same was enqueued meanwhile."""
    job = queue.configure_task("test.any", queue="network", queueing_lock="test.any:1")
    await job.defer_async()
    [worker_id] = await (
        await owner.execute(
            "INSERT INTO jobs.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
    ).fetchall()
    await owner.execute("UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = %s", worker_id)
    if waiting:
        await job.defer_async()
    await JobRecovery(queue, lease_duration=LEASE).recover()
    assert await counts(owner) == left


async def test_recover_after_a_sleep_of_its_own_judges_nobody_at_the_first_look(
    queue: procrastinate.App, owner: psycopg.AsyncConnection[tuple[object, ...]]
) -> None:
    lease = timedelta(milliseconds=50)
    recovery = JobRecovery(queue, lease_duration=lease)
    await recovery.recover()
    await owner.execute("INSERT INTO jobs.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    count = "SELECT count(*) FROM jobs.procrastinate_workers"
    await asyncio.sleep(2 * lease.total_seconds())
    await recovery.recover()
    assert await (await owner.execute(count)).fetchone() == (1,)
    async with asyncio.timeout(30):
        while await (await owner.execute(count)).fetchone() != (0,):  # at the next look that comes in time
            await recovery.recover()
