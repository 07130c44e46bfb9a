"""What a file says of itself: whether it is a video, how long, how large. Enough for an answer, not for a player."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_WITHIN = {b"moov", b"trak"}  # boxes of MP4 that hold those we look for
_MATROSKA, _RIFF, _OGG, _FLV = b"\x1aE\xdf\xa3", b"RIFF", b"OggS", b"FLV\x01"


@dataclass
class Media:
    is_video: bool
    size: int
    sha256: str
    duration_s: float = 0.0
    width: int = 0
    height: int = 0


def inspect(path: Path) -> Media:
    """MP4 is read; other containers are known by their first bytes and have no length here."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        start = file.read(12)
        media = Media(start[4:8] == b"ftyp" or start.startswith((_MATROSKA, _RIFF, _OGG, _FLV)), size, digest)
        if start[4:8] == b"ftyp":
            _walk(file, 0, size, media)
    return media


def _walk(file: BinaryIO, begin: int, end: int, media: Media) -> None:
    while begin + 8 <= end:
        file.seek(begin)
        length, kind = int.from_bytes(file.read(4), "big"), file.read(4)
        header = 8
        if length == 1:
            length, header = int.from_bytes(file.read(8), "big"), 16
        if length == 0:  # to the end of the file
            length = end - begin
        if length < header:
            return  # broken: what was read so far is all that is known
        if kind in _WITHIN:
            _walk(file, begin + header, min(begin + length, end), media)
        elif kind == b"mvhd":
            media.duration_s = _duration(file.read(32))
        elif kind == b"tkhd":
            _read_size(file.read(length - header), media)
        begin += length


def _duration(head: bytes) -> float:
    long = head[:1] == b"\x01"  # version 1 has times of eight bytes
    scale, ticks = (head[20:24], head[24:32]) if long else (head[12:16], head[16:20])
    per_second = int.from_bytes(scale, "big")
    return int.from_bytes(ticks, "big") / per_second if per_second else 0.0


def _read_size(head: bytes, media: Media) -> None:
    width, height = (int.from_bytes(head[at : at + 2], "big") for at in (-8, -4))  # whole part of 16.16
    if width and height:  # a sound track has none
        media.width, media.height = width, height
