"""Uploads: resumable sessions, multipart and simple bodies, as Google's media protocol has them.

The length of a session's file is the truth of what has arrived, so a crash loses nothing and no record can disagree
with it. Bytes that are there already are skipped, so a repeated or overlapping chunk is harmless, and so are two
connections that send the same chunk at once. What an upload makes gets its id when the session begins and is written
in the transaction that closes the session: it exists once, whatever is repeated.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ytempire.sandbox.api import (
    LARGEST_JSON,
    Call,
    Operation,
    Resource,
    answered,
    base_of,
    open_call,
    perform,
    read_body,
)
from ytempire.sandbox.errors import ApiError, too_large
from ytempire.sandbox.media import Media, inspect
from ytempire.sandbox.store import Row, packed
from ytempire.sandbox.world import World

GRAIN = 262_144  # Google keeps whole blocks of 256 KiB until the last byte has come
LARGEST_BODY = 64 * 1024 * 1024  # of an upload in one body, which is held in memory
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True)
class Upload:
    """An operation that takes media."""

    operation: Operation
    begin: Callable[[Call], str]  # checks all that can be known before the bytes; the id of what will be made
    finish: Callable[[World, Row, Media], None]  # makes it, in the session's last transaction
    answer: Callable[[World, Row, str], Resource]  # also when asked again
    largest: int
    accepted: tuple[str, ...]
    without_media: Callable[[], ApiError]  # what a body without a byte of media is refused with


@dataclass(frozen=True)
class Chunk:
    first: int | None  # None: the question how much has come
    total: int | None  # None: not known yet
    length: int | None
    is_whole: bool = False  # all of it in one request


async def receive(world: World, upload: Upload, request: Request) -> Response:
    """POST begins; PUT brings bytes, asks, or begins where the method is a PUT itself; DELETE gives up."""
    try:
        if session_id := request.query_params.get("upload_id"):
            return await _go_on(world, upload, request, session_id)
        if request.method == "DELETE":
            raise ApiError(400, "badRequest", "Missing upload_id.")
        return await _begin(world, upload, request)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it


async def _begin(world: World, upload: Upload, request: Request) -> Response:
    kind = request.query_params.get("uploadType") or request.headers.get("x-goog-upload-protocol") or "media"
    call = open_call(world, upload.operation, request)
    if kind == "resumable":
        length = request.headers.get("x-upload-content-length")
        session_id = _start(
            call,
            upload,
            body=await read_body(request, LARGEST_JSON),
            content_type=request.headers.get("x-upload-content-type", "application/octet-stream"),
            total=_whole(length) if length is not None else None,
        )
        address = request.url.include_query_params(upload_id=session_id)
        return Response(headers={"Location": str(address), "X-GUploader-UploadID": session_id})
    whole = await read_body(request, LARGEST_BODY, "Use a resumable upload for a body of this size.")
    body, content_type, media = _divided(kind, whole, request.headers.get("content-type", ""))
    session_id = _start(call, upload, body=body, content_type=content_type, total=len(media))
    media_path(world, session_id).write_bytes(media)
    return await _finish(world, upload, request, session_id)


def _start(call: Call, upload: Upload, *, body: bytes, content_type: str, total: int | None) -> str:
    """Begin a session: this is what the quota is charged for."""

    def work(call: Call) -> str:
        _check_media(upload, content_type, total)
        session_id = secrets.token_urlsafe(32)
        call.world.store.insert(
            "sessions",
            id=session_id,
            operation=upload.operation.name,
            project_id=call.caller.project_id,
            channel_id=call.channel_id,
            parameters=packed({name: ",".join(call.query.getlist(name)) for name in call.query}),
            body=packed(call.body),
            content_type=content_type,
            total=total,
            target_id=upload.begin(call),
            created_at=call.now,
        )
        return session_id

    session_id: str = perform(call, body, work)
    media_path(call.world, session_id).touch(mode=0o600)
    return session_id


def _check_media(upload: Upload, content_type: str, total: int | None) -> None:
    if total == 0:
        raise upload.without_media()
    if total is not None and total > upload.largest:
        raise too_large("The media is larger than this method accepts.")
    plain = content_type.partition(";")[0].strip().lower()
    if not any(plain == kind or (kind.endswith("*") and plain.startswith(kind[:-1])) for kind in upload.accepted):
        raise ApiError(
            400, "badContent", f"Media type '{plain}' is not supported. Valid media types: {upload.accepted}"
        )


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ApiError(400, "badRequest", f"'{text}' is not a length.")
    return int(text)


def _divided(kind: str, body: bytes, content_type: str) -> tuple[bytes, str, bytes]:
    """Metadata, the media's type, and the media of a body that brings all at once."""
    if kind == "media":
        return b"", content_type or "application/octet-stream", body
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if kind != "multipart" or not found:
        raise ApiError(400, "badRequest", f"uploadType '{kind}' is not one of resumable, multipart, media.")
    parts = body.split(b"--" + found[1].encode())[1:-1]
    if len(parts) not in (1, 2):
        raise ApiError(400, "badRequest", "Multipart body must have a metadata part and a media part.")
    (_, metadata), (head, media) = (_part(part) for part in (*parts, b"")[:2])
    media_type = re.search(rb"(?im)^content-type:\s*(\S+)", head)
    return metadata, media_type[1].decode() if media_type else "application/octet-stream", media


def _part(part: bytes) -> tuple[bytes, bytes]:
    line = b"\r\n" if part.startswith(b"\r\n") else b"\n"
    head, _, content = part.removeprefix(line).partition(line * 2)
    return head, content.removesuffix(line)


async def _go_on(world: World, upload: Upload, request: Request, session_id: str) -> Response:
    session = _session(world, upload, session_id)
    if session["completed_at"] is not None:
        return answered(request, upload.answer(world, session, base_of(request)))
    if request.method == "DELETE":
        with world.store.transaction():
            world.store.update("sessions", "id", session_id, created_at=0.0)
        media_path(world, session_id).unlink(missing_ok=True)
        return Response(status_code=499)  # Google's own answer to a cancelled upload
    chunk = _chunk(request)
    if chunk.total == 0 and session["total"] is None:
        raise upload.without_media()
    total = _agreed_total(world, session, chunk)
    if chunk.first is not None:
        await _append(media_path(world, session_id), request, chunk, total)
        _session(world, upload, session_id)  # it may have been cancelled while the bytes came
    size = media_path(world, session_id).stat().st_size
    if total is None and chunk.is_whole:  # it came without a length, and has ended
        if size == 0:
            raise upload.without_media()
        total = size
    if total is not None and size >= total:
        return await _finish(world, upload, request, session_id)
    held = size // GRAIN * GRAIN
    return Response(status_code=308, headers={"Range": f"bytes=0-{held - 1}"} if held else {})


def _session(world: World, upload: Upload, session_id: str) -> Row:
    session = world.store.one("SELECT * FROM sessions WHERE id = :id", id=session_id)
    if session is None or session["operation"] != upload.operation.name:
        raise ApiError(404, "notFound", "Not Found")
    if world.clock.now() - session["created_at"] > world.settings.session_lifetime.total_seconds():
        raise ApiError(410, "gone", "The upload session has expired.")
    return session


def _chunk(request: Request) -> Chunk:
    length = request.headers.get("content-length")
    text = request.headers.get("content-range")
    if text is None:  # all of it at once
        whole = _whole(length) if length is not None else None
        return Chunk(0, whole, whole, is_whole=True)
    found = _RANGE.fullmatch(text)
    if not found:
        raise ApiError(400, "badRequest", "Failed to parse Content-Range header.")
    total = None if found[3] == "*" else int(found[3])
    if found[1] is None:
        return Chunk(None, total, 0)
    first, last = int(found[1]), int(found[2])
    if last < first or (total is not None and last >= total):
        raise ApiError(400, "badRequest", "Failed to parse Content-Range header.")
    return Chunk(first, total, last - first + 1)


def _agreed_total(world: World, session: Row, chunk: Chunk) -> int | None:
    """What the session's length is. Raises 400 for a chunk that says another, or is too small not to be the last."""
    known: int | None = session["total"]
    if known is not None and chunk.total is not None and known != chunk.total:
        raise ApiError(
            400, "badRequest", f"Invalid request. The total of {chunk.total} bytes differs from the {known} declared."
        )
    total = known if known is not None else chunk.total
    if known is None and total is not None:
        world.store.update("sessions", "id", session["id"], total=total)
    is_last = chunk.first is None or (total is not None and chunk.first + (chunk.length or 0) >= total)
    if not is_last and chunk.length is not None and chunk.length < GRAIN:
        raise ApiError(
            400,
            "badRequest",
            f"Invalid request.  The number of bytes uploaded is required to be equal or greater than {GRAIN}, except"
            f" for the final request (it's recommended to be the exact multiple of {GRAIN}).  The received request"
            f" contained {chunk.length} bytes, which does not meet this requirement.",
        )
    return total


async def _append(path: Path, request: Request, chunk: Chunk, total: int | None) -> None:
    """Write what is new of a chunk, byte for byte as it comes. What has come stays when the connection breaks."""
    assert chunk.first is not None
    ends = [end for end in (total, chunk.first + chunk.length if chunk.length is not None else None) if end is not None]
    end = min(ends, default=None)
    position = chunk.first
    with path.open("ab", buffering=0) as file:
        async for piece in request.stream():
            size = os.fstat(file.fileno()).st_size
            if position > size:
                raise ApiError(
                    400,
                    "badRequest",
                    f"Invalid request.  According to the Content-Range header, the upload offset is {chunk.first}"
                    f" byte(s), which exceeds already uploaded size of {size} byte(s).",
                )
            usable = piece if end is None else piece[: max(0, end - position)]
            file.write(usable[size - position :])
            position += len(piece)
        os.fsync(file.fileno())


async def _finish(world: World, upload: Upload, request: Request, session_id: str) -> Response:
    media = await asyncio.to_thread(inspect, media_path(world, session_id))
    with world.store.transaction():
        session = _session(world, upload, session_id)
        if session["completed_at"] is None:  # another connection may have closed it meanwhile
            upload.finish(world, session, media)
            world.store.update("sessions", "id", session_id, completed_at=world.clock.now())
    return answered(request, upload.answer(world, session, base_of(request)))


def parameters_of(session: Row) -> dict[str, str]:
    parameters: dict[str, str] = json.loads(session["parameters"])
    return parameters


def body_of(session: Row) -> Resource:
    body: Resource = json.loads(session["body"])
    return body


def media_path(world: World, session_id: str) -> Path:
    return world.store.media / session_id


def forget_expired(world: World) -> None:
    """Take away the bytes of sessions that ended without having been completed."""
    since = world.clock.now() - world.settings.session_lifetime.total_seconds()
    rows = world.store.all("SELECT id FROM sessions WHERE completed_at IS NULL AND created_at < :since", since=since)
    for row in rows:
        media_path(world, row["id"]).unlink(missing_ok=True)
