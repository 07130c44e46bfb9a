"""What the worker does again and again goes on, whatever one round comes to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool
from structlog.testing import capture_logs

from tests.production.conftest import queue, store
from tests.publishing.conftest import publisher
from tests.publishing.publisher import Publisher, until
from tests.youtube.conftest import keys, project_given, sandbox_server, youtube_env
from ytempire.collection.collection_attempt import CollectorRuntime
from ytempire.collection.periodic import collection_tasks
from ytempire.ingest.ingestor import Ingestor
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.periodic import PeriodicTask, run_periodically
from ytempire.kit.subject import SYSTEM
from ytempire.publishing.auto_scheduler import AutoScheduler
from ytempire.publishing.periodic import auto_schedule
from ytempire.youtube.service import YouTube

__all__ = ["keys", "project_given", "publisher", "queue", "sandbox_server", "store", "youtube_env"]


@pytest.fixture
def file_size() -> int:
    return 300 * 1024


@pytest.fixture
async def narrow(publisher: Publisher) -> AsyncIterator[AsyncEngine]:
    """One connection, for which nobody waits long."""
    engine = connect(publisher.youtube_env.database.app_url, pool_size=1)
    pool = engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.1
    yield engine
    await engine.dispose()


async def test_auto_schedule_after_missing_connection_resumes(publisher: Publisher, narrow: AsyncEngine) -> None:
    await publisher.automate()
    async with YouTube(sessions_of(narrow, SYSTEM), publisher.youtube_env.youtube.keys) as youtube:
        filler = AutoScheduler(youtube, publisher.queue)
        async with narrow.connect():
            with pytest.raises(NoConnection):
                await filler.run_once()
            with capture_logs() as said:
                task = PeriodicTask("auto_schedule", timedelta(seconds=0.1), partial(auto_schedule, filler))
                filling = asyncio.create_task(run_periodically([task]))
                await until(lambda: any(one["event"] == "periodic_task_failed" for one in said))
        try:
            await until(lambda: filling.done() or publisher.youtube_env.rows("SELECT FROM core.publications"))
            assert not filling.done()
        finally:
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)


async def test_collection_tasks_without_connection_keep_running(publisher: Publisher, narrow: AsyncEngine) -> None:
    sessions = sessions_of(narrow, SYSTEM)
    a_second = timedelta(seconds=1)
    async with (
        YouTube(sessions, publisher.youtube_env.youtube.keys) as youtube,
        Ingestor(publisher.youtube_env.database.app_url, application="test") as ingestor,
        narrow.connect(),
    ):
        runtime = CollectorRuntime(sessions, youtube, ingestor, a_second, a_second)
        measuring = asyncio.create_task(run_periodically(collection_tasks(runtime, a_second)))
        try:
            with capture_logs() as said:
                await until(lambda: any(one["event"] == "periodic_task_failed" for one in said))
            assert not measuring.done()
        finally:
            measuring.cancel()
            await asyncio.gather(measuring, return_exceptions=True)
