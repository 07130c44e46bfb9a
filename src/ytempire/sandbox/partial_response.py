"""Partial answers: the `fields` parameter, `items(id,snippet/title),nextPageToken`."""

from __future__ import annotations

import re
from typing import Any

from ytempire.sandbox.errors import invalid_fields

Mask = dict[str, "Mask | None"]  # None: all of it
_TOKEN = re.compile(r"[A-Za-z0-9_*-]+|[(),/]")


def mask_of(text: str) -> Mask:
    """Raises Google's 400 for what cannot be read."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise invalid_fields(text)
    mask, rest = _selections(tokens, text)
    if rest:
        raise invalid_fields(text)
    return mask


def _selections(tokens: list[str], text: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        tokens = _selection(tokens, mask, text)
        if not tokens or tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def _selection(tokens: list[str], mask: Mask, text: str) -> list[str]:
    if not tokens or tokens[0] in "(),/":
        raise invalid_fields(text)
    name, tokens = tokens[0], tokens[1:]
    if tokens and tokens[0] == "/":
        below: Mask = {}
        tokens = _selection(tokens[1:], below, text)
    elif tokens and tokens[0] == "(":
        below, tokens = _selections(tokens[1:], text)
        if not tokens or tokens[0] != ")":
            raise invalid_fields(text)
        tokens = tokens[1:]
    else:
        mask[name] = None
        return tokens
    before = mask.get(name, {})
    mask[name] = None if before is None else before | below
    return tokens


def select(value: Any, mask: Mask | None) -> Any:
    """What the mask leaves of an answer."""
    if mask is None:
        return value
    if isinstance(value, list):
        return [select(entry, mask) for entry in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        return {name: select(entry, mask["*"]) for name, entry in value.items()}
    return {name: select(entry, mask[name]) for name, entry in value.items() if name in mask}
