"""What can be ordered: the options of one video."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ytempire.channels.template_settings import LONGEST_S, SHORTEST_S
from ytempire.kit.text import Name

Format = Literal["16:9", "9:16"]
FRAME: dict[Format, tuple[int, int]] = {"16:9": (1920, 1080), "9:16": (1080, 1920)}


class Options(BaseModel):
    """`seconds` is the length asked for; a text that does not support it gives a shorter video and says so.

    Where it is left out, a template's length takes its place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(default=60, ge=SHORTEST_S, le=LONGEST_S)
    format: Format = "16:9"
    language: str | None = Field(
        default=None, pattern="^[a-z]{2}$", description="of the text and the voice; null: as the text's is recognized"
    )
    template_id: UUID | None = Field(default=None, description="a template, as it is now")
    voice: Annotated[Name, Field(max_length=100)] | None = Field(
        default=None, description="a voice of the channel's engine, or of the template's"
    )
