"""Ten minutes of video from a long text, with the voice that people hear: no more memory than a minute takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from bench.review.labelled_set import load_scripts

from tests.long.conftest import Installation

pytestmark = [pytest.mark.long, pytest.mark.timeout(7200)]

SHORT_S, LONG_S = 60, 600
GROWTH = 1.3  # of the largest sum of resident sets, of a video ten times as long
POLL_S = 0.5
SERVERS = ("postgres", "valkey-server")  # what they keep in memory is no video's


def test_video_of_ten_minutes_takes_memory_of_short_video(
    installation: Installation, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    if not pytestconfig.option.every_case:
        pytest.skip("a quarter of an hour of processor time: `make test-all` has it")
    text = tmp_path / "long.md"
    text.write_text(_long_text())
    installation.run("up", "--detach", "--no-demo")
    short_s, short_bytes = _produce(installation, text, SHORT_S)
    long_s, long_bytes = _produce(installation, text, LONG_S)
    assert short_s == pytest.approx(SHORT_S, rel=0.1)
    assert long_s == pytest.approx(LONG_S, rel=0.1)
    assert long_bytes < GROWTH * short_bytes


def _long_text() -> str:
    """Our own English texts, each as a part of one."""
    sources = {script.title: script.source for script in load_scripts() if script.language == "en"}
    return "# Things worth knowing\n\n" + "\n\n".join(f"## {title}\n\n{text}" for title, text in sources.items())


def _produce(installation: Installation, text: Path, seconds: int) -> tuple[float, int]:
    """The length of the video in seconds, and the most bytes that all processes but the servers held meanwhile."""
    arguments = ["produce", str(text), "--seconds", str(seconds), "--allow-duplicate", "--json"]
    most = 0
    with subprocess.Popen(
        [sys.executable, "-m", "ytempire", *arguments],
        # the environment of journeys has the quick voice
        env={**installation.environment, "YTEMPIRE_SPEECH__DEFAULT_ENGINE": "kokoro"},
        cwd=text.parent,
        stdout=subprocess.PIPE,
        text=True,
    ) as order:
        try:
            while order.poll() is None:
                most = max(most, _resident_bytes(installation))
                time.sleep(POLL_S)
        finally:
            order.terminate()
        assert order.stdout is not None
        document = json.loads(order.stdout.read())
    assert document["status"] == "completed", document
    return float(document["video"]["duration_s"]), most


def _resident_bytes(installation: Installation) -> int:
    total = 0
    for process in installation.processes():
        with suppress(psutil.NoSuchProcess):
            if process.name() not in SERVERS:
                total += process.memory_info().rss
    return total
