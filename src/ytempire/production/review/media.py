"""Measures a rendered file: what its header says, and what eyes and ears would meet, in one decode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from ytempire.kit.processes import ProgramFailed, run
from ytempire.production.review.boxes import read_boxes

# Analysed on a quarter of the pixels: black and stillness do not hide there, and the pass takes half the time.
ANALYSED_WIDTH = 640
# Mean difference between frames, of the full range, below which a picture counts as still. In two of our renders no
# second with a drifting background stayed below 0.001; a still picture after encoding stays below 0.0005.
STILL = 0.0005
LONGEST_STILL_S = 3.0
SHORTEST_BLACK_S = 0.1
SILENT_DB = -50
LONGEST_SILENCE_S = 2.0
TIMEOUT_S = 1_800.0

Span = tuple[float, float]  # seconds from the start


@dataclass(frozen=True)
class Media:
    """Facts and measures of one file. Lists hold only what lasts longer than the limits above."""

    video_codec: str
    video_profile: str
    pixel_format: str
    width: int
    height: int
    frames_per_s: float
    audio_codec: str
    sample_rate: int
    faststart: bool
    video_s: float
    audio_s: float
    loudness_lufs: float
    true_peak_db: float
    black: tuple[Span, ...]
    still: tuple[Span, ...]
    silent: tuple[Span, ...]


def measure(path: Path) -> Media:
    """Blocking; about a tenth of the video's length on two cores. Raises ProgramFailed for what is no video."""
    boxes = read_boxes(path)
    report = _report(path)
    video, audio = _stream(report, "Video"), _stream(report, "Audio")
    size = re.search(r"\b(\d{2,5})x(\d{2,5})\b", video)
    codec = re.match(r"(\w+)(?: \(([^()]+)\))?[^,]*, (\w+)", video)
    rate = re.search(r"([\d.]+) fps", video)
    sound = re.match(r"(\w+).*?, (\d+) Hz", audio)
    if not (size and codec and rate and sound):
        raise ProgramFailed(f"{path.name} is not a video with sound that could be read.")
    peak = re.search(r"Peak:\s+(-?[\d.]+|-?inf) dBFS", report)
    loudness = re.search(r"I:\s+(-?[\d.]+|-?inf) LUFS", report[report.rfind("Summary:") :])
    return Media(
        video_codec=codec.group(1),
        video_profile=codec.group(2) or "",
        pixel_format=codec.group(3),
        width=int(size.group(1)),
        height=int(size.group(2)),
        frames_per_s=float(rate.group(1)),
        audio_codec=sound.group(1),
        sample_rate=int(sound.group(2)),
        faststart=boxes.faststart,
        video_s=boxes.durations_s.get("vide", 0.0),
        audio_s=boxes.durations_s.get("soun", 0.0),
        loudness_lufs=float(loudness.group(1)) if loudness else float("-inf"),
        true_peak_db=float(peak.group(1)) if peak else float("-inf"),
        black=_spans(report, r"black_start:([\d.]+) black_end:([\d.]+)"),
        still=_still(report, boxes.durations_s.get("vide", 0.0)),
        silent=_spans(report, r"silence_start: (-?[\d.]+)[\s\S]*?silence_end: ([\d.]+)"),
    )


def _report(path: Path) -> str:
    picture = (
        f"scale={ANALYSED_WIDTH}:-2:flags=fast_bilinear,blackdetect=d={SHORTEST_BLACK_S}:pic_th=0.98:pix_th=0.06,"
        f"freezedetect=n={STILL}:d={LONGEST_STILL_S}"
    )
    sound = f"silencedetect=noise={SILENT_DB}dB:d={LONGEST_SILENCE_S},ebur128=peak=true:framelog=quiet"
    # -copyts is not given: both streams start at 0, as a player shows them.
    return run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-hide_banner",
            "-nostdin",
            "-nostats",
            "-i",
            path,
            "-map",
            "0:v:0",
            "-map",
            "0:a:0?",
            "-vf",
            picture,
            "-af",
            sound,
            "-f",
            "null",
            "-",
        ],
        timeout_s=TIMEOUT_S,
    ).stderr


def _stream(report: str, kind: str) -> str:
    """ffmpeg's own description of the input's first stream of a kind."""
    match = re.search(rf"Stream #0:\d+[^:]*: {kind}: (.+)", report)
    return match.group(1) if match else ""


def _spans(report: str, pattern: str) -> tuple[Span, ...]:
    return tuple((float(start), float(end)) for start, end in re.findall(pattern, report))


def _still(report: str, length_s: float) -> tuple[Span, ...]:
    """freezedetect names no end where the picture is still until the last frame."""
    starts = [float(start) for start in re.findall(r"freeze_start: ([\d.]+)", report)]
    ends = [float(end) for end in re.findall(r"freeze_end: ([\d.]+)", report)]
    return tuple(zip(starts, [*ends, length_s][: len(starts)], strict=False))
