"""From the raw voice to the finished one: tone, level and exact length, in ffmpeg."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from ytempire.kit.processes import run
from ytempire.studio.voice.engine import Samples
from ytempire.studio.voice.speech_bounds import FRAME_S, sounding

SAMPLE_RATE = 48_000
TARGET_LUFS = -16.0
PEAK_LIMIT_DB = -4.0  # of samples; true peaks lie up to 0.8 dB above at 48 kHz, and -3 dBTP is promised
TOLERANCE_LU = 0.15

# Every voice is brought to one level first; none of the filters delays the sound, so word times stay true.
SPEECH_RMS = 0.1  # -20 dBFS while somebody speaks: what the thresholds of a tone are written for

# The long-term average spectrum of human speech, as the share of each band in dB (Byrne et al. 1994, table II, bands
# summed): from Hz, to Hz, dB.
NATURAL = (
    (80, 250, -6.2),
    (250, 800, -2.1),
    (800, 2000, -9.5),
    (2000, 4000, -17.8),
    (4000, 7000, -21.4),
    (7000, 11000, -23.5),
)


@dataclass(frozen=True)
class Tone:
    """How the sound of a kind of voice is worked on.

    `dynamics` are ffmpeg's filters before the equaliser, `shelf` those behind it. The equaliser brings the voice
    `towards_natural` of the way to NATURAL, with bands cut and lifted by so many dB at most.
    """

    dynamics: str
    towards_natural: float
    most_cut_db: float
    most_lift_db: float
    shelf: str = ""


# Rumble off, firm compression, two soft early reflections as a touch of room. Most of the limiting happens before the
# equaliser: it lowers vowels and so brings up the hiss of an s, for which the shelf makes up. A formant synthesiser has
# too much at 2-7 kHz and too little body.
FORMANT = Tone(
    dynamics="highpass=f=60,acompressor=threshold=0.09:ratio=3.5:attack=3:release=110:makeup=1:knee=5,"
    "alimiter=limit=0.19:level=0:attack=4:release=60:latency=1,aecho=1:1:17|31:0.055|0.035",
    towards_natural=0.9,  # the bells overlap, and a voice keeps some of its own colour
    most_cut_db=-10.0,
    most_lift_db=3.5,  # lifting more would bring up noise
    shelf="highshelf=f=4500:g=-2.5",
)
# A voice that was learnt from recordings has their colour and their dynamics: it keeps most of both. Kokoro's has 10 dB
# more above 7 kHz than people have, which is heard as hiss.
RECORDED = Tone(
    dynamics="highpass=f=60,acompressor=threshold=0.16:ratio=2:attack=5:release=160:makeup=1:knee=4",
    towards_natural=0.7,
    most_cut_db=-8.0,
    most_lift_db=2.0,
)


def tone_of(engine: str) -> Tone:
    """Return the tone for the voices of an engine, by its name."""
    return FORMANT if engine == "espeak" else RECORDED


@dataclass(frozen=True)
class Loudness:
    """By EBU R 128; the range by EBU Tech 3342."""

    integrated_lufs: float
    true_peak_db: float
    range_lu: float


def master(
    samples: Samples,
    sample_rate: int,
    *,
    tone: Tone,
    duration_s: float,
    target: Path,
    emphasis: Samples | None = None,
) -> Loudness:
    """Write `samples` as a 48 kHz mono 16-bit WAV of exactly `duration_s` at -16 LUFS, true peak at most -3 dBTP.

    `emphasis` is a factor for each sample. Blocking. `target` appears whole or not at all.
    """
    heard = np.repeat(sounding(samples, sample_rate), int(sample_rate * FRAME_S))
    loud = samples[: len(heard)][heard]
    level = float(np.sqrt((loud.astype(np.float64) ** 2).mean())) if len(loud) else 1.0
    evened, measured = _evened(samples * (SPEECH_RMS / max(level, 1e-6)), sample_rate, tone)
    if emphasis is not None:
        # behind the compressor, which would take it back; an echo has made the sound a little longer
        evened = evened * np.pad(emphasis, (0, max(0, len(evened) - len(emphasis))), mode="edge")[: len(evened)]
    gain = TARGET_LUFS - measured.integrated_lufs
    colour = ",".join(filter(None, (equaliser(evened, sample_rate, tone), tone.shelf)))
    partial = target.with_name(f".{target.name}.partial")
    count = round(duration_s * SAMPLE_RATE)
    try:
        for _ in range(5):  # equaliser and limiter change the loudness a little: correct for it
            chain = ",".join(
                (
                    colour,
                    f"aresample={SAMPLE_RATE}",
                    f"volume={gain:.3f}dB",
                    f"alimiter=limit={10 ** (PEAK_LIMIT_DB / 20):.5f}:level=0:attack=4:release=60:latency=1",
                    f"apad=whole_len={count}",
                    f"atrim=end_sample={count}",
                )
            )
            wav = ["-c:a", "pcm_s16le", "-ar", str(SAMPLE_RATE), "-f", "wav", str(partial)]
            _, measured = _render(evened, sample_rate, chain, wav)
            if abs(TARGET_LUFS - measured.integrated_lufs) <= TOLERANCE_LU:
                break
            gain += 1.7 * (TARGET_LUFS - measured.integrated_lufs)  # the limiter takes back nearly half of each step
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return measured


def _evened(samples: Samples, sample_rate: int, tone: Tone) -> tuple[Samples, Loudness]:
    raw, measured = _render(
        samples, sample_rate, tone.dynamics, ["-f", "f32le", "-ar", str(sample_rate), "-ac", "1", "pipe:1"]
    )
    return np.frombuffer(raw, dtype="<f4"), measured


def band_levels(samples: Samples, sample_rate: int) -> list[float]:
    """The share of each band of `NATURAL` in the whole, in dB."""
    size = 4096
    count = max(1, len(samples) // size)
    frames = np.resize(samples, count * size).reshape(count, size) * np.hanning(size)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).sum(axis=0)
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    total = float(power[(hertz >= 60) & (hertz < 11_000)].sum()) or 1.0
    return [
        10 * math.log10(max(1e-9, float(power[(hertz >= low) & (hertz < high)].sum()) / total))
        for low, high, _ in NATURAL
    ]


def equaliser(samples: Samples, sample_rate: int, tone: Tone) -> str:
    """Return a filter per band that brings the voice towards the spectrum of human speech."""
    filters = []
    for (low, high, aim), level in zip(NATURAL, band_levels(samples, sample_rate), strict=True):
        gain = min(max((aim - level) * tone.towards_natural, tone.most_cut_db), tone.most_lift_db)
        middle = math.sqrt(low * high)
        if middle >= 0.45 * sample_rate:
            continue
        if high == NATURAL[-1][1]:  # hiss goes on above: a bell would leave the most of it
            filters.append(f"highshelf=f={low}:g={gain:.2f}")
        else:
            filters.append(f"equalizer=f={middle:.0f}:t=h:w={high - low}:g={gain:.2f}")
    return ",".join(filters)


def _render(samples: Samples, sample_rate: int, chain: str, output: list[str]) -> tuple[bytes, Loudness]:
    finished = run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-hide_banner",
            "-nostdin",
            "-nostats",
            "-y",
            "-f",
            "f32le",
            "-ar",
            str(sample_rate),
            "-ac",
            "1",
            "-i",
            "pipe:0",
            "-af",
            f"{chain},ebur128=peak=true:framelog=quiet",
            "-bitexact",
            *output,
        ],
        stdin=samples.astype("<f4").tobytes(),
    )
    return finished.stdout, read_loudness(finished.stderr)


def measure_sound(path: Path) -> Loudness:
    """Of any file with sound. Blocking; a minute takes about 0.3 s. Raises ProgramFailed where there is none."""
    finished = run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-hide_banner",
            "-nostdin",
            "-nostats",
            "-i",
            path,
            "-map",
            "0:a:0",
            "-af",
            "ebur128=peak=true:framelog=quiet",
            "-f",
            "null",
            "-",
        ]
    )
    return read_loudness(finished.stderr)


def read_loudness(report: str) -> Loudness:
    """The summary that ffmpeg's ebur128 filter prints at its end."""
    summary = report[report.rindex("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+|-?inf) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-?inf) dBFS", summary)
    spread = re.search(r"LRA:\s+([\d.]+) LU", summary)
    assert integrated is not None
    assert peak is not None
    assert spread is not None
    return Loudness(float(integrated.group(1)), float(peak.group(1)), float(spread.group(1)))
