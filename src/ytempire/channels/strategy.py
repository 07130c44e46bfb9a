"""What a channel is for: frozen values that production reads, without any row behind them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ytempire.kit.text import Name, Words


def _once(said: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that stand there already, however they are written."""
    first: dict[str, str] = {}
    for one in said:
        first.setdefault(one.casefold(), one)
    return tuple(first.values())


Phrase = Annotated[Name, Field(max_length=100)]
Topics = Annotated[tuple[Phrase, ...], Field(max_length=20), AfterValidator(_once)]
Avoided = Annotated[tuple[Phrase, ...], Field(max_length=50), AfterValidator(_once)]


class Strategy(BaseModel):
    """A run keeps a copy of what it was when it began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Annotated[Words, Field(max_length=300)] = Field(default="", description="whom its videos are for")
    topics: Topics = Field(default=(), description="words and phrases: what the channel is about")
    avoid: Avoided = Field(default=(), description="words and phrases that no video of the channel may say")
