"""search.list: words against titles, descriptions and tags of what is public. Ranking is the number of words found."""

from __future__ import annotations

import re
from typing import Any

from ytempire.sandbox import quota, statistics
from ytempire.sandbox.api import Call, Operation, Resource, list_answer, resource
from ytempire.sandbox.clock import format_time, parse_time
from ytempire.sandbox.errors import invalid_parameter
from ytempire.sandbox.images import thumbnails_of
from ytempire.sandbox.pagination import Key, page_of
from ytempire.sandbox.store import Row
from ytempire.sandbox.videos import is_public, published_at, snippet_of


def search(call: Call) -> Resource:
    call.parts("id", "snippet")
    size = call.number("maxResults", 5, 0, 50)
    order = call.choice("order", "relevance", "relevance", "date", "viewCount", "title")
    if set(call.names("type")) - {"video"} or "type" not in call.query:
        message = "The sandbox finds videos only: give type=video."
        raise invalid_parameter("type", message, reason="sandboxUnsupported")
    words = set(re.findall(r"\w+", call.query.get("q", "").lower()))
    matches = [video for video in _candidates(call) if not words or _hits(video, words)]
    page = page_of(matches, lambda video: _key(call, video, order, words), size=size, token=call.query.get("pageToken"))
    items = [_result(call, video) for video in page.entries]
    return list_answer(
        "searchListResponse", items, total=page.total, size=size, nextPageToken=page.next_token, regionCode="US"
    )


def _candidates(call: Call) -> list[Row]:
    store = call.context.store
    rows = store.all("SELECT * FROM videos WHERE deleted_at IS NULL")
    if call.flag("forMine"):
        rows = [row for row in rows if row["channel_id"] == call.channel_id]
    else:
        rows = [row for row in rows if is_public(row, call.now)]
    if channel_id := call.query.get("channelId"):
        rows = [row for row in rows if row["channel_id"] == channel_id]
    after, before = _moment(call, "publishedAfter"), _moment(call, "publishedBefore")
    if after is not None:
        rows = [row for row in rows if published_at(store, row, call.now) >= after]
    if before is not None:
        rows = [row for row in rows if published_at(store, row, call.now) < before]
    return rows


def _moment(call: Call, name: str) -> float | None:
    text = call.query.get(name)
    try:
        return None if text is None else parse_time(text)
    except ValueError as error:
        raise invalid_parameter(name, f"Invalid value for field {name}: '{text}'.") from error


def _hits(video: Row, words: set[str]) -> int:
    kept = snippet_of(video)
    text = " ".join([kept["title"], kept["description"], *kept.get("tags", [])]).lower()
    return len(words & set(re.findall(r"\w+", text)))


def _key(call: Call, video: Row, order: str, words: set[str]) -> Key:
    store = call.context.store
    if order == "title":
        return (snippet_of(video)["title"], video["number"])
    if order == "viewCount":
        return (-statistics.shown_views(store, video, call.now), video["number"])
    date = -published_at(store, video, call.now)
    return (date, video["number"]) if order == "date" else (-_hits(video, words), date, video["number"])


def _result(call: Call, video: Row) -> Resource:
    kept = snippet_of(video)
    channel = call.context.store.one("SELECT title FROM channels WHERE id = :id", id=video["channel_id"])
    assert channel is not None
    content: dict[str, Any] = {"id": {"kind": "youtube#video", "videoId": video["id"]}}
    if "snippet" in call.names("part"):
        content["snippet"] = {
            "publishedAt": format_time(published_at(call.context.store, video, call.now)),
            "channelId": video["channel_id"],
            "title": kept["title"],
            "description": kept["description"][:160],
            "thumbnails": thumbnails_of(video, call.base),
            "channelTitle": channel["title"],
            "liveBroadcastContent": "none",
        }
    return resource("searchResult", **content)


OPERATIONS = (
    Operation(
        "search.list",
        "GET",
        "/youtube/v3/search",
        search,
        frozenset(
            {"part", "q", "type", "order", "maxResults", "pageToken", "channelId", "forMine"}
            | {"publishedAfter", "publishedBefore"}
        ),
        bucket=quota.SEARCHES,
        key_suffices=True,
    ),
)
