"""Small videos with known faults, made by ffmpeg: every picture moves, every sound is heard, unless asked otherwise."""

from __future__ import annotations

from pathlib import Path

import imageio_ffmpeg

from ytempire.kit.processes import run

WIDTH, HEIGHT, LENGTH_S = 320, 180, 8.0


def make_video(
    target: Path,
    *,
    length_s: float = LENGTH_S,
    audio_s: float | None = None,
    picture: str = "null",
    gain_db: float = 0.0,
    sound: str = "anull",
    faststart: bool = True,
    encoder: tuple[str, ...] = ("-profile:v", "high", "-pix_fmt", "yuv420p"),
) -> Path:
    """A moving test card with a tone at -14 LUFS. `picture` and `sound` are ffmpeg filters that spoil it."""
    card = f"testsrc2=size={WIDTH}x{HEIGHT}:rate=30:duration={length_s}"
    tone = f"sine=frequency=440:sample_rate=48000:duration={audio_s or length_s}"
    # 7.6 dB brings this tone to -14 LUFS.
    level = f"volume={gain_db + 7.6:.1f}dB,{sound}"
    run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
            *("-f", "lavfi", "-i", card, "-f", "lavfi", "-i", tone, "-vf", picture, "-af", level),
            *("-c:v", "libx264", "-preset", "veryfast", *encoder, "-c:a", "aac", "-b:a", "128k", "-ar", "48000"),
            *(("-movflags", "+faststart") if faststart else ()),
            target,
        ]
    )
    return target
