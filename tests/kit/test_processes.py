"""Programs that we start: metered, cancellable, never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from ytempire.kit.processes import (
    Cancelled,
    Meter,
    ProgramFailed,
    ProgramKilled,
    die_with_parent_command,
    metered,
    run,
    run_in_metered_thread,
)


class TestRun:
    def test_run_returns_output_and_cpu_time(self) -> None:
        with metered(Meter()) as meter:
            finished = run([sys.executable, "-c", "print(sum(range(3_000_000)))"])
        assert finished.stdout == b"4499998500000\n"
        assert finished.cpu_s > 0.02
        assert finished.peak_bytes > 5_000_000
        assert meter.cpu_s == pytest.approx(finished.cpu_s)
        assert meter.peak_bytes == finished.peak_bytes

    def test_run_peak_memory_excludes_parent(self) -> None:
        ballast = bytearray(300_000_000)
        ballast[::4096] = b"x" * len(ballast[::4096])  # touched, so that it is resident
        finished = run([sys.executable, "-c", "import time; held = bytearray(b'x') * 50_000_000; time.sleep(0.2)"])
        assert len(ballast) > finished.peak_bytes > 50_000_000

    def test_run_passes_lines_to_callback(self) -> None:
        lines: list[bytes] = []
        run(["printf", "a\\nb\\n"], on_stdout=lines.append)
        assert lines == [b"a\n", b"b\n"]

    def test_run_feeds_stdin_larger_than_pipe_buffer(self) -> None:
        data = b"x" * 1_000_000
        assert run(["wc", "-c"], stdin=data).stdout.strip() == b"1000000"

    def test_run_failure_names_program_and_last_output(self) -> None:
        with pytest.raises(ProgramFailed, match="sh ended with status 3: no such scene"):
            run(["sh", "-c", "echo no such scene >&2; exit 3"])

    def test_run_missing_program_is_named(self) -> None:
        with pytest.raises(ProgramFailed, match="/nowhere/ffmpeg"):
            run(["/nowhere/ffmpeg"])

    def test_run_is_killed_when_meter_stops(self) -> None:
        meter = Meter()
        threading.Timer(0.2, meter.stop.set).start()
        began = time.monotonic()
        with metered(meter), pytest.raises(Cancelled):
            run(["sleep", "60"])
        assert time.monotonic() - began < 30

    def test_run_killed_from_outside_raises_program_killed(self) -> None:
        with pytest.raises(ProgramKilled, match="sh was killed by SIGKILL"):
            run(["sh", "-c", "kill -9 $$"])

    def test_run_over_timeout_is_killed(self) -> None:
        with pytest.raises(ProgramFailed, match="stopped after"):
            run(["sleep", "60"], timeout_s=0.2)


async def test_run_in_metered_thread_counts_cpu_time() -> None:
    def burn() -> int:
        return sum(range(5_000_000))

    with metered(Meter()) as meter:
        assert await run_in_metered_thread(burn) == 12499997500000
    assert meter.cpu_s > 0.02


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program that its parent has died")
def test_program_dies_with_killed_parent(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import subprocess, time\n"
                "from ytempire.kit.processes import die_with_parent_command\n"
                f"child = subprocess.Popen(die_with_parent_command(['sleep', '60']))\n"
                f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
                "time.sleep(60)\n"
            ),
        ]
    )
    while not pid_file.exists() or not pid_file.read_text():
        time.sleep(0.02)
    child = psutil.Process(int(pid_file.read_text()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    child.wait(timeout=10)  # raises if the program outlived its parent


def test_program_with_parent_already_gone_is_refused() -> None:
    command = die_with_parent_command(["true"])
    command[4] = "1"  # says that process 1 started it
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "is gone" in done.stderr
