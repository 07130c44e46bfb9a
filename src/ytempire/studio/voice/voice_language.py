"""Which language a voice speaks, and which voice speaks a script: needs no engine and no numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ytempire.channels.persona import EngineName, VoiceChoice
from ytempire.language.names import english_name
from ytempire.settings import Speech
from ytempire.studio.voice import espeak_voices, google_voices
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.kokoro import voices as kokoro_voices
from ytempire.studio.voice.piper_voices import piper_language

DEFAULT_VOICES: Mapping[EngineName, Mapping[str, str]] = {
    "espeak": espeak_voices.DEFAULT_VOICES,
    "kokoro": kokoro_voices.DEFAULT_VOICES,
}
"""By engine and language; the other engines have none of their own in each language."""


@dataclass(frozen=True)
class ChosenVoice:
    """What speaks a script; `instead_of` says why where it is not the voice of the persona."""

    choice: VoiceChoice
    instead_of: str | None


def language_of_voice(engine: EngineName, voice: str) -> str | None:
    """Return the language of a voice by ISO 639-1; None where it speaks several, or does not say."""
    match engine:
        case "espeak":
            return espeak_voices.language_of(voice)
        case "kokoro":
            return kokoro_voices.spoken_language(voice)
        case "google":
            return google_voices.require_voice(voice).language.partition("-")[0]
        case "piper":
            return (piper_language(Path(voice)) or "").partition("-")[0] or None
    return None


def require_voice_of(engine: EngineName, voice: str, language: str) -> None:
    """Raise VoiceUnavailable where a voice that was asked for does not speak the language of the script."""
    spoken = language_of_voice(engine, voice)
    if spoken in {None, language}:
        return
    default = DEFAULT_VOICES.get(engine, {}).get(language)
    raise VoiceUnavailable(
        f"The voice {voice} speaks {english_name(spoken or '')}, and the text is in {english_name(language)}.",
        hint=f"Leave the voice out, or use {default}." if default else f"Use a voice of {english_name(language)}.",
    )


def voice_for(choice: VoiceChoice, language: str, speech: Speech) -> ChosenVoice:
    """Return the persona's voice where it speaks a language, else the one of its engine that does.

    Raises VoiceUnavailable where the engine has none.
    """
    voice = choice.voice or _unset_voice(choice.engine, speech)
    if voice is None:
        return ChosenVoice(choice, None)  # the engine itself says what to set up
    spoken = language_of_voice(choice.engine, voice)
    if spoken in {None, language}:
        return ChosenVoice(choice, None)
    default = DEFAULT_VOICES.get(choice.engine, {}).get(language)
    if default is None:
        require_voice_of(choice.engine, voice, language)
    note = (
        f"{voice} speaks {english_name(spoken or '')}; this script in {english_name(language)} is spoken by {default}."
    )
    return ChosenVoice(choice.model_copy(update={"voice": default}), note)


def _unset_voice(engine: EngineName, speech: Speech) -> str | None:
    """The voice that speaks where a persona names none."""
    match engine:
        case "google":
            return speech.google_voice
        case "piper":
            return str(speech.piper_voice) if speech.piper_voice is not None else None
    return DEFAULT_VOICES.get(engine, {}).get("en")
