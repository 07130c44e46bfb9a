"""The engine that a persona asks for, paid ones behind the cost gate."""

from __future__ import annotations

import itertools

import openai

from ytempire.channels.persona import VoiceChoice
from ytempire.costs.service import Bought, Gate
from ytempire.kit.openai_errors import translated
from ytempire.production.voice.engine import VoiceEngine
from ytempire.production.voice.errors import VoiceUnavailable
from ytempire.production.voice.espeak import EspeakVoice
from ytempire.production.voice.openai_speech import OpenAiVoice
from ytempire.production.voice.piper import PiperVoice
from ytempire.settings import Speech

SERVICE = "speech"
TIMEOUT_S = 120.0


def engine_for(choice: VoiceChoice, settings: Speech, gate: Gate) -> VoiceEngine:
    """Raises VoiceUnavailable, saying what to set, for an engine that is not set up."""
    if choice.engine == "openai":
        if settings.api_key is None and settings.base_url is None:
            raise VoiceUnavailable(
                "The channel's voice needs a speech service, and none is set up.",
                hint="Set YTEMPIRE_SPEECH__API_KEY or YTEMPIRE_SPEECH__BASE_URL.",
            )
        return OpenAiVoice(_PaidSpeech(settings, gate), voice=choice.voice or settings.voice)
    if choice.engine == "piper":
        voice = choice.voice or settings.piper_voice
        if voice is None:
            raise VoiceUnavailable(
                "The channel's voice is piper, and no voice file is named.",
                hint="Set YTEMPIRE_SPEECH__PIPER_VOICE to an .onnx voice file.",
            )
        return PiperVoice(voice)
    return EspeakVoice(choice.voice, pitch=choice.pitch)


class _PaidSpeech:
    """Each request is one paid call, priced by the character of its text."""

    def __init__(self, settings: Speech, gate: Gate) -> None:
        self._model = settings.model
        self._gate = gate
        self._numbers = itertools.count(1)
        key = settings.api_key.get_secret_value() if settings.api_key else "unused"
        # retries are the workflow's, with its own waiting and its own ledger line for each call
        self._client = openai.AsyncOpenAI(api_key=key, base_url=settings.base_url, timeout=TIMEOUT_S, max_retries=0)

    async def __call__(self, *, text: str, voice: str, speed: float) -> bytes:
        used = {"character": len(text)}

        async def call(key: str) -> Bought:
            client = self._client.with_options(default_headers={"Idempotency-Key": key})
            answer = await client.audio.speech.create(
                model=self._model, voice=voice, input=text, speed=speed, response_format="wav"
            )
            return Bought(answer.content, used)

        return await self._gate.buy(
            service=SERVICE,
            item=self._model,
            bound=used,
            name=str(next(self._numbers)),
            content=f"{voice} {speed} {text}",
            call=lambda key: translated(call(key)),
        )
