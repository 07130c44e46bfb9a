"""Cursors stay readable for clients that keep them, and a page says whether there is another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import pytest

from ytempire.kit.cursors import decode_cursor, decode_time_cursor, encode_cursor, encode_id, split_page
from ytempire.kit.errors import InvalidInput

ID = UUID("01939a1b-7c2d-7e3f-8a4b-5c6d7e8f9a0b")
AT = datetime(2026, 11, 30, 12, 30, 0, 123456, tzinfo=UTC)
# as clients have them from earlier pages
ID_CURSOR = "AZOaG3wtfj-KS1xtfo-aCw"
TIME_CURSOR = "MjAyNi0xMS0zMFQxMjozMDowMC4xMjM0NTYrMDA6MDAgMDE5MzlhMWItN2MyZC03ZTNmLThhNGItNWM2ZDdlOGY5YTBi"


class Row(NamedTuple):
    id: UUID


def test_encode_cursor_id_keeps_its_format() -> None:
    assert encode_cursor(ID) == ID_CURSOR
    assert decode_cursor(ID_CURSOR) == ID


def test_encode_cursor_time_keeps_its_format() -> None:
    assert encode_cursor((AT, ID)) == TIME_CURSOR
    assert decode_time_cursor(TIME_CURSOR) == (AT, ID)


def test_decode_cursor_without_one_begins_at_the_first_page() -> None:
    assert decode_cursor(None) is None
    assert decode_time_cursor(None) is None


@pytest.mark.parametrize("cursor", ["", "x", "no cursor", "ä", TIME_CURSOR])
def test_decode_cursor_of_others_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="not one of ours"):
        decode_cursor(cursor)


@pytest.mark.parametrize("cursor", ["", "x", "ä", ID_CURSOR, "b3Vycw", "MjAyNi0xMS0zMCAwMTkzOWExYg"])
def test_decode_time_cursor_of_others_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="not one of ours"):
        decode_time_cursor(cursor)


def test_split_page_with_one_more_row_has_a_cursor() -> None:
    rows = [Row(UUID(int=number)) for number in range(3)]
    assert split_page(rows, 2, encode_id) == (rows[:2], encode_cursor(UUID(int=1)))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_split_page_without_one_more_row_has_none(count: int) -> None:
    rows = [Row(UUID(int=number)) for number in range(count)]
    assert split_page(rows, 2, encode_id) == (rows, None)
