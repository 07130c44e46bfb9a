"""Which passages of a source become the body of a script, in the order in which they are spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ytempire.production.script.continuation import continuing_passages
from ytempire.production.script.framing import Framing
from ytempire.production.script.hooks import Hook
from ytempire.production.script.lists import PointList
from ytempire.production.script.material import Material
from ytempire.production.script.ordering import keeps_order, openings_of
from ytempire.production.script.passages import Passage, list_passage, passages_of
from ytempire.production.script.salience import alike
from ytempire.production.script.section_headings import develops_heading, spoken_heading
from ytempire.production.script.selection import TOO_ALIKE, TOO_ALIKE_BY_WORDS, Choice, Wish, choose
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.source_parts import SourcePart, parts_of
from ytempire.production.script.speakable import brief
from ytempire.production.script.timing import CLOSE_TO_ASKED, SECTION_PAUSE_S
from ytempire.studio.voice.pacing import AFTER_HEADING

SPOKEN_HEADINGS_FROM_S = 45.0  # a shorter video has no time for them
FEW_SECTIONS, HEADED = 2, 0.6  # of more sections so many have a heading where any is spoken
SECTION_S = 45.0  # of a long video
BRIEF_TO_S = 20.0  # a shorter video is all matter, and of main clauses
BRIEF_BELOW_S, BRIEF_TOLERANCE = 8.0, 0.05
SAID = 0.85  # of the words of a sentence in the hook or the close, which is then not said again
# A list reads and looks well: as good as a telling sentence of the same nearness to the title.
LIST_SALIENCE, NEARNESS_WEIGHT = 0.46, 0.3
PROCEDURE_GAIN = 0.3  # of its steps: a text that tells how something is done is read for them


@dataclass(frozen=True)
class Body:
    """Passages by the parts of the source; `is_opened` says that the first of them stands there for itself."""

    parts: Sequence[SourcePart]
    passages: Sequence[Passage]
    is_opened: bool
    speaks_headings: bool


def select_body(
    material: Material, hook: Hook, close: Framing, *, seconds: float, room_s: float, keep_order: bool = False
) -> Body | None:
    """Return what fills the room of a body best; None where nothing fits behind this hook.

    With `keep_order` no passage is spoken before what the source says first.
    """
    if room_s < BRIEF_BELOW_S:
        room_s += BRIEF_TOLERANCE * seconds
    sections = _wanted_sections(seconds)
    speaks = seconds >= SPOKEN_HEADINGS_FROM_S
    parts = parts_of(material.source, material.sentences, material.weighed.vectors, most=sections)
    wish = Wish(
        room_s=room_s,
        sections=sections,
        heading_s=tuple(_heading_s(part, material) if speaks else 0.0 for part in parts),
        pause_s=SECTION_PAUSE_S,
        known=frozenset(material.source.title.split()),
        framing=2,
        # a short video has no time for what leads to the answer
        lead=_lead(material, hook, close) if speaks or not hook.answers else None,
        must_open=hook.answers is not None,
        is_free=not keep_order and not keeps_order(material),
        too_alike=TOO_ALIKE if material.source.language == "en" else TOO_ALIKE_BY_WORDS,
    )
    spoken = _briefly(material, room_s) if seconds < BRIEF_TO_S else material
    choice = _fullest_choice(spoken, parts, wish, hook, close)
    if choice is not None and speaks and not _has_headings(choice, parts):
        # a heading here and none there reads as if a section were missing one: then none is spoken
        speaks = False
        choice = _fullest_choice(spoken, parts, replace(wish, heading_s=(0.0,) * len(parts)), hook, close) or choice
    return Body(parts, choice.passages, choice.is_opened, speaks) if choice else None


def _has_headings(choice: Choice, parts: Sequence[SourcePart]) -> bool:
    """Sections have headings that can be spoken, but for the one that begins the body and a source's own start.

    Of many sections a few can do without.
    """
    firsts = [next(run) for _, run in groupby(choice.passages, key=lambda passage: passage.part)]
    headed = [first.develops for first in firsts[1:] if first.part > 0 or parts[0].heading is not None]
    return all(headed) if len(headed) <= FEW_SECTIONS else sum(headed) >= HEADED * len(headed)


def _lead(material: Material, hook: Hook, close: Framing) -> float | None:
    taken = _taken(material, (hook.framing, close))
    places = (s.place for s in material.sentences if s.usable and not s.leans and not s.item and s.place not in taken)
    return next(map(float, places), None)


def _wanted_sections(seconds: float) -> int:
    return 2 if seconds < 45 else 3 if seconds < 90 else max(4, round(seconds / SECTION_S))


def _fullest_choice(
    material: Material, parts: Sequence[SourcePart], wish: Wish, hook: Hook, close: Framing
) -> Choice | None:
    """Where the first choice cannot fill the time: one section more, the sentences of lists as well, then twice as many
    sections, which a text of many short parts needs."""
    vectors = material.weighed.vectors
    similarity = vectors @ vectors.T
    framings = (hook.framing, close)
    answers = hook.answers or frozenset()  # which a close may say again in short
    spoken = [framing.sentence.place for framing in framings if framing.sentence is not None]
    heard = [place for place in spoken if place not in answers]
    lists = _list_passages(material, parts, speaks_headings=any(wish.heading_s))
    wish = replace(wish, stems=material.given.stems)
    best: Choice | None = None
    for more, items in ((0, False), (1, False), (1, True), (wish.sections, True)):
        passages = passages_of(
            material.sentences,
            material.weighed,
            parts,
            taken=_taken(material, framings) - answers,
            acronyms=material.acronyms,
            pace=material.pace,
            items=items,
        )
        passages = [_placed(passage, parts[passage.part], material) for passage in passages]
        openings = openings_of(passages, hook, material, wish.lead) if wish.is_free or wish.must_open else []
        if not wish.must_open:
            openings = [*openings, *continuing_passages(hook, material, parts, _taken(material, framings))]
        wider = replace(wish, sections=wish.sections + more)
        choice = choose([*passages, *lists], wider, similarity, heard, openings)
        if choice is not None and (best is None or choice.seconds > best.seconds):
            best = choice
        if best is not None and best.seconds >= wish.room_s * (1 - CLOSE_TO_ASKED / 2):
            break
    return best


def _placed(passage: Passage, part: SourcePart, material: Material) -> Passage:
    """A passage with what it has to do with the heading of its part, and with what was said before."""
    first = passage.places[0]
    return replace(
        passage,
        develops=develops_heading(passage, part, material.source.title, material.source.language),
        given=material.given.named[first],
        subject=material.given.definite[first],
    )


def _taken(material: Material, framings: Sequence[Framing]) -> frozenset[int]:
    """What the hook or the close says, here or in the same words elsewhere."""
    return frozenset(
        sentence.place
        for sentence in material.sentences
        if max(alike(sentence.source, framing.text) for framing in framings) > SAID
    )


def _briefly(material: Material, room_s: float) -> Material:
    """The sentences by their main clauses: a few seconds have no room for more."""
    longest, language = int(room_s * material.pace.words_per_minute / 60), material.source.language
    return replace(material, sentences=[_brief(sentence, longest, language) for sentence in material.sentences])


def _brief(sentence: Sentence, longest: int, language: str) -> Sentence:
    text = brief(sentence.opening[0], longest, language) if sentence.usable else None
    return replace(sentence, lines=(text,), opening=(text,)) if text else replace(sentence, usable=False)


def _heading_s(part: SourcePart, material: Material) -> float:
    heading = spoken_heading(part)
    return material.pace.line_s(heading) + AFTER_HEADING[1] if heading else 0.0


def _list_passages(material: Material, parts: Sequence[SourcePart], *, speaks_headings: bool) -> list[Passage]:
    passages = []
    for points in material.lists:
        if points.is_procedure and not speaks_headings:
            continue  # steps of which nobody says what they lead to
        part = next((index for index, source_part in enumerate(parts) if points.block + 1 in source_part.blocks), None)
        if part is not None:
            placed = replace(points, start=_start(points, material.sentences))
            passage = list_passage(
                placed, part, _list_salience(points, material), material.pace, _end(points, material.sentences)
            )
            is_first = parts[part].blocks[0] == points.block + points.is_procedure
            passage = replace(passage, is_first_of_part=is_first)
            develops = develops_heading(passage, parts[part], material.source.title, material.source.language)
            says_heading = not points.is_procedure and material.source.blocks[points.block].kind == "heading"
            if develops or not points.is_procedure:
                passages.append(replace(passage, develops=develops, says_heading=says_heading))
    return passages


def _start(points: PointList, sentences: Sequence[Sentence]) -> float:
    """Before the first sentence behind it."""
    following = (sentence.place for sentence in sentences if sentence.block > points.block)
    return next(following, len(sentences)) - 0.5


def _end(points: PointList, sentences: Sequence[Sentence]) -> float:
    """The place of the last sentence of its items, which are not told once more."""
    last = max(line.source_block for line in points.lines if line.source_block is not None)
    return max((float(sentence.place) for sentence in sentences if sentence.block <= last), default=-1.0)


def _list_salience(points: PointList, material: Material) -> float:
    text = " ".join(line.text for line in points.lines)
    vectors = material.embed([text, material.source.title])
    nearness = NEARNESS_WEIGHT * max(0.0, float(vectors[0] @ vectors[1]))
    return LIST_SALIENCE + PROCEDURE_GAIN * points.is_procedure + nearness
