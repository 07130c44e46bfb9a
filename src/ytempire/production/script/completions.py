"""What a writer asks of a language model, and what comes back, whoever serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict


class Completion(BaseModel):
    """One answer. `finish_reason` is the service's: "stop", "length" (cut at the limit), "content_filter" or another.

    `refusal` is what the model says in place of an answer where it will not give one.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    finish_reason: str = "stop"
    refusal: str | None = None


class LanguageModel(Protocol):
    """One paid completion; errors are the caller's (try later, never, unknown outcome)."""

    @property
    def name(self) -> str:
        """The model as a script's `writer` names it."""

    async def complete(
        self, *, system: str, user: str, max_output_tokens: int, answer_schema: Mapping[str, Any] | None = None
    ) -> Completion:
        """Ask once. `answer_schema` is the JSON schema that the answer has to follow."""
