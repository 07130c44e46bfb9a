"""Content-addressed files: an object is named by the SHA-256 of its bytes, so it is whole or it is not there."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ytempire.kit.errors import YtempireError

CHUNK = 1 << 20


class ObjectDamaged(YtempireError):
    """A stored object is missing or its bytes are not those that were stored."""

    code = "object_damaged"


@dataclass(frozen=True)
class StoredObject:
    sha256: str
    size_bytes: int


def digest(path: Path) -> str:
    """SHA-256 of the file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ObjectStore:
    """Objects in a directory. Safe for many processes: writing the same bytes twice gives the same file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, source: Path) -> StoredObject:
        """Store a copy of `source`; durable when this returns."""
        with source.open("rb") as reader:
            return self._store_stream(reader, digest(source), source.stat().st_size)

    def put_bytes(self, data: bytes) -> StoredObject:
        """Store `data`; durable when this returns."""
        return self._store_stream(io.BytesIO(data), hashlib.sha256(data).hexdigest(), len(data))

    def _store_stream(self, reader: BinaryIO, sha256: str, size: int) -> StoredObject:
        target = self.path(sha256)
        if not (target.exists() and target.stat().st_size == size):
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f".{uuid4().hex}.part")
            try:
                with partial.open("wb") as writer:
                    shutil.copyfileobj(reader, writer, CHUNK)
                    writer.flush()
                    os.fsync(writer.fileno())
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        return StoredObject(sha256, size)

    def get(self, sha256: str, size_bytes: int) -> Path:
        """The path of an object whose bytes were checked just now; ObjectDamaged otherwise."""
        path = self.path(sha256)
        if not path.exists():
            raise ObjectDamaged(f"The stored file {sha256[:12]}… is gone.")
        if path.stat().st_size != size_bytes or digest(path) != sha256:
            raise ObjectDamaged(f"The stored file {sha256[:12]}… is damaged.")
        return path

    def delete_partial_files(self) -> int:
        """Remove what a killed writer left behind; how many there were. For start-up, with no writer running."""
        partials = list(self.root.glob("??/??/.*.part"))
        for partial in partials:
            partial.unlink(missing_ok=True)
        return len(partials)
