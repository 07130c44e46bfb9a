"""Chooses the passages of a script: telling, not repeating each other, in the source's order, filling the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ytempire.kit.processes import current_meter
from ytempire.production.script.passages import Passage
from ytempire.production.script.readability import LONG_SHARE

BEAM = 90
CONSIDERED_FOR_SECTION = 30
CONSIDERED = 160  # passages; the rest are less telling versions of them
TOO_ALIKE = 0.62  # cosine of MiniLM: sentences that say the same thing measured 0.7-0.95, same subject 0.3-0.6
# Of the likest two lines, by tf-idf of stems: 0.28-0.59 (10th to 90th percentile) in 8 labelled scripts that repeat
# themselves, 0.37 in the middle and 0.65 at the 90th in 62 that do not. Words tell less than an embedding.
TOO_ALIKE_BY_WORDS = 0.5


@dataclass(frozen=True)
class Choice:
    passages: tuple[Passage, ...]
    seconds: float
    merit: float
    lines: int
    long: int  # of the lines, those that are hard to follow by ear


@dataclass(frozen=True)
class Wish:
    """What the choice should look like. `room_s` is for the passages alone."""

    room_s: float
    sections: int
    heading_s: tuple[float, ...]  # seconds that speaking each part's heading costs, 0 where it is not spoken
    pause_s: float  # what a change of section adds to a usual pause
    known: frozenset[str]  # abbreviations that the title or the hook already gives
    framing: int  # lines of the hook and the close, which are short
    too_alike: float = TOO_ALIKE  # cosine from which on two sentences repeat each other


def choose(
    passages: Sequence[Passage], wish: Wish, similarity: NDArray[np.float32], spoken: Sequence[int]
) -> Choice | None:
    """The best choice found by a beam search, or None without passages. Deterministic.

    `similarity` holds the cosine of any two sentences; `spoken` are those that the hook and the close say.
    """
    pool = sorted(
        sorted(passages, key=lambda passage: (-passage.salience, passage.start, passage.seconds))[
            : max(CONSIDERED, CONSIDERED_FOR_SECTION * wish.sections)
        ],
        key=lambda passage: (passage.start, passage.seconds),
    )
    beam = [Choice((), 0.0, 0.0, wish.framing, 0)]
    best: Choice | None = None
    for _ in range(3 * wish.sections):
        current_meter().check()
        grown = [larger for choice in beam for larger in _grown(choice, pool, wish, similarity, spoken)]
        if not grown:
            break
        grown.sort(key=lambda choice: (-_promise(choice, wish), [p.start for p in choice.passages], choice.seconds))
        beam = grown[:BEAM]
        champion = max(beam, key=lambda choice: _final(choice, wish))
        if best is None or _final(champion, wish) > _final(best, wish):
            best = champion
    return best


def _grown(
    choice: Choice, pool: Sequence[Passage], wish: Wish, similarity: NDArray[np.float32], spoken: Sequence[int]
) -> list[Choice]:
    last = choice.passages[-1] if choice.passages else None
    parts = {passage.part for passage in choice.passages}
    used = {place for passage in choice.passages for place in passage.places}
    larger = []
    for passage in pool:
        if last is not None and (passage.part < last.part or passage.start <= _end(last)):
            continue
        new_part = passage.part not in parts
        if new_part and len(parts) == wish.sections:
            continue
        seconds = choice.seconds + passage.seconds + (wish.heading_s[passage.part] + wish.pause_s if new_part else 0.0)
        if seconds > wish.room_s * 1.02:
            continue
        merit = choice.merit + _gain(passage, choice, wish, similarity, [*used, *spoken])
        lines, long = choice.lines + len(passage.lines), choice.long + passage.long
        larger.append(Choice((*choice.passages, passage), seconds, merit, lines, long))
    return larger


def _end(passage: Passage) -> float:
    return float(passage.places[-1]) if passage.places else passage.start


def _gain(passage: Passage, choice: Choice, wish: Wish, similarity: NDArray[np.float32], heard: Sequence[int]) -> float:
    """Salience weighted by its share of the time, less repetition, fragments and unexplained abbreviations."""
    gain = passage.salience * passage.seconds / wish.room_s
    if passage.places and heard:
        alike = similarity[np.ix_(passage.places, heard)].max(axis=1)
        gain -= (
            0.5
            * float(np.clip(alike - wish.too_alike, 0, None).sum())
            * (passage.seconds / len(passage.places))
            / wish.room_s
            * 4
        )
    if len(passage.lines) == 1:
        gain -= 0.035 if wish.room_s < 30 else 0.06
    gain -= 0.012 + 0.01 * passage.long
    explained = wish.known.union(*(other.defines for other in choice.passages))
    gain -= 0.1 * len(passage.needs - explained)
    if passage.part not in {other.part for other in choice.passages}:
        gain += 0.03
    return gain


def _promise(choice: Choice, wish: Wish) -> float:
    """Merit and what the time left could still bring at the present rate: compares choices of unlike length."""
    return choice.merit + 0.42 * (1 - min(1.0, choice.seconds / wish.room_s))


def _final(choice: Choice, wish: Wish) -> float:
    """Merit less what is missing: time unfilled, fewer than two sections, and more long sentences than pass review."""
    short = max(0.0, 1 - choice.seconds / wish.room_s)
    lonely = 0.12 if len({passage.part for passage in choice.passages}) < 2 else 0.0
    thin = 0.02 * sum(
        1
        for part in {p.part for p in choice.passages}
        if sum(len(p.lines) for p in choice.passages if p.part == part) < 2
    )
    hard = max(0.0, choice.long / choice.lines - LONG_SHARE + 0.05)
    return choice.merit - 1.6 * max(0.0, short - 0.01) - lonely - thin - 3.0 * hard
