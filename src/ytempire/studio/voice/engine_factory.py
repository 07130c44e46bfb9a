"""The engine that a persona asks for, paid ones behind the cost gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from ytempire.channels.persona import VoiceChoice
from ytempire.costs.service import PaidCallGate
from ytempire.settings import Speech
from ytempire.studio.voice.elevenlabs import ElevenLabsVoice, elevenlabs_api
from ytempire.studio.voice.engine import VoiceEngine
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.google_speech import GoogleVoice, google_api
from ytempire.studio.voice.kokoro.engine import KokoroVoice
from ytempire.studio.voice.kokoro.voices import DEFAULT_VOICE
from ytempire.studio.voice.openai_speech import OpenAiVoice
from ytempire.studio.voice.piper import PiperVoice
from ytempire.studio.voice.speech_api import SpeechApi


def create_engine(
    choice: VoiceChoice,
    settings: Speech,
    gate: PaidCallGate,
    *,
    models: Path,
    language: str = "en",
    on_progress: Callable[[float], None] | None = None,
) -> VoiceEngine:
    """Raises VoiceUnavailable, saying what to set, for an engine that is not set up.

    `models` is a folder for files that an engine makes once. `language` is that of the sentences, which only those
    voices need to be told that speak several. `on_progress` gets the share that is spoken from those that know it.
    """
    match choice.engine:
        case "openai":
            return _openai(choice, settings, gate, language)
        case "elevenlabs":
            return ElevenLabsVoice(
                elevenlabs_api_of(settings),
                gate,
                model=settings.elevenlabs_model,
                voice=choice.voice or settings.elevenlabs_voice,
                style=choice.style,
                language=language,
            )
        case "google":
            return GoogleVoice(
                google_api_of(settings), gate, voice=choice.voice or settings.google_voice, pitch=choice.pitch
            )
    return create_free_engine(choice, settings, models=models, on_progress=on_progress)


def create_free_engine(
    choice: VoiceChoice, settings: Speech, *, models: Path, on_progress: Callable[[float], None] | None = None
) -> VoiceEngine:
    """Create an engine that speaks on this machine and costs nothing. Raises VoiceUnavailable, also for a paid one."""
    match choice.engine:
        case "kokoro":
            return KokoroVoice(
                choice.voice or DEFAULT_VOICE,
                models=models,
                own_model=settings.kokoro_model,
                on_progress=on_progress,
            )
        case "piper":
            return _piper(choice, settings)
        case "espeak":
            return EspeakVoice(choice.voice, pitch=choice.pitch)
    raise VoiceUnavailable(
        f"The voice engine {choice.engine} costs money, and speaks only in runs, whose budgets limit it.",
        hint="Use kokoro, espeak or piper; or produce a video with it.",
    )


def elevenlabs_api_of(settings: Speech) -> SpeechApi:
    """Raises VoiceUnavailable without a key."""
    key = _require_key(settings.elevenlabs_api_key, "ElevenLabs", "ELEVENLABS_API_KEY")
    return elevenlabs_api(settings.elevenlabs_base_url, key)


def google_api_of(settings: Speech) -> SpeechApi:
    """Raises VoiceUnavailable without a key."""
    key = _require_key(settings.google_api_key, "Google Text-to-Speech", "GOOGLE_API_KEY")
    return google_api(settings.google_base_url, key)


def _require_key(key: SecretStr | None, service: str, variable: str) -> SecretStr:
    if key is None:
        raise VoiceUnavailable(
            f"The channel's voice is one of {service}, and there is no key for it.",
            hint=f"Set YTEMPIRE_SPEECH__{variable}, or give the channel its own: ytempire voices set-key.",
        )
    text = key.get_secret_value().strip()
    if not (text and text.isascii() and text.isprintable()):
        raise VoiceUnavailable(f"The key for {service} is none: it cannot be sent.", hint="Set it again.")
    return SecretStr(text)


def _openai(choice: VoiceChoice, settings: Speech, gate: PaidCallGate, language: str) -> OpenAiVoice:
    if settings.api_key is None and settings.base_url is None:
        raise VoiceUnavailable(
            "The channel's voice needs a speech service, and none is set up.",
            hint="Set YTEMPIRE_SPEECH__API_KEY or YTEMPIRE_SPEECH__BASE_URL.",
        )
    from ytempire.studio.voice.paid_speech import PaidSpeech  # noqa: PLC0415  # its library takes 0.8 s

    return OpenAiVoice(PaidSpeech(settings, gate), voice=choice.voice or settings.voice, language=language)


def _piper(choice: VoiceChoice, settings: Speech) -> PiperVoice:
    voice = choice.voice or settings.piper_voice
    if voice is None:
        raise VoiceUnavailable(
            "The channel's voice is piper, and no voice file is named.",
            hint="Set YTEMPIRE_SPEECH__PIPER_VOICE to an .onnx voice file.",
        )
    return PiperVoice(voice)
