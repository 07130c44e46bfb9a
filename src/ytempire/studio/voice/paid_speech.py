"""The speech service's client. Apart from the choice of an engine, since its library takes long to import."""

from __future__ import annotations

import itertools

import openai

from ytempire.costs.service import PaidCallGate, PaidResponse
from ytempire.kit.openai_errors import translate_openai_errors
from ytempire.settings import Speech

SERVICE = "speech"
TIMEOUT_S = 120.0


class PaidSpeech:
    """Each request is one paid call, priced by the character of its text."""

    def __init__(self, settings: Speech, gate: PaidCallGate) -> None:
        self._model = settings.model
        self._gate = gate
        self._numbers = itertools.count(1)
        key = settings.api_key.get_secret_value() if settings.api_key else "unused"
        # retries are the run's, with its own waiting and its own ledger line for each call
        self._client = openai.AsyncOpenAI(api_key=key, base_url=settings.base_url, timeout=TIMEOUT_S, max_retries=0)

    async def __call__(self, *, text: str, voice: str, speed: float) -> bytes:
        used = {"character": len(text)}

        async def call(key: str) -> PaidResponse:
            client = self._client.with_options(default_headers={"Idempotency-Key": key})
            answer = await client.audio.speech.create(
                model=self._model, voice=voice, input=text, speed=speed, response_format="wav"
            )
            return PaidResponse(answer.content, used)

        return await self._gate.call_paid(
            service=SERVICE,
            item=self._model,
            max_usage=used,
            name=str(next(self._numbers)),
            content=f"{voice} {speed} {text}",
            call=lambda key: translate_openai_errors(call(key)),
        )
