"""The calls that list, change and delete videos."""

from __future__ import annotations

import json
from typing import Any

from ytempire.sandbox import statistics
from ytempire.sandbox.api import Call, Operation, Resource, list_answer
from ytempire.sandbox.errors import ApiError, invalid_parameter
from ytempire.sandbox.pagination import page_of
from ytempire.sandbox.store import Row, to_json
from ytempire.sandbox.video_insert import INSERT, PATH
from ytempire.sandbox.video_metadata import read_extras, read_snippet, read_status, written_parts
from ytempire.sandbox.video_resource import OWNERS_PARTS, PARTS, video_resource
from ytempire.sandbox.videos import extras_of, find, get_own, is_public, is_visible_to, snippet_of, start_audience

MOST_IDS = 50


def list_videos(call: Call) -> Resource:
    parts = call.parts(*PARTS)
    if call.one_filter("id", "chart") == "chart":
        return _chart(call, parts)
    wanted = call.names("id")
    if len(wanted) > MOST_IDS:
        raise invalid_parameter("id", "The request specifies too many video ids.", reason="invalidFilters")
    if "maxResults" in call.query or "pageToken" in call.query:
        raise invalid_parameter("maxResults", "Not supported together with id.", reason="incompatibleParameters")
    videos = [find(call.context.store, video_id) for video_id in dict.fromkeys(wanted)]
    seen = [video for video in videos if video and is_visible_to(video, call.caller.channel_id, call.now)]
    return _listed(call, seen, parts, total=len(seen), size=len(seen))


def _chart(call: Call, parts: set[str]) -> Resource:
    """What is public, the most viewed first: the sandbox has one world and no regions."""
    call.choice("chart", "", "mostPopular")
    size = call.number("maxResults", 5, 1, 50)
    everything = call.context.store.all("SELECT * FROM videos WHERE deleted_at IS NULL")
    category = call.query.get("videoCategoryId", "0")
    public = [
        video
        for video in everything
        if is_public(video, call.now) and category in ("0", snippet_of(video)["categoryId"])
    ]
    views = {video["id"]: statistics.shown_views(call.context.store, video, call.now) for video in public}
    page = page_of(
        public, lambda video: (-views[video["id"]], video["number"]), size=size, token=call.query.get("pageToken")
    )
    return _listed(call, page.entries, parts, total=page.total, size=size, nextPageToken=page.next_token)


def _listed(call: Call, videos: list[Row], parts: set[str], *, total: int, size: int, **more: Any) -> Resource:
    me = call.caller.channel_id
    if parts & OWNERS_PARTS and any(video["channel_id"] != me for video in videos):
        message = "The request cannot access user rating information or the video's file or processing information."
        raise ApiError(403, "forbidden", message, domain="youtube.video", location="part")
    language = call.language()
    items = [
        video_resource(
            call.context,
            video,
            parts,
            base=call.base,
            mine=video["channel_id"] == me,
            now=call.now,
            language=language,
        )
        for video in videos
    ]
    return list_answer("videoListResponse", items, total=total, size=size, **more)


def update_video(call: Call) -> Resource:
    parts = written_parts(call)
    video = get_own(call, call.body.get("id", ""))
    store, changes = call.context.store, {}
    if "snippet" in parts:
        changes["snippet"] = to_json(read_snippet(call.body.get("snippet", {}), defaults=False))
    if "status" in parts:
        seen = store.one(
            "SELECT 1 FROM exposures WHERE video_id = :id AND begins <= :now", id=video["id"], now=call.now
        )
        changes["status"] = to_json(read_status(call.body.get("status", {}), call.now, was_public=seen is not None))
    if parts:
        snippet = json.loads(changes.get("snippet", video["snippet"]))
        extras = read_extras(call.body, parts, extras_of(video), language=snippet.get("defaultLanguage"))
        store.update("videos", "id", video["id"], **changes, extras=to_json(extras))
    changed = find(store, video["id"])
    assert changed is not None
    if "status" in changes:
        start_audience(store, changed, call.now)
    return video_resource(call.context, changed, call.parts(*PARTS), base=call.base, mine=True, now=call.now)


def delete_video(call: Call) -> None:
    call.required("id")
    video = get_own(call, call.query["id"])
    call.context.store.update("videos", "id", video["id"], deleted_at=call.now)
    gone = find(call.context.store, video["id"])
    assert gone is not None
    start_audience(call.context.store, gone, call.now)


OPERATIONS = (
    INSERT.operation,
    Operation(
        "videos.list",
        "GET",
        PATH,
        list_videos,
        frozenset({"part", "id", "chart", "maxResults", "pageToken", "videoCategoryId", "hl"}),
        key_suffices=True,
    ),
    Operation("videos.update", "PUT", PATH, update_video, frozenset({"part"}), cost=50, has_body=True),
    Operation("videos.delete", "DELETE", PATH, delete_video, frozenset({"id"}), cost=50),
)
