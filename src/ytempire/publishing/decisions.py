"""What an error or a state of YouTube's means. Pure: state in, decision out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from ytempire.kit.backoff import Backoff
from ytempire.kit.storage import ObjectDamaged
from ytempire.publishing.errors import NotPublishable
from ytempire.youtube.errors import (
    ChannelStopped,
    NotConnected,
    UploadSessionExpired,
    YouTubeOutcomeUnknown,
    YouTubeRefused,
    YouTubeRetryLater,
    error_document,
)

Status = Literal["planned", "uploading", "processing", "live", "failed", "unknown", "removed", "gone"]
Privacy = Literal["public", "unlisted", "private"]
Licence = Literal["youtube", "creativeCommon"]

BACKOFF = Backoff(first_s=15.0, longest_s=3600.0)
LONGEST_PAUSE_S = 24 * 3600.0  # quotas begin anew each day
# Nobody says how long YouTube takes to list an upload; it is minutes. A day is far beyond that, and a video that is
# uploaded twice is worse than one that is a day late.
LISTING_DEADLINE = timedelta(days=1)
# The same of thumbnail and captions: so long after the last chunk, a video that is not found is not there yet.
LISTING_DELAY = timedelta(hours=1)
NOT_FOUND = frozenset({"videoNotFound", "notFound", "http_404"})
GONE_AFTER = 5  # looks in a row at which a video that was there is not: a list may lag, but not for that long


def urgency(publish_at: datetime | None, now: datetime) -> int:
    """The priority of an upload among other jobs: 1 is the most urgent."""
    left = timedelta() if publish_at is None else publish_at - now
    return 3 if left <= timedelta(hours=1) else 5 if left <= timedelta(days=1) else 7


@dataclass(frozen=True)
class NextState:
    """What an attempt leaves behind: the status, and in how many seconds the next one is; None: none is needed."""

    status: Status
    after_s: float | None
    retry_count: int = 0
    error: dict[str, Any] | None = None


def after_error(error: Exception, status: Status, *, retry_count: int, step: str, in_doubt: bool) -> NextState:
    """What an error means. `in_doubt`: the video file may have become a video of which we do not know the id.

    Only a refusal of something that was certainly not done fails a publication. One of whose video we know is never
    failed by an error: what became of it, processing says.
    """
    tried = retry_count + 1
    document = error_document(error, step)
    doubtful: Status = "unknown" if in_doubt and status in ("uploading", "unknown") else status
    match error:
        case (
            NotConnected() | ChannelStopped() | UploadSessionExpired()
        ):  # of a session that is gone, the next attempt finds out
            return NextState(doubtful, BACKOFF.delay_s(tried), tried, document)
        case YouTubeRetryLater() as later:
            wait = BACKOFF.delay_s(tried) if later.after_s is None else min(max(later.after_s, 1.0), LONGEST_PAUSE_S)
            return NextState(doubtful, wait, tried, document)
        case YouTubeOutcomeUnknown() as doubt:
            # of a session that was to begin nothing is known but that it has no byte
            unknown: Status = "unknown" if status in ("uploading", "unknown") else status
            wait = max(BACKOFF.delay_s(tried), min(doubt.after_s or 0.0, LONGEST_PAUSE_S))
            return NextState(unknown, wait, tried, document)
        case YouTubeRefused() | ObjectDamaged() | NotPublishable() if status in ("planned", "uploading", "unknown"):
            return (
                NextState(doubtful, BACKOFF.delay_s(tried), tried, document)
                if in_doubt
                else NextState("failed", None, 0, document)
            )
        case _:
            return NextState(doubtful, BACKOFF.delay_s(tried), tried, document)


def attachment_status_after(
    error: YouTubeRetryLater | YouTubeRefused | YouTubeOutcomeUnknown,
) -> Literal["pending", "failed"]:
    """What becomes of a thumbnail or of captions that were not taken."""
    if isinstance(error, NotConnected | ChannelStopped) or not isinstance(error, YouTubeRefused):
        return "pending"
    return "failed"


def has_retry_time(error: Exception) -> bool:
    """Whether nothing may be tried before the time of this error: YouTube asks for that, or somebody has to act."""
    return (
        error.has_retry_time
        if isinstance(error, YouTubeRetryLater)
        else isinstance(error, YouTubeOutcomeUnknown) and error.after_s is not None
    )


def require_captions_accepted(answer: Mapping[str, Any]) -> None:
    """Raise YouTubeRefused for captions that YouTube took and could not use: its answer is a success all the same."""
    snippet = answer.get("snippet", {})
    if snippet.get("status") != "failed":
        return
    reason = str(snippet.get("failureReason") or "failed")
    raise YouTubeRefused(
        f"YouTube has the captions, and could not use them: {_CAPTIONS_WHY.get(reason, reason)}.",
        reason=reason,
        hint="Send them again from the video's page.",
    )


_CAPTIONS_WHY = {
    "failed": "it does not say why",
    "processingFailed": "something went wrong there",
    "unknownFormat": "it does not know the format of the file",
    "unsupportedFormat": "it does not take this format",
}


def own_track(tracks: Iterable[Mapping[str, Any]], language: str) -> str | None:
    """The id of the track that we made, among those of a video: of this language, without a name, not YouTube's own."""
    for track in tracks:
        snippet = track.get("snippet", {})
        made_there = str(snippet.get("trackKind", "standard")).lower() == "asr"
        same = str(snippet.get("language", "")).lower() == language.lower()
        if same and not snippet.get("name") and not made_there:
            track_id: str = track["id"]
            return track_id
    return None


def is_certainly_absent(last_chunk_at: datetime | None, now: datetime) -> bool:
    """Of an upload whose session is gone and that the channel's uploads do not show: can it be no video?"""
    return last_chunk_at is None or now - last_chunk_at >= LISTING_DEADLINE


@dataclass(frozen=True)
class RemoteState:
    """What YouTube says of a video that it has."""

    state: Literal["processing", "processed", "failed"]
    reason: str = ""
    message: str = ""
    privacy: str | None = None
    publish_at: datetime | None = None  # by its own clock, as long as it waits for it
    left_s: float | None = None


_WHY = {
    "duplicate": "it is the same video file as another of this channel",
    "termsOfUse": "it breaks YouTube's terms of use",
    "copyright": "it has what belongs to somebody else",
    "claim": "somebody else claims it",
    "inappropriate": "it is not suitable for YouTube",
    "length": "it is too long for this channel",
    "trademark": "it has somebody's trademark",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
    "codec": "YouTube cannot read how it is encoded",
    "conversion": "YouTube could not convert it",
    "emptyFile": "the file was empty",
    "invalidFile": "YouTube does not see a video in it",
    "tooSmall": "the file is too small",
    "uploadAborted": "the upload was broken off",
}


def parse_remote_state(item: Mapping[str, Any]) -> RemoteState:
    """Read `status` and `processingDetails` of a video."""
    status = item["status"]
    upload, privacy = status["uploadStatus"], status["privacyStatus"]
    if upload == "processed":
        publish_at = status.get("publishAt") if privacy == "private" else None
        return RemoteState(
            "processed", privacy=privacy, publish_at=datetime.fromisoformat(publish_at) if publish_at else None
        )
    if upload in ("failed", "rejected", "deleted"):
        reason = status.get("failureReason") or status.get("rejectionReason") or upload
        word = {"failed": "could not process it", "rejected": "rejected it", "deleted": "has deleted it"}[upload]
        return RemoteState("failed", reason, f"YouTube {word}: {_WHY.get(reason, reason)}.", privacy)
    left = item.get("processingDetails", {}).get("processingProgress", {}).get("timeLeftMs")
    return RemoteState("processing", privacy=privacy, left_s=int(left) / 1000 if left else None)


def next_look_s(left_s: float | None, retry_count: int) -> float:
    """When to look at processing again: what YouTube expects, else less and less often."""
    wait = min(5.0 * 1.5 ** min(retry_count, 20), 300.0)
    return wait if left_s is None else min(max(left_s, 1.0), wait)
