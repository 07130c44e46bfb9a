"""A small supervisor: starts services in order, waits until each is ready, restarts what dies, stops in reverse.

Services die with their parent: if the supervisor itself is killed, they end too, and the next start recovers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ytempire.kit.backoff import Backoff
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.kit.processes import die_with_parent_command

log = get_logger(__name__)

READY_POLL_S = 0.05
# A service that keeps dying is started again after 0.25, 0.5, 1, … seconds; after 20 s of running it begins at 0.25 s.
BACKOFF, STABLE_AFTER_S = Backoff(first_s=0.25, longest_s=5.0), 20.0


class ServiceFailed(YtempireError):
    code = "service_failed"


@dataclass(frozen=True)
class Service:
    """One program of the tree. `ready` answers whether it can be used; `stop_signal` ends it politely."""

    name: str
    command: Sequence[str]
    ready: Callable[[], Awaitable[bool]]
    stop_signal: signal.Signals = signal.SIGTERM
    # What the kernel sends if the supervisor is killed. At once by default: with the database going down too, a polite
    # stop would only wait for it, and a crash is safe.
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_timeout_s: float = 20.0
    ready_timeout_s: float = 60.0
    user: tuple[int, int] | None = None
    env: dict[str, str] = field(default_factory=dict)
    removed_env: frozenset[str] = frozenset()  # variables of ours that it must not get


class Running:
    """One service and the process that is it at the moment."""

    def __init__(self, service: Service, log_file: Path) -> None:
        self.service = service
        self.log_file = log_file
        self.restarts = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def spawn(self) -> None:
        # started from the main thread: the program dies with the thread that starts it
        with self.log_file.open("ab") as output:
            self.process = subprocess.Popen(
                die_with_parent_command(
                    self.service.command, on_parent_death=self.service.orphan_signal, user=self.service.user
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={
                    **{name: value for name, value in os.environ.items() if name not in self.service.removed_env},
                    **self.service.env,
                },
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
            )
        self.started = time.monotonic()

    async def wait_ready(self) -> None:
        deadline = time.monotonic() + self.service.ready_timeout_s
        while not await self.service.ready():
            if self.pid is None:
                raise ServiceFailed(
                    f"{self.service.name} stopped during its start: {self.last_log_lines()}",
                    hint=f"Its log: {self.log_file}",
                )
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"{self.service.name} was not ready after {self.service.ready_timeout_s:.0f} s.",
                    hint=f"Its log: {self.log_file}",
                )
            await asyncio.sleep(READY_POLL_S)

    def last_log_lines(self) -> str:
        with self.log_file.open("rb") as file:
            file.seek(max(0, self.log_file.stat().st_size - 4096))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "its log is empty"

    async def stop(self) -> None:
        process = self.process
        if process is None or process.poll() is not None:
            return
        process.send_signal(self.service.stop_signal)
        deadline = time.monotonic() + self.service.stop_timeout_s
        while process.poll() is None and time.monotonic() < deadline:
            await asyncio.sleep(READY_POLL_S)
        if process.poll() is None:
            log.warning("service_killed", service=self.service.name)
            process.kill()
            process.wait()


class Supervisor:
    """Runs services until told to stop. `on_change` is called when a process number changes."""

    def __init__(self, log_folder: Path, *, on_change: Callable[[], None] = lambda: None) -> None:
        self._log_folder = log_folder
        self._on_change = on_change
        self._stopping = False
        self._watchers: list[asyncio.Task[None]] = []
        self.running: list[Running] = []

    async def start(self, service: Service) -> None:
        """Start `service` and return when it is ready."""
        running = Running(service, self._log_folder / f"{service.name}.log")
        running.spawn()
        self.running.append(running)
        await running.wait_ready()
        self._watchers.append(asyncio.create_task(self._watch(running)))
        self._on_change()

    async def _watch(self, running: Running) -> None:
        while not self._stopping:
            try:
                await self._restart_when_dead(running)
            except OSError as error:  # a full disk must not end the watching
                log.exception("service_restart_failed", service=running.service.name, reason=str(error))
                await asyncio.sleep(BACKOFF.longest_s)

    async def _restart_when_dead(self, running: Running) -> None:
        deaths = 0
        while not self._stopping:
            assert running.process is not None
            if running.process.poll() is None:
                await asyncio.sleep(0.1)
                continue
            if time.monotonic() - running.started > STABLE_AFTER_S:
                deaths = 0
            deaths += 1
            delay = BACKOFF.nominal_s(deaths)
            log.error(
                "service_died", service=running.service.name, status=running.process.returncode, restart_in_s=delay
            )
            await asyncio.sleep(delay)
            if not self._stopping:
                running.restarts += 1
                running.spawn()
                self._on_change()

    async def stop(self) -> None:
        """Stop everything, last started first."""
        self._stopping = True
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for running in reversed(self.running):
            await running.stop()
        self._on_change()
