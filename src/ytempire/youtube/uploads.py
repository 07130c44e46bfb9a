"""The protocol of resumable uploads: what is sent to a session, and what its answers mean.

developers.google.com/youtube/v3/guides/using_resumable_upload_protocol.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from googleapiclient.http import MediaUpload

BLOCK = 256 * 1024  # every chunk but the last is a multiple of it


class MediaDescription(MediaUpload):  # type: ignore[misc]  # Google's client has no types
    """A video file's size and kind, for the request that begins its session: its bytes are sent in chunks."""

    def __init__(self, *, size: int, media_type: str) -> None:
        super().__init__()
        self._size, self._media_type = size, media_type

    def chunksize(self) -> int:
        return BLOCK

    def mimetype(self) -> str:
        return self._media_type

    def size(self) -> int:
        return self._size

    def resumable(self) -> bool:
        return True

    def getbytes(self, begin: int, length: int) -> bytes:
        raise NotImplementedError("an announced video file is sent with send_chunk")


@dataclass(frozen=True)
class Uploaded:
    """Where a session is.

    `video_resource` is what became of the whole video file, as YouTube shows it; None: bytes are missing.
    """

    received: int
    video_resource: dict[str, Any] | None


def range_of(first: int, count: int, size: int) -> str:
    """`Content-Range` of a chunk; of nothing, it asks where the session is."""
    return f"bytes {first}-{first + count - 1}/{size}" if count else f"bytes */{size}"


def read_progress(status: int, range_header: str | None, content: bytes, size: int) -> Uploaded | None:
    """None: this is no answer about progress, whatever status it has."""
    if status == 308:
        match = re.fullmatch(r"(?:bytes=)?0-(\d{1,15})", range_header, re.ASCII) if range_header else None
        return Uploaded(int(match[1]) + 1, None) if match else None if range_header else Uploaded(0, None)
    if status in (200, 201):
        try:
            video_resource = json.loads(content)
        except ValueError:
            return None
        is_video = (
            isinstance(video_resource, dict) and isinstance(video_resource.get("id"), str) and video_resource["id"]
        )
        return Uploaded(size, video_resource) if is_video else None
    return None
