"""Sentences that were spoken before, as files: a step that is done again costs less, and so does a changed text.

Processes share the folder: a file appears whole, and whoever removes it takes nothing from a reader.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from ytempire.kit.logs import get_logger

log = get_logger(__name__)
Order = dict[str, Any]
"""What the model is asked for: {"tokens", "style", "speed"}."""
Answer = Mapping[str, Any]
"""What it answers: {"frames", "samples"}, see `model_host`."""
MAX_BYTES = 300 * 10**6
"""Of all files together: some 80 minutes of sound, at 64 KB a second."""


def cache_key(model_sha256: str, order: Order) -> str:
    """Return what names the sound of an order to a model."""
    return hashlib.sha256(json.dumps([model_sha256, order], sort_keys=True).encode()).hexdigest()


class SentenceCache:
    """Answers of the model by `cache_key`, those that nobody has asked for longest removed first."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max_bytes = folder, max_bytes

    def get(self, key: str) -> Answer | None:
        """Return an answer that was put here; None where there is none, or its file is damaged."""
        path = self._path(key)
        try:
            answer: Answer = json.loads(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        except ValueError:  # a machine that lost its power may leave half of a file
            path.unlink(missing_ok=True)
            return None
        return answer

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer; where it cannot be written, it is spoken again another time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f".{key}.{uuid4()}"
        try:
            partial.write_text(json.dumps(answer))
            partial.replace(self._path(key))
        except OSError as error:
            log.warning("sentence_not_cached", folder=str(self._folder), error=str(error))
            partial.unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove what is too much."""
        files = []
        for path in self._folder.iterdir():
            try:
                status = path.stat()
            except FileNotFoundError:  # another process trims too
                continue
            files.append((status.st_mtime, status.st_size, path))
        left = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if left <= self._max_bytes:
                break
            path.unlink(missing_ok=True)
            left -= size

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
