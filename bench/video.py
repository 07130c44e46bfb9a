"""From the demo text to a finished video, on a fresh installation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from bench.installation import fresh_home
from ytempire.runtime import demo


def measure(*, seconds: int) -> dict[str, Any]:
    """The document of `ytempire bench video`."""
    with fresh_home() as environment, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ytempire",
                "produce",
                demo.TEXT,
                "--seconds",
                str(seconds),
                "--json",
                "--out",
                folder,
            ],
            env=environment,
            capture_output=True,
            check=True,
        )
        wall = time.monotonic() - began
    document = json.loads(done.stdout)
    return {
        "wall_s": round(wall, 1),
        "limit_s": 150,
        "status": document["status"],
        "seconds": document["video"]["duration_s"],
        "steps": {step["name"]: step["seconds"] for step in document["steps"]},
        "cpu_s": round(sum(step["cpu_seconds"] for step in document["steps"]), 1),
        "processors": os.cpu_count(),
    }
