"""Word times for voices that give none: the sentence's sound is shared out over its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ytempire.studio.voice.engine import Samples, WordSpan
from ytempire.studio.voice.speech_bounds import FRAME_S, Heard, sounding
from ytempire.studio.voice.text_normalization import NormalizedToken

SHORTEST_PAUSE_S = 0.09  # a silence within speech that is a pause; the closure of a /p/ or /t/ takes up to 0.08
PAUSE_REACH = 0.25  # of the sentence: how far from its expected place a pause may be taken for a comma's


def align(samples: Samples, sample_rate: int, tokens: Sequence[NormalizedToken]) -> tuple[WordSpan, ...]:
    """One span per displayed token, in seconds from the first sample.

    Time is shared out by spoken syllables over the frames that sound. Pauses anchor the words at punctuation, so an
    error cannot grow beyond one phrase. Works best on one sentence at a time.
    """
    heard = sounding(samples, sample_rate, below_peak_db=-38.0)
    places = np.flatnonzero(heard)
    if not len(places) or not tokens:
        return tuple(WordSpan(index, 0.0, 0.0) for index in range(len(tokens)))
    first, last = int(places[0]), int(places[-1]) + 1
    phrases = _phrases(tokens)
    cuts = _cuts(heard, first, last, [_weight(tokens[start:end]) for start, end in phrases])
    spans: list[WordSpan] = []
    for (start, end), (begin, finish) in zip(phrases, cuts, strict=True):
        spans += _within(tokens, start, end, begin * FRAME_S, finish * FRAME_S)
    return tuple(spans)


def _phrases(tokens: Sequence[NormalizedToken]) -> list[tuple[int, int]]:
    """Runs of tokens between marks at which a voice pauses."""
    bounds = [0]
    for index, token in enumerate(tokens[:-1]):
        if re.search(r"[,;:.!?]$", token.spoken):
            bounds.append(index + 1)
    return list(zip(bounds, [*bounds[1:], len(tokens)], strict=True))


def _cuts(heard: Heard, first: int, last: int, weights: Sequence[float]) -> list[tuple[int, int]]:
    """First and last frame of each phrase: the expected place, moved to the pause nearest to it."""
    pauses = _pauses(heard, first, last)
    total, length = sum(weights) or 1.0, last - first
    silent = sum(end - start for start, end in pauses)
    bounds: list[tuple[int, int]] = []
    begin, done = first, 0.0
    for weight in weights[:-1]:
        done += weight
        expected = _after_sound(pauses, first, (length - silent) * done / total)
        near = [
            pause for pause in pauses if pause[0] > begin and abs(sum(pause) / 2 - expected) <= PAUSE_REACH * length
        ]
        if near:
            end, following = min(near, key=lambda pause: abs(sum(pause) / 2 - expected) - 0.5 * (pause[1] - pause[0]))
        else:
            end = following = min(max(begin + 1, round(expected)), last - 1)
        bounds.append((begin, end))
        begin = following
    bounds.append((begin, last))
    return bounds


def _pauses(heard: Heard, first: int, last: int) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([True], heard[first:last], [True])).astype(np.int8)))
    runs = [(first + int(start), first + int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return [(start, end) for start, end in runs if (end - start) * FRAME_S >= SHORTEST_PAUSE_S]


def _after_sound(pauses: Sequence[tuple[int, int]], first: int, sounding_frames: float) -> float:
    """The frame by which so many sounding frames have passed."""
    place = first + sounding_frames
    for start, end in pauses:
        if start < place:
            place += end - start
    return place


def _within(tokens: Sequence[NormalizedToken], start: int, end: int, begin_s: float, end_s: float) -> list[WordSpan]:
    total = _weight(tokens[start:end]) or 1.0
    spans = []
    place = begin_s
    for index in range(start, end):
        width = (end_s - begin_s) * _weight(tokens[index : index + 1]) / total
        spans.append(WordSpan(index, place, place + width))
        place += width
    return spans


def _weight(tokens: Sequence[NormalizedToken]) -> float:
    """Expected seconds. Fitted to 1,300 words of two voices: little words are swallowed, last words drawn out."""
    return sum(_seconds(token.spoken.lower()) for token in tokens if token.spoken)


def _seconds(text: str) -> float:
    letters = re.sub(r"[^a-z]", "", text)
    vowels = len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", text))) or 1
    consonants = len(re.sub(r"[aeiouy]", "", letters))
    last = 0.18 if re.search(r"[,;:.!?]$", text) else 0.0
    if letters in _LITTLE:
        return max(0.05, 0.103 * vowels + 0.042 * consonants - 0.028) + last
    return 0.099 + 0.068 * vowels + 0.051 * consonants + last


_LITTLE = frozenset(
    (
        *(
            "a",
            "an",
            "the",
            "of",
            "in",
            "on",
            "at",
            "to",
            "for",
            "by",
            "with",
            "from",
            "and",
            "or",
            "but",
            "as",
            "than",
        ),
        *("that", "which", "who", "it", "its", "is", "are", "was", "were", "be", "been", "has", "have", "had", "then"),
        *("their", "they", "he", "she", "his", "her", "this", "these", "into", "not", "can", "will", "would", "may"),
    )
)
