"""A music bed made from arithmetic: calm chords, soft plucks, a low root, in a room, looping without a seam.

Everything is placed on a circle as long as the loop, echoes included (the room is a circular convolution), so its end
runs into its beginning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Signal = npt.NDArray[np.float32]
RATE = 24_000  # Hz; the bed holds nothing above 8 kHz
_BARS = 16
_MODES = {  # semitones of the scale, and chord roots as scale degrees, four bars each turn
    "bright": ((0, 2, 4, 5, 7, 9, 11), ((0, 4, 5, 3), (0, 2, 3, 4), (5, 3, 0, 4))),
    "calm": ((0, 2, 3, 5, 7, 8, 10), ((0, 5, 2, 6), (0, 3, 5, 4), (5, 6, 0, 0))),
    "open": ((0, 2, 3, 5, 7, 9, 10), ((0, 3, 0, 6), (0, 2, 3, 3), (3, 6, 0, 0))),
}


@dataclass(frozen=True)
class Score:
    """What is played: all of it follows from the seed."""

    mode: str
    root_hz: float
    beats_per_minute: float
    turns: tuple[tuple[int, ...], ...]

    @cached_property
    def frames(self) -> int:
        """Length of the loop in samples: the tempo is bent, by a thousandth, to a length that transforms quickly."""
        return _smooth(round(4 * 60 / self.beats_per_minute * _BARS * RATE))

    @property
    def bar_s(self) -> float:
        return self.frames / RATE / _BARS


def _smooth(length: int) -> int:
    """The next number without prime factors above 5: an FFT of any other length can take ten times as long."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1


def compose(seed: int) -> Score:
    rng = np.random.default_rng([seed, 7])
    mode = ("bright", "calm", "open")[seed % 3]
    turns = _MODES[mode][1]
    order = (0, 0, int(rng.integers(1, 3)), 0) if seed % 2 else (0, 1, 0, 2)
    return Score(
        mode, 110 * 2 ** (int(rng.integers(-3, 5)) / 12), float(rng.integers(66, 84)), tuple(turns[i] for i in order)
    )


def loop(seed: int) -> Signal:
    """One stereo loop, frames x 2, -20 dBFS RMS, 45-60 s at RATE. The same seed gives the same samples."""
    score = compose(seed)
    rng = np.random.default_rng([seed, 11])
    length = score.frames
    dry = np.zeros((length, 2), dtype=np.float32)
    swells: dict[tuple[int, bool], Signal] = {}
    for bar in range(_BARS):
        degree = score.turns[bar // 4][bar % 4]
        _pad(dry, score, degree, bar, swells)
        _bass(dry, score, degree, bar)
        if bar % 8 >= 2:  # two bars of rest in every eight let the chords be heard alone
            _plucks(dry, score, degree, bar, rng)
    wet = _room(dry, rng)
    rms = float(np.sqrt(np.mean(wet**2)))
    return (wet * (0.1 / rms)).astype(np.float32)


def _hz(score: Score, degree: int, octave: int = 0) -> float:
    scale = _MODES[score.mode][0]
    return float(score.root_hz * 2 ** (scale[degree % 7] / 12 + degree // 7 + octave))


def _add(target: Signal, at_s: float, note: Signal, pan: float) -> None:
    """Add a mono note on the circle, `pan` from -1 (left) to 1, at constant power."""
    angle = (pan + 1) * math.pi / 4
    at = (round(at_s * RATE) + np.arange(len(note))) % len(target)
    target[at, 0] += note * math.cos(angle)
    target[at, 1] += note * math.sin(angle)


def _pad(target: Signal, score: Score, degree: int, bar: int, swells: dict[tuple[int, bool], Signal]) -> None:
    """A chord of four voices, each twice and slightly apart in pitch, swelling over a bar and dying into the next.

    `swells` keeps what was made: the chords of a loop return, and making one is most of the work.
    """
    opened = bar % 4 >= 2
    chord = swells.get((degree, opened))
    if chord is None:
        chord = swells[degree, opened] = _chord(score, degree, (0, 4, 6, 9) if opened else (0, 2, 4, 7))
    at = (round(bar * score.bar_s * RATE) + np.arange(len(chord))) % len(target)
    target[at] += chord * (0.85 + 0.3 * math.sin(2 * math.pi * bar / _BARS))  # it breathes once a loop


def _chord(score: Score, degree: int, voicing: tuple[int, ...]) -> Signal:
    seconds = score.bar_s * 1.75
    t = np.arange(round(seconds * RATE), dtype=np.float32) / RATE
    swell = np.sin(np.pi * np.clip(t / seconds, 0, 1)) ** 1.3
    left, right = math.cos(math.pi * 0.0875), math.sin(math.pi * 0.0875)  # 65 % to one side, at constant power
    chord = np.zeros((len(t), 2), dtype=np.float32)
    for i, step in enumerate(voicing):
        for side in (-1, 1):
            hz = _hz(score, degree + step, 1) * (1 + side * 0.0016)
            turn = (2 * np.pi * hz * t + i * 1.7 + side).astype(np.float32)
            wave = (np.sin(turn) + 0.17 * np.sin(2 * turn) + 0.06 * np.sin(3 * turn)) * swell * 0.10
            chord[:, 0] += wave * (left if side < 0 else right)
            chord[:, 1] += wave * (right if side < 0 else left)
    return chord


def _bass(target: Signal, score: Score, degree: int, bar: int) -> None:
    seconds = score.bar_s * 1.1
    t = np.arange(round(seconds * RATE), dtype=np.float32) / RATE
    shape = np.clip(t / 0.12, 0, 1) * np.exp(-t / (seconds * 0.5)) * np.clip((seconds - t) / 0.3, 0, 1)
    hz = _hz(score, degree if degree < 4 else degree - 7)
    wave = np.sin(2 * np.pi * hz * t) + 0.25 * np.sin(4 * np.pi * hz * t)
    _add(target, bar * score.bar_s, (wave * shape * 0.16).astype(np.float32), 0.0)


def _plucks(target: Signal, score: Score, degree: int, bar: int, rng: np.random.Generator) -> None:
    """A sparse broken chord on the eighths: never on every beat, so that it does not nag."""
    eighth = score.bar_s / 8
    t = np.arange(round(1.4 * RATE), dtype=np.float32) / RATE
    shape = np.clip(t / 0.006, 0, 1) * np.exp(-t / 0.32)
    for i, step in enumerate((0, 4, 7, 2, 9, 4, 7, 11)):
        if rng.random() > (0.62 if i % 2 == 0 else 0.34):
            continue
        hz = _hz(score, degree + step, 2)
        wave = np.sin(2 * np.pi * hz * t) + 0.3 * np.exp(-t / 0.08) * np.sin(4 * np.pi * hz * t)
        level = 0.055 * float(rng.uniform(0.6, 1.0))
        _add(
            target,
            bar * score.bar_s + i * eighth,
            (wave * shape * level).astype(np.float32),
            float(rng.uniform(-0.7, 0.7)),
        )


def _room(dry: Signal, rng: np.random.Generator) -> Signal:
    """Circular convolution with decaying noise: a soft hall of 1.8 s, the highs dying first."""
    length = len(dry)
    t = np.arange(round(1.8 * RATE)) / RATE
    wet = np.empty_like(dry)
    for side in (0, 1):
        noise = rng.standard_normal(len(t)) * np.exp(-t / 0.42)
        noise = np.convolve(noise, np.hanning(9) / np.hanning(9).sum(), mode="same")  # takes the hiss off
        response = np.zeros(length)
        response[: len(noise)] = noise / np.sqrt(np.sum(noise**2))
        spectrum = np.fft.rfft(dry[:, side]) * (1.0 + 0.55 * np.fft.rfft(response))
        wet[:, side] = np.fft.irfft(spectrum, length)
    return wet


def tick() -> Signal:
    """A soft wooden tick for the start of a part, mono, about 0.15 s, peak 1."""
    t = np.arange(round(0.16 * RATE), dtype=np.float32) / RATE
    wave = np.sin(2 * np.pi * 740 * t) * np.exp(-t / 0.022) + 0.5 * np.sin(2 * np.pi * 370 * t) * np.exp(-t / 0.04)
    wave *= np.clip(t / 0.002, 0, 1)
    peaked: Signal = (wave / np.abs(wave).max()).astype(np.float32)
    return peaked
