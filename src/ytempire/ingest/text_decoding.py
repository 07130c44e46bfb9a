"""The form of a body or file of events, before it is lines: how its letters are coded, and if it is lines at all."""

from __future__ import annotations

import codecs
import io
import json
from typing import IO, Protocol

from ytempire.kit.errors import InvalidInput

BOM = codecs.BOM_UTF8
_CODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_GOES_ON = (b'"', b"}", b"]", b",", b":")
"""What a line begins with inside of a value; no event does."""

_CHECKED_BYTES = 256 * 1024  # bytes; no two lines of events are as long


class Bytes(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int, /) -> bytes: ...


class NotLines(InvalidInput):
    """JSON, but not one object a line."""

    code = "invalid_ndjson"


def as_utf8(data: bytes) -> bytes:
    """Recode a whole body as UTF-8 without a mark at its beginning. Raises InvalidInput where it is damaged UTF-16."""
    coding = _coding(data)
    if coding is None:
        return data.removeprefix(BOM)
    try:
        return data.decode(coding).encode()
    except UnicodeError as error:
        raise InvalidInput(
            "The body begins as UTF-16 and is damaged. Nothing of it was taken.", hint="Send it as UTF-8."
        ) from error


def utf8(source: IO[bytes]) -> Bytes:
    """Give what a source says as UTF-8, without a mark at its beginning. Reading it raises UnicodeError."""
    head = source.peek(4)  # type: ignore[attr-defined]  # of buffered files and of gzip's
    coding = _coding(head)
    if coding is not None:
        return _Recoded(source, coding)
    if head.startswith(BOM):
        source.read(len(BOM))
    return source


def _coding(head: bytes) -> str | None:
    """None for UTF-8."""
    return next((coding for mark, coding in _CODINGS if head.startswith(mark)), None)


class _Recoded:
    def __init__(self, source: IO[bytes], coding: str) -> None:
        self._text = io.TextIOWrapper(source, coding, newline="")

    def read(self, size: int, /) -> bytes:
        return self._text.read(size).encode()


def require_lines(data: bytes) -> None:
    """Raise NotLines where data that begins so is a JSON array, or has an object on several lines."""
    first, _, rest = data.lstrip()[:_CHECKED_BYTES].partition(b"\n")
    if first.startswith(b"["):
        raise _not_lines("a JSON array")
    goes_on = first.rstrip().endswith((b"[", b":")) or rest.lstrip().startswith(_GOES_ON)
    if first.startswith(b"{") and goes_on and not _is_value(first):
        raise _not_lines("JSON on several lines")


def _is_value(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _not_lines(what: str) -> NotLines:
    return NotLines(
        f"These events are {what}; write one object a line (NDJSON). Nothing of it was taken.",
        hint="`jq -c '.[]'` makes such lines of an array, and `jq -c .` of objects on several lines.",
    )
