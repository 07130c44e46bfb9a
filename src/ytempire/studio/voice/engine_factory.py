"""The engine that a persona asks for, paid ones behind the cost gate."""

from __future__ import annotations

from ytempire.channels.persona import VoiceChoice
from ytempire.costs.service import PaidCallGate
from ytempire.settings import Speech
from ytempire.studio.voice.engine import VoiceEngine
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.openai_speech import OpenAiVoice
from ytempire.studio.voice.piper import PiperVoice


def create_engine(choice: VoiceChoice, settings: Speech, gate: PaidCallGate) -> VoiceEngine:
    """Raises VoiceUnavailable, saying what to set, for an engine that is not set up."""
    if choice.engine == "openai":
        if settings.api_key is None and settings.base_url is None:
            raise VoiceUnavailable(
                "The channel's voice needs a speech service, and none is set up.",
                hint="Set YTEMPIRE_SPEECH__API_KEY or YTEMPIRE_SPEECH__BASE_URL.",
            )
        from ytempire.studio.voice.paid_speech import PaidSpeech  # noqa: PLC0415  # its library takes 0.8 s

        return OpenAiVoice(PaidSpeech(settings, gate), voice=choice.voice or settings.voice)
    if choice.engine == "piper":
        voice = choice.voice or settings.piper_voice
        if voice is None:
            raise VoiceUnavailable(
                "The channel's voice is piper, and no voice file is named.",
                hint="Set YTEMPIRE_SPEECH__PIPER_VOICE to an .onnx voice file.",
            )
        return PiperVoice(voice)
    return EspeakVoice(choice.voice, pitch=choice.pitch)
