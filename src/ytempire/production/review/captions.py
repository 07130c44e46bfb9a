"""Checks of captions against the voice and the frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ytempire.production.review.check import Check
from ytempire.studio.tokens import displayed_tokens
from ytempire.studio.voice.document import Narration

LARGEST_START_ERROR_S = 0.12
MOST_LINES = 2
MOST_CHARACTERS_PER_S = 21.0  # the most that subtitlers of TED talks allow; a voice at its usual pace reaches 20.1
READ_TOGETHER_S = 3.0
SAFE_MARGIN = 0.05  # of width and height: what television sets cut off at most (EBU R 95 action safe is 3.5 %)
UPRIGHT_BOTTOM = 0.20  # of 9:16, where the app draws the title and its buttons (LOOK)


@dataclass(frozen=True)
class ReviewedCue:
    """One caption as it is shown. `box` is x0, y0, x1, y1 in pixels of everything drawn, outline included.

    `word_starts_s` says when each word lights up, where captions do that.
    """

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    box: tuple[float, float, float, float]
    word_starts_s: tuple[float, ...] = ()


def caption_checks(cues: Sequence[ReviewedCue], narration: Narration, *, width: int, height: int) -> list[Check]:
    error, shown_words = _largest_error(cues, narration)
    missing = shown_words != [word.text for word in narration.words]
    lines = max((len(cue.lines) for cue in cues), default=0)
    outside = [cue for cue in cues if not _is_safe(cue.box, width, height)]
    fastest = _fastest(cues)
    overlaps = sum(1 for before, after in pairwise(cues) if after.start_s < before.end_s - 0.001)
    return [
        Check.measured(
            "caption_words",
            not missing,
            len(shown_words),
            len(narration.words),
            "The captions do not say word for word what the voice says.",
        ),
        Check.measured(
            "caption_timing",
            error <= LARGEST_START_ERROR_S,
            round(error, 3),
            LARGEST_START_ERROR_S,
            f"A caption is {error * 1000:.0f} ms off the voice.",
        ),
        Check.measured(
            "caption_lines",
            lines <= MOST_LINES and not overlaps,
            lines,
            MOST_LINES,
            f"{overlaps} captions overlap in time." if overlaps else f"A caption has {lines} lines.",
        ),
        Check.measured(
            "caption_safe_area",
            not outside,
            len(outside),
            0,
            f"{len(outside)} captions leave the safe area of the picture.",
        ),
        Check.measured(
            "caption_speed",
            fastest <= MOST_CHARACTERS_PER_S,
            round(fastest, 1),
            MOST_CHARACTERS_PER_S,
            f"A caption asks for {fastest:.1f} characters a second; people read {MOST_CHARACTERS_PER_S:.0f}.",
        ),
    ]


def _largest_error(cues: Sequence[ReviewedCue], narration: Narration) -> tuple[float, list[str]]:
    """The largest start error of a cue or a word, and the words that the captions show."""
    shown_words: list[str] = []
    error = 0.0
    for cue in cues:
        words = displayed_tokens(" ".join(cue.lines))
        heard = narration.words[len(shown_words) : len(shown_words) + len(words)]
        if heard:
            error = max(error, abs(cue.start_s - heard[0].start_s))
        error = max(
            [error, *(abs(start - word.start_s) for start, word in zip(cue.word_starts_s, heard, strict=False))]
        )
        shown_words += words
    return error, shown_words


def _is_safe(box: tuple[float, float, float, float], width: int, height: int) -> bool:
    x0, y0, x1, y1 = box
    bottom = 1 - (UPRIGHT_BOTTOM if height > width else SAFE_MARGIN)
    return (
        x0 >= width * SAFE_MARGIN
        and x1 <= width * (1 - SAFE_MARGIN)
        and y0 >= height * SAFE_MARGIN
        and y1 <= height * bottom
        and x1 > x0
        and y1 > y0
    )


def _fastest(cues: Sequence[ReviewedCue]) -> float:
    """Characters a second where they come fastest, over at least 3 s.

    A caption of one second is read together with its neighbours: taken alone, a quick phrase of an ordinary speaker
    would look like a fault.
    """
    return max((_speed(cues, index) for index in range(len(cues))), default=0.0)


def _speed(cues: Sequence[ReviewedCue], index: int) -> float:
    first = last = index
    while cues[last].end_s - cues[first].start_s < READ_TOGETHER_S and last - first + 1 < len(cues):
        first, last = (first, last + 1) if last + 1 < len(cues) else (first - 1, last)
    seconds = cues[last].end_s - cues[first].start_s
    characters = sum(len(line) for cue in cues[first : last + 1] for line in cue.lines)
    return characters / seconds if seconds > 0 else float("inf")
