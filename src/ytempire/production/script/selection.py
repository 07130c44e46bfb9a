"""Chooses the passages of a script: telling, not repeating each other, in the source's order, filling the time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ytempire.kit.processes import current_meter
from ytempire.production.script.passages import Passage
from ytempire.production.script.readability import LONG_SHARE
from ytempire.production.script.timing import CLOSE_TO_ASKED

BEAM = 90
REFERENCE_S = 50.0  # the room for which costs and gains of a passage were found; of more room each is a smaller part
TELLING = 0.42  # salience of what is chosen, in the middle
CONSIDERED_FOR_SECTION = 30
OPENING_GAIN = 0.2  # of a passage that opens by itself, more than that of beginning as the source does
JUMP, WITHIN_PARAGRAPH, GAP = 0.07, 0.08, 0.08  # what leaving out costs: a reader missed it in 28 of 34 scripts
UNHEARD, MOST_UNHEARD = 0.05, 4  # for each thing that a passage begins with as known, and that nothing spoken names
UNHEADED = 0.15  # what a section costs that has no spoken heading where others have
MIDWAY = 0.05  # what it costs to leave a paragraph before its end
THIN = 0.15  # for a section of a single line, which hardly says what its heading promises
UNLED = 0.06  # for items of a list without what introduces it
LOOSE = 0.05  # for a sentence that has nothing to do with the one before: an example without what it is one of
LEAD = 0.12  # gain of a body that begins as its source does, which says there what it is about
GOING_BACK, GOING_BACK_BEHIND_ANSWER = 0.05, 0.15  # what it costs that the source says something before it
CONSIDERED = 160  # passages; the rest are less telling versions of them
TOO_ALIKE = 0.62  # cosine of MiniLM: sentences that say the same thing measured 0.7-0.95, same subject 0.3-0.6
# Of the likest two lines, by tf-idf of stems: 0.28-0.59 (10th to 90th percentile) in 8 labelled scripts that repeat
# themselves, 0.37 in the middle and 0.65 at the 90th in 62 that do not. Words tell less than an embedding.
TOO_ALIKE_BY_WORDS = 0.5


@dataclass(frozen=True)
class Choice:
    """Passages in the order in which they are spoken; `is_opened` where the first stands there whatever its place."""

    passages: tuple[Passage, ...]
    seconds: float
    merit: float
    lines: int
    long: int  # of the lines, those that are hard to follow by ear
    is_opened: bool = False


@dataclass(frozen=True)
class Wish:
    """What the choice should look like. `room_s` is for the passages alone."""

    room_s: float
    sections: int
    heading_s: tuple[float, ...]  # seconds that speaking each part's heading costs, 0 where it is not spoken
    pause_s: float  # what a change of section adds to a usual pause
    known: frozenset[str]  # abbreviations that the title or the hook already gives
    framing: int  # lines of the hook and the close, which are short
    lead: float | None = None  # where the first sentence of the source stands that can be used
    must_open: bool = False  # one of the openings comes first
    is_free: bool = True  # what follows an opening may stand before it in the source
    stems: Sequence[frozenset[str]] = ()  # what each sentence of the source names
    too_alike: float = TOO_ALIKE  # cosine from which on two sentences repeat each other

    @property
    def share(self) -> float:
        """What a passage counts, against one of a video of REFERENCE_S."""
        return min(1.0, REFERENCE_S / self.room_s)


def choose(
    passages: Sequence[Passage],
    wish: Wish,
    similarity: NDArray[np.float32],
    spoken: Sequence[int],
    openings: Sequence[Passage] = (),
) -> Choice | None:
    """Return the best choice that a beam search meets, or None where nothing fits. Deterministic.

    `similarity` holds the cosine of any two sentences; `spoken` are those that the hook and the close say. A passage of
    `openings` may come first although others that are chosen stand before it in the source.
    """
    pool = _pool(passages, wish)
    left = _TimeLeft(pool)
    empty = Choice((), 0.0, 0.0, wish.framing, 0)
    opened = _extended(empty, openings, wish, similarity, spoken)
    beam = [replace(choice, merit=choice.merit + OPENING_GAIN, is_opened=True) for choice in opened]
    if not wish.must_open:
        beam += _extended(empty, pool, wish, similarity, spoken)
    best: Choice | None = None
    for _ in range(3 * wish.sections):
        current_meter().check()
        if not beam:
            break
        beam.sort(
            key=lambda choice: (
                -_promise(choice, wish, left),
                [passage.start for passage in choice.passages],
                choice.seconds,
            )
        )
        del beam[BEAM:]
        champion = max(beam, key=lambda choice: _final(choice, wish))
        if best is None or _final(champion, wish) > _final(best, wish):
            best = champion
        beam = [larger for choice in beam for larger in _grown(choice, pool, wish, similarity, spoken)]
    return best


def _pool(passages: Sequence[Passage], wish: Wish) -> list[Passage]:
    """The most telling passages, in the order of the source."""
    most = max(CONSIDERED, CONSIDERED_FOR_SECTION * wish.sections)
    telling = sorted(passages, key=lambda passage: (-passage.salience, passage.start, passage.seconds))[:most]
    return sorted(telling, key=lambda passage: (passage.start, passage.seconds))


def _grown(
    choice: Choice, pool: Sequence[Passage], wish: Wish, similarity: NDArray[np.float32], spoken: Sequence[int]
) -> list[Choice]:
    following = [passage for passage in pool if _may_follow(passage, choice, wish)]
    return _extended(choice, following, wish, similarity, spoken)


def _may_follow(passage: Passage, choice: Choice, wish: Wish) -> bool:
    """Whether the source says it after what was chosen, but for a passage that opens."""
    last, opening = choice.passages[-1], choice.passages[0]
    if not (choice.is_opened and wish.is_free):
        return passage.part >= last.part and passage.start > last.end
    if not set(passage.places).isdisjoint(opening.places) or opening.start < passage.start < opening.end:
        return False
    if len(choice.passages) == 1:  # two neighbours of the source are not exchanged
        return passage.end != opening.start - 1
    return passage.part >= last.part and passage.start > last.end


def _extended(
    choice: Choice, passages: Sequence[Passage], wish: Wish, similarity: NDArray[np.float32], spoken: Sequence[int]
) -> list[Choice]:
    """The choices with one of the passages more, as far as there is time and a section for it."""
    used = [place for passage in choice.passages for place in passage.places]
    repeats = _repeats([*used, *spoken], wish, similarity)
    count = _count_sections(choice.passages)
    heard = frozenset[str]().union(*(wish.stems[place] for place in used)) if wish.stems else frozenset[str]()
    larger = []
    for passage in passages:
        opens_section = not choice.passages or passage.part != choice.passages[-1].part
        if opens_section and (count == wish.sections or passage.compares):
            continue
        is_headed = passage.develops and wish.heading_s[passage.part] > 0
        heading_s = wish.heading_s[passage.part] if is_headed and not passage.says_heading else 0.0
        pause_s = wish.pause_s + heading_s if opens_section else 0.0
        seconds = choice.seconds + passage.seconds + pause_s
        if seconds > wish.room_s * 1.02:
            continue
        merit = choice.merit + _gain(passage, choice, wish, repeats)
        unheard = len(passage.given - heard) + len(passage.subject - heard)
        if not (opens_section and is_headed and passage.is_first_of_part):  # where a source begins anew
            merit -= UNHEARD * min(MOST_UNHEARD, unheard) * wish.share
        if opens_section and choice.passages and any(wish.heading_s) and not is_headed:
            merit -= UNHEADED * wish.share
        merit += LEAD * (not choice.passages and passage.start == wish.lead and not passage.loose)
        lines, long = choice.lines + len(passage.lines), choice.long + passage.long
        larger.append(Choice((*choice.passages, passage), seconds, merit, lines, long, choice.is_opened))
    return larger


def _count_sections(passages: Sequence[Passage]) -> int:
    return sum(1 for _ in groupby(passages, key=lambda passage: passage.part))


def _repeats(heard: Sequence[int], wish: Wish, similarity: NDArray[np.float32]) -> list[float]:
    """How much each sentence of the source says again of what is heard."""
    if not heard:
        return [0.0] * len(similarity)
    alike = similarity[:, list(heard)].max(axis=1)
    excess: list[float] = np.clip(alike - wish.too_alike, 0, None).tolist()
    return excess


def _gain(passage: Passage, choice: Choice, wish: Wish, repeats: Sequence[float]) -> float:
    """Salience weighted by its share of the time, less repetition, fragments and unexplained abbreviations."""
    gain = passage.salience * passage.seconds / wish.room_s
    if passage.places:
        repeated = sum(repeats[place] for place in passage.places)
        gain -= 0.5 * repeated * (passage.seconds / len(passage.places)) / wish.room_s * 4
    cost = 0.01 * passage.long + GAP * passage.gaps + _jump(passage, choice) + MIDWAY * (not passage.closes_paragraph)
    cost += LOOSE * passage.loose + UNLED * passage.starts_in_list
    if len(passage.lines) == 1:
        cost += 0.035 if wish.room_s < 30 else 0.06
    explained = wish.known.union(*(other.defines for other in choice.passages))
    cost += 0.1 * len(passage.needs - explained)
    return gain - cost * wish.share


def _jump(passage: Passage, choice: Choice) -> float:
    """What it costs to go on there: what stands between is missing, and may be what the passage stands on."""
    last = choice.passages[-1] if choice.passages else None
    if last is not None and passage.start <= last.end + 1 and passage.part == last.part:
        return -MIDWAY * (not last.closes_paragraph)  # it goes on after all
    return JUMP if passage.opens_paragraph else JUMP + WITHIN_PARAGRAPH


class _TimeLeft:
    """How much time passages can fill that stand behind a place of the source: none of them twice."""

    def __init__(self, pool: Sequence[Passage]) -> None:
        """`pool` is in the order of the source."""
        self._starts = [passage.start for passage in pool]
        self._seconds = [0.0] * (len(pool) + 1)
        for index in reversed(range(len(pool))):
            with_it = pool[index].seconds + self.behind(pool[index].end)
            self._seconds[index] = max(self._seconds[index + 1], with_it)

    def behind(self, place: float) -> float:
        return self._seconds[bisect_right(self._starts, place)]


def _promise(choice: Choice, wish: Wish, left: _TimeLeft) -> float:
    """Merit and what the time left could still bring: compares choices of unlike length."""
    is_opening = choice.is_opened and len(choice.passages) == 1
    behind = left.behind(-1.0 if is_opening and wish.is_free else choice.passages[-1].end)
    return choice.merit + TELLING * max(0.0, min(1 - choice.seconds / wish.room_s, behind / wish.room_s))


def _final(choice: Choice, wish: Wish) -> float:
    """Merit less what is missing: time unfilled, fewer than two sections, and more long sentences than pass review."""
    short = max(0.0, 1 - choice.seconds / wish.room_s)
    lonely = 0.12 if len({passage.part for passage in choice.passages}) < 2 else 0.0
    thin = (
        THIN
        * wish.share
        * sum(
            1
            for part in {p.part for p in choice.passages}
            if sum(len(p.lines) for p in choice.passages if p.part == part) < 2
        )
    )
    hard = max(0.0, choice.long / choice.lines - LONG_SHARE + 0.05)
    cost_of_back = GOING_BACK_BEHIND_ANSWER if wish.must_open else GOING_BACK
    back = cost_of_back * (choice.is_opened and any(p.start < choice.passages[0].start for p in choice.passages))
    missing = 2.0 * max(0.0, short - 0.02) + 8.0 * max(0.0, short - CLOSE_TO_ASKED)
    return choice.merit - missing - lonely - thin - back - 3.0 * hard
