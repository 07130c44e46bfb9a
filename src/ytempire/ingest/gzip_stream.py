"""Gzip as it comes over a line: any number of members (RFC 1952), and nothing else behind them."""

from __future__ import annotations

import zlib

MAX_MEMBERS = 100_000  # more than a request has lines; empty ones cost some 8 µs each and unpack to nothing


class GzipError(Exception):
    """What was read is no whole gzip; the message says what is wrong with it."""


class GzipReader:
    """Unpacks piece by piece. `finish` says whether all that came in was read."""

    def __init__(self) -> None:
        self._member = _member()
        self._members = 1
        self._has_data = False  # whether anything of the present member came in

    def unpack(self, chunk: bytes, *, room: int) -> bytes:
        """Of a small piece that unpacks to very much, `room` bytes and no more. Raises GzipError."""
        unpacked = []
        while chunk and room > 0:
            if self._member.eof:
                chunk = self._next_member(chunk)
                continue
            self._has_data = True
            try:
                unpacked.append(self._member.decompress(chunk, room))
            except zlib.error as error:
                raise GzipError(self._error_text()) from error
            room -= len(unpacked[-1])
            chunk = self._member.unused_data
        return b"".join(unpacked)

    def finish(self) -> None:
        """Raises GzipError where the last member was cut off, or nothing came in at all."""
        if not self._member.eof:
            raise GzipError("it ends in the middle" if self._has_data else "it is empty")

    def _next_member(self, chunk: bytes) -> bytes:
        """What is left once the next member is expected: zeros between members are padding, as of tapes."""
        chunk = chunk.lstrip(b"\0")
        if chunk:
            self._members += 1
            if self._members > MAX_MEMBERS:
                raise GzipError(f"it has more than {MAX_MEMBERS:,} members")
            self._member = _member()
        return chunk

    def _error_text(self) -> str:
        return (
            "it is no gzip, or damaged"
            if self._members == 1
            else f"after {self._members - 1:,} whole member{'s' if self._members > 2 else ''} comes what is no gzip,"
            " or damaged"
        )


def _member() -> zlib._Decompress:
    return zlib.decompressobj(wbits=31)
