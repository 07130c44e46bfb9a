"""What YouTube's refusals mean, by status, reason and sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ytempire.youtube.answers import Refusal, meaning_of
from ytempire.youtube.errors import Later, Never, NotConnected, Unknown
from ytempire.youtube.projects import Moment

NOON = Moment(datetime(2026, 11, 26, 20, tzinfo=UTC))


def body(reason: str, message: str = "It says why.") -> bytes:
    return json.dumps({"error": {"code": 0, "message": message, "errors": [{"reason": reason}]}}).encode()


@pytest.mark.parametrize(
    ("status", "content", "is_write", "meaning"),
    [
        (403, body("rateLimitExceeded"), True, Later),
        (403, body("userRateLimitExceeded"), False, Later),
        (429, b"<html>slow down</html>", True, Later),
        (400, body("uploadLimitExceeded"), True, Later),
        (401, body("authError"), True, NotConnected),
        (403, body("youtubeSignupRequired"), False, NotConnected),
        (403, body("forbidden"), True, Never),
        (403, body("insufficientPermissions"), False, Never),
        (404, body("videoNotFound"), True, Never),
        (400, body("invalidTitle"), True, Never),
        (409, body("captionExists"), True, Never),
        (500, body("backendError"), False, Later),
        (503, b"", True, Unknown),
        (408, b"[]", True, Unknown),
        (418, b'{"error": "a word"}', False, Never),
    ],
)
def test_each_means_one_thing(status: int, content: bytes, is_write: bool, meaning: type[Exception]) -> None:
    assert type(meaning_of(Refusal.of(status, content), is_write=is_write, now=NOON)) is meaning


@pytest.mark.parametrize(
    ("reason", "message", "used_up"),
    [
        ("quotaExceeded", "any", True),
        ("dailyLimitExceeded", "any", True),
        (
            "rateLimitExceeded",
            "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day'",
            True,
        ),
        ("rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'", False),
        ("forbidden", "not one per day", False),
    ],
)
def test_an_empty_bucket_is_told_from_a_burst(reason: str, message: str, used_up: bool) -> None:
    assert Refusal.of(403, body(reason, message)).is_used_up is used_up


@pytest.mark.parametrize(
    ("at", "midnight"),
    [
        (datetime(2026, 11, 26, 20, tzinfo=UTC), datetime(2026, 11, 27, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        # the day on which clocks go back has 25 hours, and that on which they go forward 23
        (datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),
        (datetime(2026, 3, 8, 8, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),
    ],
)
def test_quota_begins_anew_at_midnight_in_california(at: datetime, midnight: datetime) -> None:
    assert Moment(at).next_day == midnight


def test_a_faster_clock_makes_waiting_shorter() -> None:
    error = Moment(NOON.at, factor=3600.0).exhausted("Nothing is left.", reason="quotaExhausted")
    assert (error.when, error.after_s) == (datetime(2026, 11, 27, 8, tzinfo=UTC), 12.0)
