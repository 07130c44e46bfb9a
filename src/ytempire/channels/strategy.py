"""What a channel is for: frozen values that production reads, without any row behind them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ytempire.kit.text import Name, SingleLineText


def _without_duplicates(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that stand there already, however they are written."""
    first: dict[str, str] = {}
    for phrase in phrases:
        first.setdefault(phrase.casefold(), phrase)
    return tuple(first.values())


Phrase = Annotated[Name, Field(max_length=100)]
Topics = Annotated[tuple[Phrase, ...], Field(max_length=20), AfterValidator(_without_duplicates)]
BlockedPhrases = Annotated[tuple[Phrase, ...], Field(max_length=50), AfterValidator(_without_duplicates)]


class Strategy(BaseModel):
    """A run keeps a copy of what it was when it began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Annotated[SingleLineText, Field(max_length=300)] = Field(
        default="", description="whom its videos are for"
    )
    topics: Topics = Field(default=(), description="words and phrases: what the channel is about")
    avoid: BlockedPhrases = Field(default=(), description="words and phrases that no video of the channel may say")
