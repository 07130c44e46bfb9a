"""Frames as arrays, for tests that look at what was drawn."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ytempire.kit.processes import run
from ytempire.production.render.ffmpeg import ffmpeg
from ytempire.production.visuals.sheet import Sheet
from ytempire.production.visuals.typefaces import FONTS

Grey = npt.NDArray[np.uint8]


def render_sheet(sheet: Sheet, folder: Path) -> Grey:
    """Every frame of a sheet on black: frames x height x width, luma."""
    sheet.write(folder / "sheet.ass")
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
            f"color=black:s={sheet.width}x{sheet.height}:r=30",
            "-frames:v",
            str(sheet.frames),
            "-vf",
            "ass=sheet.ass:fontsdir=fonts,format=gray",
            "-f",
            "rawvideo",
            raw.resolve(),
        ],
        cwd=folder,
        env={**os.environ, "FONTCONFIG_FILE": "/dev/null"},
    )
    return np.frombuffer(raw.read_bytes(), dtype=np.uint8).reshape(-1, sheet.height, sheet.width)
