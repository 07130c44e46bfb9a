"""A database session for one command: of what runs, or of servers started for the moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import procrastinate

from ytempire.kit.database import Sessions, connect, sessions_of
from ytempire.kit.jobs import open_queue
from ytempire.kit.subject import Subject
from ytempire.runtime.home import home_of
from ytempire.runtime.local_operator import local_operator
from ytempire.runtime.process_settings import configure_logs
from ytempire.runtime.stack import stack_endpoints
from ytempire.settings import get_settings


@dataclass(frozen=True)
class CommandContext:
    sessions: Sessions
    queue: procrastinate.App
    operator: Subject
    database_url: str
    cache_url: str  # where nothing may answer: a command does not start it


@asynccontextmanager
async def command_context(*, with_worker: bool = False) -> AsyncIterator[CommandContext]:
    settings = get_settings()
    home = home_of(settings)
    home.prepare()
    configure_logs(settings, file=home.logs / "command.log")
    async with stack_endpoints(settings, with_worker=with_worker) as endpoints:
        engine = connect(endpoints.database_url, pool_size=4)
        try:
            async with open_queue(endpoints.database_url).open_async() as queue:
                operator = await local_operator(engine)
                sessions = sessions_of(engine, operator)
                yield CommandContext(sessions, queue, operator, endpoints.database_url, endpoints.cache_url)
        finally:
            await engine.dispose()
