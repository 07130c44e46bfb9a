"""Runs of neighbouring sentences that can be spoken as they stand: the pieces that a script is put together from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise, takewhile

from ytempire.language.words import content_stems, words_of
from ytempire.production.script.lists import PointList
from ytempire.production.script.readability import count_long
from ytempire.production.script.salience import Weighed
from ytempire.production.script.sentence_editing import acronyms_defined
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.source_parts import SourcePart
from ytempire.production.script.words import word_set
from ytempire.studio.script_document import Line
from ytempire.studio.voice.pacing import BETWEEN_SENTENCES, line_s

MOST_SENTENCES = 8
LONGEST_S = 36.0  # seconds; beyond, one subject fills half of a short video
MUCH = 2  # sentences of a paragraph, or its first
OF_THEME = 3  # sentences that have a word of what a source is about
MOST_DELETED = 1 / 3  # of the content words of a sentence on which a pronoun stands
# Abbreviations that a listener needs no explanation for.
WELL_KNOWN = word_set(
    """
    US USA UK EU UN FBI CIA NASA DNA TV URL PDF GPS API IT AI UV IP SMS MIT HIV AIDS CEO
    """
)


@dataclass(frozen=True)
class Pace:
    """How quickly a language is spoken to the listener of a script."""

    words_per_minute: int
    language: str

    def line_s(self, text: str) -> float:
        """Return the expected seconds of one line."""
        return line_s(text, words_per_minute=self.words_per_minute, language=self.language)


@dataclass(frozen=True)
class Passage:
    part: int
    places: tuple[int, ...]  # sentences of the source that it speaks; empty for a list
    start: float  # where it stands in the source, to keep the order
    lines: tuple[Line, ...]  # their section is set when the script is put together
    seconds: float  # its sound and the pauses after its lines
    salience: float  # mean over its time, 0..1
    defines: frozenset[str]  # abbreviations that it explains
    needs: frozenset[str]  # abbreviations that it uses without explaining them
    long: int  # of its lines, those that are hard to follow by ear
    opens_paragraph: bool = True
    gaps: int = 0  # times that it leaves out a sentence of the source
    closes_paragraph: bool = True  # with its last sentence
    is_first_of_part: bool = False  # it begins as its part does
    loose: int = (
        0  # times that a sentence has nothing in common with the one before it, nor with the rest of the source
    )
    given: frozenset[str] = frozenset()  # stems of its first sentence that the source takes to be known there
    subject: frozenset[str] = frozenset()  # the stems of "the" things that it begins with
    list_end: float = 0.0
    compares: bool = False  # at its start with something that was said before of its part
    starts_in_list: bool = False  # with an item, which may need what introduces the list
    says_heading: bool = False  # of its part, as its own first line
    develops: bool = False  # what the heading of its part names, which may be spoken before it

    @property
    def end(self) -> float:
        """The place of its last sentence, or of a list's last item."""
        return float(self.places[-1]) if self.places else self.list_end


def passages_of(
    sentences: Sequence[Sentence],
    weighed: Weighed,
    parts: Sequence[SourcePart],
    *,
    taken: frozenset[int],
    acronyms: frozenset[str],
    pace: Pace,
    items: bool = False,
) -> list[Passage]:
    """Every passage of one to six sentences within a part. `taken` are sentences that the hook or the close speaks.

    `items` lets whole sentences of lists in, which a text needs that says most of what it has to say in lists.
    """
    passages: list[Passage] = []
    stems = _stems_of(tuple(sentence.source for sentence in sentences), pace.language)
    for index, part in enumerate(parts):
        inside = [
            sentence
            for sentence in sentences
            if sentence.block in part.blocks
            and sentence.usable
            and sentence.place not in taken
            and (items or not sentence.item)
        ]
        for first in range(len(inside)):
            for run in _runs(inside, first, pace.language):
                passage = _passage(index, run, weighed, acronyms, pace)
                if passage.seconds > LONGEST_S:
                    break
                if _is_whole(run, sentences, taken):
                    closes = _closes_paragraph(run[-1], sentences)
                    is_first = first == 0 and _stands_first(run[0], part, sentences)
                    loose = sum(stems.is_loose(*pair) for pair in pairwise(run))
                    passages.append(replace(passage, closes_paragraph=closes, is_first_of_part=is_first, loose=loose))
    return passages


class _Stems:
    """What the sentences of a source have in common."""

    def __init__(self, sources: Sequence[str], language: str) -> None:
        self._of = [frozenset(content_stems(words_of(source), language)) for source in sources]
        counts = Counter(stem for stems in self._of for stem in stems)
        self._theme = frozenset(stem for stem, count in counts.items() if count >= OF_THEME)

    def is_loose(self, earlier: Sentence, later: Sentence) -> bool:
        """Tell whether a sentence neither leans on the one before it, nor shares a word with it or with the theme."""
        stems = self._of[later.place]
        return not later.leans and stems.isdisjoint(self._of[earlier.place]) and stems.isdisjoint(self._theme)


@lru_cache(maxsize=4)  # each hook that is tried asks for it again
def _stems_of(sources: tuple[str, ...], language: str) -> _Stems:
    return _Stems(sources, language)


def _runs(inside: Sequence[Sentence], first: int, language: str) -> Iterable[list[Sentence]]:
    """The runs that begin at `first`: what leans on its forerunner may follow it only directly."""
    if inside[first].leans and not inside[first].compares:
        return
    run = [inside[first]]
    yield list(run)
    for following in inside[first + 1 : first + MOST_SENTENCES]:
        direct = following.place == run[-1].place + 1
        if not direct and (following.leans or run[-1].question or following.place > run[-1].place + 3):
            return
        if not direct and following.block != run[-1].block and following.block != run[-1].block + 1:
            return
        if following.leans and (_loses_antecedent(run[-1], following, language) or _lacks_paragraph(run, following)):
            return
        run.append(following)
        yield list(run)


def _lacks_paragraph(run: Sequence[Sentence], following: Sentence) -> bool:
    """What leans at the start of a paragraph stands on much of the one before: "these various challenges"."""
    if not following.first_in_block or following.item:
        return False
    before = [sentence for sentence in run if sentence.block == run[-1].block]
    return len(before) < MUCH and not before[0].first_in_block


def _stands_first(sentence: Sentence, part: SourcePart, sentences: Sequence[Sentence]) -> bool:
    """It begins its part, or stands behind its first sentence, which cannot be spoken."""
    first = next(other.place for other in sentences if other.block in part.blocks)
    return sentence.place - first <= 1


def _is_whole(run: Sequence[Sentence], sentences: Sequence[Sentence], taken: frozenset[int]) -> bool:
    """Nothing that is asked, announced or begun is left open, and nothing is said without what takes back a part."""
    if run[-1].question or run[-1].source.rstrip().endswith(":"):
        return False
    spoken = {sentence.place for sentence in run}
    for number, sentence in enumerate(run):
        behind = sentence.place + 1
        following = sentences[behind] if behind < len(sentences) else None
        is_limited = following is not None and following.completes and following.block == sentence.block
        if is_limited and behind not in spoken and behind not in taken:
            return False
        if sentence.announces and not _is_held(sentence, len(run) - number - 1, run, sentences):
            return False
    return _tells_all_steps(run, sentences) and not _is_material_of_question(run[-1], sentences)


def _is_material_of_question(last: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Its paragraph goes on to ask something about it: "What do these have in common?"."""
    behind = takewhile(lambda sentence: sentence.block == last.block, islice(sentences, last.place + 1, None))
    following = next((sentence for sentence in behind if sentence.leans), None)
    return following is not None and following.question


def _is_held(announcing: Sentence, count: int, run: Sequence[Sentence], sentences: Sequence[Sentence]) -> bool:
    """As many sentences come behind it as it announces things, or all that its paragraph has."""
    if count == 0 or run[run.index(announcing) + 1].place != announcing.place + 1:
        return False
    return count >= announcing.announces or _closes_paragraph(run[-1], sentences)


def _tells_all_steps(run: Sequence[Sentence], sentences: Sequence[Sentence]) -> bool:
    """The steps of a numbered list are told behind what introduces them and to the last, or none of them is."""
    steps = [sentence.place for sentence in run if sentence.step]
    if not steps:
        return True
    behind = steps[-1] + 1
    goes_on = behind < len(sentences) and sentences[behind].step
    return steps[0] - 1 in {sentence.place for sentence in run} and len(steps) == behind - steps[0] and not goes_on


def _closes_paragraph(last: Sentence, sentences: Sequence[Sentence]) -> bool:
    behind = last.place + 1
    return behind == len(sentences) or sentences[behind].block != last.block


def _loses_antecedent(earlier: Sentence, later: Sentence, language: str) -> bool:
    """Whether the later sentence stands on words of the earlier one that were deleted from it."""
    complete = set(content_stems(words_of(earlier.source), language))
    spoken = set(content_stems(words_of(" ".join(earlier.lines)), language))
    named = set(content_stems(words_of(later.source), language))
    deleted = complete - spoken
    is_cut_down = len(deleted) > MOST_DELETED * len(complete)
    return not named.isdisjoint(deleted) or (is_cut_down and named.isdisjoint(spoken))


def _passage(part: int, run: Sequence[Sentence], weighed: Weighed, acronyms: frozenset[str], pace: Pace) -> Passage:
    lines: list[Line] = []
    for number, sentence in enumerate(run):
        joined = sentence.compares or (number > 0 and run[number - 1].place == sentence.place - 1)
        lines += [
            Line(text=text, role="body", section=part, source_block=sentence.block)
            for text in (sentence.lines if joined else sentence.opening)
        ]
    durations = [sum(pace.line_s(text) for text in sentence.lines) for sentence in run]
    salience = sum(
        float(weighed.salience[sentence.place]) * length for sentence, length in zip(run, durations, strict=True)
    ) / sum(durations)
    return Passage(
        part=part,
        places=tuple(sentence.place for sentence in run),
        start=float(run[0].place),
        lines=tuple(lines),
        seconds=spoken_s(lines, pace),
        salience=salience,
        defines=frozenset(name for line in lines for name in acronyms_defined(line.text)),
        needs=needed_acronyms(lines, acronyms),
        long=count_long(line.text for line in lines),
        opens_paragraph=run[0].first_in_block,
        starts_in_list=run[0].item,
        compares=run[0].compares,
        gaps=sum(later.place != earlier.place + 1 for earlier, later in pairwise(run)),
    )


def list_passage(points: PointList, part: int, salience: float, pace: Pace, end: float) -> Passage:
    """Points are labels: an abbreviation among them is read from the picture, so none needs an explanation."""
    return Passage(
        part=part,
        places=(),
        start=points.start,
        list_end=end,
        lines=tuple(line.model_copy(update={"section": part}) for line in points.lines),
        seconds=spoken_s(points.lines, pace),
        salience=salience,
        defines=frozenset(),
        needs=frozenset(),
        long=count_long(line.text for line in points.lines),
    )


def spoken_s(lines: Sequence[Line], pace: Pace) -> float:
    return sum(pace.line_s(line.text) + BETWEEN_SENTENCES[1] for line in lines)


def needed_acronyms(lines: Sequence[Line], acronyms: frozenset[str]) -> frozenset[str]:
    """Abbreviations that are heard before they are explained."""
    known: set[str] = set()
    needed: set[str] = set()
    for line in lines:
        known.update(acronyms_defined(line.text))
        used = set(re.findall(r"\b\d?[A-Z][A-Za-z]{0,3}[A-Z]\b", line.text)) | {
            name for name in acronyms if re.search(rf"\b{re.escape(name)}\b", line.text)
        }
        needed |= used - known - WELL_KNOWN
    return frozenset(needed)
