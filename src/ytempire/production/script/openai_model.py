"""A language model at any OpenAI-compatible address, through the cost gate."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import openai
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from ytempire.costs.prices import ensure_model_prices
from ytempire.costs.service import PaidCallGate, PaidResponse
from ytempire.kit.errors import AnswerUnusable, InvalidInput, OutcomeUnknown, PermanentError
from ytempire.kit.logs import get_logger
from ytempire.kit.openai_errors import translate_openai_errors
from ytempire.production.script.completions import Completion, LanguageModel
from ytempire.production.source.text_cleanup import visible
from ytempire.settings import LanguageModel as LanguageModelSettings

log = get_logger(__name__)

SERVICE = "language_model"
SCHEMA_NAME = "script"
# A token is at least one byte of text in every byte-level vocabulary, so bytes bound tokens from above.
# The chat format adds a few tokens a message; 64 is generous for two messages.
CHAT_OVERHEAD_TOKENS = 64
LONGEST_REASON = 300  # characters of what a service says, in the log
ADDRESS_HINT = "Check the configured address: that of most services ends with /v1."


class ResponseFormatRefused(PermanentError):
    """The service does not take the parameter `response_format`; nothing was served."""

    code = "response_format_refused"


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
        self._takes_response_format = True
        key = settings.api_key.get_secret_value() if settings.api_key else "unused"
        # retries are the run's, with its own waiting and its own ledger line for each call
        timeout_s = settings.timeout.total_seconds()
        self._client = openai.AsyncOpenAI(api_key=key, base_url=settings.base_url, timeout=timeout_s, max_retries=0)

    async def complete(
        self, *, system: str, user: str, max_output_tokens: int, answer_schema: Mapping[str, Any] | None = None
    ) -> Completion:
        """Ask for an answer that follows a schema, by the parameter that the official API has for it.

        That is `response_format` of the type `json_schema` with `strict`. Models and compatible services that came
        before it refuse the parameter with a 400, which costs nothing; they are asked once more, with the schema in the
        prompt, and from then on so.
        """
        if answer_schema is not None and self._takes_response_format:
            try:
                return await self._call(system, user, max_output_tokens, answer_schema)
            except ResponseFormatRefused as error:
                log.warning("response_format_refused", model=self.name, reason=error.message[:LONGEST_REASON])
                self._takes_response_format = False
        if answer_schema is not None:
            schema = json.dumps(answer_schema, ensure_ascii=False)
            system = f"{system} It follows this JSON schema:\n{schema}"
        return await self._call(system, user, max_output_tokens, None)

    async def _call(
        self, system: str, user: str, max_output_tokens: int, schema: Mapping[str, Any] | None
    ) -> Completion:
        async def call(key: str) -> PaidResponse:
            answer = await self._request(key, system, user, max_output_tokens, schema)
            if answer.usage is None:
                raise OutcomeUnknown("The language model did not say how many tokens it used.")
            used = {"input_token": answer.usage.prompt_tokens, "output_token": answer.usage.completion_tokens}
            return PaidResponse(_completion(answer).model_dump_json().encode(), used)

        sent = f"{system}\n{user}\n{json.dumps(schema)}"  # the model reads the schema too
        max_usage = {"input_token": len(sent.encode()) + CHAT_OVERHEAD_TOKENS, "output_token": max_output_tokens}
        answer = await self._gate.call_paid(
            service=SERVICE,
            item=self.name,
            max_usage=max_usage,
            name=str(next(self._numbers)),
            # with the limit: an answer that was cut is not the answer to a request for more
            content=f"{sent}\n{max_output_tokens}",
            call=lambda key: translate_openai_errors(call(key)),
        )
        return Completion.model_validate_json(answer)

    async def _request(
        self, key: str, system: str, user: str, max_output_tokens: int, schema: Mapping[str, Any] | None
    ) -> ChatCompletion:
        client = self._client.with_options(default_headers={"Idempotency-Key": key})
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        try:
            answer: object = await client.chat.completions.create(
                model=self.name,
                max_completion_tokens=max_output_tokens,
                messages=messages,
                response_format=_response_format(schema) if schema is not None else openai.omit,
            )
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            if schema is not None and _names_response_format(error):
                raise ResponseFormatRefused(error.message) from error
            raise
        except json.JSONDecodeError as error:
            raise AnswerUnusable("The language model's service sent broken JSON.", hint=ADDRESS_HINT) from error
        if not isinstance(answer, ChatCompletion):  # the client hands a body that is no JSON through as text
            raise AnswerUnusable("The language model's service sent no JSON but a text or a page.", hint=ADDRESS_HINT)
        return answer


def _response_format(schema: Mapping[str, Any]) -> Any:
    return {"type": "json_schema", "json_schema": {"name": SCHEMA_NAME, "strict": True, "schema": dict(schema)}}


def _names_response_format(error: openai.APIStatusError) -> bool:
    """The official service names the parameter; others name it or its type in their sentence."""
    return any(name in f"{error.message} {error.body}" for name in ("response_format", "json_schema"))


def _completion(answer: ChatCompletion) -> Completion:
    if not answer.choices:
        return Completion(text="")
    choice = answer.choices[0]
    return Completion(
        text=_storable(choice.message.content or ""),
        finish_reason=choice.finish_reason or "stop",  # some compatible services leave it out
        refusal=_storable(choice.message.refusal or "") or None,
    )


def _storable(text: str) -> str:
    """Without control characters and half a surrogate pair, which JSON can have and neither UTF-8 nor the database."""
    return visible(text.encode(errors="replace").decode())
