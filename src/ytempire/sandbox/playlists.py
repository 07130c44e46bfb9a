"""Playlists: each channel's uploads, which follow from its videos, and those that a channel makes for itself."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ytempire.sandbox.api import Call, Operation, Resource, given, list_answer, resource
from ytempire.sandbox.channels import uploads_playlist
from ytempire.sandbox.clock import format_time
from ytempire.sandbox.errors import ApiError, invalid_parameter, not_supported
from ytempire.sandbox.images import thumbnails_of
from ytempire.sandbox.languages import is_language
from ytempire.sandbox.pagination import page_of
from ytempire.sandbox.store import Row, to_json
from ytempire.sandbox.videos import (
    find,
    is_public,
    is_visible_to,
    of_channel,
    privacy_of,
    published_at,
    snippet_of,
)

ITEM_PARTS = ("id", "snippet", "status", "contentDetails")
LIST_PARTS = (*ITEM_PARTS, "player", "localizations")
LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 5000
_ITEMS, _LISTS = "youtube.playlistItem", "youtube.playlist"


class Item(NamedTuple):
    """An entry of a playlist, as it is shown to who asks."""

    id: str
    playlist_id: str
    channel_id: str
    added_at: float
    video: Row
    position: int


# --- items ---


def list_items(call: Call) -> Resource:
    parts = call.parts(*ITEM_PARTS)
    size = call.number("maxResults", 5, 0, 50)
    if call.one_filter("playlistId", "id") == "id":
        items = [item for wanted in call.names("id") if (item := _item(call, wanted))]
    else:
        items = _items_of(call, call.query["playlistId"])
    if wanted := call.query.get("videoId"):
        items = [item for item in items if item.video["id"] == wanted]
    page = page_of(items, _order, size=size, token=call.query.get("pageToken"))
    shown = [_item_resource(call, item, parts) for item in page.entries]
    return list_answer("playlistItemListResponse", shown, total=page.total, size=size, nextPageToken=page.next_token)


def _order(item: Item) -> tuple[float | str, ...]:
    """Uploads by their number, newest first, so that a new one shifts no page; others by their place."""
    return (-item.video["number"] if item.playlist_id.startswith("UU") else item.position, item.id)


def _items_of(call: Call, playlist_id: str) -> list[Item]:
    if playlist_id.startswith("UU"):
        return _uploads(call, playlist_id)
    playlist = _playlist(call, playlist_id)
    rows = call.context.store.all(
        "SELECT * FROM playlist_items WHERE playlist_id = :id ORDER BY number", id=playlist_id
    )
    videos = [(row, find(call.context.store, row["video_id"])) for row in rows]
    return [
        Item(row["id"], playlist_id, playlist["channel_id"], row["added_at"], video, position)
        for position, (row, video) in enumerate(videos)
        if video is not None and is_visible_to(video, call.caller.channel_id, call.now)
    ]


def _uploads(call: Call, playlist_id: str) -> list[Item]:
    """All uploads to their owner, private ones too; to others what is public. New ones come with a short delay."""
    channel_id = "UC" + playlist_id.removeprefix("UU")
    if call.context.store.one("SELECT 1 FROM channels WHERE id = :id", id=channel_id) is None:
        raise _no_playlist()
    mine = channel_id == call.caller.channel_id
    videos = [
        video
        for video in of_channel(call.context.store, channel_id)
        if (mine or is_public(video, call.now)) and video["listed_at"] <= call.now
    ]
    return [
        Item(f"UUsandbox.{video['id']}", playlist_id, channel_id, video["uploaded_at"], video, position)
        for position, video in enumerate(videos)
    ]


def _item(call: Call, item_id: str) -> Item | None:
    if item_id.startswith("UUsandbox."):
        video = find(call.context.store, item_id.removeprefix("UUsandbox."))
        playlist_id = uploads_playlist(video["channel_id"]) if video else ""
    else:
        row = call.context.store.one("SELECT playlist_id FROM playlist_items WHERE id = :id", id=item_id)
        playlist_id = row["playlist_id"] if row else ""
    return next((item for item in _items_of(call, playlist_id) if item.id == item_id), None) if playlist_id else None


def _item_resource(call: Call, item: Item, parts: set[str]) -> Resource:
    store, video = call.context.store, item.video
    content: dict[str, Any] = {}
    if "snippet" in parts:
        kept, title = snippet_of(video), _title_of(call, item.channel_id)
        content["snippet"] = {
            "publishedAt": format_time(item.added_at),
            "channelId": item.channel_id,
            "title": kept["title"],
            "description": kept["description"],
            "thumbnails": thumbnails_of(video, call.base),
            "channelTitle": title,
            "playlistId": item.playlist_id,
            "position": item.position,
            "resourceId": {"kind": "youtube#video", "videoId": video["id"]},
            "videoOwnerChannelTitle": _title_of(call, video["channel_id"]),
            "videoOwnerChannelId": video["channel_id"],
        }
    if "contentDetails" in parts:
        content["contentDetails"] = {"videoId": video["id"]}
        if privacy_of(video, call.now) == "public":
            content["contentDetails"]["videoPublishedAt"] = format_time(published_at(store, video, call.now))
    if "status" in parts:
        content["status"] = {"privacyStatus": privacy_of(video, call.now)}
    return resource("playlistItem", id=item.id, **content)


def _title_of(call: Call, channel_id: str) -> str:
    row = call.context.store.one("SELECT title FROM channels WHERE id = :id", id=channel_id)
    assert row is not None
    return str(row["title"])


def insert_item(call: Call) -> Resource:
    parts = call.parts(*ITEM_PARTS)
    snippet = call.body.get("snippet", {})
    playlist = _own_playlist(call, snippet.get("playlistId", ""))
    video = find(call.context.store, snippet.get("resourceId", {}).get("videoId", ""))
    if video is None or not is_visible_to(video, call.channel_id, call.now):
        raise ApiError(404, "videoNotFound", "Video not found.", domain=_ITEMS, location="body")
    if "position" in snippet:
        raise invalid_parameter(
            "body.snippet.position", "The sandbox adds at the end only.", reason="sandboxUnsupported"
        )
    item_id = call.context.store.next_id("item", prefix="UExsandbox", length=48)
    call.context.store.insert(
        "playlist_items", id=item_id, playlist_id=playlist["id"], video_id=video["id"], added_at=call.now
    )
    item = _item(call, item_id)
    assert item is not None
    return _item_resource(call, item, parts)


def delete_item(call: Call) -> None:
    item = _item(call, call.required("id"))
    if item is None:
        message = "The playlist item identified with the request's id parameter cannot be found."
        raise ApiError(404, "playlistItemNotFound", message, domain=_ITEMS, location="id")
    _own_playlist(call, item.playlist_id)
    call.context.store.run("DELETE FROM playlist_items WHERE id = :id", id=item.id)


# --- playlists ---


def _no_playlist() -> ApiError:
    message = "The playlist identified with the request's playlistId parameter cannot be found."
    return ApiError(404, "playlistNotFound", message, domain=_ITEMS, location="playlistId")


def _playlist(call: Call, playlist_id: str) -> Row:
    row = call.context.store.one("SELECT * FROM playlists WHERE id = :id", id=playlist_id)
    if row is None or (row["privacy"] == "private" and row["channel_id"] != call.caller.channel_id):
        raise _no_playlist()
    return row


def _own_playlist(call: Call, playlist_id: str) -> Row:
    """Raises 403 for another's, and for the uploads, which are nobody's to edit."""
    if playlist_id.startswith("UU"):
        message = "The request is not properly authorized to change this playlist."
        raise ApiError(403, "playlistItemsNotAccessible", message, domain=_ITEMS)
    row = _playlist(call, playlist_id)
    if row["channel_id"] != call.channel_id:
        raise ApiError(403, "playlistForbidden", "This operation is forbidden.", domain=_LISTS)
    return row


def list_playlists(call: Call) -> Resource:
    parts = call.parts(*LIST_PARTS)
    call.language()  # a playlist has one text here: `localized` holds it in every language
    size = call.number("maxResults", 5, 0, 50)
    rows = call.context.store.all("SELECT * FROM playlists")
    match call.one_filter("mine", "id", "channelId"):
        case "mine":
            call.flag("mine")
            rows = [row for row in rows if row["channel_id"] == call.channel_id]
        case "id":
            rows = [row for row in rows if row["id"] in call.names("id")]
        case _:
            rows = [row for row in rows if row["channel_id"] == call.query["channelId"]]
    me = call.caller.channel_id
    seen = [row for row in rows if row["channel_id"] == me or row["privacy"] == "public"]
    page = page_of(seen, lambda row: (-row["number"],), size=size, token=call.query.get("pageToken"))
    items = [_playlist_resource(call, row, parts) for row in page.entries]
    return list_answer("playlistListResponse", items, total=page.total, size=size, nextPageToken=page.next_token)


def _playlist_resource(call: Call, row: Row, parts: set[str]) -> Resource:
    content: dict[str, Any] = {}
    text = {"title": row["title"], "description": row["description"]}
    extras = json.loads(row["extras"])
    if "snippet" in parts:
        content["snippet"] = given(
            publishedAt=format_time(row["created_at"]),
            channelId=row["channel_id"],
            **text,
            thumbnails=_cover(call, row["id"]),
            channelTitle=_title_of(call, row["channel_id"]),
            tags=extras.get("tags"),
            defaultLanguage=extras.get("defaultLanguage"),
            localized=text,
        )
    if "player" in parts:
        address = f"{call.base}?list={row['id']}"
        content["player"] = {"embedHtml": f'<iframe width="640" height="360" src="{address}"></iframe>'}
    if "localizations" in parts and "defaultLanguage" in extras:
        content["localizations"] = {extras["defaultLanguage"]: text}
    if "status" in parts:
        content["status"] = {"privacyStatus": row["privacy"]}
    if "contentDetails" in parts:
        content["contentDetails"] = {"itemCount": len(_items_of(call, row["id"]))}
    return resource("playlist", id=row["id"], **content)


def _cover(call: Call, playlist_id: str) -> Resource | None:
    """The pictures of its first video, as YouTube shows a playlist."""
    items = _items_of(call, playlist_id)
    return thumbnails_of(items[0].video, call.base) if items else None


def insert_playlist(call: Call) -> Resource:
    parts = call.parts(*LIST_PARTS)
    snippet = call.body.get("snippet", {})
    title, description = snippet.get("title", "").strip(), snippet.get("description", "")
    if not title or len(title) > LONGEST_TITLE or len(description) > LONGEST_DESCRIPTION:
        message = "The request must specify a playlist title, and neither text may be too long."
        raise ApiError(400, "playlistTitleRequired", message, domain=_LISTS, location="body.snippet.title")
    for name in sorted(set(call.body) & {"localizations"}):
        raise not_supported(name)
    if "podcastStatus" in call.body.get("status", {}):
        raise not_supported("status.podcastStatus")
    if not is_language(snippet.get("defaultLanguage", "en")):
        message = "The request specifies a default language that is none."
        raise ApiError(400, "invalidPlaylistSnippet", message, domain=_LISTS, location="body.snippet.defaultLanguage")
    playlist_id = call.context.store.next_id("playlist", prefix="PLsandbox", length=34)
    call.context.store.insert(
        "playlists",
        id=playlist_id,
        channel_id=call.channel_id,
        title=title,
        description=description,
        privacy=call.body.get("status", {}).get("privacyStatus", "private"),
        created_at=call.now,
        extras=to_json({name: snippet[name] for name in ("tags", "defaultLanguage") if name in snippet}),
    )
    return _playlist_resource(call, _playlist(call, playlist_id), parts)


def delete_playlist(call: Call) -> None:
    playlist = _own_playlist(call, call.required("id"))
    call.context.store.run("DELETE FROM playlists WHERE id = :id", id=playlist["id"])


_ITEM_PATH, _LIST_PATH = "/youtube/v3/playlistItems", "/youtube/v3/playlists"
_PAGES = {"part", "id", "maxResults", "pageToken"}
_PART, _ID = frozenset({"part"}), frozenset({"id"})
OPERATIONS = (
    Operation(
        "playlistItems.list",
        "GET",
        _ITEM_PATH,
        list_items,
        frozenset(_PAGES | {"playlistId", "videoId"}),
        key_suffices=True,
    ),
    Operation("playlistItems.insert", "POST", _ITEM_PATH, insert_item, _PART, cost=50, has_body=True),
    Operation("playlistItems.delete", "DELETE", _ITEM_PATH, delete_item, _ID, cost=50),
    Operation(
        "playlists.list",
        "GET",
        _LIST_PATH,
        list_playlists,
        frozenset(_PAGES | {"mine", "channelId", "hl"}),
        key_suffices=True,
    ),
    Operation("playlists.insert", "POST", _LIST_PATH, insert_playlist, _PART, cost=50, has_body=True),
    Operation("playlists.delete", "DELETE", _LIST_PATH, delete_playlist, _ID, cost=50),
)
