"""A language model at any OpenAI-compatible address, through the cost gate."""

from __future__ import annotations

import itertools

import openai

from ytempire.costs.prices import ensure_model_prices
from ytempire.costs.service import PaidCallGate, PaidResponse
from ytempire.kit.errors import InvalidInput, OutcomeUnknown
from ytempire.kit.openai_errors import translate_openai_errors
from ytempire.production.script.llm import LanguageModel
from ytempire.settings import LanguageModel as LanguageModelSettings

SERVICE = "language_model"
TIMEOUT_S = 120.0
# A token is at least one byte of text in every byte-level vocabulary, so bytes bound tokens from above.
# The chat format adds a few tokens a message; 64 is generous for two messages.
CHAT_OVERHEAD_TOKENS = 64


async def configured_model(settings: LanguageModelSettings, gate: PaidCallGate) -> LanguageModel | None:
    """The model that the operator set up, with its price in the book; None where none is set up."""
    if settings.model is None:
        return None
    if settings.api_key is None and settings.base_url is None:
        raise InvalidInput(
            "A language model is named, but neither a key nor an address is set.",
            hint="Set YTEMPIRE_LANGUAGE_MODEL__API_KEY or YTEMPIRE_LANGUAGE_MODEL__BASE_URL.",
        )
    async with gate.sessions.begin() as session:
        await ensure_model_prices(session, service=SERVICE, model=settings.model)
    return OpenAiModel(settings, settings.model, gate)


class OpenAiModel:
    """`complete` is one paid call. Errors say whether to try later, never, or that the outcome is unknown."""

    def __init__(self, settings: LanguageModelSettings, model: str, gate: PaidCallGate) -> None:
        self.name = model
        self._gate = gate
        self._numbers = itertools.count(1)
        key = settings.api_key.get_secret_value() if settings.api_key else "unused"
        # retries are the run's, with its own waiting and its own ledger line for each call
        self._client = openai.AsyncOpenAI(api_key=key, base_url=settings.base_url, timeout=TIMEOUT_S, max_retries=0)

    async def complete(self, *, system: str, user: str, max_output_tokens: int) -> str:
        async def call(key: str) -> PaidResponse:
            client = self._client.with_options(default_headers={"Idempotency-Key": key})
            answer = await client.chat.completions.create(
                model=self.name,
                max_completion_tokens=max_output_tokens,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
            )
            if answer.usage is None:
                raise OutcomeUnknown("The language model did not say how many tokens it used.")
            used = {"input_token": answer.usage.prompt_tokens, "output_token": answer.usage.completion_tokens}
            content = answer.choices[0].message.content if answer.choices else None
            return PaidResponse((content or "").encode(), used)

        max_usage = {
            "input_token": len((system + user).encode()) + CHAT_OVERHEAD_TOKENS,
            "output_token": max_output_tokens,
        }
        answer = await self._gate.call_paid(
            service=SERVICE,
            item=self.name,
            max_usage=max_usage,
            name=str(next(self._numbers)),
            content=f"{system}\n{user}",
            call=lambda key: translate_openai_errors(call(key)),
        )
        return answer.decode()
