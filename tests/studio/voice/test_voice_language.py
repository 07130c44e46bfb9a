from __future__ import annotations

import pytest

from ytempire.channels.persona import EngineName, VoiceChoice
from ytempire.settings import Speech
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.known_voices import require_known_voice
from ytempire.studio.voice.voice_language import DEFAULT_VOICES, language_of_voice, require_voice_of, voice_for


@pytest.mark.parametrize(
    ("engine", "voice", "language"),
    [
        ("espeak", "en-us+Reed", "en"),
        ("espeak", "pt-br+f4", "pt"),
        ("kokoro", "ff_siwis", "fr"),
        ("google", "es-ES-Neural2-A", "es"),
        ("elevenlabs", "21m00Tcm4TlvDq8ikWAM", None),
        ("openai", "alloy", None),
        ("piper", "/nowhere/voice.onnx", None),
    ],
)
def test_language_of_voice_is_what_it_speaks(engine: EngineName, voice: str, language: str | None) -> None:
    assert language_of_voice(engine, voice) == language


@pytest.mark.parametrize(("engine", "voices"), DEFAULT_VOICES.items())
def test_default_voices_exist_and_speak_their_language(engine: EngineName, voices: dict[str, str]) -> None:
    for language, voice in voices.items():
        require_known_voice(engine, voice)
        assert language_of_voice(engine, voice) == language


@pytest.mark.parametrize("engine", ["espeak", "kokoro"])
def test_voice_for_other_language_is_default_and_says_so(engine: EngineName) -> None:
    chosen = voice_for(VoiceChoice(engine=engine), "it", Speech())
    assert chosen.choice.voice == DEFAULT_VOICES[engine]["it"]
    assert chosen.instead_of is not None
    assert "speaks English" in chosen.instead_of
    assert "Italian" in chosen.instead_of


@pytest.mark.parametrize(
    ("choice", "language"),
    [
        (VoiceChoice(engine="kokoro", voice="im_nicola"), "it"),
        (VoiceChoice(engine="espeak"), "en"),
        (VoiceChoice(engine="elevenlabs", voice="x"), "fr"),
        (VoiceChoice(engine="piper"), "fr"),
    ],
)
def test_voice_for_language_that_it_speaks_is_kept(choice: VoiceChoice, language: str) -> None:
    chosen = voice_for(choice, language, Speech())
    assert (chosen.choice, chosen.instead_of) == (choice, None)


def test_voice_for_engine_without_voice_of_language_is_refused() -> None:
    with pytest.raises(VoiceUnavailable, match="speaks English, and the text is in French"):
        voice_for(VoiceChoice(engine="google", voice="en-US-Neural2-D"), "fr", Speech())


def test_require_voice_of_other_language_names_one_that_speaks_it() -> None:
    with pytest.raises(VoiceUnavailable, match="af_heart speaks English, and the text is in Spanish") as refusal:
        require_voice_of("kokoro", "af_heart", "es")
    assert "ef_dora" in (refusal.value.hint or "")
