"""The lines and sections of a script, put together from a hook, passages and a close."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ytempire.production.script.body import Body
from ytempire.production.script.material import Material
from ytempire.production.script.section_headings import name_section, spoken_heading
from ytempire.production.script.sentence_editing import acronyms_defined, without_acronym
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Section


def join_lines(
    body: Body, opening: Sequence[Line], closing: Sequence[Line], material: Material
) -> tuple[list[Line], list[Section]]:
    """Return the lines of a script, and its sections, which are runs of passages of one part of the source."""
    lines, sections = list(opening), list[Section]()
    runs = [(part, list(run)) for part, run in groupby(body.passages, key=lambda passage: passage.part)]
    later = [part for part, _ in runs[1:]]
    names = [heading for part, _ in runs if (heading := body.parts[part].heading) is not None]
    for number, (part, run) in enumerate(runs):
        source_part, first = body.parts[part], len(lines)
        is_own = number > 0 or not body.is_opened  # what opens for itself has its heading where its part comes
        spoken = [line for passage in run for line in passage.lines]
        if (
            body.speaks_headings
            and is_own
            and run[0].develops
            and (heading := spoken_heading(source_part))
            and not _is_said(heading, [*lines, *spoken[:1]])
        ):
            lines.append(_heading_line(material.source, heading, number, spoken))
        name = source_part.heading if is_own or part not in later else None
        name = name or name_section(spoken, source_part, names, material)
        names.append(name or "")
        lines += [line.model_copy(update={"section": number}) for line in spoken]
        sections.append(Section(heading=name, first_line=first, last_line=len(lines) - 1))
    return _without_unused_acronyms([*lines, *closing]), sections


def _is_said(heading: str, lines: Sequence[Line]) -> bool:
    """The hook asks it already, or the line behind it does."""
    return any(line.text.lower() == heading.lower() for line in lines)


def _heading_line(source: SourceText, heading: str, section: int, body: Sequence[Line]) -> Line:
    first = min(line.source_block for line in body if line.source_block is not None)
    headings = (index for index, block in enumerate(source.blocks[: first + 1]) if block.kind == "heading")
    return Line(text=heading, role="heading", section=section, source_block=max(headings, default=None))


def _without_unused_acronyms(lines: Sequence[Line]) -> list[Line]:
    """Abbreviations in brackets stay only where a later line uses them."""
    kept = []
    for index, line in enumerate(lines):
        text = line.text
        for acronym in acronyms_defined(text):
            if not any(acronym in later.text for later in lines[index + 1 :]):
                text = without_acronym(text, acronym)
        kept.append(line.model_copy(update={"text": text}))
    return kept
