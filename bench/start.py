"""The time of `ytempire up` to a usable page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

import httpx

from bench.installation import PORT, fresh_home
from ytempire.kit.errors import YtempireError


def measure(*, rounds: int) -> dict[str, Any]:
    """The document of `ytempire bench start`."""
    times = []
    with fresh_home() as environment:
        for _ in range(rounds + 1):
            began = time.monotonic()
            tree = subprocess.Popen(
                [sys.executable, "-m", "ytempire", "up", "--no-demo", "--no-link"],
                env=environment,
                stdout=subprocess.DEVNULL,
            )
            while not _answers(f"http://127.0.0.1:{PORT}/"):
                if tree.poll() is not None:
                    raise YtempireError("The tree ended while starting.", hint="See what `ytempire up` says.")
                time.sleep(0.02)
            times.append(round(time.monotonic() - began, 2))
            tree.terminate()
            tree.wait()
    return {
        "first_s": times[0],
        "later_s": sorted(times[1:])[len(times[1:]) // 2],
        "limit_s": 15,
        "rounds": rounds,
        "processors": os.cpu_count(),
    }


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False  # not yet
