"""A source text after reading: blocks in order, nothing rendered, nothing lost but markup."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Block(BaseModel):
    """One heading, paragraph, list item or quotation, as plain text with its markup removed."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["heading", "paragraph", "item", "quote"]
    text: str
    level: int = 0  # 1-6 for headings, nesting depth from 1 for items
    ordered: bool = False  # items of a numbered list


class SourceText(BaseModel):
    """What the writer works from. `sha256` is that of the original bytes."""

    model_config = ConfigDict(frozen=True)

    title: str
    blocks: tuple[Block, ...]
    language: str  # ISO 639-1
    words: int
    sha256: str
    attribution: str | None = None  # a credit line that the source itself carries
    licence: str | None = None  # e.g. "CC BY 4.0", where the source names one
