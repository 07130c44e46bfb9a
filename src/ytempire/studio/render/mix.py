"""Voice and bed together: how loud the bed is at each moment, and the gain that brings the whole to -14 LUFS."""

from __future__ import annotations

import itertools
import re
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ytempire.kit.errors import InvalidInput
from ytempire.kit.processes import current_meter, run
from ytempire.studio.render import music
from ytempire.studio.render.ffmpeg import ffmpeg

TARGET_LUFS = -14.0
_BELOW_VOICE_DB = 15.0  # under speech; LOOK: 12-16
_SWELL_DB = 4.0  # more in pauses: 11 below the voice, where there is none to disturb
_CEILING_DB = -2.0  # sample peaks at 96 kHz; AAC at 192k adds up to about 0.6 dB of true peak
_STEP_S = 0.02
_CLOSE_ENOUGH_DB = 0.15
_ROUNDS = 3  # measurements of the mix: the second is nearly always right
# The mono voice on both sides: measured so as well, since that alone makes it 3 dB louder.
_CENTRED = "aformat=channel_layouts=mono,aresample=48000,pan=stereo|c0=c0|c1=c0"
_LOUDNESS = re.compile(r"I:\s+(-?[\d.]+|-inf|nan) LUFS")


@dataclass(frozen=True)
class Mix:
    """The bed as a file beside the voice, and the gain for their sum."""

    bed_wav: Path
    gain_db: float
    voice_lufs: float


def chain(gain_db: float) -> str:
    """Filter chain from inputs [voice] and [bed] to [mixed]: sum, linear gain, limiter."""
    ceiling = 10 ** (_CEILING_DB / 20)
    return (
        f"[voice]{_CENTRED}[v];"
        "[bed]aresample=48000,aformat=channel_layouts=stereo[b];"
        f"[v][b]amix=inputs=2:duration=first:normalize=0,volume={gain_db:.3f}dB,"
        f"aresample=96000,alimiter=limit={ceiling:.4f}:attack=4:release=60:level=false,aresample=48000[mixed]"
    )


def mix(voice_wav: Path, *, seed: int, duration_s: float, ticks_s: tuple[float, ...], folder: Path) -> Mix:
    """Write the bed for this voice into `folder` and measure the gain that the sum needs.

    Raises InvalidInput when the voice is not a 16-bit PCM WAV file or is silent.
    """
    loop = music.loop(seed)
    loop_wav, bed_wav = folder / "loop.wav", folder / "bed.wav"
    _write_wav(loop_wav, [(np.clip(loop, -1, 1) * 32767).astype(np.int16)])
    both = f"[0:a]{_CENTRED},ebur128[a];[1:a]ebur128[b]"
    voice_lufs, loop_lufs = _measure([voice_wav, loop_wav], both, ("[a]", "[b]"))
    if voice_lufs < -60:
        raise InvalidInput("The narration's sound file is silent.", hint="Run the voice step again.")
    current_meter().check()
    level = 10 ** ((voice_lufs - _BELOW_VOICE_DB - loop_lufs) / 20)
    gains = envelope(loudness_steps(voice_wav), duration_s) * level
    tick_level = 10 ** ((voice_lufs - 9) / 20)
    _write_wav(bed_wav, _bed(loop, gains, duration_s, ticks_s, tick_level))
    # The limiter takes loudness away, and how much depends on the gain: measure behind it until it is right.
    gain = TARGET_LUFS - voice_lufs
    for _ in range(_ROUNDS):
        heard = _measure_mix(voice_wav, bed_wav, gain)
        if abs(heard - TARGET_LUFS) <= _CLOSE_ENOUGH_DB:
            break
        gain += TARGET_LUFS - heard
    return Mix(bed_wav, gain, voice_lufs)


def loudness_steps(voice_wav: Path) -> npt.NDArray[np.float64]:
    """RMS of the voice in steps of 20 ms, read in pieces so that a long voice needs little memory."""
    try:
        with wave.open(str(voice_wav), "rb") as source:
            if source.getsampwidth() != 2:
                raise InvalidInput("The narration's sound file is not 16-bit PCM.")
            hop = round(source.getframerate() * _STEP_S)
            steps: list[npt.NDArray[np.float64]] = []
            while data := source.readframes(hop * 500):
                samples = np.frombuffer(data, dtype="<i2").astype(np.float64)[:: source.getnchannels()] / 32768
                whole = samples[: len(samples) // hop * hop].reshape(-1, hop)
                steps.append(np.sqrt(np.mean(whole**2, axis=1)))
    except wave.Error as error:
        raise InvalidInput(f"The narration's sound file cannot be read: {error}.") from error
    return np.concatenate(steps) if steps else np.zeros(1)


def envelope(steps: npt.NDArray[np.float64], duration_s: float) -> npt.NDArray[np.float64]:
    """The bed's gain (1.0 under speech) in steps of 20 ms over the whole video."""
    count = int(np.ceil(duration_s / _STEP_S)) + 1
    speaking = np.zeros(count, dtype=bool)
    floor = max(1e-4, float(steps.max()) * 10 ** (-36 / 20))
    used = min(count, len(steps))
    speaking[:used] = steps[:used] > floor
    speaking = _without_short_pauses(speaking, round(0.4 / _STEP_S))
    target = np.where(speaking, 0.0, _SWELL_DB)
    # Symmetric smoothing looks ahead: the bed is down before the first word and comes up after the last.
    kernel = np.hanning(round(0.7 / _STEP_S))
    padded = np.pad(target, len(kernel) // 2, mode="edge")
    smooth = np.convolve(padded, kernel / kernel.sum(), mode="valid")[:count]
    t = np.arange(count) * _STEP_S
    fades = np.clip(t / 1.0, 0, 1) ** 2 * np.clip((duration_s - t) / 1.6, 0, 1) ** 1.5
    gains: npt.NDArray[np.float64] = 10 ** (smooth / 20) * fades
    return gains


def _without_short_pauses(speaking: npt.NDArray[np.bool_], shortest: int) -> npt.NDArray[np.bool_]:
    filled = speaking.copy()
    heard = np.flatnonzero(speaking)
    for before, after in itertools.pairwise(heard):
        if 1 < after - before <= shortest:
            filled[before:after] = True
    return filled


def _bed(
    loop: music.Signal, gains: npt.NDArray[np.float64], duration_s: float, ticks_s: tuple[float, ...], tick_level: float
) -> list[npt.NDArray[np.int16]]:
    """The loop repeated under its gains, in pieces of ten seconds."""
    total, piece = round(duration_s * music.RATE), 10 * music.RATE
    tick = music.tick() * tick_level
    pieces: list[npt.NDArray[np.int16]] = []
    for first in range(0, total, piece):
        at = np.arange(first, min(total, first + piece))
        gain = np.interp(at / music.RATE, np.arange(len(gains)) * _STEP_S, gains)
        part = loop[at % len(loop)] * gain[:, None].astype(np.float32)
        for time in ticks_s:
            begin = round(time * music.RATE)
            low, high = max(begin, first), min(begin + len(tick), first + len(at))
            if low < high:
                part[low - first : high - first] += tick[low - begin : high - begin, None]
        pieces.append((np.clip(part, -1, 1) * 32767).astype(np.int16))
    return pieces


def _write_wav(file: Path, pieces: list[npt.NDArray[np.int16]]) -> None:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(music.RATE)
        for piece in pieces:
            out.writeframes(piece.tobytes())


def _measure(inputs: list[Path], graph: str, outputs: tuple[str, ...]) -> list[float]:
    command: list[str | Path] = [ffmpeg(), "-hide_banner", "-nostats", "-nostdin"]
    for file in inputs:
        command += ["-i", f"file:{file}"]
    command += ["-filter_complex", graph]
    for label in outputs:
        command += ["-map", label, "-f", "null", "-"]
    finished = run(command)
    # Each ebur128 reports at its own end, named by the order in the graph.
    levels: dict[str, float] = {}
    for block in re.split(r"(?=\[Parsed_ebur128_)", finished.stderr):
        name = re.match(r"\[Parsed_ebur128_(\d+)", block)
        value = _LOUDNESS.findall(block.split("Summary:")[-1]) if "Summary:" in block else []
        if name and value:
            levels[name.group(1)] = float(value[-1]) if value[-1] not in ("-inf", "nan") else -99.0
    return [levels[key] for key in sorted(levels, key=int)]


def _measure_mix(voice_wav: Path, bed_wav: Path, gain_db: float) -> float:
    graph = f"[0:a]anull[voice];[1:a]anull[bed];{chain(gain_db)};[mixed]ebur128[out]"
    return _measure([voice_wav, bed_wav], graph, ("[out]",))[0]
