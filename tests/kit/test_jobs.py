"""Jobs that are enqueued with the rows they are about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import procrastinate
import psycopg
import pytest
from sqlalchemy import text

from tests.conftest import Database
from tests.production.factories import start
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.jobs import enqueue_once, open_queue
from ytempire.kit.storage import ObjectStore


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[procrastinate.App]:
    async with open_queue(database.app_url).open_async() as queue:
        yield queue


async def test_enqueue_once_while_a_job_waits_adds_none_and_the_transaction_goes_on(
    database: Database, sessions: Sessions, queue: procrastinate.App, tmp_path: Path
) -> None:
    """As an ordinary operator, to whom the server names no value of a row that is in the way."""
    run_id = (await start(sessions, queue, ObjectStore(tmp_path))).id

    async def enqueue() -> int | None:
        async with sessions.begin() as session:
            job_id = await enqueue_once(
                session, queue, "production.run_step", run_id, resource="cpu", priority=5, argument="run_id"
            )
            await session.execute(text("UPDATE core.channels SET description = description || '.'"))
        return job_id

    first = await enqueue()
    assert first is not None
    assert await enqueue() is None
    async with sessions() as session:
        assert await session.scalar(text("SELECT max(description) FROM core.channels")) == ".."
    with psycopg.connect(conninfo(database.worker_url)) as worker:
        worker.execute("UPDATE jobs.procrastinate_jobs SET status = 'doing' WHERE id = %s", [first])
    assert await enqueue() not in (None, first)  # a job that is taken may be past what the new one is for
