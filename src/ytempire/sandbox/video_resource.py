"""The video resource of the Data API, part by part."""

from __future__ import annotations

from collections.abc import Callable

from ytempire.sandbox import statistics
from ytempire.sandbox.api import Resource, given, resource
from ytempire.sandbox.categories import topics_of
from ytempire.sandbox.clock import format_time
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.images import thumbnails_of
from ytempire.sandbox.languages import localized
from ytempire.sandbox.store import Row, Store
from ytempire.sandbox.videos import (
    extras_of,
    is_processed,
    privacy_of,
    published_at,
    snippet_of,
    status_of,
    upload_status_of,
)

OWNERS_PARTS = {"fileDetails", "processingDetails", "suggestions"}
# Of a video that is no broadcast Google shows no liveStreamingDetails, and of projectDetails it never showed any.
_ALWAYS_EMPTY = ("liveStreamingDetails", "projectDetails")
PARTS = (
    *("id", "snippet", "status", "statistics", "contentDetails", "player", "localizations", "recordingDetails"),
    *("topicDetails", "paidProductPlacementDetails"),
    *sorted(OWNERS_PARTS),
    *_ALWAYS_EMPTY,
)


def video_resource(
    context: SandboxContext,
    video: Row,
    parts: set[str],
    *,
    base: str,
    mine: bool,
    now: float,
    language: str | None = None,
) -> Resource:
    made: dict[str, Callable[[], Resource | None]] = {
        "snippet": lambda: _snippet(context.store, video, base, now, language),
        "status": lambda: _status(video, mine=mine, now=now),
        "statistics": lambda: statistics.video_statistics(context.store, video, now),
        "contentDetails": lambda: _content(context.store, video, mine=mine, now=now),
        "player": lambda: {
            "embedHtml": f'<iframe width="480" height="270" src="{base}watch?v={video["id"]}"></iframe>'
        },
        "processingDetails": lambda: _processing(context, video, now),
        "fileDetails": lambda: _file(video),
        "suggestions": lambda: {},
        "localizations": lambda: _localizations(video),
        "recordingDetails": lambda: _recording(video),
        "topicDetails": lambda: topics_of([snippet_of(video)["categoryId"]]),
        "paidProductPlacementDetails": lambda: {"hasPaidProductPlacement": False},
    }
    content = {name: make() for name, make in made.items() if name in parts}
    return resource("video", id=video["id"], **content)


def _snippet(store: Store, video: Row, base: str, now: float, language: str | None) -> Resource:
    kept = snippet_of(video)
    channel = store.one("SELECT title FROM channels WHERE id = :id", id=video["channel_id"])
    assert channel is not None
    return given(
        publishedAt=format_time(published_at(store, video, now)),
        channelId=video["channel_id"],
        title=kept["title"],
        description=kept["description"],
        thumbnails=thumbnails_of(video, base),
        channelTitle=channel["title"],
        tags=kept.get("tags") or None,
        categoryId=kept["categoryId"],
        liveBroadcastContent="none",
        defaultLanguage=kept.get("defaultLanguage"),
        localized=localized(kept, extras_of(video).get("localizations", {}), language),
        defaultAudioLanguage=kept.get("defaultAudioLanguage"),
    )


def _localizations(video: Row) -> Resource | None:
    """With the text in the default language; None where none is known."""
    kept = snippet_of(video)
    if "defaultLanguage" not in kept:
        return None
    own = {"title": kept["title"], "description": kept["description"]}
    return {kept["defaultLanguage"]: own, **extras_of(video).get("localizations", {})}


def _recording(video: Row) -> Resource:
    recording = extras_of(video).get("recordingDetails", {})
    return {name: format_time(at) for name, at in recording.items()}


def _status(video: Row, *, mine: bool, now: float) -> Resource:
    kept = status_of(video)
    publish_at = kept.get("publishAt")
    upload = upload_status_of(video, now)
    return given(
        uploadStatus=upload,
        failureReason=video["reason"] if upload == "failed" else None,
        rejectionReason=video["reason"] if upload == "rejected" else None,
        privacyStatus=privacy_of(video, now),
        publishAt=format_time(publish_at) if mine and publish_at is not None and publish_at > now else None,
        license=kept["license"],
        embeddable=kept["embeddable"],
        publicStatsViewable=kept["publicStatsViewable"],
        madeForKids=bool(kept.get("selfDeclaredMadeForKids")),
        selfDeclaredMadeForKids=kept.get("selfDeclaredMadeForKids") if mine else None,
        containsSyntheticMedia=kept.get("containsSyntheticMedia"),
    )


def _content(store: Store, video: Row, *, mine: bool, now: float) -> Resource:
    ready = is_processed(video, now)
    caption = store.one("SELECT 1 FROM captions WHERE video_id = :id AND NOT draft LIMIT 1", id=video["id"])
    return given(
        duration=_iso_duration(video["duration_s"]) if ready else "P0D",
        dimension="2d",
        definition="hd" if min(video["width"], video["height"]) >= 720 else "sd",
        caption="true" if caption else "false",
        licensedContent=False,
        contentRating={},
        projection="rectangular",
        hasCustomThumbnail=video["thumbnail_at"] is not None if mine else None,
    )


def _iso_duration(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{whole % 60}S"


def _processing(context: SandboxContext, video: Row, now: float) -> Resource:
    left = video["processed_at"] - now
    state = {"processed": "succeeded", "failed": "failed", "rejected": "terminated"}[video["outcome"]]
    parts = 100
    whole = max(video["processed_at"] - video["uploaded_at"], 1e-9)
    progress = {
        "partsTotal": str(parts),
        "partsProcessed": str(max(0, int(parts * (1 - left / whole)))),
        "timeLeftMs": str(max(0, int(left * 1000))),
    }
    return given(
        processingStatus="processing" if left > 0 else state,
        processingProgress=progress if left > 0 else None,
        processingFailureReason="transcodeFailed" if left <= 0 and state == "failed" else None,
        fileDetailsAvailability="available",
        processingIssuesAvailability="available",
        tagSuggestionsAvailability="inProgress" if left > 0 else "available",
        editorSuggestionsAvailability="inProgress" if left > 0 else "available",
        thumbnailsAvailability="inProgress" if left > 0 else "available",
    )


def _file(video: Row) -> Resource:
    return {
        "fileName": "unknown",
        "fileSize": str(video["size"]),
        "fileType": "other" if video["reason"] == "invalidFile" else "video",
        "durationMs": str(round(video["duration_s"] * 1000)),
    }
