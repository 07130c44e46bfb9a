"""Videos: what they are at a moment, who sees them, and the calls that list, change and delete them.

Nothing happens in the background. Processing, a publication at a set time and every counter are functions of what is
stored and of the clock, so a sandbox that was off meanwhile says the same as one that ran.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ytempire.sandbox import faults, figures
from ytempire.sandbox.api import Call, Operation, Resource, given, list_answer, resource
from ytempire.sandbox.callers import FORCE_SSL, MANAGE, READ, UPLOAD
from ytempire.sandbox.categories import is_assignable
from ytempire.sandbox.clock import read, written
from ytempire.sandbox.errors import ApiError, invalid_parameter, invalid_video, missing, not_supported
from ytempire.sandbox.images import thumbnails_of
from ytempire.sandbox.media import Media
from ytempire.sandbox.pages import page_of
from ytempire.sandbox.store import Row, Store, packed
from ytempire.sandbox.uploads import Upload, body_of, parameters_of
from ytempire.sandbox.world import World

OWNERS_PARTS = {"fileDetails", "processingDetails", "suggestions"}
PARTS = ("id", "snippet", "status", "statistics", "contentDetails", "player", *sorted(OWNERS_PARTS))
WRITTEN_PARTS = {"snippet", "status"}
MOST_IDS = 50
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_TAGS = 100, 5000, 500
LARGEST = 256 * 1024**3  # 256 GB or twelve hours
DAY = 86_400.0


# --- what a video is at a moment ---


def status_of(video: Row) -> Resource:
    status: Resource = json.loads(video["status"])
    return status


def snippet_of(video: Row) -> Resource:
    snippet: Resource = json.loads(video["snippet"])
    return snippet


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


def is_seen(video: Row, channel_id: str | None, now: float) -> bool:
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
    video = find(call.world.store, video_id)
    if video is None or not is_seen(video, call.channel_id, call.now):
        message = "The video that you are trying to change cannot be found. Check the value of the id field."
        raise missing("videoNotFound", message, "id")
    if video["channel_id"] != call.channel_id:
        raise ApiError(403, "forbidden", "Forbidden", domain="youtube.video")
    return video


# --- resources ---


def video_resource(world: World, video: Row, parts: set[str], *, base: str, mine: bool, now: float) -> Resource:
    made: dict[str, Callable[[], Resource]] = {
        "snippet": lambda: _snippet(world.store, video, base, now),
        "status": lambda: _status(video, mine=mine, now=now),
        "statistics": lambda: figures.video_statistics(world.store, video, now),
        "contentDetails": lambda: _content(world.store, video, mine=mine, now=now),
        "player": lambda: {
            "embedHtml": f'<iframe width="480" height="270" src="{base}watch?v={video["id"]}"></iframe>'
        },
        "processingDetails": lambda: _processing(world, video, now),
        "fileDetails": lambda: _file(video),
        "suggestions": lambda: {},
    }
    content = {name: make() for name, make in made.items() if name in parts}
    return resource("video", id=video["id"], **content)


def _snippet(store: Store, video: Row, base: str, now: float) -> Resource:
    kept = snippet_of(video)
    channel = store.one("SELECT title FROM channels WHERE id = :id", id=video["channel_id"])
    assert channel is not None
    return given(
        publishedAt=written(published_at(store, video, now)),
        channelId=video["channel_id"],
        title=kept["title"],
        description=kept["description"],
        thumbnails=thumbnails_of(video, base),
        channelTitle=channel["title"],
        tags=kept.get("tags") or None,
        categoryId=kept["categoryId"],
        liveBroadcastContent="none",
        defaultLanguage=kept.get("defaultLanguage"),
        localized={"title": kept["title"], "description": kept["description"]},
        defaultAudioLanguage=kept.get("defaultAudioLanguage"),
    )


def _status(video: Row, *, mine: bool, now: float) -> Resource:
    kept = status_of(video)
    publish_at = kept.get("publishAt")
    upload = upload_status_of(video, now)
    return given(
        uploadStatus=upload,
        failureReason=video["reason"] if upload == "failed" else None,
        rejectionReason=video["reason"] if upload == "rejected" else None,
        privacyStatus=privacy_of(video, now),
        publishAt=written(publish_at) if mine and publish_at is not None and publish_at > now else None,
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


def _processing(world: World, video: Row, now: float) -> Resource:
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


# --- list ---


def list_videos(call: Call) -> Resource:
    parts = call.parts(*PARTS)
    if call.one_filter("id", "chart") == "chart":
        return _chart(call, parts)
    wanted = call.names("id")
    if len(wanted) > MOST_IDS:
        raise invalid_parameter("id", "The request specifies too many video ids.", reason="invalidFilters")
    if "maxResults" in call.query or "pageToken" in call.query:
        raise invalid_parameter("maxResults", "Not supported together with id.", reason="incompatibleParameters")
    found = [find(call.world.store, video_id) for video_id in dict.fromkeys(wanted)]
    seen = [video for video in found if video and is_seen(video, call.caller.channel_id, call.now)]
    return _listed(call, seen, parts, total=len(seen), size=len(seen))


def _chart(call: Call, parts: set[str]) -> Resource:
    """What is public, the most viewed first: the sandbox has one world and no regions."""
    call.choice("chart", "", "mostPopular")
    size = call.number("maxResults", 5, 1, 50)
    everything = call.world.store.all("SELECT * FROM videos WHERE deleted_at IS NULL")
    category = call.query.get("videoCategoryId", "0")
    public = [
        video
        for video in everything
        if is_public(video, call.now) and category in ("0", snippet_of(video)["categoryId"])
    ]
    views = {video["id"]: figures.shown_views(call.world.store, video, call.now) for video in public}
    page = page_of(
        public, lambda video: (-views[video["id"]], video["number"]), size=size, token=call.query.get("pageToken")
    )
    return _listed(call, page.entries, parts, total=page.total, size=size, nextPageToken=page.next_token)


def _listed(call: Call, videos: list[Row], parts: set[str], *, total: int, size: int, **more: Any) -> Resource:
    me = call.caller.channel_id
    if parts & OWNERS_PARTS and any(video["channel_id"] != me for video in videos):
        message = "The request cannot access user rating information or the video's file or processing information."
        raise ApiError(403, "forbidden", message, domain="youtube.video", location="part")
    items = [
        video_resource(call.world, video, parts, base=call.base, mine=video["channel_id"] == me, now=call.now)
        for video in videos
    ]
    return list_answer("videoListResponse", items, total=total, size=size, **more)


# --- what a request may say of a video ---


def _written_parts(call: Call) -> set[str]:
    """The parts that are to be written. Raises for a body that brings others, and for what only Google writes."""
    parts = call.parts(*PARTS, "localizations", "recordingDetails", "paidProductPlacementDetails")
    for part in sorted(parts - set(PARTS)):
        raise not_supported(f"part={part}")
    for part in sorted(set(call.body) - {"id", "kind", "etag"} - parts):
        raise invalid_parameter("part", f"'{part}'", reason="unexpectedPart")
    return parts & WRITTEN_PARTS


def _read_snippet(body: Resource, *, defaults: bool) -> Resource:
    title = body.get("title", "unknown" if defaults and not body else "").strip()
    if not title or len(title) > LONGEST_TITLE or "<" in title or ">" in title:
        message = "The request metadata specifies an invalid or empty video title."
        raise invalid_video("invalidTitle", message, "body.snippet.title")
    description = body.get("description", "")
    if len(description.encode()) > LONGEST_DESCRIPTION or "<" in description or ">" in description:
        message = "The request metadata specifies an invalid video description."
        raise invalid_video("invalidDescription", message, "body.snippet.description")
    tags = body.get("tags", [])
    # Google counts the commas between them, and quotation marks around those that hold a space
    if sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1) > LONGEST_TAGS or any(
        not tag or set(tag) & set("<>,") for tag in tags
    ):
        message = "The request metadata specifies invalid video keywords."
        raise invalid_video("invalidTags", message, "body.snippet.tags")
    category = body.get("categoryId", "22" if defaults else "")
    if not is_assignable(category):
        message = "The request metadata specifies an invalid category ID."
        raise invalid_video("invalidCategoryId", message, "body.snippet.categoryId")
    languages: Resource = {name: body[name] for name in ("defaultLanguage", "defaultAudioLanguage") if name in body}
    return {"title": title, "description": description, "tags": tags, "categoryId": category, **languages}


def _read_status(body: Resource, now: float, *, was_public: bool) -> Resource:
    """What is left out falls back to YouTube's own default, and that of `privacyStatus` is public."""
    privacy = body.get("privacyStatus", "public")
    status = {
        "privacyStatus": privacy,
        "license": body.get("license", "youtube"),
        "embeddable": body.get("embeddable", True),
        "publicStatsViewable": body.get("publicStatsViewable", True),
    }
    status |= {name: body[name] for name in ("selfDeclaredMadeForKids", "containsSyntheticMedia") if name in body}
    if "publishAt" in body:
        status["publishAt"] = _read_publish_at(body["publishAt"], now, allowed=privacy == "private" and not was_public)
    return status


def _read_publish_at(text: str, now: float, *, allowed: bool) -> float:
    message = "The request metadata specifies an invalid scheduled publishing time."
    refusal = invalid_video("invalidPublishAt", message, "body.status.publishAt")
    try:
        at = read(text)
    except ValueError as error:
        raise refusal from error
    if not allowed or at <= now:
        raise refusal
    return at


def _expose(store: Store, video: Row, now: float) -> None:
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


# --- insert ---


def begin_insert(call: Call) -> str:
    if call.operation.name == "videos.insert" and call.world.settings.uploads_per_channel <= _recent(call):
        raise ApiError(
            400,
            "uploadLimitExceeded",
            "The user has exceeded the number of videos they may upload.",
            domain="youtube.video",
        )
    parts = _written_parts(call)
    _read_snippet(call.body.get("snippet", {}) if "snippet" in parts else {}, defaults=True)
    _read_status(call.body.get("status", {}) if "status" in parts else {}, call.now, was_public=False)
    return call.world.store.next_id("video", prefix="sb", length=11)


def _recent(call: Call) -> int:
    """Uploads of the last 24 hours. Sessions under way count, or many at once would pass the limit together."""
    row = call.world.store.one(
        "SELECT count(*) AS uploads FROM sessions WHERE channel_id = :channel AND operation = 'videos.insert'"
        " AND created_at > :since",
        channel=call.channel_id,
        since=call.now - DAY,
    )
    return int(row["uploads"]) if row else 0


def finish_insert(world: World, session: Row, media: Media) -> None:
    """The video comes to be. What was asked for when the session began holds, however long the bytes took."""
    store, now, body = world.store, world.clock.now(), body_of(session)
    project = store.one("SELECT audited FROM projects WHERE id = :id", id=session["project_id"])
    assert project is not None
    outcome, reason = _outcome(world, session, media)
    delay = world.settings.playlist_delay.total_seconds()
    quality, audience = figures.drawn_at_upload(store, session["target_id"], session["channel_id"], now)
    store.insert(
        "videos",
        id=session["target_id"],
        channel_id=session["channel_id"],
        session_id=session["id"],
        snippet=packed(_read_snippet(body.get("snippet", {}), defaults=True)),
        # a publication that was in the future when the session began may have passed: then it is public at once
        status=packed(_read_status(body.get("status", {}), session["created_at"], was_public=False)),
        locked=not project["audited"],
        uploaded_at=now,
        processed_at=now + world.settings.processing.total_seconds(),
        listed_at=now + delay,
        outcome=outcome,
        reason=reason,
        quality=quality,
        audience=audience,
        size=media.size,
        sha256=media.sha256,
        duration_s=media.duration_s,
        width=media.width,
        height=media.height,
    )
    video = find(store, session["target_id"])
    assert video is not None
    _expose(store, video, now)


def _outcome(world: World, session: Row, media: Media) -> tuple[str, str | None]:
    """What processing will come to: ordered by a fault, or what the file deserves."""
    fault = faults.take(world.store, faults.PROCESSING, kinds=(faults.FAILED, faults.REJECTED))
    if fault is not None:
        return (faults.FAILED, "conversion") if fault.kind == faults.FAILED else (faults.REJECTED, "termsOfUse")
    if not media.is_video:
        return faults.FAILED, "invalidFile"
    again = world.store.one(
        "SELECT 1 FROM videos WHERE channel_id = :channel AND sha256 = :sha AND deleted_at IS NULL"
        " AND outcome = 'processed'",
        channel=session["channel_id"],
        sha=media.sha256,
    )
    return (faults.REJECTED, "duplicate") if again else ("processed", None)


def inserted(world: World, session: Row, base: str) -> Resource:
    video = find(world.store, session["target_id"])
    if video is None or video["deleted_at"] is not None:
        raise ApiError(404, "notFound", "Not Found")
    parts = set(parameters_of(session)["part"].split(","))
    return video_resource(world, video, parts, base=base, mine=True, now=world.clock.now())


# --- update, delete ---


def update_video(call: Call) -> Resource:
    parts = _written_parts(call)
    video = get_own(call, call.body.get("id", ""))
    store, changes = call.world.store, {}
    if "snippet" in parts:
        changes["snippet"] = packed(_read_snippet(call.body.get("snippet", {}), defaults=False))
    if "status" in parts:
        seen = store.one(
            "SELECT 1 FROM exposures WHERE video_id = :id AND begins <= :now", id=video["id"], now=call.now
        )
        changes["status"] = packed(_read_status(call.body.get("status", {}), call.now, was_public=seen is not None))
    if changes:
        store.update("videos", "id", video["id"], **changes)
    changed = find(store, video["id"])
    assert changed is not None
    if "status" in changes:
        _expose(store, changed, call.now)
    return video_resource(call.world, changed, call.parts(*PARTS), base=call.base, mine=True, now=call.now)


def delete_video(call: Call) -> None:
    call.required("id")
    video = get_own(call, call.query["id"])
    call.world.store.update("videos", "id", video["id"], deleted_at=call.now)
    gone = find(call.world.store, video["id"])
    assert gone is not None
    _expose(call.world.store, gone, call.now)


_CHANGE = frozenset({MANAGE, FORCE_SSL})
_PATH = "/youtube/v3/videos"


def _without_media(call: Call) -> Resource:
    raise ApiError(400, "mediaBodyRequired", "The request does not include the video content.", domain="youtube.video")


INSERT = Upload(
    Operation(
        "videos.insert",
        "POST",
        _PATH,
        _CHANGE | {UPLOAD},
        _without_media,
        frozenset({"part", "notifySubscribers"}),  # nobody is notified in the sandbox: nothing to tell apart
        bucket="videos.insert",
        has_body=True,
    ),
    begin_insert,
    finish_insert,
    inserted,
    LARGEST,
    ("video/*", "application/octet-stream"),
)

OPERATIONS = (
    INSERT.operation,
    Operation(
        "videos.list",
        "GET",
        _PATH,
        _CHANGE | {READ},
        list_videos,
        frozenset({"part", "id", "chart", "maxResults", "pageToken", "videoCategoryId"}),
        key_suffices=True,
    ),
    Operation("videos.update", "PUT", _PATH, _CHANGE, update_video, frozenset({"part"}), cost=50, has_body=True),
    Operation("videos.delete", "DELETE", _PATH, _CHANGE, delete_video, frozenset({"id"}), cost=50),
)
