"""The writer that needs no language model: it chooses and shortens the source's own sentences, and adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ytempire.channels.persona import Persona
from ytempire.kit.errors import InvalidInput
from ytempire.production.script.lists import lists_of
from ytempire.production.script.metadata import describe, tags_for, title_for
from ytempire.production.script.passages import Passage, list_passage, needed_acronyms, passages_of, spoken_s
from ytempire.production.script.phrases import key_phrases
from ytempire.production.script.readability import count_long
from ytempire.production.script.salience import Embed, Weighed, alike, close_strength, hook_strength, weigh
from ytempire.production.script.selection import Choice, Wish, choose
from ytempire.production.script.sentence_editing import acronyms_defined, without_acronym
from ytempire.production.script.sentences import Sentence, acronyms_of, sentences_of
from ytempire.production.script.source_parts import SourcePart, parts_of
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script, Section
from ytempire.studio.voice.pacing import (
    AFTER_HEADING,
    BETWEEN_SECTIONS,
    BETWEEN_SENTENCES,
    LEAD_IN_S,
    TAIL_S,
    line_s,
    script_s,
)

WRITER = "extractive"
SPOKEN_HEADINGS_FROM_S = 45.0  # a shorter video has no time for them
CLOSE_TO_ASKED = 0.05


class NothingToSay(InvalidInput):
    """The source has too few sentences that can be understood by ear."""

    code = "source_without_substance"


@dataclass(frozen=True)
class _Material:
    source: SourceText
    sentences: Sequence[Sentence]
    weighed: Weighed
    acronyms: frozenset[str]
    rate: int
    embed: Embed


def write(source: SourceText, *, seconds: float, persona: Persona, embed: Embed) -> Script:
    """A script of about `seconds` from the source's own sentences: hook, two to four sections, close, sign-off.

    Every line but the sign-off names the block that says it. `planned_s` is what the text supports, at most about
    `seconds`. Blocking, about a second. Deterministic. Raises NothingToSay.
    """
    material = _material(source, persona, embed)
    hook, close = _frame(material)
    sign_off = [Line(text=persona.sign_off.strip(), role="sign_off", section=-1)] if persona.sign_off.strip() else []
    opening = [Line(text=hook.opening[0], role="hook", section=-1, source_block=hook.block)]
    closing = [Line(text=close.opening[0], role="close", section=-1, source_block=close.block), *sign_off]
    frame_s = (
        LEAD_IN_S + TAIL_S + spoken_s([*opening, *closing], material.rate) + BETWEEN_SECTIONS[1] - BETWEEN_SENTENCES[1]
    )
    parts, choice = _body(material, hook, close, seconds, seconds - frame_s)
    lines, sections = _put_together(material, parts, choice, opening, closing, speak=seconds >= SPOKEN_HEADINGS_FROM_S)
    length = script_s(lines, words_per_minute=material.rate)
    planned = seconds if abs(length - seconds) <= CLOSE_TO_ASKED * seconds else length
    terms = key_phrases([block.text for block in source.blocks], source.title, embed, count=12)
    return Script(
        title=title_for(source),
        description=describe(source, lines),
        tags=tags_for(source, terms),
        language=source.language,
        lines=tuple(lines),
        sections=tuple(sections),
        key_terms=tuple(terms),
        asked_s=seconds,
        planned_s=round(planned, 2),
        writer=WRITER,
        attribution=source.attribution,
        licence=source.licence,
    )


def _material(source: SourceText, persona: Persona, embed: Embed) -> _Material:
    sentences = _without_repeats(sentences_of(source))
    if sum(1 for sentence in sentences if sentence.usable) < 3:
        raise NothingToSay("This text has too few whole sentences to make a video from.", hint="Give a text in prose.")
    return _Material(
        source,
        sentences,
        weigh(source, sentences, embed),
        frozenset(acronyms_of(source)),
        persona.voice.words_per_minute,
        embed,
    )


def _without_repeats(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Texts put together from parts say some sentences twice: the later one is not used."""
    marked_sentences: list[Sentence] = []
    for sentence in sentences:
        repeated = sentence.usable and any(
            other.usable and abs(other.words - sentence.words) <= 3 and alike(sentence.source, other.source) > 0.85
            for other in marked_sentences
        )
        marked_sentences.append(replace(sentence, usable=False) if repeated else sentence)
    return marked_sentences


def _frame(material: _Material) -> tuple[Sentence, Sentence]:
    """The hook and the close: two different sentences that each stand alone."""
    last = max(sentence.place for sentence in material.sentences)

    def unexplained(sentence: Sentence) -> int:
        lines = [Line(text=text, role="body", section=0) for text in sentence.opening]
        return len(needed_acronyms(lines, material.acronyms) - _title_words(material.source))

    def hook_merit(sentence: Sentence) -> float:
        return hook_strength(sentence, material.weighed) - 0.8 * unexplained(sentence)

    usable = [sentence for sentence in material.sentences if sentence.usable]
    hook = max(usable, key=lambda sentence: (hook_merit(sentence), -sentence.place))
    vectors = material.weighed.vectors

    def close_merit(sentence: Sentence) -> float:
        likeness = float(vectors[sentence.place] @ vectors[hook.place])
        return (
            close_strength(sentence, material.weighed, last)
            - 0.8 * unexplained(sentence)
            - 2 * max(0.0, likeness - 0.7)
        )

    others = [
        sentence for sentence in usable if sentence.place != hook.place and alike(sentence.source, hook.source) < 0.8
    ]
    return hook, max(others or usable, key=lambda sentence: (close_merit(sentence), sentence.place))


def _title_words(source: SourceText) -> frozenset[str]:
    return frozenset(source.title.split())


def _body(
    material: _Material, hook: Sentence, close: Sentence, seconds: float, room_s: float
) -> tuple[list[SourcePart], Choice]:
    wanted = 2 if seconds < 45 else 3 if seconds < 90 else 4
    parts = parts_of(material.source, material.sentences, material.weighed.vectors, most=wanted)
    vectors = material.weighed.vectors
    similarity = vectors @ vectors.T
    # What the hook or the close already said, here or in the same words elsewhere, is not said again.
    taken = frozenset(
        sentence.place
        for sentence in material.sentences
        if max(alike(sentence.source, hook.source), alike(sentence.source, close.source)) > 0.85
    )
    speak = seconds >= SPOKEN_HEADINGS_FROM_S
    wish = Wish(
        room_s=room_s,
        sections=wanted,
        heading_s=tuple(_heading_s(part, material.rate) if speak else 0.0 for part in parts),
        pause_s=BETWEEN_SECTIONS[1] - BETWEEN_SENTENCES[1],
        known=_title_words(material.source),
        framing=2,
        long_framing=count_long([hook.opening[0], close.opening[0]]),
    )
    best: Choice | None = None
    # Where the first choice cannot fill the time: one section more, then the sentences of lists as well.
    for more, items in ((0, False), (1, False), (1, True)):
        passages = passages_of(
            material.sentences,
            material.weighed,
            parts,
            taken=taken,
            acronyms=material.acronyms,
            words_per_minute=material.rate,
            items=items,
        )
        passages += _list_passages(material, parts)
        choice = choose(passages, replace(wish, sections=wanted + more), similarity, [hook.place, close.place])
        if choice is not None and (best is None or choice.seconds > best.seconds):
            best = choice
        if best is not None and best.seconds >= room_s * (1 - CLOSE_TO_ASKED / 2):
            break
    if best is None:
        raise NothingToSay(
            "This text has too few sentences that can be understood by ear.", hint="Give a longer text in prose."
        )
    return parts, best


def _heading_s(part: SourcePart, rate: int) -> float:
    if part.heading is None or not _speakable(part.heading):
        return 0.0
    return line_s(part.heading, words_per_minute=rate) + AFTER_HEADING[1]


def _speakable(heading: str) -> bool:
    return heading.endswith("?") or len(heading.split()) <= 4


def _list_passages(material: _Material, parts: Sequence[SourcePart]) -> list[Passage]:
    passages = []
    for points in lists_of(material.source):
        part = next((index for index, source_part in enumerate(parts) if points.block + 1 in source_part.blocks), None)
        if part is None:
            continue
        start = (
            next(
                (sentence.place for sentence in material.sentences if sentence.block > points.block),
                len(material.sentences),
            )
            - 0.5
        )
        text = " ".join(line.text for line in points.lines)
        near = float(material.embed([text])[0] @ material.embed([material.source.title])[0])
        # A list reads and looks well: as good as a telling sentence of the same nearness to the title.
        salience = 0.46 + 0.3 * max(0.0, near)
        moved = type(points)(start=start, block=points.block, lines=points.lines)
        passages.append(list_passage(moved, part, salience, material.rate))
    return passages


def _put_together(
    material: _Material,
    parts: Sequence[SourcePart],
    choice: Choice,
    opening: Sequence[Line],
    closing: Sequence[Line],
    *,
    speak: bool,
) -> tuple[list[Line], list[Section]]:
    lines = list(opening)
    sections: list[Section] = []
    chosen = sorted({passage.part for passage in choice.passages})
    used = [heading for part in chosen if (heading := parts[part].heading) is not None]
    for part in chosen:
        number, first = len(sections), len(lines)
        body = [line for passage in choice.passages if passage.part == part for line in passage.lines]
        heading = parts[part].heading
        if speak and heading is not None and _speakable(heading):
            lines.append(_heading_line(material.source, heading, number, body))
        heading = heading or _named_after(body, parts[part], used, material)
        used.append(heading or "")
        lines += [line.model_copy(update={"section": number}) for line in body]
        sections.append(Section(heading=heading, first_line=first, last_line=len(lines) - 1))
    return _tidied([*lines, *closing]), sections


def _heading_line(source: SourceText, heading: str, section: int, body: Sequence[Line]) -> Line:
    first = min(line.source_block for line in body if line.source_block is not None)
    block = max(
        (index for index, source_block in enumerate(source.blocks[: first + 1]) if source_block.kind == "heading"),
        default=None,
    )
    return Line(
        text=heading if heading.endswith("?") else f"{heading}.", role="heading", section=section, source_block=block
    )


def _named_after(body: Sequence[Line], part: SourcePart, used: Sequence[str], material: _Material) -> str | None:
    """A term of this part of the source that the chosen lines say too."""
    text = " ".join(line.text for line in body)
    phrases = key_phrases([material.source.blocks[block].text for block in part.blocks], text, material.embed, count=12)
    spoken_phrases = [
        phrase
        for phrase in phrases
        if phrase.lower() in text.lower() and phrase.lower() != material.source.title.lower()
    ]
    spoken_phrases += [
        phrase for phrase in key_phrases([text], text, material.embed, count=6) if phrase not in spoken_phrases
    ]
    taken = {_singular(name) for name in used}
    chosen = next((phrase for phrase in spoken_phrases if _singular(phrase) not in taken), None)
    return chosen[:1].upper() + chosen[1:] if chosen else None


def _singular(phrase: str) -> str:
    return phrase.lower().removesuffix("s")


def _tidied(lines: Sequence[Line]) -> list[Line]:
    """Abbreviations in brackets stay only where a later line uses them."""
    tidied = []
    for index, line in enumerate(lines):
        text = line.text
        for acronym in acronyms_defined(text):
            if not any(acronym in later.text for later in lines[index + 1 :]):
                text = without_acronym(text, acronym)
        tidied.append(line.model_copy(update={"text": text}))
    return tidied
