"""Videos: what each is at a moment, and who sees it.

Nothing happens in the background. Processing, a publication at a set time and every counter are functions of what is
stored and of the clock, so a sandbox that was off meanwhile says the same as one that ran.
"""

from __future__ import annotations

import json

from ytempire.sandbox.api import Call, Resource
from ytempire.sandbox.errors import ApiError, missing
from ytempire.sandbox.store import Row, Store


def status_of(video: Row) -> Resource:
    status: Resource = json.loads(video["status"])
    return status


def snippet_of(video: Row) -> Resource:
    snippet: Resource = json.loads(video["snippet"])
    return snippet


def extras_of(video: Row) -> Resource:
    """What was written of recordingDetails and localizations."""
    extras: Resource = json.loads(video["extras"])
    return extras


def is_processed(video: Row, now: float) -> bool:
    return bool(video["outcome"] == "processed" and video["processed_at"] <= now)


def privacy_of(video: Row, now: float) -> str:
    if video["locked"]:
        return "private"
    status = status_of(video)
    publish_at = status.get("publishAt")
    return "public" if publish_at is not None and publish_at <= now else str(status["privacyStatus"])


def upload_status_of(video: Row, now: float) -> str:
    return str(video["outcome"]) if video["processed_at"] <= now else "uploaded"


def is_visible_to(video: Row, channel_id: str | None, now: float) -> bool:
    """Whether who asks sees it by its id: its owner always, others when it is public or unlisted and ready."""
    if video["deleted_at"] is not None:
        return False
    if video["channel_id"] == channel_id:
        return True
    return is_processed(video, now) and privacy_of(video, now) != "private"


def is_public(video: Row, now: float) -> bool:
    return video["deleted_at"] is None and is_processed(video, now) and privacy_of(video, now) == "public"


def published_at(store: Store, video: Row, now: float) -> float:
    """When it first became public; until then, when it was uploaded."""
    first = store.one(
        "SELECT min(begins) AS at FROM exposures WHERE video_id = :id AND begins <= :now", id=video["id"], now=now
    )
    return float(video["uploaded_at"] if first is None or first["at"] is None else first["at"])


def find(store: Store, video_id: str) -> Row | None:
    return store.one("SELECT * FROM videos WHERE id = :id", id=video_id)


def of_channel(store: Store, channel_id: str) -> list[Row]:
    return store.all(
        "SELECT * FROM videos WHERE channel_id = :channel AND deleted_at IS NULL ORDER BY number DESC",
        channel=channel_id,
    )


def get_own(call: Call, video_id: str) -> Row:
    """Raises 404 where the caller does not see it and 403 where it is not theirs."""
    video = find(call.context.store, video_id)
    if video is None or not is_visible_to(video, call.channel_id, call.now):
        message = "The video that you are trying to change cannot be found. Check the value of the id field."
        raise missing("videoNotFound", message, "id")
    if video["channel_id"] != call.channel_id:
        raise ApiError(403, "forbidden", "Forbidden", domain="youtube.video")
    return video


def start_audience(store: Store, video: Row, now: float) -> None:
    """Write down from when to when it is public. What the audience saw already stays as it was."""
    store.run("DELETE FROM exposures WHERE video_id = :id AND begins > :now", id=video["id"], now=now)
    status = status_of(video)
    publish_at = status.get("publishAt")
    begins: float | None = None
    if video["outcome"] == "processed" and not video["locked"] and video["deleted_at"] is None:
        if publish_at is not None:
            begins = max(publish_at, video["processed_at"])
        elif status["privacyStatus"] == "public":
            begins = max(now, video["processed_at"])
    is_open = store.one("SELECT 1 FROM exposures WHERE video_id = :id AND ends IS NULL", id=video["id"])
    if is_open and (begins is None or begins > now):
        store.run("UPDATE exposures SET ends = :now WHERE video_id = :id AND ends IS NULL", id=video["id"], now=now)
    if begins is not None and not (is_open and begins <= now):
        store.insert("exposures", video_id=video["id"], begins=begins)
