"""A connected channel with a finished video, made once and copied for each test, since making it takes 0.25 s.

What is copied is a database, by its template, and a folder: the sandbox's state, the keys, the stored objects.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import Database, own_database
from tests.publishing.publisher import open_publisher
from tests.sandbox.conftest import SandboxServer
from tests.users import sessions_as
from tests.youtube.conftest import YouTubeEnv, client_of_operator, open_youtube_env
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions, as_subject, connect, conninfo
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.settings import Sandbox
from ytempire.youtube import projects

# The sandbox's access tokens are good for an hour; one that is refreshed would be a call more than a test counts.
FRESH_S = 1800.0


@dataclass(frozen=True)
class PreparedPublisher:
    database: str
    folder: Path
    counterpart: dict[str, Any]
    made_at: float

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self.made_at + FRESH_S

    @asynccontextmanager
    async def open_youtube_env(
        self, sandbox_server: SandboxServer, database: Database, sessions: Sessions, keys: KeyRing, home: Path
    ) -> AsyncIterator[YouTubeEnv]:
        """On a copy, whose sandbox has another port than the one before."""
        with psycopg.connect(conninfo(database.owner_url)) as connection:
            connection.execute("UPDATE core.youtube_projects SET api_root = %s", [f"{sandbox_server.base}/"])
        async with as_subject(sessions, SYSTEM).begin() as session:
            [project] = await projects.list_projects(session, keys)
        async with client_of_operator(sandbox_server, database, sessions, keys, home, project) as youtube_env:
            youtube_env.counterpart = self.counterpart
            yield youtube_env


class PreparedPublishers:
    """Those of one process, each for tests that say the same of it."""

    def __init__(self, postgres: EmbeddedPostgres, folder: Path) -> None:
        self._postgres = postgres
        self._folder = folder
        self._made: dict[str, PreparedPublisher] = {}
        self._databases = ExitStack()

    @classmethod
    @contextmanager
    def open(cls, postgres: EmbeddedPostgres, folder: Path) -> Iterator[PreparedPublishers]:
        publishers = cls(postgres, folder)
        with publishers._databases:
            yield publishers

    def get(self, *, is_live: bool, file_size: int, project_given: dict[str, Any]) -> PreparedPublisher:
        kind = json.dumps([is_live, file_size, project_given])
        known = self._made.get(kind)
        if known is None or not known.is_fresh:
            database = self._databases.enter_context(own_database(self._postgres))
            folder = self._folder / database.name
            counterpart = asyncio.run(_prepare(database, folder, is_live, file_size, project_given))
            known = self._made[kind] = PreparedPublisher(database.name, folder, counterpart, time.monotonic())
        return known


async def _prepare(
    database: Database, folder: Path, is_live: bool, file_size: int, project_given: dict[str, Any]
) -> dict[str, Any]:
    """The channel's counterpart at YouTube."""
    folder.mkdir()
    keys = KeyRing.from_file(folder / "keys.json")
    sandbox_server = SandboxServer(folder / "sandbox", Sandbox())
    sandbox_server.start()
    engine = connect(database.app_url, pool_size=5)
    try:
        sessions = await sessions_as(engine, "operator")
        async with (
            open_youtube_env(sandbox_server, database, sessions, keys, folder, project_given) as youtube_env,
            open_queue(database.worker_url).open_async() as queue,
            open_publisher(youtube_env, queue, ObjectStore(folder / "objects"), file_size) as publisher,
        ):
            if is_live:
                await publisher.order()
                assert (await publisher.until_settled()).status == "live"
            return youtube_env.counterpart
    finally:
        await engine.dispose()
        sandbox_server.stop()


def copy_folder(prepared: PreparedPublisher, folder: Path) -> None:
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
