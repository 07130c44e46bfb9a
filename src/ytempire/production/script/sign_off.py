"""The closing words of a channel, which are its operator's and in a language of theirs."""

from __future__ import annotations

from ytempire.channels.persona import Persona, VoiceChoice
from ytempire.language.words import is_likely_in
from ytempire.studio.script_document import Line
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.voice_language import language_of_voice


def sign_off_lines(persona: Persona, language: str) -> list[Line]:
    """Return the channel's closing words as a line; none where they are in another language than the script.

    A script in the language of the channel's own voice has them whatever they look like: "Ciao, everybody!"
    """
    text = persona.sign_off.strip()
    is_own = _language_of(persona.voice) == language
    return [Line(text=text, role="sign_off", section=-1)] if text and (is_own or is_likely_in(text, language)) else []


def _language_of(choice: VoiceChoice) -> str | None:
    if choice.voice is None:
        return "en"  # of the voice that each engine has by default
    try:
        return language_of_voice(choice.engine, choice.voice)
    except VoiceUnavailable:  # the voice step says why
        return None
