"""What a request may say of a video, and Google's reasons for refusing it."""

from __future__ import annotations

from ytempire.sandbox.api import Call, Resource
from ytempire.sandbox.categories import is_assignable
from ytempire.sandbox.clock import read
from ytempire.sandbox.errors import invalid_parameter, invalid_video, not_supported
from ytempire.sandbox.video_resource import PARTS

WRITTEN_PARTS = {"snippet", "status"}
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_TAGS = 100, 5000, 500


def written_parts(call: Call) -> set[str]:
    """The parts that are to be written. Raises for a body that brings others, and for what only Google writes."""
    parts = call.parts(*PARTS, "localizations", "recordingDetails", "paidProductPlacementDetails")
    for part in sorted(parts - set(PARTS)):
        raise not_supported(f"part={part}")
    for part in sorted(set(call.body) - {"id", "kind", "etag"} - parts):
        raise invalid_parameter("part", f"'{part}'", reason="unexpectedPart")
    return parts & WRITTEN_PARTS


def read_snippet(body: Resource, *, defaults: bool) -> Resource:
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


def read_status(body: Resource, now: float, *, was_public: bool) -> Resource:
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
