"""From the raw voice to the finished one: tone, level and exact length, in ffmpeg."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from ytempire.kit.processes import run
from ytempire.production.voice.engine import Samples

SAMPLE_RATE = 48_000
TARGET_LUFS = -16.0
PEAK_LIMIT_DB = -4.0  # of samples; true peaks lie up to 0.8 dB above at 48 kHz, and -3 dBTP is promised
TOLERANCE_LU = 0.2

# Body at 200 Hz, the harshness of a formant synthesiser at 2-4 kHz and its hiss above 8 kHz taken back, gentle
# compression, and two soft early reflections as a touch of room. None of these filters delays the sound.
TONE = ",".join((
    "highpass=f=65",
    "equalizer=f=190:t=q:w=0.9:g=2.5",
    "equalizer=f=3000:t=q:w=0.9:g=-4",
    "highshelf=f=7500:g=-3",
    "acompressor=threshold=0.12:ratio=2.5:attack=12:release=160:makeup=1.4:knee=4",
    "aecho=1:1:17|31:0.055|0.035",
))


@dataclass(frozen=True)
class Loudness:
    integrated_lufs: float
    true_peak_db: float


def master(samples: Samples, sample_rate: int, *, duration_s: float, target: Path) -> Loudness:
    """Write `samples` as a 48 kHz mono 16-bit WAV of exactly `duration_s` at -16 LUFS, true peak at most -3 dBTP.

    Blocking. `target` appears whole or not at all.
    """
    raw = samples.astype("<f4").tobytes()
    measured = _render(raw, sample_rate, TONE, None)
    gain = TARGET_LUFS - measured.integrated_lufs
    partial = target.with_name(f".{target.name}.partial")
    count = round(duration_s * SAMPLE_RATE)
    try:
        for _ in range(3):  # the limiter takes a little loudness: correct for it
            chain = ",".join((
                TONE, f"aresample={SAMPLE_RATE}", f"volume={gain:.3f}dB",
                f"alimiter=limit={10 ** (PEAK_LIMIT_DB / 20):.5f}:level=0:attack=4:release=60:latency=1",
                f"apad=whole_len={count}", f"atrim=end_sample={count}",
            ))
            measured = _render(raw, sample_rate, chain, partial)
            if abs(TARGET_LUFS - measured.integrated_lufs) <= TOLERANCE_LU:
                break
            gain += TARGET_LUFS - measured.integrated_lufs
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return measured


def _render(raw: bytes, sample_rate: int, chain: str, target: Path | None) -> Loudness:
    output = ["-f", "null", "-"] if target is None else ["-c:a", "pcm_s16le", "-ar", str(SAMPLE_RATE), "-f", "wav", target]
    finished = run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats", "-y", "-f", "f32le",
         "-ar", str(sample_rate), "-ac", "1", "-i", "pipe:0",
         "-af", f"{chain},ebur128=peak=true:framelog=quiet", "-bitexact", *output],
        stdin=raw,
    )
    return read_loudness(finished.stderr)


def read_loudness(report: str) -> Loudness:
    """The summary that ffmpeg's ebur128 filter prints at its end."""
    summary = report[report.rindex("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+|-?inf) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-?inf) dBFS", summary)
    assert integrated is not None
    assert peak is not None
    return Loudness(float(integrated.group(1)), float(peak.group(1)))
