"""Runs of neighbouring sentences that can be spoken as they stand: the pieces that a script is put together from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

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

MOST_SENTENCES = 6
LONGEST_S = 36.0  # seconds; beyond, one subject fills half of a short video
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

    @property
    def end(self) -> float:
        """The place of its last sentence."""
        return float(self.places[-1]) if self.places else self.start


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
                if not run[-1].question:
                    passages.append(passage)
    return passages


def _runs(inside: Sequence[Sentence], first: int, language: str) -> Iterable[list[Sentence]]:
    """The runs that begin at `first`: what leans on its forerunner may follow it only directly."""
    if inside[first].leans:
        return
    run = [inside[first]]
    yield list(run)
    for following in inside[first + 1 : first + MOST_SENTENCES]:
        direct = following.place == run[-1].place + 1
        if not direct and (following.leans or run[-1].question or following.place > run[-1].place + 3):
            return
        if not direct and following.block != run[-1].block and following.block != run[-1].block + 1:
            return
        if direct and following.leans and _loses_antecedent(run[-1], following, language):
            return
        run.append(following)
        yield list(run)


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
        joined = number > 0 and run[number - 1].place == sentence.place - 1
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
        gaps=sum(later.place != earlier.place + 1 for earlier, later in pairwise(run)),
    )


def list_passage(points: PointList, part: int, salience: float, pace: Pace) -> Passage:
    """Points are labels: an abbreviation among them is read from the picture, so none needs an explanation."""
    return Passage(
        part=part,
        places=(),
        start=points.start,
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
