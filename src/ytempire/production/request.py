"""What can be ordered: the options of one video."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Format = Literal["16:9", "9:16"]
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"  # what PostgreSQL and a terminal can show
FRAME: dict[Format, tuple[int, int]] = {"16:9": (1920, 1080), "9:16": (1080, 1920)}


class Options(BaseModel):
    """`seconds` is the length asked for; a text that does not support it gives a shorter video and says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(default=60, ge=15, le=600)
    format: Format = "16:9"
    language: str = Field(default="en", pattern="^[a-z]{2}$")
    voice: str | None = Field(
        default=None, max_length=100, pattern=PRINTABLE, description="a voice of the channel's engine"
    )
