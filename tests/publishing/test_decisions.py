"""What an error of YouTube's means: tables, and properties that hold for whatever is given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.kit.backoff import JITTER
from ytempire.kit.storage import ObjectDamaged
from ytempire.publishing.decisions import (
    LISTING_DEADLINE,
    Status,
    after_error,
    attachment_status_after,
    is_certainly_absent,
    next_look_s,
    parse_remote_state,
)
from ytempire.publishing.errors import NotPublishable
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    QuotaExhausted,
    UploadSessionExpired,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


LATER = YouTubeRetryLater("busy", reason="backendError", after_s=60)
MIDNIGHT = QuotaExhausted("used up", reason="quotaExceeded", after_s=7 * 3600)
NEVER = YouTubeRefused("no", reason="forbidden")
UNKNOWN = YouTubeOutcomeUnknown("?", reason="noAnswer")
STATUSES: list[Status] = ["planned", "uploading", "unknown", "processing", "live"]


class TestAfterError:
    @pytest.mark.parametrize(
        ("error", "status", "in_doubt", "becomes", "after_s"),
        [
            (LATER, "planned", False, "planned", 60),
            (LATER, "uploading", False, "uploading", 60),
            (LATER, "uploading", True, "unknown", 60),
            (LATER, "processing", False, "processing", 60),
            (MIDNIGHT, "planned", False, "planned", 7 * 3600),
            (NEVER, "planned", False, "failed", None),
            (NEVER, "uploading", False, "failed", None),
            (NEVER, "uploading", True, "unknown", 15),
            (NEVER, "unknown", True, "unknown", 15),
            (NEVER, "processing", False, "processing", 15),
            (NEVER, "live", False, "live", 15),
            (UNKNOWN, "planned", False, "planned", 15),
            (UNKNOWN, "uploading", False, "unknown", 15),
            (UNKNOWN, "unknown", True, "unknown", 15),
            (NotConnected("gone", reason="authError"), "planned", False, "planned", 15),
            (ChannelStopped("paused", reason="channelStopped"), "uploading", False, "uploading", 15),
            (UploadSessionExpired("gone", reason="uploadSessionExpired"), "uploading", False, "uploading", 15),
            (UploadSessionExpired("gone", reason="uploadSessionExpired"), "uploading", True, "unknown", 15),
            (ObjectDamaged("gone"), "planned", False, "failed", None),
            (NotPublishable(["The title is empty."]), "planned", False, "failed", None),
            (RuntimeError("a bug"), "uploading", False, "uploading", 15),
        ],
    )
    def test_after_error_gives_status_and_delay(
        self, error: Exception, status: Status, in_doubt: bool, becomes: Status, after_s: float | None
    ) -> None:
        after = after_error(error, status, retry_count=0, step="send", in_doubt=in_doubt)
        # a wait of ours has jitter, what YouTube asks for is kept
        expected_s = pytest.approx(15, rel=JITTER) if after_s == 15 else after_s
        assert (after.status, after.after_s) == (becomes, expected_s)
        assert after.error is not None
        assert (after.error["step"], bool(after.error["message"])) == ("send", True)

    @given(
        st.sampled_from([LATER, MIDNIGHT, NEVER, UNKNOWN, RuntimeError("a bug")]),
        st.sampled_from(STATUSES),
        st.integers(min_value=0, max_value=10_000),
        st.booleans(),
    )
    def test_after_error_failure_always_has_error_and_no_retry(
        self, error: Exception, status: Status, retry_count: int, in_doubt: bool
    ) -> None:
        after = after_error(error, status, retry_count=retry_count, step="ask", in_doubt=in_doubt)
        assert after.error is not None
        assert (after.status == "failed") == (after.after_s is None)
        if in_doubt or status in ("processing", "live"):
            assert after.status != "failed"

    @given(st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)), st.integers(min_value=0, max_value=10_000))
    def test_next_look_s_is_between_1_and_300_seconds(self, left_s: float | None, retry_count: int) -> None:
        assert 1 <= next_look_s(left_s, retry_count) <= 300


class TestBeside:
    @pytest.mark.parametrize(
        ("error", "becomes"),
        [
            (LATER, "pending"),
            (UNKNOWN, "pending"),
            (NEVER, "failed"),
            (NotConnected("gone", reason="authError"), "pending"),
            (ChannelStopped("paused", reason="channelStopped"), "pending"),
        ],
    )
    def test_attachment_status_after_error_is_pending_or_failed(
        self, error: YouTubeRetryLater | YouTubeRefused | YouTubeOutcomeUnknown, becomes: str
    ) -> None:
        assert attachment_status_after(error) == becomes


class TestAbsence:
    @pytest.mark.parametrize(
        ("last_chunk_at", "certain"),
        [(None, True), (NOW, False), (NOW - LISTING_DEADLINE / 2, False), (NOW - LISTING_DEADLINE, True)],
    )
    def test_is_certainly_absent_without_chunk_or_after_listing_deadline(
        self, last_chunk_at: datetime | None, certain: bool
    ) -> None:
        assert is_certainly_absent(last_chunk_at, NOW) is certain


class TestSeen:
    @pytest.mark.parametrize(
        ("status", "state", "reason"),
        [
            ({"uploadStatus": "uploaded"}, "processing", ""),
            ({"uploadStatus": "processed"}, "processed", ""),
            ({"uploadStatus": "failed", "failureReason": "codec"}, "failed", "codec"),
            ({"uploadStatus": "rejected", "rejectionReason": "duplicate"}, "failed", "duplicate"),
            ({"uploadStatus": "deleted"}, "failed", "deleted"),
        ],
    )
    def test_parse_remote_state_reads_state_reason_and_privacy(
        self, status: dict[str, str], state: str, reason: str
    ) -> None:
        found = parse_remote_state({"status": {"privacyStatus": "private", **status}})
        assert (found.state, found.reason, found.privacy) == (state, reason, "private")

    def test_parse_remote_state_reads_processing_time_left(self) -> None:
        item = {
            "status": {"uploadStatus": "uploaded", "privacyStatus": "private"},
            "processingDetails": {"processingProgress": {"timeLeftMs": "7500"}},
        }
        assert parse_remote_state(item).left_s == 7.5
