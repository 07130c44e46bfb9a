"""Where ffmpeg is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import imageio_ffmpeg

from ytempire.kit.errors import YtempireError


class FfmpegMissing(YtempireError):
    code = "ffmpeg_missing"


@lru_cache(maxsize=1)
def ffmpeg() -> Path:
    """The ffmpeg that the package imageio-ffmpeg carries, or the one that IMAGEIO_FFMPEG_EXE names."""
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FfmpegMissing(
            "No ffmpeg was found.",
            hint="Install the package imageio-ffmpeg again (make run does).",
        ) from error
