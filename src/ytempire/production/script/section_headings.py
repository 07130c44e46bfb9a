"""What the sections of a script are called."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ytempire.language.words import content_stems, words_of
from ytempire.production.script.material import Material
from ytempire.production.script.passages import Passage
from ytempire.production.script.phrases import key_phrases
from ytempire.production.script.source_parts import SourcePart
from ytempire.studio.script_document import Line

MOST_SPOKEN = 7  # words of a heading that is spoken; a longer one is only shown


def spoken_heading(part: SourcePart) -> str | None:
    """Return the heading of a part as it is spoken; None where it has none or a long one."""
    if part.heading is None:
        return None
    if part.heading.endswith("?"):
        return part.heading
    return f"{part.heading}." if len(part.heading.split()) <= MOST_SPOKEN else None


def develops_heading(passage: Passage, part: SourcePart, title: str, language: str) -> bool:
    """Tell whether a passage may stand right behind the spoken heading of its part.

    It begins as the part does, or at least with a paragraph whose first line is about what the heading names beside
    the subject of the whole source.
    """
    heading = spoken_heading(part)
    if heading is None:
        return False
    known, named, line = (
        frozenset(content_stems(words_of(text), language)) for text in (title, heading, passage.lines[0].text)
    )
    return passage.is_first_of_part or (passage.opens_paragraph and not line.isdisjoint(named - known))


def name_section(body: Sequence[Line], part: SourcePart, used: Collection[str], material: Material) -> str | None:
    """Return a term of a part of the source that the lines of a section say too, and that names no other section."""
    text = " ".join(line.text for line in body)
    language = material.source.language
    texts = [material.source.blocks[block].text for block in part.blocks]
    of_part = [
        phrase
        for phrase in key_phrases(texts, text, material.embed, language=language, count=12)
        if phrase.lower() in text.lower() and phrase.lower() != material.source.title.lower()
    ]
    of_lines = key_phrases([text], text, material.embed, language=language, count=6)
    taken = {_singular(name) for name in used}
    chosen = next((phrase for phrase in (*of_part, *of_lines) if _singular(phrase) not in taken), None)
    return chosen[:1].upper() + chosen[1:] if chosen else None


def _singular(phrase: str) -> str:
    return phrase.lower().removesuffix("s")
