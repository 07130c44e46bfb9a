"""What the model is given at once: the numbers of a sentence's symbols, and where among them each word stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ytempire.studio.voice.engine import WordSpan
from ytempire.studio.voice.kokoro.phonemes import SpokenWord
from ytempire.studio.voice.kokoro.symbols import VOCABULARY

SAMPLE_RATE = 24_000
FRAME_S = 0.025
LAG_S = 0.060
"""A symbol is heard so much earlier than the sum of the durations before it says (against a forced aligner)."""
MAX_TOKENS = 510
COMFORTABLE_TOKENS = 180
"""Longer sentences are cut at their marks: memory grows with the length of a run (0.5 GB at some 200, 0.9 at 380), and
the voice hurries in very long ones."""
Frames = NDArray[np.float64]


@dataclass(frozen=True)
class TokenRun:
    """`words` are (displayed token, first place, place after the last) in `tokens`."""

    tokens: tuple[int, ...]
    words: tuple[tuple[int, int, int], ...]

    def spans(self, frames: Sequence[float]) -> list[WordSpan]:
        """Return when each displayed token sounds. `frames` are those of all tokens and of the two around them."""
        ends = np.cumsum(frames) * FRAME_S
        begins = np.maximum(0.0, np.concatenate(([0.0], ends)) - LAG_S)  # begins[n + 1] is where token n begins
        spans: list[WordSpan] = []
        for token, first, end in self.words:
            start_s, end_s = float(begins[first + 1]), float(begins[end + 1])
            if spans and spans[-1].token == token:  # a token that is said in several words
                start_s = spans.pop().start_s
            spans.append(WordSpan(token, start_s, end_s))
        return spans


def token_runs(words: Sequence[SpokenWord]) -> list[TokenRun]:
    """Return the runs of one sentence: one, or more where it is very long."""
    if not words:
        return []
    sizes = [len(word.symbols) + len(word.mark) + 1 for word in words]
    if sum(sizes) <= COMFORTABLE_TOKENS or len(words) == 1:
        run = _token_run(words)
        return [run] if run.tokens else []
    cut = min(range(1, len(words)), key=lambda place: _badness(words, sizes, place))
    return [*token_runs(words[:cut]), *token_runs(words[cut:])]


def _badness(words: Sequence[SpokenWord], sizes: Sequence[int], place: int) -> float:
    """In tokens: how far from the middle; a comma is as good as one 40 tokens nearer to it, no mark as 120."""
    before = words[place - 1].mark
    return abs(sum(sizes[:place]) - sum(sizes) / 2) + (0 if before in {";", ":", "—", "."} else 40 if before else 120)


def _token_run(words: Sequence[SpokenWord]) -> TokenRun:
    tokens: list[int] = []
    places = []
    for number, word in enumerate(words):
        symbols = [VOCABULARY[symbol] for symbol in word.symbols if symbol in VOCABULARY]
        if symbols:
            places.append((word.token, len(tokens), len(tokens) + len(symbols)))
        tokens += symbols
        tokens += [VOCABULARY[mark] for mark in word.mark]
        if number + 1 < len(words):
            tokens.append(VOCABULARY[" "])
    return TokenRun(tuple(tokens[:MAX_TOKENS]), tuple(place for place in places if place[2] <= MAX_TOKENS))
