"""The protocol of resumable uploads: what is sent to a session, and what its answers mean.

developers.google.com/youtube/v3/guides/using_resumable_upload_protocol.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from googleapiclient.http import MediaUpload

BLOCK = 256 * 1024  # every piece but the last is a multiple of it


class Announced(MediaUpload):  # type: ignore[misc]  # Google's client has no types
    """A film's size and kind, for the request that begins its session: the bytes come later, and from elsewhere."""

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
        raise NotImplementedError("an announced film is sent with send_chunk")


@dataclass(frozen=True)
class Uploaded:
    """Where a session is. `made` is what became of the whole film, as YouTube shows it; None: bytes are missing."""

    received: int
    made: dict[str, Any] | None


def range_of(first: int, count: int, size: int) -> str:
    """`Content-Range` of a piece; of nothing, it asks where the session is."""
    return f"bytes {first}-{first + count - 1}/{size}" if count else f"bytes */{size}"


def read_progress(status: int, held: str | None, content: bytes, size: int) -> Uploaded | None:
    """None: this is no answer about progress, whatever status it has."""
    if status == 308:
        kept = re.fullmatch(r"(?:bytes=)?0-(\d{1,15})", held, re.ASCII) if held else None
        return Uploaded(int(kept[1]) + 1, None) if kept else None if held else Uploaded(0, None)
    if status in (200, 201):
        try:
            made = json.loads(content)
        except ValueError:
            return None
        is_video = isinstance(made, dict) and isinstance(made.get("id"), str) and made["id"]
        return Uploaded(size, made) if is_video else None
    return None
