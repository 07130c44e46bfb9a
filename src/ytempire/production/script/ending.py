"""How a script ends once its body is known: with what was told, in six words, rather than with something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ytempire.language.words import content_stems, words_of
from ytempire.production.script.closes import (
    FEWEST_CONTENT,
    close_of_body,
    is_told,
    tells_of_past,
)
from ytempire.production.script.framing import SHORTEST, Framing
from ytempire.production.script.hooks import Hook
from ytempire.production.script.material import Material
from ytempire.production.script.rules.authors_voice import says_we
from ytempire.production.script.rules.structure import LONGEST_CLOSE, closes_well
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.short_forms import count_words, short_forms
from ytempire.production.script.speakable import leans_on_context
from ytempire.production.script.timing import planned_s
from ytempire.studio.script_document import LENGTH_TOLERANCE, Line, Section

FEWEST_LINES = 2  # of the body's last section, of which the last one can become the close


def end_script(
    lines: Sequence[Line],
    sections: Sequence[Section],
    close: Framing,
    hook: Hook,
    material: Material,
    *,
    seconds: float,
) -> tuple[list[Line], list[Section]]:
    """Return a script that ends on a takeaway of its body: the close that it has, another one, or its last line.

    A template stays where the source has none.
    """
    body = [line.text for line in lines if line.role == "body"]
    source = material.source
    heard = Counter(stem for text in body for stem in content_stems(words_of(text), source.language))
    if close.is_own and is_told(close, heard, source):
        return list(lines), list(sections)
    better = close_of_body(source, material.sentences, hook, body, material.is_faultless_frame)
    ended = None if better.is_own else _on_last_line(lines, sections, material)
    if ended and planned_s(ended[0], material.pace, seconds) >= seconds * (1 - LENGTH_TOLERANCE):
        return ended
    return [better.line("close") if line.role == "close" else line for line in lines], list(sections)


def _on_last_line(
    lines: Sequence[Line], sections: Sequence[Section], material: Material
) -> tuple[list[Line], list[Section]] | None:
    """The last line of the body as the close, where it is short; None where it is not, or says what happened once."""
    place = max(number for number, line in enumerate(lines) if line.role == "body")
    line, section = lines[place], sections[-1]
    own = [other for other in lines if other.role == "body" and other.section == line.section]
    sentence = next((known for known in material.sentences if line.text in known.lines), None)
    if sentence is None or len(own) < FEWEST_LINES or section.last_line != place:
        return None
    text = _takeaway(line.text, sentence, material)
    if text is None:
        return None
    close = Framing(text, sentence.block, sentence).line("close")
    ended = [*lines[:place], *(close if other.role == "close" else other for other in lines[place + 1 :])]
    if material.faulty_lines(ended) - material.faulty_lines(lines):
        return None
    return ended, [*sections[:-1], section.model_copy(update={"last_line": place - 1})]


def _takeaway(line: str, sentence: Sentence, material: Material) -> str | None:
    """The longest form of a line that can close."""
    language = material.source.language
    if sentence.question or sentence.item:
        return None
    for text in sorted(short_forms(line, LONGEST_CLOSE, language), key=len, reverse=True):
        words = words_of(text)
        is_whole = text == line or len(content_stems(words, language)) >= FEWEST_CONTENT
        stands_alone = not says_we(text, language) and not leans_on_context(text, "", language)
        is_lasting = count_words(text) >= SHORTEST and not tells_of_past(words, language)
        if (
            is_whole
            and stands_alone
            and is_lasting
            and closes_well(text)
            and material.is_faultless_frame("close", text)
        ):
            return text
    return None
