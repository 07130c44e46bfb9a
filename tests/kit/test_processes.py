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
    def test_returns_output_and_what_it_used(self) -> None:
        with metered(Meter()) as meter:
            finished = run([sys.executable, "-c", "print(sum(range(3_000_000)))"])
        assert finished.stdout == b"4499998500000\n"
        assert finished.cpu_s > 0.02
        assert finished.peak_bytes > 5_000_000
        assert meter.cpu_s == pytest.approx(finished.cpu_s)
        assert meter.peak_bytes == finished.peak_bytes

    def test_its_memory_is_its_own_and_not_ours(self) -> None:
        ballast = bytearray(300_000_000)
        ballast[::4096] = b"x" * len(ballast[::4096])  # touched, so that it is resident
        finished = run([sys.executable, "-c", "import time; held = bytearray(b'x') * 50_000_000; time.sleep(0.2)"])
        assert len(ballast) > finished.peak_bytes > 50_000_000

    def test_hands_lines_on_as_they_come(self) -> None:
        lines: list[bytes] = []
        run(["printf", "a\\nb\\n"], on_stdout=lines.append)
        assert lines == [b"a\n", b"b\n"]

    def test_feeds_standard_input_larger_than_a_pipe(self) -> None:
        data = b"x" * 1_000_000
        assert run(["wc", "-c"], stdin=data).stdout.strip() == b"1000000"

    def test_names_the_program_and_its_last_words_on_failure(self) -> None:
        with pytest.raises(ProgramFailed, match="sh ended with status 3: no such scene"):
            run(["sh", "-c", "echo no such scene >&2; exit 3"])

    def test_a_missing_program_is_named(self) -> None:
        with pytest.raises(ProgramFailed, match="/nowhere/ffmpeg"):
            run(["/nowhere/ffmpeg"])

    def test_is_killed_when_the_meter_says_stop(self) -> None:
        meter = Meter()
        threading.Timer(0.2, meter.stop.set).start()
        began = time.monotonic()
        with metered(meter), pytest.raises(Cancelled):
            run(["sleep", "60"])
        assert time.monotonic() - began < 30

    def test_a_kill_from_outside_may_be_tried_again(self) -> None:
        with pytest.raises(ProgramKilled, match="sh was killed by SIGKILL"):
            run(["sh", "-c", "kill -9 $$"])

    def test_is_killed_after_its_timeout(self) -> None:
        with pytest.raises(ProgramFailed, match="stopped after"):
            run(["sleep", "60"], timeout_s=0.2)


async def test_a_threads_own_cpu_time_is_metered() -> None:
    def burn() -> int:
        return sum(range(5_000_000))

    with metered(Meter()) as meter:
        assert await run_in_metered_thread(burn) == 12499997500000
    assert meter.cpu_s > 0.02


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program that its parent has died")
def test_program_dies_with_its_killed_parent(tmp_path: Path) -> None:
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


def test_program_is_refused_when_its_parent_is_already_gone() -> None:
    command = die_with_parent_command(["true"])
    command[4] = "1"  # says that process 1 started it
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "is gone" in done.stderr
