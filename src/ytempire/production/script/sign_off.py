"""The closing words of a channel, which are its operator's and in a language of theirs."""

from __future__ import annotations

from ytempire.channels.persona import Persona
from ytempire.language.words import is_likely_in
from ytempire.studio.script_document import Line


def sign_off_lines(persona: Persona, language: str) -> list[Line]:
    """Return the channel's closing words as a line; none where they are in another language than the script."""
    text = persona.sign_off.strip()
    return [Line(text=text, role="sign_off", section=-1)] if text and is_likely_in(text, language) else []
