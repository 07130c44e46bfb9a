"""Pages of lists: opaque tokens that name the last entry, so that new entries shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from ytempire.sandbox.errors import invalid_parameter

Entry = TypeVar("Entry")
Key = tuple[float | str, ...]


class Page(NamedTuple):
    entries: list[Any]
    total: int
    next_token: str | None


def page_of(entries: Sequence[Entry], key: Callable[[Entry], Key], *, size: int, token: str | None) -> Page:
    """The entries after the one that the token names, in the order of their keys."""
    ordered = sorted(entries, key=key)
    after = _decode_token(token) if token else None
    try:
        rest = [entry for entry in ordered if after is None or key(entry) > after]
    except TypeError as error:  # a token of another list
        raise _bad_token() from error
    shown = rest[:size]
    more = _written(key(shown[-1])) if shown and len(rest) > size else None
    return Page(shown, len(ordered), more)


def _written(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _decode_token(token: str) -> Key:
    try:
        key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError as error:
        raise _bad_token() from error
    if not isinstance(key, list):
        raise _bad_token()
    return tuple(key)


def _bad_token() -> Exception:
    message = "The request specifies an invalid page token."
    return invalid_parameter("pageToken", message, reason="invalidPageToken")
