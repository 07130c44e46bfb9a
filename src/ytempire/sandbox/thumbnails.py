"""thumbnails.set: a picture of one's own video."""

from __future__ import annotations

from pathlib import Path

from ytempire.sandbox.api import Call, Operation, Resource, resource
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import ApiError, media_body_required
from ytempire.sandbox.images import LARGEST, is_image, thumbnails_of
from ytempire.sandbox.media_probe import Media
from ytempire.sandbox.store import Row, write_private
from ytempire.sandbox.uploads import Upload, media_path
from ytempire.sandbox.videos import find, get_own


def _begin(call: Call) -> str:
    video_id = call.required("videoId")
    get_own(call, video_id)
    return video_id


def _finish(context: SandboxContext, session: Row, media: Media) -> None:
    content = media_path(context, session["id"]).read_bytes()
    if not is_image(content):
        message = "The provided image content is invalid."
        raise ApiError(400, "invalidImage", message, domain="youtube.thumbnail", location="body")
    write_private(thumbnail_path(context, session["target_id"]), content)
    context.store.update("videos", "id", session["target_id"], thumbnail_at=context.clock.now())


def thumbnail_path(context: SandboxContext, video_id: str) -> Path:
    return context.store.media / f"{video_id}.thumbnail"


def _answer(context: SandboxContext, session: Row, base: str) -> Resource:
    video = find(context.store, session["target_id"])
    assert video is not None
    return resource("thumbnailSetResponse", items=[thumbnails_of(video, base)])


def _without_media(call: Call) -> Resource:
    raise _no_image()


def _no_image() -> ApiError:
    return media_body_required("youtube.thumbnail", "The request does not include the image content.")


SET = Upload(
    Operation(
        "thumbnails.set",
        "POST",
        "/youtube/v3/thumbnails/set",
        _without_media,
        frozenset({"videoId"}),
        cost=50,
    ),
    _begin,
    _finish,
    _answer,
    LARGEST,
    ("image/jpeg", "image/png", "application/octet-stream"),
    _no_image,
)
OPERATIONS = (SET.operation,)
