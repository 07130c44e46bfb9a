"""Caption tracks: insert, update, list, download, delete. The text is kept and given back as it came."""

from __future__ import annotations

from ytempire.sandbox.api import Call, File, Operation, Resource, resource
from ytempire.sandbox.clock import format_time
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import ApiError
from ytempire.sandbox.media_probe import Media
from ytempire.sandbox.store import Row
from ytempire.sandbox.uploads import Upload, body_of, media_path
from ytempire.sandbox.videos import get_own

LARGEST = 100 * 1024 * 1024
LONGEST_NAME = 150
_DOMAIN = "youtube.caption"


def _track(call: Call, caption_id: str) -> Row:
    row = call.context.store.one("SELECT * FROM captions WHERE id = :id", id=caption_id)
    if row is None:
        message = "The caption track could not be found. Check the value of the id parameter."
        raise ApiError(404, "captionNotFound", message, domain=_DOMAIN, location="id")
    get_own(call, row["video_id"])
    return row


def _resource(track: Row) -> Resource:
    snippet = {
        "videoId": track["video_id"],
        "lastUpdated": format_time(track["updated_at"]),
        "trackKind": "standard",
        "language": track["language"],
        "name": track["name"],
        "audioTrackType": "unknown",
        "isCC": False,
        "isLarge": False,
        "isEasyReader": False,
        "isDraft": bool(track["draft"]),
        "isAutoSynced": False,
        "status": "serving",
    }
    return resource("caption", id=track["id"], snippet=snippet)


def list_captions(call: Call) -> Resource:
    call.parts("id", "snippet")
    video = get_own(call, call.required("videoId"))
    wanted = call.names("id")
    tracks = call.context.store.all("SELECT * FROM captions WHERE video_id = :id ORDER BY number", id=video["id"])
    items = [_resource(track) for track in tracks if not wanted or track["id"] in wanted]
    return resource("captionListResponse", items=items)


def _begin_insert(call: Call) -> str:
    call.parts("id", "snippet")
    snippet = call.body.get("snippet", {})
    for name in ("videoId", "language"):
        if not snippet.get(name):
            message = "The request contains invalid metadata values, which prevent the track from being created."
            raise ApiError(400, "invalidMetadata", message, domain=_DOMAIN, location=f"body.snippet.{name}")
    if "name" not in snippet or len(snippet["name"]) > LONGEST_NAME:
        message = "The request specifies a name that is too long, or none; it may be empty."
        raise ApiError(400, "nameTooLong", message, domain=_DOMAIN, location="body.snippet.name")
    video = get_own(call, snippet["videoId"])
    if _same(call.context, video["id"], snippet["language"], snippet["name"]):
        raise _exists()
    return call.context.store.next_id("caption", prefix="AUsandbox", length=44)


def _same(context: SandboxContext, video_id: str, language: str, name: str) -> Row | None:
    return context.store.one(
        "SELECT * FROM captions WHERE video_id = :video AND language = :language AND name = :name",
        video=video_id,
        language=language,
        name=name,
    )


def _exists() -> ApiError:
    message = "The specified video already has a caption track with the given language and name."
    return ApiError(409, "captionExists", message, domain=_DOMAIN, location="body.snippet.name")


def _finish_insert(context: SandboxContext, session: Row, media: Media) -> None:
    snippet = body_of(session)["snippet"]
    if _same(context, snippet["videoId"], snippet["language"], snippet["name"]):
        raise _exists()  # another session was quicker
    context.store.insert(
        "captions",
        id=session["target_id"],
        video_id=snippet["videoId"],
        language=snippet["language"],
        name=snippet["name"],
        draft=snippet.get("isDraft", False),
        session_id=session["id"],
        updated_at=context.clock.now(),
    )


def _begin_update(call: Call) -> str:
    call.parts("id", "snippet")
    return str(_track(call, call.body.get("id", ""))["id"])


def _finish_update(context: SandboxContext, session: Row, media: Media) -> None:
    context.store.update(
        "captions", "id", session["target_id"], session_id=session["id"], updated_at=context.clock.now()
    )
    _set_draft(context, session["target_id"], body_of(session))


def _set_draft(context: SandboxContext, caption_id: str, body: Resource) -> None:
    if "isDraft" in body.get("snippet", {}):
        context.store.update("captions", "id", caption_id, draft=body["snippet"]["isDraft"])


def update_caption(call: Call) -> Resource:
    """Without a file: only whether it is a draft can change."""
    caption_id = _begin_update(call)
    _set_draft(call.context, caption_id, call.body)
    return _resource(_track(call, caption_id))


def _answer(context: SandboxContext, session: Row, base: str) -> Resource:
    del base  # a track has no addresses
    track = context.store.one("SELECT * FROM captions WHERE id = :id", id=session["target_id"])
    if track is None:  # deleted since
        raise ApiError(404, "notFound", "Not Found")
    return _resource(track)


def download_caption(call: Call) -> File:
    track = _track(call, call.path["id"])
    return File(media_path(call.context, track["session_id"]).read_bytes(), "application/octet-stream")


def delete_caption(call: Call) -> None:
    track = _track(call, call.required("id"))
    call.context.store.run("DELETE FROM captions WHERE id = :id", id=track["id"])


def _no_content() -> ApiError:
    message = "The request does not contain the caption track contents."
    return ApiError(400, "contentRequired", message, domain=_DOMAIN)


def _without_media(call: Call) -> Resource:
    call.parts("id", "snippet")
    raise _no_content()


_PATH = "/youtube/v3/captions"
_ACCEPTED = ("text/*", "application/octet-stream", "*/*")
_PART = frozenset({"part"})

INSERT = Upload(
    Operation("captions.insert", "POST", _PATH, _without_media, _PART, cost=400, has_body=True),
    _begin_insert,
    _finish_insert,
    _answer,
    LARGEST,
    _ACCEPTED,
    _no_content,
)
UPDATE = Upload(
    Operation("captions.update", "PUT", _PATH, update_caption, _PART, cost=450, has_body=True),
    _begin_update,
    _finish_update,
    _answer,
    LARGEST,
    _ACCEPTED,
    _no_content,
)
OPERATIONS = (
    INSERT.operation,
    UPDATE.operation,
    Operation("captions.list", "GET", _PATH, list_captions, frozenset({"part", "videoId", "id"}), cost=50),
    Operation("captions.download", "GET", _PATH + "/{id}", download_caption, frozenset({"id"}), cost=200),
    Operation("captions.delete", "DELETE", _PATH, delete_caption, frozenset({"id"}), cost=50),
)
