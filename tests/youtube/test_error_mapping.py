"""What YouTube's refusals mean, by status, reason and sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ytempire.youtube.error_mapping import BURST_S, YouTubeErrorResponse, map_error
from ytempire.youtube.errors import (
    ActionRequired,
    NotConnected,
    QuotaExhausted,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
)
from ytempire.youtube.projects import ServiceClock

NOON = ServiceClock(datetime(2026, 11, 26, 20, tzinfo=UTC))


def body(reason: str, message: str = "It says why.") -> bytes:
    return json.dumps({"error": {"code": 0, "message": message, "errors": [{"reason": reason}]}}).encode()


@pytest.mark.parametrize(
    ("status", "content", "is_write", "meaning"),
    [
        (403, body("rateLimitExceeded"), True, YouTubeRetryLater),
        (403, body("userRateLimitExceeded"), False, YouTubeRetryLater),
        (429, b"<html>slow down</html>", True, YouTubeRetryLater),
        (400, body("uploadLimitExceeded"), True, YouTubeRetryLater),
        (401, body("authError"), True, NotConnected),
        (401, body("youtubeSignupRequired"), False, ActionRequired),
        (403, body("accessNotConfigured"), True, ActionRequired),
        (
            403,
            b'{"error": {"code": 403, "message": "m", "details": [{"reason": "SERVICE_DISABLED"}]}}',
            True,
            ActionRequired,
        ),
        (403, body("channelClosed"), True, ActionRequired),
        (403, body("channelSuspended"), True, ActionRequired),
        (403, body("authenticatedUserAccountClosed"), True, ActionRequired),
        (403, body("quotaExceeded"), True, QuotaExhausted),
        (403, body("forbidden"), True, YouTubeRefused),
        (403, body("insufficientPermissions"), True, ActionRequired),
        (
            403,
            b'{"error": {"code": 403, "message": "m", "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}',
            False,
            ActionRequired,
        ),
        (403, b"<html>Blocked by your organisation</html>", True, YouTubeOutcomeUnknown),
        (407, b"<html>Sign in to the proxy</html>", False, YouTubeRetryLater),
        (404, b"", False, YouTubeRetryLater),
        (404, body("videoNotFound"), True, YouTubeRefused),
        (400, body("invalidTitle"), True, YouTubeRefused),
        (409, body("captionExists"), True, YouTubeRefused),
        (500, body("backendError"), False, YouTubeRetryLater),
        (503, b"", True, YouTubeOutcomeUnknown),
        (408, b"[]", True, YouTubeOutcomeUnknown),
        (418, b'{"error": "a word"}', False, YouTubeRefused),
    ],
)
def test_map_error_gives_one_error_type_per_response(
    status: int, content: bytes, is_write: bool, meaning: type[Exception]
) -> None:
    assert type(map_error(YouTubeErrorResponse.from_response(status, content), is_write=is_write, now=NOON)) is meaning


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
def test_is_used_up_distinguishes_exhausted_quota_from_burst(reason: str, message: str, used_up: bool) -> None:
    assert YouTubeErrorResponse.from_response(403, body(reason, message)).is_used_up is used_up


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('exceeded your <a href="/q">quota</a>.', "exceeded your quota."),
        ("&lt;b&gt;no&lt;/b&gt; &amp; never", "no & never"),
        ('cut in the middle of <a href="https://develop', "cut in the middle of"),
        ("1 < 2\n and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_message_has_no_html_tags(said: str, shown: str) -> None:
    assert YouTubeErrorResponse.from_response(403, body("quotaExceeded", said)).message == shown


@pytest.mark.parametrize(
    ("status", "is_write", "after_s"), [(429, True, 300), (403, True, 300), (503, False, 300), (503, True, 300)]
)
def test_map_error_keeps_retry_after_time(status: int, is_write: bool, after_s: float) -> None:
    meant = map_error(YouTubeErrorResponse.from_response(status, b"", retry_after="300"), is_write=is_write, now=NOON)
    assert isinstance(meant, YouTubeRetryLater | YouTubeOutcomeUnknown)
    assert meant.after_s == after_s
    without = map_error(YouTubeErrorResponse.from_response(429, b""), is_write=is_write, now=NOON)
    assert isinstance(without, YouTubeRetryLater)
    assert without.after_s == BURST_S


@pytest.mark.parametrize(
    ("reason", "message", "method", "page"),
    [
        ("accessNotConfigured", "m", "videos.insert", "https://console.cloud.google.com/apis/library/youtube.google"),
        (
            "accessNotConfigured",
            "Visit https://console.developers.google.com/apis/api/youtube.googleapis.com?project=7 then",
            "videos.insert",
            "https://console.developers.google.com/apis/api/youtube.googleapis.com?project=7.",
        ),
        ("youtubeSignupRequired", "m", "videos.insert", "https://www.youtube.com/create_channel"),
        ("forbidden", "m", "thumbnails.set", "https://www.youtube.com/verify"),
        ("channelClosed", "m", "videos.insert", "https://studio.youtube.com"),
    ],
)
def test_map_error_action_required_names_repair_page(reason: str, message: str, method: str, page: str) -> None:
    meant = map_error(
        YouTubeErrorResponse.from_response(403, body(reason, message)), is_write=True, now=NOON, method=method
    )
    assert isinstance(meant, ActionRequired)
    assert page in (meant.hint or "")


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
def test_next_day_is_pacific_midnight(at: datetime, midnight: datetime) -> None:
    assert ServiceClock(at).next_day == midnight


def test_exhausted_with_faster_clock_waits_shorter() -> None:
    error = ServiceClock(NOON.at, speed=3600.0).exhausted("Nothing is left.", reason="quotaExhausted")
    assert (error.when, error.after_s) == (datetime(2026, 11, 27, 8, tzinfo=UTC), 12.0)
