"""Who wrote a source and under which licence: told by its front matter or by its closing lines, never narrated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ytempire.production.source.document import Block

_CREDITS = (
    r"sources?|attribution|credits?|author|written by|licen[cs]e|licensed under|copyright"
    # es, fr, it, pt
    r"|fuentes?|fontes?|fonti|cr[eé]ditos?|crédits?|crediti|autora?|auteure?|autore|autrice|licencia|licenza|licença"
)
_CLOSING = re.compile(rf"((?:{_CREDITS})\b|©)\s*:?\s*(.+)", re.IGNORECASE)
_LICENCE_NAME = re.compile(
    r"\b(CC0(?:[ -]1\.0)?|CC[ -]BY(?:-(?:SA|NC|ND))*(?:[ -]\d\.\d)?|public domain|MIT|Apache[ -]2\.0|GFDL"
    r"|Creative Commons [A-Z][\w ,.-]{3,60})",
    re.IGNORECASE,
)
CLOSING_BLOCKS = 4  # credits stand at the very end; further up "Source:" may be a part of the text


@dataclass(frozen=True)
class Credits:
    attribution: str | None = None
    licence: str | None = None

    def or_else(self, other: Credits) -> Credits:
        return Credits(self.attribution or other.attribution, self.licence or other.licence)


def front_matter_credits(values: Mapping[str, str]) -> Credits:
    named = next((values[key] for key in ("attribution", "credit", "credits") if values.get(key)), None)
    if named is None:
        parts = [values[key] for key in ("author", "authors", "by", "source") if values.get(key)]
        named = ", ".join(dict.fromkeys(parts)) or None
    licence = next((values[key] for key in ("licence", "license", "rights", "copyright") if values.get(key)), None)
    return Credits(named, licence)


def _one_credit_each(blocks: list[Block]) -> list[Block]:
    """Credits on neighbouring lines are one paragraph to Markdown: "Source: … Licence: …" becomes two blocks.

    What follows a copyright mark is a credit too, whatever stands before it: "Terms of sale. © 2026 Lamps Ltd, Lyon."
    """
    split: list[Block] = []
    for index, block in enumerate(blocks):
        pieces = [block.text]
        if index >= len(blocks) - CLOSING_BLOCKS:
            pieces = [piece for piece in re.split(r"(?:^|(?<=[.!?|·–—])\s*)(?=©)", block.text) if piece]
            pieces = [credit for piece in pieces for credit in _credits_of(piece)]
        split += [block.model_copy(update={"text": piece.rstrip(" |·–—")}) for piece in pieces]
    return split


def _credits_of(text: str) -> list[str]:
    if _CLOSING.fullmatch(text) is None:
        return [text]
    return re.split(r"\s+(?=(?:Licen[cs]e|Source|Attribution|Author|Credits?|Copyright):\s)", text)


def split_closing_credits(blocks: list[Block]) -> tuple[Credits, list[Block]]:
    """Credits named by the last blocks ("Source: …", "Licence: CC BY 4.0"), and the blocks without them."""
    attribution: list[str] = []
    licence: str | None = None
    text_blocks: list[Block] = []
    blocks = _one_credit_each(blocks)
    for index, block in enumerate(blocks):
        match = _CLOSING.fullmatch(block.text) if index >= len(blocks) - CLOSING_BLOCKS else None
        colon = match is not None and (
            ":" in block.text[:24] or block.text.lower().startswith(("©", "licensed", "copyright"))
        )
        if match is None or not colon or len(block.text.split()) > 60:
            text_blocks.append(block)
            continue
        key, value = match.group(1).lower(), match.group(2).strip()
        name = _LICENCE_NAME.search(value)
        if key.startswith("licen"):
            licence = value
        else:
            attribution.append(block.text if key in {"copyright", "©"} else value)
            licence = licence or (name.group(1) if name else None)
    return Credits(" ".join(attribution) or None, licence), text_blocks
