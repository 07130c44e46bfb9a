"""The tree of this machine: servers, migrations, worker, API, maintenance; what a command needs of it; its lock."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import IO

import httpx
import psycopg
import valkey.asyncio
from pydantic import SecretStr
from valkey.exceptions import ValkeyError

from ytempire.database.migrate import bootstrap, migrate
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.kit.errors import YtempireError
from ytempire.kit.storage import ObjectStore
from ytempire.runtime import maintenance, sandbox
from ytempire.runtime.home import Home, home_of
from ytempire.runtime.postgres import DATABASE, EmbeddedPostgres
from ytempire.runtime.process_settings import require_urls
from ytempire.runtime.supervisor import Service, Supervisor
from ytempire.runtime.valkey import EmbeddedValkey
from ytempire.runtime.workspace import prepare_workspace
from ytempire.settings import Settings

OWNER_URL, SUPERUSER_URL = "YTEMPIRE_DATABASE__OWNER_URL", "YTEMPIRE_DATABASE__SUPERUSER_URL"


class StackError(YtempireError):
    code = "startup_failed"


@dataclass(frozen=True)
class Endpoints:
    """Where a running tree can be reached."""

    database_url: str
    owner_url: str
    worker_url: str
    cache_url: str
    api_url: str | None
    sandbox_url: str | None = None  # the local YouTube's, where there is one


@dataclass(frozen=True)
class StackState:
    """What `supervisor.json` says of a running tree."""

    pid: int
    endpoints: Endpoints
    processes: dict[str, int | None]
    restarts: dict[str, int]


def read_state(home: Home) -> StackState | None:
    """The tree that runs in this home, or None. A file whose lock nobody holds is stale and not believed."""
    if not is_locked(home.lock):
        return None
    try:
        data = json.loads(home.state.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None  # it is starting or stopping just now
    try:
        return StackState(data["pid"], Endpoints(**data["endpoints"]), data["processes"], data["restarts"])
    except (KeyError, TypeError) as error:
        raise StackError(
            "The running YTEMPIRE was started by another version.",
            hint=f"Stop it (kill {data.get('pid')}), then start again.",
        ) from error


def is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


async def _take_lock(home: Home, patience: timedelta) -> IO[bytes]:
    """Hold the home's lock. A command that uses the servers for a moment is waited for, a whole tree is not."""
    file = home.lock.open("ab")
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = read_state(home)
            if (state is None or state.endpoints.api_url is None) and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
                continue
            file.close()
            where = f" (process {state.pid})" if state else ""
            raise StackError(
                f"YTEMPIRE is already running in {home.root}{where}.",
                hint="See `ytempire status`, or stop it with `ytempire down`.",
            ) from None
        return file


def require_free_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StackError(
                f"The address {host}:{port} cannot be used: {(error.strerror or str(error)).lower()}.",
                hint=f"Stop the program that uses it, or choose another: YTEMPIRE_API__PORT={port + 1} make run",
            ) from error


def require_free_disk(home: Home, least_mb: int) -> None:
    free_mb = shutil.disk_usage(home.root).free // 1_000_000
    if free_mb < least_mb:
        raise StackError(
            f"Only {free_mb} MB are free on the disk that holds {home.root}.",
            hint=f"Free at least {least_mb} MB, or set YTEMPIRE_HOME to another disk.",
        )


class Stack:
    """Starts and stops the tree of one home. Use through `running_stack`."""

    def __init__(self, settings: Settings, *, with_api: bool, with_worker: bool = True) -> None:
        self.settings = settings
        self.home = home_of(settings)
        self.postgres = EmbeddedPostgres(self.home)
        self.valkey = EmbeddedValkey(self.home)
        self.with_api = with_api
        self.with_worker = with_worker
        self.endpoints = self._endpoints()
        self.supervisor = Supervisor(self.home.logs, on_change=self._write_state)
        self._lock: IO[bytes] | None = None
        self._ready = False

    def _endpoints(self) -> Endpoints:
        def given(secret: SecretStr | None, embedded: str) -> str:
            return secret.get_secret_value() if secret else embedded

        address = self.settings.api
        return Endpoints(
            database_url=given(self.settings.database.url, self.postgres.app_url),
            owner_url=given(self.settings.database.owner_url, self.postgres.owner_url),
            worker_url=given(self.settings.database.worker_url, self.postgres.worker_url),
            cache_url=given(self.settings.cache.url, self.valkey.url),
            api_url=f"http://{address.host}:{address.port}" if self.with_api else None,
        )

    async def start(self) -> None:
        self.home.prepare()
        self._lock = await _take_lock(self.home, self.settings.machine.lock_timeout)
        self.home.state.unlink(missing_ok=True)  # of a tree that was killed
        require_free_disk(self.home, self.settings.machine.min_free_mb)
        if self.with_api:
            require_free_port(self.settings.api.host, self.settings.api.port)
        self._clean_up()
        await asyncio.gather(self._start_database(), *([self._start_cache()] if self.with_worker else []))
        await asyncio.gather(
            *([self._start_worker()] if self.with_worker else []),
            *([self._start_api(), self._start_sandbox()] if self.with_api else []),
        )
        self._ready = True
        self._write_state()
        if self.with_api:
            await self._start_maintenance()

    def _clean_up(self) -> None:
        """Half-written files of a tree that was killed. We hold the lock, and its processes died with it."""
        for attempt in self.home.work.iterdir():
            shutil.rmtree(attempt)
        for partial in (*self.home.install.glob(".*.part"), *self.home.models.glob("*.partial")):
            shutil.rmtree(partial) if partial.is_dir() else partial.unlink()
        ObjectStore(self.home.objects).delete_partial_files()

    async def _start_database(self) -> None:
        if self.settings.database.url is None:
            await asyncio.to_thread(self.postgres.initialise)
            await self.supervisor.start(
                Service(
                    "postgres",
                    self.postgres.start_command(),
                    self._database_ready,
                    # "fast": roll back and close, rather than wait for clients
                    stop_signal=signal.SIGINT,
                    orphan_signal=signal.SIGINT,
                    user=self.home.user.switch,
                )
            )
            await asyncio.to_thread(bootstrap, self.postgres.superuser_url, DATABASE)
        await asyncio.to_thread(migrate, self.endpoints.owner_url)
        await prepare_workspace(self.endpoints.database_url, voice_engine=self.settings.speech.default_engine)

    async def _database_ready(self) -> bool:
        try:
            async with await psycopg.AsyncConnection.connect(conninfo(self.postgres.superuser_url)):
                return True
        except psycopg.OperationalError:
            return False  # not yet: the supervisor asks again until its time is up

    async def _start_cache(self) -> None:
        if self.settings.cache.url is None:
            await self.supervisor.start(
                Service(
                    "valkey",
                    self.valkey.start_command(),
                    self._cache_ready,
                    orphan_signal=signal.SIGTERM,
                    user=self.home.user.switch,
                )
            )

    async def _cache_ready(self) -> bool:
        async with valkey.asyncio.Valkey.from_url(self.endpoints.cache_url) as client:
            try:
                return bool(await client.ping())
            except ValkeyError:
                return False  # not yet

    async def _start_worker(self) -> None:
        began = clock.now()

        async def ready() -> bool:
            async with await psycopg.AsyncConnection.connect(conninfo(self.endpoints.worker_url)) as connection:
                rows = await connection.execute(
                    "SELECT 1 FROM jobs.procrastinate_workers WHERE last_heartbeat > %s LIMIT 1", [began]
                )
                return await rows.fetchone() is not None

        await self.supervisor.start(self._python_service("worker", ready))

    async def _start_api(self) -> None:
        async def ready() -> bool:
            try:
                # asked many times a second: certificates, which a plain address needs none of, take 40 ms to read
                async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501
                    return (await client.get(f"{self.endpoints.api_url}/healthz")).status_code == 200
            except httpx.TransportError:
                return False  # not yet

        await self.supervisor.start(self._python_service("serve", ready))

    async def _start_sandbox(self) -> None:
        """The local YouTube, while there is no real project."""
        database_url = self.endpoints.database_url
        address = await sandbox.address_for(self.settings, self.home, database_url)
        if address is not None:
            await self.supervisor.start(sandbox.service(self.home, address))
            await sandbox.register(self.settings, self.home, database_url, address)
            self.endpoints = replace(self.endpoints, sandbox_url=address)

    async def _start_maintenance(self) -> None:
        """Nobody waits for it: the tree is ready without."""

        async def ready() -> bool:
            return True

        await self.supervisor.start(
            Service(
                "maintenance",
                maintenance.command_of(maintenance.SERVE),
                ready,
                env={"YTEMPIRE_HOME": str(self.home.root), OWNER_URL: self.endpoints.owner_url},
                removed_env=frozenset({SUPERUSER_URL}),
            )
        )

    def _python_service(self, command: str, ready: Callable[[], Awaitable[bool]]) -> Service:
        return Service(
            command,
            [sys.executable, "-m", "ytempire", command],
            ready,
            env={
                "YTEMPIRE_HOME": str(self.home.root),
                "YTEMPIRE_DATABASE__URL": self.endpoints.database_url,
                "YTEMPIRE_DATABASE__WORKER_URL": self.endpoints.worker_url,
                "YTEMPIRE_CACHE__URL": self.endpoints.cache_url,
            },
            # what faces people and the network must not be able to become the owner
            removed_env=frozenset({OWNER_URL, SUPERUSER_URL}),
        )

    def _write_state(self) -> None:
        if not self._ready:
            return
        running = self.supervisor.running
        state = StackState(
            os.getpid(),
            self.endpoints,
            {process.service.name: process.pid for process in running},
            {process.service.name: process.restarts for process in running},
        )
        partial = self.home.state.with_suffix(".part")
        partial.write_text(json.dumps(asdict(state), indent=1))
        partial.chmod(0o600)
        partial.replace(self.home.state)

    async def stop(self) -> None:
        if self._lock is None:
            return  # nothing was started, and what lies in the folder is another tree's
        self._ready = False
        self.home.state.unlink(missing_ok=True)
        await self.supervisor.stop()
        self._lock.close()


@asynccontextmanager
async def running_stack(settings: Settings, *, with_worker: bool) -> AsyncIterator[Stack]:
    """A started tree without a page, stopped at the end however that comes."""
    stack = Stack(settings, with_api=False, with_worker=with_worker)
    try:
        await stack.start()
        yield stack
    finally:
        await stack.stop()


@asynccontextmanager
async def stack_endpoints(settings: Settings, *, with_worker: bool) -> AsyncIterator[Endpoints]:
    """Endpoints of the tree that runs, or of one that is started for the time of the block.

    Without a worker only the database is started: enough to look and to order.
    """
    home = home_of(settings)
    if settings.database.url is not None:
        yield _given_endpoints(settings)
        return
    state = await _state_to_share(home, with_worker=with_worker)
    if state is not None:
        yield state.endpoints
        return
    async with running_stack(settings, with_worker=with_worker) as stack:
        yield stack.endpoints


def _given_endpoints(settings: Settings) -> Endpoints:
    """Where the operator runs the parts themselves, a command starts nothing and migrates nothing."""
    database_url, cache_url = require_urls(settings)
    owner, worker = (
        url.get_secret_value() if url else database_url
        for url in (settings.database.owner_url, settings.database.worker_url)
    )
    return Endpoints(database_url, owner, worker, cache_url, None)


async def _state_to_share(home: Home, *, with_worker: bool, timeout_s: float = 90.0) -> StackState | None:
    """The running tree, if it has what is needed; one that has no worker is gone in a moment. None if none runs."""
    deadline = time.monotonic() + timeout_s
    while is_locked(home.lock):
        state = read_state(home)
        if state is not None and ("worker" in state.processes or not with_worker):
            return state
        if time.monotonic() > deadline:
            raise StackError(
                "Another process has been starting or stopping YTEMPIRE for too long.",
                hint=f"Its logs are in {home.logs}.",
            )
        await asyncio.sleep(0.1)
    return None
