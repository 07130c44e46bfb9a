"""What an error of YouTube's means: tables, and properties that hold for whatever is given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.kit.storage import ObjectDamaged
from ytempire.publishing.decisions import (
    LISTED_WITHIN,
    LONGEST_WAIT_S,
    Status,
    after_error,
    beside_after,
    growing_wait,
    is_certainly_absent,
    next_look_s,
    seen,
)
from ytempire.publishing.errors import NotPublishable
from ytempire.youtube.errors import ChannelStopped, Later, Never, NotConnected, QuotaExhausted, Unknown, UploadGone

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


LATER = Later("busy", reason="backendError", after_s=60)
MIDNIGHT = QuotaExhausted("used up", reason="quotaExceeded", after_s=7 * 3600)
NEVER = Never("no", reason="forbidden")
UNKNOWN = Unknown("?", reason="noAnswer")
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
            (UploadGone("gone", reason="uploadGone"), "uploading", False, "uploading", 15),
            (UploadGone("gone", reason="uploadGone"), "uploading", True, "unknown", 15),
            (ObjectDamaged("gone"), "planned", False, "failed", None),
            (NotPublishable(["The title is empty."]), "planned", False, "failed", None),
            (RuntimeError("a bug"), "uploading", False, "uploading", 15),
        ],
    )
    def test_is_later_never_or_unknown(
        self, error: Exception, status: Status, in_doubt: bool, becomes: Status, after_s: float | None
    ) -> None:
        after = after_error(error, status, waits=0, step="send", in_doubt=in_doubt)
        assert (after.status, after.after_s) == (becomes, after_s)
        assert after.error is not None
        assert (after.error["step"], bool(after.error["message"])) == ("send", True)

    @given(
        st.sampled_from([LATER, MIDNIGHT, NEVER, UNKNOWN, RuntimeError("a bug")]),
        st.sampled_from(STATUSES),
        st.integers(min_value=0, max_value=10_000),
        st.booleans(),
    )
    def test_nothing_is_given_up_in_silence(self, error: Exception, status: Status, waits: int, in_doubt: bool) -> None:
        after = after_error(error, status, waits=waits, step="ask", in_doubt=in_doubt)
        assert after.error is not None
        assert (after.status == "failed") == (after.after_s is None)
        if in_doubt or status in ("processing", "live"):
            assert after.status != "failed"

    @given(st.integers(min_value=1, max_value=10_000))
    def test_waits_grow_to_an_hour(self, waits: int) -> None:
        assert 0 < growing_wait(waits) <= growing_wait(waits + 1) <= LONGEST_WAIT_S

    @given(st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)), st.integers(min_value=0, max_value=10_000))
    def test_processing_is_looked_at_in_time(self, left_s: float | None, waits: int) -> None:
        assert 1 <= next_look_s(left_s, waits) <= 300


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
    def test_is_a_state_of_its_own(self, error: Later | Never | Unknown, becomes: str) -> None:
        assert beside_after(error) == becomes


class TestAbsence:
    @pytest.mark.parametrize(
        ("last_piece_at", "certain"),
        [(None, True), (NOW, False), (NOW - LISTED_WITHIN / 2, False), (NOW - LISTED_WITHIN, True)],
    )
    def test_is_certain_when_no_video_can_have_come_of_it(self, last_piece_at: datetime | None, certain: bool) -> None:
        assert is_certainly_absent(last_piece_at, NOW) is certain


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
    def test_reads_what_became_of_it(self, status: dict[str, str], state: str, reason: str) -> None:
        found = seen({"status": {"privacyStatus": "private", **status}})
        assert (found.state, found.reason, found.privacy) == (state, reason, "private")

    def test_reads_how_long_it_will_take(self) -> None:
        item = {
            "status": {"uploadStatus": "uploaded", "privacyStatus": "private"},
            "processingDetails": {"processingProgress": {"timeLeftMs": "7500"}},
        }
        assert seen(item).left_s == 7.5
