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
    base_of,
    open_call,
    perform,
    read_body,
    to_response,
)
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import ApiError, too_large
from ytempire.sandbox.media_probe import Media, inspect
from ytempire.sandbox.store import Row, to_json

CHUNK_MULTIPLE = 262_144  # Google keeps whole blocks of 256 KiB until the last byte has come
LARGEST_BODY = 64 * 1024 * 1024  # of an upload in one body, which is held in memory
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True)
class Upload:
    """An operation that takes media."""

    operation: Operation
    begin: Callable[[Call], str]  # checks all that can be known before the bytes; the id of what will be made
    finish: Callable[[SandboxContext, Row, Media], None]  # makes it, in the session's last transaction
    answer: Callable[[SandboxContext, Row, str], Resource]  # also when asked again
    largest: int
    accepted: tuple[str, ...]
    without_media: Callable[[], ApiError]  # what a body without a byte of media is refused with


@dataclass(frozen=True)
class Chunk:
    first: int | None  # None: the question how much has come
    total: int | None  # None: not known yet
    length: int | None
    is_whole: bool = False  # all of it in one request


async def receive(context: SandboxContext, upload: Upload, request: Request) -> Response:
    """POST begins; PUT brings bytes, asks, or begins where the method is a PUT itself; DELETE gives up."""
    try:
        if session_id := request.query_params.get("upload_id"):
            return await _continue_session(context, upload, request, session_id)
        if request.method == "DELETE":
            raise ApiError(400, "badRequest", "Missing upload_id.")
        return await _begin(context, upload, request)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it


async def _begin(context: SandboxContext, upload: Upload, request: Request) -> Response:
    kind = request.query_params.get("uploadType") or request.headers.get("x-goog-upload-protocol") or "media"
    call = open_call(context, upload.operation, request)
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
    media_path(context, session_id).write_bytes(media)
    return await _finish(context, upload, request, session_id)


def _start(call: Call, upload: Upload, *, body: bytes, content_type: str, total: int | None) -> str:
    """Begin a session: this is what the quota is charged for."""

    def work(call: Call) -> str:
        _check_media(upload, content_type, total)
        session_id = secrets.token_urlsafe(32)
        call.context.store.insert(
            "sessions",
            id=session_id,
            operation=upload.operation.name,
            project_id=call.caller.project_id,
            channel_id=call.channel_id,
            parameters=to_json({name: ",".join(call.query.getlist(name)) for name in call.query}),
            body=to_json(call.body),
            content_type=content_type,
            total=total,
            target_id=upload.begin(call),
            created_at=call.now,
        )
        return session_id

    session_id: str = perform(call, body, work)
    media_path(call.context, session_id).touch(mode=0o600)
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
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if kind != "multipart" or not boundary:
        raise ApiError(400, "badRequest", f"uploadType '{kind}' is not one of resumable, multipart, media.")
    parts = body.split(b"--" + boundary[1].encode())[1:-1]
    if len(parts) not in (1, 2):
        raise ApiError(400, "badRequest", "Multipart body must have a metadata part and a media part.")
    (_, metadata), (head, media) = (_part(part) for part in (*parts, b"")[:2])
    media_type = re.search(rb"(?im)^content-type:\s*(\S+)", head)
    return metadata, media_type[1].decode() if media_type else "application/octet-stream", media


def _part(part: bytes) -> tuple[bytes, bytes]:
    line = b"\r\n" if part.startswith(b"\r\n") else b"\n"
    head, _, content = part.removeprefix(line).partition(line * 2)
    return head, content.removesuffix(line)


async def _continue_session(context: SandboxContext, upload: Upload, request: Request, session_id: str) -> Response:
    session = _session(context, upload, session_id)
    if session["completed_at"] is not None:
        return to_response(request, upload.answer(context, session, base_of(request)))
    if request.method == "DELETE":
        with context.store.transaction():
            context.store.update("sessions", "id", session_id, created_at=0.0)
        media_path(context, session_id).unlink(missing_ok=True)
        return Response(status_code=499)  # Google's own answer to a cancelled upload
    chunk = _chunk(request)
    if chunk.total == 0 and session["total"] is None:
        raise upload.without_media()
    total = _agreed_total(context, session, chunk)
    if chunk.first is not None:
        await _append(media_path(context, session_id), request, chunk, total)
        _session(context, upload, session_id)  # it may have been cancelled while the bytes came
    size = media_path(context, session_id).stat().st_size
    if total is None and chunk.is_whole:  # it came without a length, and has ended
        if size == 0:
            raise upload.without_media()
        total = size
    if total is not None and size >= total:
        return await _finish(context, upload, request, session_id)
    held = size // CHUNK_MULTIPLE * CHUNK_MULTIPLE
    return Response(status_code=308, headers={"Range": f"bytes=0-{held - 1}"} if held else {})


def _session(context: SandboxContext, upload: Upload, session_id: str) -> Row:
    session = context.store.one("SELECT * FROM sessions WHERE id = :id", id=session_id)
    if session is None or session["operation"] != upload.operation.name:
        raise ApiError(404, "notFound", "Not Found")
    if context.clock.now() - session["created_at"] > context.settings.session_lifetime.total_seconds():
        raise ApiError(410, "gone", "The upload session has expired.")
    return session


def _chunk(request: Request) -> Chunk:
    length = request.headers.get("content-length")
    text = request.headers.get("content-range")
    if text is None:  # all of it at once
        whole = _whole(length) if length is not None else None
        return Chunk(0, whole, whole, is_whole=True)
    match = _RANGE.fullmatch(text)
    if not match:
        raise ApiError(400, "badRequest", "Failed to parse Content-Range header.")
    total = None if match[3] == "*" else int(match[3])
    if match[1] is None:
        return Chunk(None, total, 0)
    first, last = int(match[1]), int(match[2])
    if last < first or (total is not None and last >= total):
        raise ApiError(400, "badRequest", "Failed to parse Content-Range header.")
    return Chunk(first, total, last - first + 1)


def _agreed_total(context: SandboxContext, session: Row, chunk: Chunk) -> int | None:
    """What the session's length is. Raises 400 for a chunk that says another, or is too small not to be the last."""
    known: int | None = session["total"]
    if known is not None and chunk.total is not None and known != chunk.total:
        raise ApiError(
            400, "badRequest", f"Invalid request. The total of {chunk.total} bytes differs from the {known} declared."
        )
    total = known if known is not None else chunk.total
    if known is None and total is not None:
        context.store.update("sessions", "id", session["id"], total=total)
    is_last = chunk.first is None or (total is not None and chunk.first + (chunk.length or 0) >= total)
    if not is_last and chunk.length is not None and chunk.length < CHUNK_MULTIPLE:
        raise ApiError(
            400,
            "badRequest",
            f"Invalid request.  The number of bytes uploaded is required to be equal or greater than {CHUNK_MULTIPLE},"
            f" except for the final request (it's recommended to be the exact multiple of {CHUNK_MULTIPLE}).  The"
            f" received request contained {chunk.length} bytes, which does not meet this requirement.",
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


async def _finish(context: SandboxContext, upload: Upload, request: Request, session_id: str) -> Response:
    media = await asyncio.to_thread(inspect, media_path(context, session_id))
    with context.store.transaction():
        session = _session(context, upload, session_id)
        if session["completed_at"] is None:  # another connection may have closed it meanwhile
            upload.finish(context, session, media)
            context.store.update("sessions", "id", session_id, completed_at=context.clock.now())
    return to_response(request, upload.answer(context, session, base_of(request)))


def parameters_of(session: Row) -> dict[str, str]:
    parameters: dict[str, str] = json.loads(session["parameters"])
    return parameters


def body_of(session: Row) -> Resource:
    body: Resource = json.loads(session["body"])
    return body


def media_path(context: SandboxContext, session_id: str) -> Path:
    return context.store.media / session_id


def forget_expired(context: SandboxContext) -> None:
    """Take away the bytes of sessions that ended without having been completed."""
    since = context.clock.now() - context.settings.session_lifetime.total_seconds()
    rows = context.store.all("SELECT id FROM sessions WHERE completed_at IS NULL AND created_at < :since", since=since)
    for row in rows:
        media_path(context, row["id"]).unlink(missing_ok=True)
