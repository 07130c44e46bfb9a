"""What the worker does again and again goes on, whatever one round comes to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool
from structlog.testing import capture_logs

from tests.publishing.conftest import Studio, keys, project_given, queue, served, store, studio, until, world
from ytempire.analytics.deliveries import Deliveries
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.measurement.attempts import MeasurementRuntime
from ytempire.operations import worker
from ytempire.publishing.filling import Filler
from ytempire.youtube.service import YouTube

__all__ = ["keys", "project_given", "queue", "served", "store", "studio", "world"]


@pytest.fixture
def film_size() -> int:
    return 300 * 1024


@pytest.fixture
async def narrow(studio: Studio) -> AsyncIterator[AsyncEngine]:
    """One connection, for which nobody waits long."""
    engine = connect(studio.world.database.app_url, pool_size=1)
    pool = engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.1
    yield engine
    await engine.dispose()


async def test_the_calendar_is_filled_when_there_is_a_connection_again(studio: Studio, narrow: AsyncEngine) -> None:
    await studio.automate()
    async with YouTube(sessions_of(narrow, SYSTEM), studio.world.youtube.keys) as youtube:
        filler = Filler(youtube, studio.queue)
        async with narrow.connect():
            with pytest.raises(NoConnection):
                await filler.round()
            with capture_logs() as said:
                filling = asyncio.create_task(worker.fill_forever(filler, every_s=0.1))
                await until(lambda: any(one["event"] == "calendar_not_filled" for one in said))
        try:
            await until(lambda: filling.done() or studio.world.rows("SELECT FROM core.publications"))
            assert not filling.done()
        finally:
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)


async def test_measuring_goes_on_without_a_connection(studio: Studio, narrow: AsyncEngine) -> None:
    sessions = sessions_of(narrow, SYSTEM)
    a_second = timedelta(seconds=1)
    async with (
        YouTube(sessions, studio.world.youtube.keys) as youtube,
        Deliveries(studio.world.database.app_url, application="test") as deliveries,
        narrow.connect(),
    ):
        runtime = MeasurementRuntime(sessions, youtube, deliveries, a_second, a_second)
        measuring = asyncio.create_task(worker._measure_forever(runtime))
        try:
            with capture_logs() as said:
                await until(lambda: any(one["event"] == "channels_not_measured" for one in said))
            assert not measuring.done()
        finally:
            measuring.cancel()
            await asyncio.gather(measuring, return_exceptions=True)
