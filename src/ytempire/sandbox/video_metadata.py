"""What a request may say of a video, and Google's reasons for refusing it."""

from __future__ import annotations

from ytempire.sandbox.api import Call, Resource
from ytempire.sandbox.categories import is_assignable
from ytempire.sandbox.clock import parse_time
from ytempire.sandbox.errors import ApiError, invalid_parameter, invalid_video, not_supported
from ytempire.sandbox.languages import Texts, is_language
from ytempire.sandbox.video_resource import PARTS

WRITTEN_PARTS = {"snippet", "status", "recordingDetails", "localizations"}
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_TAGS = 100, 5000, 500


def written_parts(call: Call) -> set[str]:
    """The parts that are to be written. Raises for a body that brings others, and for what only Google writes."""
    parts = call.parts(*PARTS)
    for part in sorted(set(call.body) - {"id", "kind", "etag"} - parts):
        raise invalid_parameter("part", f"'{part}'", reason="unexpectedPart")
    if call.body.get("paidProductPlacementDetails"):  # Google documents no way to set it
        raise not_supported("paidProductPlacementDetails")
    return parts & WRITTEN_PARTS


def _is_title(text: str) -> bool:
    return 0 < len(text) <= LONGEST_TITLE and not set(text) & set("<>")


def _is_description(text: str) -> bool:
    return len(text.encode()) <= LONGEST_DESCRIPTION and not set(text) & set("<>")


def read_snippet(body: Resource, *, defaults: bool) -> Resource:
    title = body.get("title", "unknown" if defaults and not body else "").strip()
    if not _is_title(title):
        message = "The request metadata specifies an invalid or empty video title."
        raise invalid_video("invalidTitle", message, "body.snippet.title")
    description = body.get("description", "")
    if not _is_description(description):
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
    if not is_language(body.get("defaultLanguage", "en")):
        raise _invalid_metadata("body")
    languages: Resource = {name: body[name] for name in ("defaultLanguage", "defaultAudioLanguage") if name in body}
    return {"title": title, "description": description, "tags": tags, "categoryId": category, **languages}


def read_extras(body: Resource, parts: set[str], now: Resource, *, language: str | None) -> Resource:
    """The written parts beside snippet and status: those that are replaced, and those that stay as they are now.

    `language` is the snippet's. Raises Google's 400.
    """
    extras = dict(now)
    if "recordingDetails" in parts:
        extras["recordingDetails"] = _read_recording(body.get("recordingDetails", {}))
    if "localizations" in parts:
        read = {code: _read_localization(code, texts) for code, texts in body.get("localizations", {}).items()}
        # the text in the default language is the snippet's, which clients send back with the others
        extras["localizations"] = {code: texts for code, texts in read.items() if code != language}
    if extras.get("localizations") and language is None:
        message = "The request is trying to add localized video details without specifying the default language."
        raise invalid_video("defaultLanguageNotSet", message, "body.snippet.defaultLanguage")
    return extras


def _read_recording(body: Resource) -> Resource:
    """The date. A place is taken and dropped, as at Google since 2017 (revision history, June 1, 2017)."""
    if "recordingDate" not in body:
        return {}
    try:
        return {"recordingDate": parse_time(body["recordingDate"])}
    except ValueError as error:
        message = "The request metadata specifies invalid recording details."
        raise invalid_video("invalidRecordingDetails", message, "body.recordingDetails.recordingDate") from error


def _read_localization(code: str, texts: Resource) -> Texts:
    title, description = texts.get("title", "").strip(), texts.get("description", "")
    if not is_language(code):
        raise _invalid_metadata(f"body.localizations.{code}")
    if not _is_title(title):
        raise _invalid_metadata(f"body.localizations.{code}.title")
    if not _is_description(description):
        raise _invalid_metadata(f"body.localizations.{code}.description")
    return {"title": title, "description": description}


def _invalid_metadata(location: str) -> ApiError:
    return invalid_video("invalidVideoMetadata", "The request metadata is invalid.", location)


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
        at = parse_time(text)
    except ValueError as error:
        raise refusal from error
    if not allowed or at <= now:
        raise refusal
    return at
