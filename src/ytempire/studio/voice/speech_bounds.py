"""Where speech begins and ends within samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ytempire.studio.voice.engine import Samples, Utterance, WordSpan

Heard = NDArray[np.bool_]
FRAME_S = 0.005  # fine enough for word starts; below, the pitch period of a low voice shows as gaps
SILENT_DB = -45.0  # against the utterance's loudest frame; a spoken /f/ or /h/ lies 25-40 dB below


def envelope(samples: Samples, sample_rate: int) -> Samples:
    """Root mean square per 5 ms frame."""
    size = max(1, int(sample_rate * FRAME_S))
    count = len(samples) // size
    if count == 0:
        return np.zeros(0, dtype=np.float32)
    frames = samples[: count * size].reshape(count, size).astype(np.float64)
    return np.asarray(np.sqrt((frames**2).mean(axis=1)), dtype=np.float32)


def sounding(samples: Samples, sample_rate: int, *, below_peak_db: float = SILENT_DB) -> Heard:
    """For each 5 ms frame whether something is heard."""
    level = envelope(samples, sample_rate)
    peak = float(level.max()) if len(level) else 0.0
    return np.asarray(level > peak * 10 ** (below_peak_db / 20)) if peak > 0 else np.zeros(len(level), dtype=np.bool_)


def trimmed(utterance: Utterance) -> Utterance:
    """The utterance without silence at its ends (10 ms are kept), its word spans moved and closed on the sound."""
    heard = sounding(utterance.samples, utterance.sample_rate)
    if not heard.any():
        return utterance
    places = np.flatnonzero(heard)
    margin = 0.010
    first_s = max(0.0, places[0] * FRAME_S - margin)
    last_s = min(utterance.duration_s, (places[-1] + 1) * FRAME_S + margin)
    rate = utterance.sample_rate
    samples = utterance.samples[int(first_s * rate) : int(last_s * rate)]
    length = len(samples) / rate
    spans = []
    for word in utterance.words:
        start = min(max(0.0, word.start_s - first_s), length)
        end = min(max(start, word.end_s - first_s), length)
        spans.append(WordSpan(word.token, start, _last_sound(places * FRAME_S - first_s, start, end)))
    return Utterance(rate, samples, tuple(spans), utterance.timing)


def _last_sound(times: NDArray[np.float64], start: float, end: float) -> float:
    """The end of the last sounding frame within a span: a word ends before the pause that follows it."""
    inside = times[(times >= start) & (times < end)]
    return min(end, float(inside[-1]) + FRAME_S) if len(inside) else end
