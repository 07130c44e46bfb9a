"""`kill -9` of any process at every step: no finished step runs twice, the video is made, nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.long.conftest import TEXT, Installation
from ytempire.production.steps.sequence import STEPS

pytestmark = pytest.mark.long
NAMES = [step.name for step in STEPS]
LONG = ("assemble", "final_review")  # these are always caught; of those that take a hundredth of a second only some are
SHORT_ONES = 2  # that are drawn; each costs a start, and `--every-case` has them all
PATIENCE_S = 600.0  # of a machine that draws three videos at once on two slow processors


def kill(pid: int | None) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def order(installation: Installation) -> str:
    """Order a short video of the running installation; returns the run's id without waiting for its end."""
    process = installation.start(
        "produce",
        str(TEXT),
        "--seconds",
        "15",
        "--idempotency-key",
        "crash matrix",
        "--out",
        str(installation.root / "out"),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        rows = installation.query("SELECT id::text FROM core.runs")
        if rows:
            process.kill()  # watching is not needed; the run goes on without its watcher
            process.communicate()
            return str(rows[0][0])
        time.sleep(0.1)
    raise AssertionError(process.communicate())


def step_status(installation: Installation, run: str) -> dict[str, tuple[str, int]]:
    rows = installation.query("SELECT name, status, attempts FROM core.run_steps WHERE run_id = %s", run)
    return {name: (status, attempts) for name, status, attempts in rows}


def reach(installation: Installation, run: str, step: str) -> bool:
    """Wait until the step is under way (True), or over before we saw it (False)."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError, AssertionError):
            status, _ = step_status(installation, run)[step]
            if status == "running":
                return True
            if status == "completed":
                return False
            assert status == "pending", f"{step} is {status}"
        time.sleep(0.02)
    logs = installation.query("SELECT step, event, message FROM core.run_logs WHERE run_id = %s ORDER BY id", run)
    jobs = installation.query("SELECT id, task_name, status, args FROM jobs.procrastinate_jobs")
    raise AssertionError(f"{step} was not reached: {logs}; {jobs}; the tree: {installation.state()}")


def finished(installation: Installation, run: str) -> dict[str, tuple[str, int]]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError, AssertionError):
            [(status,)] = installation.query("SELECT status FROM core.runs WHERE id = %s", run)
            if status not in {"pending", "running"}:
                errors = installation.query("SELECT name, error FROM core.run_steps WHERE error IS NOT NULL")
                assert (status, errors) == ("completed", [])
                return step_status(installation, run)
        time.sleep(0.2)
    raise AssertionError(f"the run did not end: {step_status(installation, run)}")


def assert_nothing_twice(installation: Installation, run: str) -> None:
    completions = installation.query(
        "SELECT step, count(*) FROM core.run_logs WHERE run_id = %s AND event = 'step_completed' GROUP BY step",
        run,
    )
    assert dict(completions) == dict.fromkeys(NAMES, 1)
    assert installation.query("SELECT count(*) FROM core.videos WHERE status = 'ready'") == [(1,)]
    assert installation.query("SELECT count(*) FROM core.runs") == [(1,)]
    assert_no_job_left(installation)


def assert_no_job_left(installation: Installation) -> None:
    """Wait for the last job's own row: a worker marks it as ended after the run, in a transaction of its own."""
    deadline = time.monotonic() + PATIENCE_S
    while left := installation.query(
        "SELECT task_name, status, args FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')"
    ):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def assert_nothing_left(installation: Installation) -> None:
    installation.run("down")
    assert installation.processes() == []
    assert installation.leftovers() == []


@pytest.fixture
def steps(drawn: Callable[[Sequence[str], int], list[str]]) -> list[str]:
    chosen = {*LONG, *drawn([name for name in NAMES if name not in LONG], SHORT_ONES)}
    return [name for name in NAMES if name in chosen]


@pytest.mark.parametrize("victim", ["worker", "postgres"])
def test_run_survives_service_killed_at_every_step(installation: Installation, steps: list[str], victim: str) -> None:
    installation.run("up", "--detach", "--no-demo")
    run = order(installation)
    struck = []
    for step in steps:
        if reach(installation, run, step):
            kill(installation.pid(victim))
            struck.append(step)
    ended = finished(installation, run)
    assert_nothing_twice(installation, run)
    assert set(LONG) <= set(struck)
    if victim == "worker":
        assert all(ended[step][1] >= 2 for step in LONG)
    assert_nothing_left(installation)


def test_run_survives_whole_tree_killed_at_every_step(installation: Installation, steps: list[str]) -> None:
    installation.run("up", "--detach", "--no-demo")
    run = order(installation)
    struck = []
    for step in steps:
        if not reach(installation, run, step):
            continue
        struck.append(step)
        state = installation.state()
        assert state is not None
        kill(state.pid)
        wait_until_gone(installation)
        installation.run("up", "--detach", "--no-demo")
    finished(installation, run)
    assert set(LONG) <= set(struck)
    assert_nothing_twice(installation, run)
    assert_nothing_left(installation)


def test_run_continues_while_cache_and_page_are_killed(installation: Installation) -> None:
    """Nothing that matters is in either: the step goes on in its first attempt."""
    installation.run("up", "--detach", "--no-demo")
    run = order(installation)
    assert reach(installation, run, "assemble")
    killed = {name: installation.pid(name) for name in ("valkey", "serve")}
    for pid in killed.values():
        kill(pid)
    steps = finished(installation, run)
    assert steps["assemble"] == ("completed", 1)
    assert all(installation.pid(name) not in {None, pid} for name, pid in killed.items())
    assert_nothing_twice(installation, run)
    assert_nothing_left(installation)


def wait_until_gone(installation: Installation) -> None:
    """Everything that a killed supervisor had started ends by itself."""
    _, alive = psutil.wait_procs(installation.processes(), timeout=30)
    assert alive == []


def writes_the_video(process: psutil.Process) -> bool:
    """The others of the same name only measure sound, and may be over before they are struck."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.cmdline()[-1:] == ["video.mp4"]
    return False


def test_encoder_killed_is_started_again(installation: Installation) -> None:
    installation.run("up", "--detach", "--no-demo")
    run = order(installation)
    assert reach(installation, run, "assemble")
    deadline = time.monotonic() + 60
    encoder = None
    while encoder is None and time.monotonic() < deadline:
        worker = psutil.Process(installation.pid("worker"))
        encoder = next((child for child in worker.children(recursive=True) if writes_the_video(child)), None)
        time.sleep(0.05)
    assert encoder is not None
    encoder.kill()
    steps = finished(installation, run)
    assert steps["assemble"] == ("completed", 2)
    assert_nothing_twice(installation, run)
    assert_nothing_left(installation)


def test_produce_after_kill_finishes_same_run(installation: Installation, tmp_path: Path) -> None:
    """Without anything running: kill -9 of the command at its longest step, then the same command again."""
    arguments = ("produce", str(TEXT), "--seconds", "15", "--idempotency-key", "once", "--out", str(tmp_path / "v"))
    first = installation.start(*arguments)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError, AssertionError):
            if installation.query("SELECT 1 FROM core.run_steps WHERE name = 'assemble' AND status = 'running'"):
                break
        time.sleep(0.05)
    kill(first.pid)
    first.communicate()
    wait_until_gone(installation)
    assert not (tmp_path / "v").exists()
    document = installation.json(*arguments)
    assert document["status"] == "completed"
    assert {step["name"]: step["attempts"] for step in document["steps"]}["script"] == 1
    assert (tmp_path / "v" / "video.mp4").stat().st_size > 100_000
    # and without the key it is the same text again
    twice = installation.run("produce", str(TEXT), "--seconds", "15", check=False)
    assert (twice.returncode, twice.stdout) == (1, "")
    said = " ".join(twice.stderr.split())
    assert "has a video of this very text" in said
    assert f"ytempire runs show {document['run_id']}" in said
    assert "--allow-duplicate" in said
    assert installation.processes() == []
    assert installation.leftovers() == []
