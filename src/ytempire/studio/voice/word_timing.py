"""Word times: from what an engine reports, or, for voices that report nothing, shared out over the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ytempire.studio.voice.engine import Samples, Timing, WordSpan
from ytempire.studio.voice.speech_bounds import FRAME_S, Heard, sounding
from ytempire.studio.voice.text_normalization import NormalizedToken

SHORTEST_PAUSE_S = 0.09  # a silence within speech that is a pause; the closure of a /p/ or /t/ takes up to 0.08
PAUSE_REACH = 0.25  # of the sentence: how far from its expected place a pause may be taken for a comma's
LATEST_S = 0.25  # behind the end of the sound: services round, and cut silence off

Event = tuple[int, float]
"""When a character of the spoken text begins to sound, in seconds."""


def spans_or_aligned(
    events: Sequence[Event], samples: Samples, sample_rate: int, tokens: Sequence[NormalizedToken]
) -> tuple[tuple[WordSpan, ...], Timing]:
    """One span per displayed token from a service's times, or, where it sent none that can be, from the sound."""
    if not _are_plausible(events, len(samples) / sample_rate):
        return align(samples, sample_rate, tokens), "aligned"
    placed = [(place, min(round(seconds * sample_rate), len(samples))) for place, seconds in events]
    return token_spans(tokens, placed, len(samples), sample_rate), "engine"


def _are_plausible(events: Sequence[Event], duration_s: float) -> bool:
    ordered = all(before[0] < after[0] and before[1] <= after[1] for before, after in pairwise(events))
    if len(events) > 1 and not events[-1][1] > events[0][1]:
        return False  # times that were left out are all zero
    return bool(events) and ordered and all(0 <= seconds <= duration_s + LATEST_S for _, seconds in events)


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


def token_spans(
    tokens: Sequence[NormalizedToken], events: Sequence[Sequence[int]], samples: int, sample_rate: int
) -> tuple[WordSpan, ...]:
    """One span per displayed token from an engine's events (character in the spoken text, sample).

    An engine may report a group of words ("of the") as one event: a token without an event of its own shares the time
    up to the next event by its letters.
    """
    starts: list[int | None] = []
    offset = 0
    for token in tokens:
        inside = [sample for place, sample in events if offset <= place < offset + max(1, len(token.spoken))]
        starts.append(min(inside) if token.spoken and inside else None)
        offset += len(token.spoken) + 1 if token.spoken else 0
    times = _filled(starts, [len(token.spoken) for token in tokens], samples)
    ends = [*times[1:], float(samples)][: len(times)]  # a line without tokens has none
    return tuple(
        WordSpan(index, start / sample_rate, end / sample_rate)
        for index, (start, end) in enumerate(zip(times, ends, strict=True))
    )


def with_silent_tokens(spans: Sequence[WordSpan], tokens: int) -> tuple[WordSpan, ...]:
    """Return a span for each of so many tokens, of which `spans` has those that sound, in order.

    One without a sound has no length, where the one before it ends.
    """
    sounding_at = {span.token: span for span in spans}
    complete: list[WordSpan] = []
    for token in range(tokens):
        end_s = complete[-1].end_s if complete else 0.0
        complete.append(sounding_at.get(token, WordSpan(token, end_s, end_s)))
    return tuple(complete)


def _filled(starts: Sequence[int | None], weights: Sequence[int], samples: int) -> list[float]:
    """Start samples with the gaps filled in proportion to the spoken letters; a silent token has no length."""
    filled: list[float] = []
    index = 0
    while index < len(starts):
        known = starts[index]
        begin = float(known) if known is not None else (filled[-1] if filled else 0.0)
        after = index + 1
        while after < len(starts) and starts[after] is None:
            after += 1
        following = starts[after] if after < len(starts) else samples
        end = float(following if following is not None else samples)
        total = sum(weights[index:after]) or 1
        done = 0
        for place in range(index, after):
            filled.append(begin + (end - begin) * done / total)
            done += weights[place]
        index = after
    return filled


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
