"""The writer that needs no language model: it chooses and shortens the source's own sentences, and adds nothing.

A script goes through stages, each of them a module: sentences are taken from the source and weighed (`material`), a
hook and a close are chosen (`hooks`, `closes`), passages for the time between them (`body`, `timing`), of which one may
be spoken before its turn (`ordering`), and all of them are put together (`joining`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytempire.channels.persona import Persona
from ytempire.production.script.body import BRIEF_TO_S, select_body
from ytempire.production.script.closes import choose_close
from ytempire.production.script.hooks import rank_hooks
from ytempire.production.script.joining import join_lines
from ytempire.production.script.material import Material, NothingToSay, gather_material
from ytempire.production.script.metadata import describe, tags_for, title_for
from ytempire.production.script.phrases import key_phrases
from ytempire.production.script.rules.structure import find_wrong_order
from ytempire.production.script.salience import Embed
from ytempire.production.script.sign_off import sign_off_lines
from ytempire.production.script.timing import body_room_s, planned_s
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script, Section

WRITER = "extractive"
REPAIRS = 4  # times that other sentences are chosen for those in which a rule finds a fault
KEY_TERMS = 12


@dataclass(frozen=True)
class _Composition:
    lines: Sequence[Line]
    sections: Sequence[Section]


def write(source: SourceText, *, seconds: float, persona: Persona, embed: Embed) -> Script:
    """Write a script of about `seconds` from the source's own sentences: hook, two to four sections, close, sign-off.

    Every line but the sign-off and a template's names the block that says it. `planned_s` is what the text supports, at
    most about `seconds`. Blocking, about a second. Deterministic. Raises NothingToSay.
    """
    material = gather_material(source, persona, embed)
    composition = _compose(material, persona, seconds)
    for _ in range(REPAIRS):
        better = material.without(material.faulty_lines(composition.lines))
        if better is None:
            break
        material = better
        composition = _compose(material, persona, seconds)
    terms = key_phrases(
        [block.text for block in source.blocks], source.title, material.embed, language=source.language, count=KEY_TERMS
    )
    return Script(
        title=title_for(source),
        description=describe(source, composition.lines),
        tags=tags_for(source, terms),
        language=source.language,
        lines=tuple(composition.lines),
        sections=tuple(composition.sections),
        key_terms=tuple(terms),
        asked_s=seconds,
        planned_s=planned_s(composition.lines, material.pace, seconds),
        writer=WRITER,
        attribution=source.attribution,
        licence=source.licence,
    )


def _compose(material: Material, persona: Persona, seconds: float) -> _Composition:
    """The lines and sections behind the first hook that finds its body. Raises NothingToSay."""
    sign_off = sign_off_lines(persona, material.source.language) if seconds >= BRIEF_TO_S else []
    room_s = 0.0
    for hook in rank_hooks(material.source, material.sentences, material.is_faultless_frame):
        close = choose_close(material.source, material.sentences, hook, material.is_faultless_frame)
        opening, closing = [hook.framing.line("hook")], [close.line("close"), *sign_off]
        room_s = body_room_s([*opening, *closing], material.pace, seconds)
        for keep_order in (False, True):
            body = select_body(material, hook, close, seconds=seconds, room_s=room_s, keep_order=keep_order)
            if body is None:
                break
            composition = _Composition(*join_lines(body, opening, closing, material))
            if keep_order or not any(find_wrong_order(material.reviewed.with_lines(composition.lines))):
                return composition
    raise NothingToSay(
        f"This text has no sentence that can be understood by ear in {max(0.0, room_s):.0f} s.",
        hint="Ask for more seconds, or give a longer text in prose.",
    )
