"""Frames as arrays, for tests that look at what was drawn."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ytempire.kit.processes import run
from ytempire.studio.render.ffmpeg import ffmpeg
from ytempire.studio.visuals.ass_script import AssScript
from ytempire.studio.visuals.typefaces import FONTS

Grey = npt.NDArray[np.uint8]


def render_ass_script(ass_script: AssScript, folder: Path) -> Grey:
    """Every frame of an ASS script on black: frames x height x width, luma."""
    ass_script.write(folder / "sheet.ass")
    if not (folder / "fonts").exists():
        shutil.copytree(FONTS, folder / "fonts")
    raw = folder / "frames.raw"
    run(
        [
            ffmpeg(),
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"color=black:s={ass_script.width}x{ass_script.height}:r=30",
            "-frames:v",
            str(ass_script.frames),
            "-vf",
            "ass=sheet.ass:fontsdir=fonts,format=gray",
            "-f",
            "rawvideo",
            raw.resolve(),
        ],
        cwd=folder,
        env={**os.environ, "FONTCONFIG_FILE": "/dev/null"},
    )
    return np.frombuffer(raw.read_bytes(), dtype=np.uint8).reshape(-1, ass_script.height, ass_script.width)
