"""Divide lists into pages: encode the place where one ends, and decode it where the next begins."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from ytempire.kit.errors import InvalidInput

TimePosition = tuple[datetime, UUID]  # in what is partitioned by time, so that no younger partition is looked into
Row = TypeVar("Row")
Position = TypeVar("Position")


class IdentifiedRow(Protocol):
    """A row of a list that is ordered by id."""

    @property
    def id(self) -> Any: ...


def encode_cursor(position: UUID | TimePosition) -> str:
    """Encode the place of a page's last row, for whoever asks for the next page."""
    content = position.bytes if isinstance(position, UUID) else f"{position[0].isoformat()} {position[1]}".encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> UUID | None:
    """Decode the id after which the next page begins. Raises InvalidInput for what is no cursor of ours."""
    return None if cursor is None else _decode(cursor, lambda content: UUID(bytes=content))


def decode_time_cursor(cursor: str | None) -> TimePosition | None:
    """Decode the place after which the next page begins. Raises InvalidInput for what is no cursor of ours."""
    return None if cursor is None else _decode(cursor, _parse_time_position)


def encode_id(row: IdentifiedRow) -> str:
    """Encode the place of a row in a list that is ordered by id."""
    return encode_cursor(row.id)


def split_page(rows: Sequence[Row], limit: int, cursor_of: Callable[[Row], str]) -> tuple[Sequence[Row], str | None]:
    """Return the page of at most `limit` rows, and the cursor of the next.

    `rows` are one more than the page takes where there are as many: that one says that there is another page.
    """
    return rows[:limit], cursor_of(rows[limit - 1]) if len(rows) > limit else None


def _decode(cursor: str, parse: Callable[[bytes], Position]) -> Position:
    try:
        return parse(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise InvalidInput(
            "This cursor is not one of ours.", hint="Take `next_cursor` from the page before."
        ) from error


def _parse_time_position(content: bytes) -> TimePosition:
    at, _, last = content.decode().partition(" ")
    parsed = datetime.fromisoformat(at)
    if parsed.tzinfo is None:
        raise ValueError("no zone")
    return parsed, UUID(last)
