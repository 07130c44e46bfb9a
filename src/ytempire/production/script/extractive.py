"""The writer that needs no language model: it chooses and shortens the source's own sentences, and adds nothing.

A script goes through stages, each of them a module: sentences are taken from the source and weighed (`material`), a
hook and a close are chosen (`hooks`, `closes`), passages for the time between them (`body`, `timing`), of which one may
be spoken before its turn (`ordering`), all of them are put together (`joining`), and the close is held to what the body
tells (`ending`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytempire.channels.persona import Persona
from ytempire.production.script.body import BRIEF_TO_S, select_body
from ytempire.production.script.closes import choose_close
from ytempire.production.script.ending import end_script
from ytempire.production.script.hooks import Hook, rank_hooks
from ytempire.production.script.joining import join_lines
from ytempire.production.script.material import Material, NothingToSay, gather_material
from ytempire.production.script.metadata import describe, tags_for, title_for
from ytempire.production.script.phrases import key_phrases
from ytempire.production.script.rules.structure import find_wrong_order
from ytempire.production.script.salience import Embed
from ytempire.production.script.sign_off import sign_off_lines
from ytempire.production.script.timing import CLOSE_TO_ASKED, body_room_s, planned_s
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script, Section

WRITER = "extractive"
REPAIRS = 4  # times that other sentences are chosen for those in which a rule finds a fault
KEY_TERMS = 12
MOST_HOOKS = 4  # that are tried where none has a body that fills the time
LONGER = 1.1  # times as long has a script to be that a worse hook opens


@dataclass(frozen=True)
class _Composition:
    lines: Sequence[Line]
    sections: Sequence[Section]
    length_s: float


def write(source: SourceText, *, seconds: float, persona: Persona, embed: Embed) -> Script:
    """Write a script of about `seconds` from the source's own sentences: hook, one to four sections, close, sign-off.

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
        target_seconds=seconds,
        planned_s=composition.length_s,
        writer=WRITER,
        attribution=source.attribution,
        licence=source.licence,
    )


def _compose(material: Material, persona: Persona, seconds: float) -> _Composition:
    """The lines and sections behind the best hook whose body fills the time, else the fullest. Raises NothingToSay."""
    best: _Composition | None = None
    tried = 0
    for hook in rank_hooks(material.source, material.sentences, material.is_faultless_frame):
        composition = _compose_behind(hook, material, persona, seconds)
        if composition is None:
            continue
        tried += 1
        if best is None or composition.length_s > LONGER * best.length_s:
            best = composition
        is_filled = best.length_s >= seconds * (1 - CLOSE_TO_ASKED)
        # behind a hook that asks nothing anything may come: another one finds no more, but for some words of its own
        is_open = hook.answers is None and seconds >= BRIEF_TO_S
        if is_filled or is_open or tried == MOST_HOOKS:
            break
    if best is None:
        raise NothingToSay(
            f"This text has no sentence that can be understood by ear in {seconds:.0f} s beside a hook and a close.",
            hint="Ask for more seconds, or give a longer text in prose.",
        )
    return best


def _compose_behind(hook: Hook, material: Material, persona: Persona, seconds: float) -> _Composition | None:
    """None where nothing fits between the hook and its close."""
    source, is_brief = material.source, seconds < BRIEF_TO_S
    close = choose_close(source, material.sentences, hook, material.is_faultless_frame, restates=not is_brief)
    sign_off = [] if is_brief else sign_off_lines(persona, source.language)
    opening, closing = [hook.framing.line("hook")], [close.line("close"), *sign_off]
    room_s = body_room_s([*opening, *closing], material.pace, seconds)
    for keep_order in (False, True):
        body = select_body(material, hook, close, seconds=seconds, room_s=room_s, keep_order=keep_order)
        if body is None:
            return None
        lines, sections = join_lines(body, opening, closing, material)
        if not is_brief:
            lines, sections = end_script(lines, sections, close, hook, material, seconds=seconds)
        if not any(find_wrong_order(material.reviewed.with_lines(lines))):
            break
    return _Composition(lines, sections, planned_s(lines, material.pace, seconds))
