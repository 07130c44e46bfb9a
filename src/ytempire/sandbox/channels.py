"""Channels: those that the control API made. What they show of themselves, and changing their description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from ytempire.sandbox import statistics
from ytempire.sandbox.api import Call, Operation, Resource, list_answer, resource
from ytempire.sandbox.authentication import AUDIT
from ytempire.sandbox.categories import topics_of
from ytempire.sandbox.clock import format_time
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import ApiError, insufficient_scopes, not_supported
from ytempire.sandbox.pagination import page_of
from ytempire.sandbox.store import Row
from ytempire.sandbox.videos import is_public, of_channel, snippet_of

Text = Annotated[str, Field(min_length=1, max_length=100)]
PARTS = (
    *("id", "snippet", "contentDetails", "statistics", "status", "brandingSettings", "topicDetails"),
    *("localizations", "contentOwnerDetails", "auditDetails"),
)
LONGEST_DESCRIPTION = 1000


class NewChannel(BaseModel):
    title: Text
    person: Text = "A person of this sandbox"
    description: Annotated[str, Field(max_length=1000)] = ""
    handle: Annotated[str | None, Field(pattern=r"^@[a-z0-9._-]{3,30}$")] = None
    country: str = Field(default="US", description="where its audience is at home")
    subscribers: int = Field(default=1000, ge=0, le=500_000_000)
    monetized: bool = Field(default=True, description="whether it is in the partner programme")


def uploads_playlist(channel_id: str) -> str:
    return "UU" + channel_id.removeprefix("UC")


def list_channels(call: Call) -> Resource:
    parts = call.parts(*PARTS)
    call.language()  # a channel of the sandbox has one text: that is what `localized` holds in every language
    size = call.number("maxResults", 5, 0, 50)
    page = page_of(_find_channels(call), lambda row: (row["id"],), size=size, token=call.query.get("pageToken"))
    items = [channel_resource(call, row, parts) for row in page.entries]
    return list_answer("channelListResponse", items, total=page.total, size=size, nextPageToken=page.next_token)


def _find_channels(call: Call) -> list[Row]:
    store = call.context.store
    match call.one_filter("id", "mine", "forHandle"):
        case "mine":
            call.flag("mine")
            return store.all("SELECT * FROM channels WHERE id = :id", id=call.channel_id)
        case "forHandle":
            handle = "@" + call.query["forHandle"].removeprefix("@").lower()
            return store.all("SELECT * FROM channels WHERE handle = :handle", handle=handle)
        case _:
            rows = [store.one("SELECT * FROM channels WHERE id = :id", id=wanted) for wanted in call.names("id")]
            return [row for row in rows if row is not None]


def make_channel(context: SandboxContext, new: NewChannel) -> Resource:
    """Add a channel and the person who owns it, in the caller's transaction; its row."""
    channel_id = context.store.next_id("channel", prefix="UCsandbox", length=24)
    values = new.model_dump() | {"id": channel_id, "handle": new.handle or f"@sandbox-{channel_id[9:].lower()}"}
    context.store.insert("channels", **values, created_at=context.clock.now())
    return values


def channel_resource(call: Call, row: Row, parts: set[str]) -> Resource:
    made: dict[str, Callable[[], Resource | None]] = {
        "snippet": lambda: _snippet(row, call.base),
        "contentDetails": lambda: {"relatedPlaylists": {"likes": "", "uploads": uploads_playlist(row["id"])}},
        "statistics": lambda: _statistics(call, row),
        "status": lambda: _status(call, row),
        "brandingSettings": lambda: {
            "channel": {"title": row["title"], "description": row["description"], "country": row["country"]}
        },
        "topicDetails": lambda: _topics(call, row),
        "localizations": lambda: None,  # as of a channel without a default language
        "contentOwnerDetails": lambda: {},  # as of a channel that belongs to no partner of YouTube
        "auditDetails": lambda: _audit(call, row),
    }
    content: dict[str, Any] = {name: make() for name, make in made.items() if name in parts}
    return resource("channel", id=row["id"], **content)


def _snippet(row: Row, base: str) -> Resource:
    text = {"title": row["title"], "description": row["description"]}
    sizes = {"default": 88, "medium": 240, "high": 800}
    pictures = {
        name: {"url": f"{base}vi/{row['id']}/default.jpg", "width": side, "height": side}
        for name, side in sizes.items()
    }
    return {
        **text,
        "customUrl": row["handle"],
        "publishedAt": format_time(row["created_at"]),
        "thumbnails": pictures,
        "localized": text,
        "country": row["country"],
    }


def _topics(call: Call, row: Row) -> Resource:
    public = [video for video in of_channel(call.context.store, row["id"]) if is_public(video, call.now)]
    return topics_of(snippet_of(video)["categoryId"] for video in public)


def _audit(call: Call, row: Row) -> Resource:
    """Nothing is ever held against a channel of the sandbox. Asked by its owner, with the scope that Google wants."""
    if AUDIT not in call.caller.scopes:
        raise insufficient_scopes([AUDIT])
    if row["id"] != call.caller.channel_id:
        raise ApiError(403, "forbidden", "Forbidden", domain="youtube.channel", location="part")
    return dict.fromkeys(
        ("communityGuidelinesGoodStanding", "contentIdClaimsGoodStanding", "copyrightStrikesGoodStanding"), True
    )


def _statistics(call: Call, row: Row) -> Resource:
    public = [video for video in of_channel(call.context.store, row["id"]) if is_public(video, call.now)]
    return statistics.channel_statistics(call.context.store, row["id"], public, call.now)


def _status(call: Call, row: Row) -> Resource:
    status: Resource = {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "allowed"}
    if row["id"] == call.caller.channel_id:
        status["isChannelMonetizationEnabled"] = bool(row["monetized"])
    return status


def update_channel(call: Call) -> Resource:
    """Only brandingSettings: the description and the country. A title is changed at Google, not by the API."""
    parts = call.parts(*PARTS)
    for part in sorted(parts - {"brandingSettings"}):
        raise not_supported(f"part={part}")
    if call.body.get("id") != call.channel_id:
        message = "The channel specified in the id parameter cannot be found or is not yours to change."
        raise ApiError(403, "channelForbidden", message, domain="youtube.channel", location="id")
    settings = call.body.get("brandingSettings", {}).get("channel", {})
    for name in sorted(set(settings) - {"title", "description", "country"}):
        raise not_supported(f"brandingSettings.channel.{name}")
    description = settings.get("description", "")
    if len(description) > LONGEST_DESCRIPTION:
        message = "The description is too long."
        raise ApiError(400, "brandingValidationError", message, domain="youtube.channel", location="body")
    changes = {"description": description} | ({"country": settings["country"]} if "country" in settings else {})
    call.context.store.update("channels", "id", call.channel_id, **changes)
    row = call.context.store.one("SELECT * FROM channels WHERE id = :id", id=call.channel_id)
    assert row is not None
    return channel_resource(call, row, parts)


_PATH = "/youtube/v3/channels"
OPERATIONS = (
    Operation(
        "channels.list",
        "GET",
        _PATH,
        list_channels,
        frozenset({"part", "id", "mine", "forHandle", "maxResults", "pageToken", "hl"}),
        key_suffices=True,
    ),
    Operation(
        "channels.update",
        "PUT",
        _PATH,
        update_channel,
        frozenset({"part"}),
        cost=50,
        has_body=True,
    ),
)
