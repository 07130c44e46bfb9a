"""A real PostgreSQL and a real Valkey for the whole run; each test gets its own clone of one migrated template."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.people import prepare_operator, sessions_as
from ytempire.database.migrate import APP, OWNER, WORKER, bootstrap, migrate
from ytempire.kit.database import Sessions, as_subject, connect, conninfo
from ytempire.kit.processes import leashed
from ytempire.kit.subject import SYSTEM
from ytempire.learning.embedding import Embedder
from ytempire.operations.home import Home, server_user
from ytempire.operations.postgres import EmbeddedPostgres
from ytempire.operations.valkey import EmbeddedValkey
from ytempire.operations.workspace import prepare_workspace
from ytempire.settings import Settings

TEMPLATE = "template_tests"
ROOM = 4 * 2**30  # bytes; a whole run has held less than a third of it at once
HOME_VARIABLE = "YTEMPIRE_TEST_HOME"
# the suite's data may be lost with the machine; durability itself is tested with the real configuration
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300", "shared_buffers=256MB")


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the servers once; parallel workers find them by the environment."""
    for name in list(os.environ):
        if name.startswith("YTEMPIRE_") and name != HOME_VARIABLE:
            del os.environ[name]
    if not hasattr(config, "workerinput"):
        config.stash[SERVERS] = servers = Servers.start()
        os.environ[HOME_VARIABLE] = str(servers.home.root)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS in config.stash:
        config.stash[SERVERS].stop()


@dataclass
class Servers:
    home: Home
    processes: list[subprocess.Popen[bytes]]

    @classmethod
    def start(cls) -> Servers:
        root = Path(tempfile.mkdtemp(prefix="ytempire-tests-", dir=_quick_folder()))
        root.chmod(0o711)
        home = Home(root, server_user(Settings()))
        home.prepare()
        postgres = EmbeddedPostgres(home)
        postgres.initialise()
        options = [part for option in FAST for part in ("-c", option)]
        processes = [
            cls._spawn([*postgres.start_command(), *options], home, signal.SIGINT),
            cls._spawn(EmbeddedValkey(home).start_command(), home, signal.SIGTERM),
        ]
        deadline = time.monotonic() + 30
        while True:
            try:
                bootstrap(postgres.superuser_url, TEMPLATE)
                break
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        migrate(postgres.url(OWNER, TEMPLATE))
        asyncio.run(prepare_workspace(postgres.url(APP, TEMPLATE)))
        asyncio.run(prepare_operator(postgres.url(APP, TEMPLATE)))
        return cls(home, processes)

    @staticmethod
    def _spawn(command: list[str], home: Home, on_death: signal.Signals) -> subprocess.Popen[bytes]:
        with (home.logs / "servers.log").open("ab") as log:
            return subprocess.Popen(
                leashed(command, on_parent_death=on_death, user=home.user.switch),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        for process, how in zip(self.processes, (signal.SIGINT, signal.SIGTERM), strict=True):
            process.send_signal(how)
            process.wait(timeout=30)
        shutil.rmtree(self.home.root, ignore_errors=True)


def _quick_folder() -> Path | None:
    """In memory where there is room: a clone of the template is a thousand files."""
    memory = Path("/dev/shm")  # a folder of our own is made in it
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else None


SERVERS = pytest.StashKey[Servers]()


@pytest.fixture(scope="session")
def server_home() -> Home:
    return Home(Path(os.environ[HOME_VARIABLE]), server_user(Settings()))


@pytest.fixture(scope="session")
def postgres(server_home: Home) -> EmbeddedPostgres:
    return EmbeddedPostgres(server_home)


@pytest.fixture(scope="session")
def cache_url(server_home: Home) -> str:
    return EmbeddedValkey(server_home).url


@dataclass(frozen=True)
class Database:
    """One test's own clone of the template."""

    name: str
    app_url: str
    owner_url: str
    worker_url: str


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    with own_database(postgres) as one:
        yield one


@contextmanager
def own_database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """For what several tests read together."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(
            # in half the time of the other strategy, which a server that is never flushed needs not
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(OWNER)
            )
        )
    yield Database(name, postgres.url(APP, name), postgres.url(OWNER, name), postgres.url(WORKER, name))
    with psycopg.connect(conninfo(postgres.superuser_url), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def sessions(database: Database) -> AsyncIterator[Sessions]:
    """Of an ordinary operator, who was granted one channel."""
    engine = connect(database.app_url, pool_size=5)
    yield await sessions_as(engine, "operator")
    await engine.dispose()


@pytest.fixture
def platform(sessions: Sessions) -> Sessions:
    """Of the platform itself, which keeps the books and sees everybody's rows."""
    return as_subject(sessions, SYSTEM)


@pytest.fixture
async def admin_sessions(database: Database) -> AsyncIterator[Sessions]:
    engine = connect(database.app_url, pool_size=2)
    yield await sessions_as(engine, "admin")
    await engine.dispose()


@pytest.fixture(scope="session")
def embedder(server_home: Home) -> Embedder:
    return Embedder(server_home.models)
