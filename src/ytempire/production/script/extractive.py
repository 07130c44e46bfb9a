"""The writer that needs no language model: it chooses and shortens the source's own sentences, and adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ytempire.channels.persona import Persona
from ytempire.kit.errors import InvalidInput
from ytempire.production.script.framing import Framing, Judge, choose_close, choose_hook
from ytempire.production.script.lexical_vectors import vectors_for
from ytempire.production.script.lists import lists_of
from ytempire.production.script.metadata import describe, tags_for, title_for
from ytempire.production.script.passages import Pace, Passage, list_passage, passages_of, spoken_s
from ytempire.production.script.phrases import key_phrases
from ytempire.production.script.rules.all_rules import RULES_OF_BODIES, RULES_OF_FRAMES, RULES_OF_SENTENCES
from ytempire.production.script.rules.authors_voice import is_told_by_author, says_we
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.salience import Embed, Weighed, alike, weigh
from ytempire.production.script.selection import TOO_ALIKE, TOO_ALIKE_BY_WORDS, Choice, Wish, choose
from ytempire.production.script.sentence_editing import acronyms_defined, without_acronym
from ytempire.production.script.sentences import Sentence, acronyms_of, sentences_of
from ytempire.production.script.sign_off import sign_off_lines
from ytempire.production.script.source_parts import SourcePart, parts_of
from ytempire.production.script.speakable import brief
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script, Section
from ytempire.studio.voice.pacing import (
    AFTER_HEADING,
    BETWEEN_SECTIONS,
    BETWEEN_SENTENCES,
    LEAD_IN_S,
    TAIL_S,
    script_s,
)

WRITER = "extractive"
SPOKEN_HEADINGS_FROM_S = 45.0  # a shorter video has no time for them
SECTION_S = 45.0  # of a long video
REPAIRS = 4  # times that other sentences are chosen for those in which a rule finds a fault
SIGN_OFF_FROM_S = 20.0  # a shorter video is all matter, and of main clauses
BRIEF_BELOW_S, BRIEF_TOLERANCE = 8.0, 0.05
CLOSE_TO_ASKED = 0.05


class NothingToSay(InvalidInput):
    """The source has too few sentences that can be understood by ear."""

    code = "source_without_substance"


@dataclass(frozen=True)
class _Material:
    source: SourceText
    reviewed: ReviewedScript
    sentences: Sequence[Sentence]
    weighed: Weighed
    acronyms: frozenset[str]
    pace: Pace
    embed: Embed


def write(source: SourceText, *, seconds: float, persona: Persona, embed: Embed) -> Script:
    """A script of about `seconds` from the source's own sentences: hook, two to four sections, close, sign-off.

    Every line but the sign-off names the block that says it. `planned_s` is what the text supports, at most about
    `seconds`. Blocking, about a second. Deterministic. Raises NothingToSay.
    """
    material = _material(source, persona, embed)
    lines, sections = _composed(material, persona, seconds)
    for _ in range(REPAIRS):
        better = _without_lines(material, _named_lines(material, lines))
        if better is material:
            break
        material = better
        lines, sections = _composed(material, persona, seconds)
    length = script_s(lines, words_per_minute=material.pace.words_per_minute, language=source.language)
    planned = seconds if abs(length - seconds) <= CLOSE_TO_ASKED * seconds else length
    terms = key_phrases(
        [block.text for block in source.blocks], source.title, material.embed, language=source.language, count=12
    )
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


def _composed(material: _Material, persona: Persona, seconds: float) -> tuple[list[Line], list[Section]]:
    """The lines and sections that these sentences make."""
    is_faultless = _is_faultless(material.reviewed)
    hook = choose_hook(material.source, material.sentences, is_faultless)
    close = choose_close(material.source, material.sentences, hook, is_faultless)
    sign_off = sign_off_lines(persona, material.source.language) if seconds >= SIGN_OFF_FROM_S else []
    opening, closing = [hook.line("hook")], [close.line("close"), *sign_off]
    frame_s = (
        LEAD_IN_S + TAIL_S + spoken_s([*opening, *closing], material.pace) + BETWEEN_SECTIONS[1] - BETWEEN_SENTENCES[1]
    )
    parts, choice = _body(material, hook, close, seconds, seconds - frame_s)
    return _put_together(material, parts, choice, opening, closing, speak=seconds >= SPOKEN_HEADINGS_FROM_S)


def _named_lines(material: _Material, lines: Sequence[Line]) -> set[str]:
    """The lines in which the rules of whole scripts find a fault."""
    script = material.reviewed.with_lines(lines)
    findings = (finding for rule in RULES_OF_BODIES for finding in rule(script))
    return {script.lines[finding.line].text for finding in findings if finding.line is not None}


def _without_lines(material: _Material, texts: set[str]) -> _Material:
    """The same material without the sentences that say one of these; itself where there is none."""
    banned = [
        sentence.place for sentence in material.sentences if not texts.isdisjoint((*sentence.lines, *sentence.opening))
    ]
    if not banned:
        return material
    sentences = [
        replace(sentence, usable=sentence.usable and sentence.place not in banned) for sentence in material.sentences
    ]
    return replace(material, sentences=sentences)


def _material(source: SourceText, persona: Persona, embed: Embed) -> _Material:
    embed = vectors_for(source, embed)
    reviewed = ReviewedScript.of((), source, seconds=1, asked_s=1)
    sentences = _without_faults(sentences_of(source), reviewed, source)
    if sum(1 for sentence in sentences if sentence.usable) < 3:
        raise NothingToSay("This text has too few whole sentences to make a video from.", hint="Give a text in prose.")
    return _Material(
        source,
        reviewed,
        sentences,
        weigh(source, sentences, embed),
        frozenset(acronyms_of(source)),
        Pace(persona.voice.words_per_minute, source.language),
        embed,
    )


def _without_faults(sentences: Sequence[Sentence], reviewed: ReviewedScript, source: SourceText) -> list[Sentence]:
    """Sentences in which a rule finds a fault, or that were said before, are not used."""
    lines = [(sentence.place, text) for sentence in sentences if sentence.usable for text in sentence.lines]
    faulty = {lines[number][0] for number in _faulty([text for _, text in lines], reviewed, source)}
    return [replace(sentence, usable=sentence.usable and sentence.place not in faulty) for sentence in sentences]


def _faulty(texts: Sequence[str], reviewed: ReviewedScript, source: SourceText) -> set[int]:
    """Which of these sentences no script may say, whatever stands before them."""
    lines = [Line(text=text, role="body", section=0) for text in texts]
    script = reviewed.with_lines(lines)
    findings = (finding for rule in RULES_OF_SENTENCES for finding in rule(script))
    faulty = {finding.line for finding in findings if finding.line is not None}
    if is_told_by_author(source):
        faulty |= {number for number, text in enumerate(texts) if says_we(text, source.language)}
    return faulty


def _is_faultless(reviewed: ReviewedScript) -> Judge:
    """What says whether a line can open or close a script of this source."""

    def judge(role: str, text: str) -> bool:
        line = Line.model_validate({"text": text, "role": role, "section": -1})
        script = reviewed.with_lines([line])
        return not any(True for rule in RULES_OF_FRAMES for _ in rule(script))

    return judge


def _title_words(source: SourceText) -> frozenset[str]:
    return frozenset(source.title.split())


def _body(
    material: _Material, hook: Framing, close: Framing, seconds: float, room_s: float
) -> tuple[list[SourcePart], Choice]:
    if room_s < BRIEF_BELOW_S:
        room_s += BRIEF_TOLERANCE * seconds
    wanted = 2 if seconds < 45 else 3 if seconds < 90 else max(4, round(seconds / SECTION_S))
    parts = parts_of(material.source, material.sentences, material.weighed.vectors, most=wanted)
    vectors = material.weighed.vectors
    similarity = vectors @ vectors.T
    # What the hook or the close already said, here or in the same words elsewhere, is not said again.
    taken = frozenset(
        sentence.place
        for sentence in material.sentences
        if max(alike(sentence.source, framing.text) for framing in (hook, close)) > 0.85
    )
    spoken = [framing.sentence.place for framing in (hook, close) if framing.sentence is not None]
    speak = seconds >= SPOKEN_HEADINGS_FROM_S
    wish = Wish(
        room_s=room_s,
        sections=wanted,
        heading_s=tuple(_heading_s(part, material.pace) if speak else 0.0 for part in parts),
        pause_s=BETWEEN_SECTIONS[1] - BETWEEN_SENTENCES[1],
        known=_title_words(material.source),
        framing=2,
        too_alike=TOO_ALIKE if material.source.language == "en" else TOO_ALIKE_BY_WORDS,
    )
    best: Choice | None = None
    # Where the first choice cannot fill the time: one section more, then the sentences of lists as well.
    for more, items in ((0, False), (1, False), (1, True)):
        passages = passages_of(
            _briefly(material, room_s) if seconds < SIGN_OFF_FROM_S else material.sentences,
            material.weighed,
            parts,
            taken=taken,
            acronyms=material.acronyms,
            pace=material.pace,
            items=items,
        )
        passages += _list_passages(material, parts)
        choice = choose(passages, replace(wish, sections=wanted + more), similarity, spoken)
        if choice is not None and (best is None or choice.seconds > best.seconds):
            best = choice
        if best is not None and best.seconds >= room_s * (1 - CLOSE_TO_ASKED / 2):
            break
    if best is None:
        raise NothingToSay(
            f"This text has no sentence that can be understood by ear in {max(0.0, room_s):.0f} s.",
            hint="Ask for more seconds, or give a longer text in prose.",
        )
    return parts, best


def _briefly(material: _Material, room_s: float) -> list[Sentence]:
    """The sentences by their main clauses: a few seconds have no room for more."""
    longest = int(room_s * material.pace.words_per_minute / 60)
    return [
        replace(sentence, lines=(text,), opening=(text,))
        if sentence.usable and (text := brief(sentence.opening[0], longest, material.source.language))
        else replace(sentence, usable=False)
        for sentence in material.sentences
    ]


def _heading_s(part: SourcePart, pace: Pace) -> float:
    if part.heading is None or not _speakable(part.heading):
        return 0.0
    return pace.line_s(part.heading) + AFTER_HEADING[1]


def _speakable(heading: str) -> bool:
    return heading.endswith("?") or len(heading.split()) <= 4


def _list_passages(material: _Material, parts: Sequence[SourcePart]) -> list[Passage]:
    passages = []
    for points in lists_of(material.source):
        if _faulty([line.text for line in points.lines], material.reviewed, material.source):
            continue
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
        passages.append(list_passage(moved, part, salience, material.pace))
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
        is_hook = heading is not None and heading.lower() == opening[0].text.lower()
        if speak and heading is not None and _speakable(heading) and not is_hook:
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
    language = material.source.language
    texts = [material.source.blocks[block].text for block in part.blocks]
    phrases = key_phrases(texts, text, material.embed, language=language, count=12)
    spoken_phrases = [
        phrase
        for phrase in phrases
        if phrase.lower() in text.lower() and phrase.lower() != material.source.title.lower()
    ]
    spoken_phrases += [
        phrase
        for phrase in key_phrases([text], text, material.embed, language=language, count=6)
        if phrase not in spoken_phrases
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
