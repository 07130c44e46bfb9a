"""Running other programs: metered, cancellable, and never left behind.

A `Meter` in the context collects what a piece of work used; `asyncio.to_thread` carries it into the thread, so code
that draws or encodes needs no parameter for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import io
import multiprocessing
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from ytempire.kit.errors import RetryableError, YtempireError

DIE_WITH_PARENT_PROGRAM = Path(__file__).with_name("die_with_parent.py")
P = ParamSpec("P")
T = TypeVar("T")
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
STDERR_KEPT = 64 * 1024  # bytes of a program's complaint that are kept; ffmpeg's own reports fit easily


class ProgramFailed(YtempireError):
    """A program that we started ended with an error; the last lines that it wrote are in the message."""

    code = "program_failed"


class ProgramKilled(RetryableError):
    """A program that we started was killed from outside (out of memory, an impatient hand): it may work again."""

    code = "program_killed"


class Cancelled(Exception):
    """The work in this context was asked to stop."""


@dataclass
class Meter:
    """What the work in one context used so far, and whether it should stop."""

    cpu_s: float = 0.0
    peak_bytes: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, cpu_s: float, peak_bytes: int = 0) -> None:
        with self._lock:
            self.cpu_s += cpu_s
            self.peak_bytes = max(self.peak_bytes, peak_bytes)

    def check(self) -> None:
        """Raise Cancelled when the work should stop: call it between two pieces of long work."""
        if self.stop.is_set():
            raise Cancelled


_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


def current_meter() -> Meter:
    """The meter of this context, or a fresh one that nobody reads."""
    return _meter.get() or Meter()


@contextmanager
def metered(meter: Meter) -> Iterator[Meter]:
    """Collect into `meter` what runs inside."""
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


async def run_in_metered_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking `function` in a thread; the thread's own CPU time goes to the context's meter."""
    meter = current_meter()

    def measured() -> T:
        began = time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            meter.add(time.thread_time() - began)

    return await asyncio.to_thread(measured)


@dataclass(frozen=True)
class CompletedProgram:
    """How a program ended. `peak_bytes` is its largest resident set."""

    returncode: int
    stdout: bytes
    stderr: str  # the last STDERR_KEPT bytes
    cpu_s: float
    peak_bytes: int
    wall_s: float


def die_with_parent_command(
    command: Sequence[str | Path],
    *,
    on_parent_death: signal.Signals = signal.SIGKILL,
    user: tuple[int, int] | None = None,
) -> list[str]:
    """The command line that runs `command` so that it ends with this process, as `user` (uid, gid) if given."""
    switch = f"{user[0]}:{user[1]}" if user else "-"
    own = [
        sys.executable,
        "-S",
        "-E",
        str(DIE_WITH_PARENT_PROGRAM),
        str(os.getpid()),
        str(int(on_parent_death)),
        switch,
    ]
    return [*own, *map(str, command)]


def set_parent_death_signal() -> None:
    """Let the kernel kill this process when the one that started it ends, however that happens. Linux only.

    What another started through `die_with_parent_command` needs this for processes that it makes itself.
    """
    if sys.platform != "linux":
        return
    parent = multiprocessing.parent_process()
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")
    if parent is not None and os.getppid() != parent.pid:  # it died before the flag was set
        sys.exit(f"The parent process {parent.pid} is gone.")


def run(
    command: Sequence[str | Path],
    *,
    stdin: bytes | None = None,
    on_stdout: Callable[[bytes], None] | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    user: tuple[int, int] | None = None,
    check: bool = True,
    timeout_s: float | None = None,
) -> CompletedProgram:
    """Run `command` to its end and return what it wrote and used.

    `on_stdout` receives standard output line by line as it comes (ffmpeg's `-progress pipe:1`); it is then not
    kept. Blocking: call it in a thread. Raises Cancelled when the context's meter says stop (the program is
    killed first), ProgramFailed on a non-zero status when `check`, or after
    `timeout_s`; ProgramKilled when somebody else killed it.
    """
    meter = current_meter()
    meter.check()
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            die_with_parent_command(command, user=user),
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=env,
        )
    except OSError as error:
        raise ProgramFailed(f"{Path(str(command[0])).name} could not be started: {error.strerror}.") from error
    pumps = _PipeThreads(process, stdin, on_stdout)
    deadline = None if timeout_s is None else started + timeout_s
    usage, peak_bytes, killed_for = _wait(process, meter, deadline)
    pumps.finish()
    finished = CompletedProgram(
        returncode=process.returncode,
        stdout=b"".join(pumps.kept),
        stderr=pumps.complaint.decode("utf-8", "replace"),
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_bytes=peak_bytes,
        wall_s=time.monotonic() - started,
    )
    meter.add(finished.cpu_s, finished.peak_bytes)
    name = Path(str(command[0])).name
    if killed_for == "cancel":
        raise Cancelled
    if killed_for == "timeout":
        raise ProgramFailed(f"{name} was stopped after {timeout_s:.1f} s.")
    if finished.returncode < 0:
        raise ProgramKilled(
            f"{name} was killed by {signal.Signals(-finished.returncode).name}.",
            hint="If it comes again, the machine may be short of memory.",
        )
    if check and finished.returncode != 0:
        last_lines = " / ".join(finished.stderr.strip().splitlines()[-3:])
        raise ProgramFailed(f"{name} ended with status {finished.returncode}: {last_lines}")
    return finished


class _PipeThreads:
    """Threads that keep a program's pipes from filling up."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stdin: bytes | None,
        on_stdout: Callable[[bytes], None] | None,
    ) -> None:
        self.kept: list[bytes] = []
        self.complaint = bytearray()
        self._process = process
        self._stdin = stdin
        self._on_line = on_stdout or self.kept.append
        work = [self._read_stdout, self._read_stderr, *([self._write_stdin] if stdin is not None else [])]
        self._threads = [threading.Thread(target=pump, daemon=True) for pump in work]
        for thread in self._threads:
            thread.start()

    def _read_stdout(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._on_line(line)

    def _read_stderr(self) -> None:
        stream = self._process.stderr
        assert isinstance(stream, io.BufferedReader)
        while chunk := stream.read1(65536):
            self.complaint.extend(chunk)
            del self.complaint[:-STDERR_KEPT]

    def _write_stdin(self) -> None:
        assert self._process.stdin is not None
        # a program that ended early says why in its status
        with contextlib.suppress(BrokenPipeError), self._process.stdin as stream:
            stream.write(self._stdin or b"")

    def finish(self) -> None:
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()


def _wait(
    process: subprocess.Popen[bytes],
    meter: Meter,
    deadline: float | None,
) -> tuple[resource.struct_rusage, int, str | None]:
    """Wait for the end, or bring it about: what the program used, its largest resident set in bytes, and "cancel" or
    "timeout" if it was killed."""
    killed_for: str | None = None
    peak_bytes: int | None = None
    while True:
        # wait4 rather than Popen.wait: only it returns this one child's CPU time and memory
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            # a program that was too short to be looked at: what the kernel says, this process's own size included
            return usage, peak_bytes or usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), killed_for
        peak_bytes = _peak_of(process.pid) or peak_bytes
        if killed_for is None:
            if meter.stop.is_set():
                killed_for = "cancel"
            elif deadline is not None and time.monotonic() > deadline:
                killed_for = "timeout"
            if killed_for:
                process.kill()
        time.sleep(0.01)


def _peak_of(pid: int) -> int | None:
    """The largest resident set so far of a running program, in bytes; None where the system does not tell.

    Not from `wait4`: its figure begins with the size that this process had when it started the program.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    match = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(match.group(1)) * 1024 if match else None
