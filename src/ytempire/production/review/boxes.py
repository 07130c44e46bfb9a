"""What an MP4 file says about itself in its own boxes (ISO 14496-12): no program is needed to read them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Boxes:
    """`durations_s` maps "vide" and "soun" to how long that track is presented, edit lists applied."""

    order: tuple[str, ...]  # top-level boxes as they lie in the file
    durations_s: dict[str, float]

    @property
    def faststart(self) -> bool:
        """Whether a player can begin before the whole file has arrived."""
        names = list(self.order)
        return "moov" in names and "mdat" in names and names.index("moov") < names.index("mdat")


def read_boxes(path: Path) -> Boxes:
    """Of a file that is no MP4 the order is whatever its first bytes spell, and the durations are empty."""
    order: list[str] = []
    durations: dict[str, float] = {}
    with path.open("rb") as stream:
        for kind, body, end in _children(stream, 0, path.stat().st_size):
            order.append(kind.decode("latin-1"))
            if kind == b"moov":
                durations = _durations(stream, body, end)
    return Boxes(tuple(order), durations)


def _children(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, first byte of the body, end) of each box within a range."""
    place = start
    while place + 8 <= end:
        stream.seek(place)
        size, kind = struct.unpack(">I4s", stream.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", stream.read(8))[0], 16
        size = size or end - place
        if size < header:
            return
        yield kind, place + header, min(place + size, end)
        place += size


def _durations(stream: BinaryIO, start: int, end: int) -> dict[str, float]:
    scale = 1
    durations: dict[str, float] = {}
    for kind, body, stop in _children(stream, start, end):
        if kind == b"mvhd":
            scale = _times(stream, body)[0]
        elif kind == b"trak":
            name, ticks = _track(stream, body, stop)
            if name and scale:
                durations[name] = ticks / scale
    return durations


def _track(stream: BinaryIO, start: int, end: int) -> tuple[str, int]:
    """The handler ("vide", "soun") and the presented duration in the movie's time scale."""
    name, ticks = "", 0
    for kind, body, stop in _children(stream, start, end):
        if kind == b"tkhd":
            stream.seek(body)
            wide = stream.read(1) == b"\x01"
            stream.seek(body + (28 if wide else 20))
            ticks = struct.unpack(">Q" if wide else ">I", stream.read(8 if wide else 4))[0]
        elif kind == b"mdia":
            for inner, place, _ in _children(stream, body, stop):
                if inner == b"hdlr":
                    stream.seek(place + 8)
                    name = stream.read(4).decode("latin-1")
    return name, ticks


def _times(stream: BinaryIO, body: int) -> tuple[int, int]:
    """Time scale and duration of an mvhd box."""
    stream.seek(body)
    wide = stream.read(1) == b"\x01"
    stream.seek(body + (20 if wide else 12))
    scale, ticks = struct.unpack(">IQ" if wide else ">II", stream.read(12 if wide else 8))
    return scale, ticks
