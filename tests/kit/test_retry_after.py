"""What a `Retry-After` asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ytempire.kit.retry_after import LONGEST_PAUSE_S, pause_s

NOON = datetime(2026, 11, 26, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Thu, 26 Nov 2026 20:02:00 GMT", 120),
        ("Thu, 26 Nov 2026 20:02:00 -0000", 120),
        ("Thu, 26 Nov 2026 19:00:00 GMT", 0),
        ("9" * 40, LONGEST_PAUSE_S),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_pause_s_reads_seconds_and_date(retry_after: str | None, seconds: float | None) -> None:
    assert pause_s(retry_after, NOON) == seconds
