"""Gzip as it comes over a line: any number of members (RFC 1952), and nothing else behind them."""

from __future__ import annotations

import zlib

MOST_MEMBERS = 100_000  # more than a delivery has lines; empty ones cost some 8 µs each and unpack to nothing


class Damaged(Exception):
    """What was read is no whole gzip; the message says what is wrong with it."""


class Unpacker:
    """Unpacks piece by piece. `finish` says whether all that came in was read."""

    def __init__(self) -> None:
        self._member = _member()
        self._members = 1
        self._begun = False  # whether anything of the present member came in

    def unpack(self, piece: bytes, *, room: int) -> bytes:
        """Of a small piece that unpacks to very much, `room` bytes and no more. Raises Damaged."""
        unpacked = []
        while piece and room > 0:
            if self._member.eof:
                piece = self._next_member(piece)
                continue
            self._begun = True
            try:
                unpacked.append(self._member.decompress(piece, room))
            except zlib.error as error:
                raise Damaged(self._said()) from error
            room -= len(unpacked[-1])
            piece = self._member.unused_data
        return b"".join(unpacked)

    def finish(self) -> None:
        """Raises Damaged where the last member was cut off, or nothing came in at all."""
        if not self._member.eof:
            raise Damaged("it ends in the middle" if self._begun else "it is empty")

    def _next_member(self, piece: bytes) -> bytes:
        """What is left once the next member is expected: zeros between members are padding, as of tapes."""
        piece = piece.lstrip(b"\0")
        if piece:
            self._members += 1
            if self._members > MOST_MEMBERS:
                raise Damaged(f"it has more than {MOST_MEMBERS:,} members")
            self._member = _member()
        return piece

    def _said(self) -> str:
        return (
            "it is no gzip, or damaged"
            if self._members == 1
            else f"after {self._members - 1:,} whole member{'s' if self._members > 2 else ''} comes what is no gzip,"
            " or damaged"
        )


def _member() -> zlib._Decompress:
    return zlib.decompressobj(wbits=31)
