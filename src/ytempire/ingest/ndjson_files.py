"""A file of events, of any length: read in pieces of whole lines, so that memory does not grow with it."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

from ytempire.ingest.events import MAX_LINE_BYTES
from ytempire.ingest.ingestor import Ingestor, IngestReceipt, IngestRequest, PreparedBatch, prepare
from ytempire.ingest.text_decoding import Bytes, require_lines, utf8
from ytempire.kit.errors import InvalidInput
from ytempire.kit.subject import Subject

CHUNK_BYTES = 4 * 1024 * 1024  # bytes: some 10,000 events, of which a commit is worth its price
GZIP = b"\x1f\x8b"


@dataclass
class Total:
    """What became of the events of all batches of a file."""

    events: int = 0
    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0

    def add(self, receipt: IngestReceipt) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(receipt, field.name))


async def ingest_file(
    ingestor: Ingestor, path: Path, subject: Subject, *, on_progress: Callable[[Total, int], None]
) -> Total:
    """Write a file piece by piece, in its order; `on_progress` gets what is done and how many bytes of it are read.

    While a piece is written, the next one is read. Raises InvalidInput for a file that cannot be read to its end,
    before anything of it is taken.
    """
    total = Total()
    await asyncio.to_thread(_require_whole, path)
    chunks = _chunks(path)
    reading = asyncio.create_task(asyncio.to_thread(_next_chunk, chunks))
    while (prepared_chunk := await reading) is not None:
        prepared, done_bytes = prepared_chunk
        reading = asyncio.create_task(asyncio.to_thread(_next_chunk, chunks))
        try:
            total.add(await ingestor.write(prepared, subject))
        except BaseException:
            await asyncio.gather(reading, return_exceptions=True)  # it holds the file
            raise
        on_progress(total, done_bytes)
    return total


def _next_chunk(chunks: Iterator[tuple[IngestRequest, int]]) -> tuple[PreparedBatch, int] | None:
    chunk = next(chunks, None)
    return None if chunk is None else (prepare(chunk[0]), chunk[1])


@contextmanager
def _translate_file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(
            f"{path} is damaged: {error}.", hint="Get the whole file and deliver it again: nothing counts twice."
        ) from error
    except UnicodeError as error:
        raise InvalidInput(
            f"{path} begins as UTF-16 and is damaged.", hint="Save it as UTF-8 and deliver it again."
        ) from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _require_whole(path: Path) -> None:
    """Read it to its end once: a tenth of what taking it costs. Of one cut off, or of no lines, nothing is taken."""
    with _opened(path) as (_, source):
        require_lines(source.read(CHUNK_BYTES))
        while source.read(CHUNK_BYTES):
            pass


def _chunks(path: Path) -> Iterator[tuple[IngestRequest, int]]:
    """Requests, and the place in the file that they end at."""
    line = 1
    with _opened(path) as (raw, source):
        for chunk in whole_lines(source):
            yield IngestRequest(chunk, "file", name=path.name, first_line=line), raw.tell()
            line += chunk.count(b"\n")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Bytes]]:
    """The file, and what it says: unpacked, and as UTF-8."""
    with _translate_file_errors(path), path.open("rb") as raw, _unpacked(raw) as source:
        yield raw, utf8(source)


def _is_packed(raw: IO[bytes]) -> bool:
    """By its first bytes, whatever it is called."""
    packed = raw.read(len(GZIP)) == GZIP
    raw.seek(0)
    return packed


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    return gzip.open(raw) if _is_packed(raw) else raw  # type: ignore[return-value]  # it reads bytes, as its mode says


def whole_lines(source: Bytes, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Pieces that end with a line, but perhaps the last. A line that is too long for an event is cut."""
    rest = b""
    while block := source.read(chunk):
        head, newline, tail = block.rpartition(b"\n")
        if newline:
            yield rest + head + newline
            rest = tail
        else:
            rest = (rest + tail)[: MAX_LINE_BYTES + 1]  # no event any more: the parser says so
    if rest:
        yield rest
