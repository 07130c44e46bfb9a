"""Programs of ours in processes of their own, forked from one that has imported everything.

Python takes three seconds to import what a command needs, which was a third of all the suite's time.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Self

from ytempire import cli

PRELOADED = (
    *(f"ytempire.cli.{path.stem}" for path in sorted(Path(cli.__file__).parent.glob("*.py"))),
    "ytempire.database.models",
    "ytempire.database.dictionary",
    "ytempire.sandbox.__main__",
    "tests.publishing.worker_main",
    "tests.collection.worker_main",
    "tests.youtube.worker_main",
    "tests.outbox.relay_main",
)


class ForkedProcess:
    """A running program, as `python -m module arguments` would be, with `given` on its standard input.

    A context manager, at whose end it is killed.
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        given: str = "",
    ) -> None:
        self._said = tempfile.TemporaryDirectory(prefix="ytempire-warm-")
        files = [Path(self._said.name) / name for name in ("in", "out", "err")]
        for file in files:
            file.write_text(given if file.name == "in" else "")
        self._process = _context().Process(
            target=_become, args=(module, arguments, dict(environment or os.environ), str(folder or Path.cwd()), files)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a warm process", timeout or 0)
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it said, when it has ended."""
        self.wait(timeout)
        out, err = (Path(self._said.name, name).read_text(encoding="utf-8") for name in ("out", "err"))
        return out, err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing of it is left: killed, if it runs yet."""
        self._process.kill()
        self._process.join()
        self._said.cleanup()


def ytempire(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    timeout: float = 60,
    given: str = "",
) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    return python("ytempire", *arguments, environment=environment, folder=folder, timeout=timeout, given=given)


def python(
    module: str,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    timeout: float = 60,
    given: str = "",
) -> subprocess.CompletedProcess[str]:
    """What `python -m` does, to its end."""
    with ForkedProcess(module, *arguments, environment=environment, folder=folder, given=given) as process:
        said = process.communicate(timeout)
        return subprocess.CompletedProcess([module, *arguments], process.wait(), *said)


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _become(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: str, files: Sequence[Path]
) -> None:
    """In the forked process: everything that Python would have set before a program begins."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        opened = os.open(file, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # descriptors
        for number in range(3)
    )
    sys.argv = [module, *arguments]
    sys.path[0] = folder
    runpy.run_module(module, run_name="__main__", alter_sys=True)
