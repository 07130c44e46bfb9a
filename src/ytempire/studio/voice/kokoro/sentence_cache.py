"""Sentences that were spoken before, as files: a step that is done again costs less, and so does a changed text.

Processes share the folder: a file appears whole, and whoever removes it takes nothing from a reader.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from ytempire.kit.logs import get_logger
from ytempire.studio.voice.kokoro.token_runs import FRAME_S, SAMPLE_RATE

log = get_logger(__name__)
Order = dict[str, Any]
"""What the model is asked for: {"tokens", "style", "speed"}."""
Answer = Mapping[str, Any]
"""What it answers: {"frames", "samples"}, see `model_host`."""
BYTES_PER_FRAME = round(FRAME_S * SAMPLE_RATE) * 2
MAX_BYTES = 300 * 10**6
"""Of all files together: some 80 minutes of sound, at 64 KB a second."""


def cache_key(model_sha256: str, order: Order) -> str:
    """Return what names the sound of an order to a model."""
    return hashlib.sha256(json.dumps([model_sha256, order], sort_keys=True).encode()).hexdigest()


def _is_whole(answer: Any) -> bool:
    """Whether it has the samples of all its frames."""
    try:
        samples = base64.b64decode(answer["samples"], validate=True)
        return bool(len(samples) == BYTES_PER_FRAME * sum(answer["frames"]))
    except (TypeError, LookupError, ValueError):
        return False


class SentenceCache:
    """Answers of the model by `cache_key`, those that nobody has asked for longest removed first."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max_bytes = folder, max_bytes

    def get(self, key: str) -> Answer | None:
        """Return an answer that was put here; None where there is none, or its file is damaged."""
        path = self._path(key)
        try:
            answer: Any = json.loads(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("sentence_cache_unreadable", folder=str(self._folder), error=str(error))
            return None
        except ValueError:  # a machine that lost its power may leave half of a file
            answer = None
        if _is_whole(answer):
            return cast(Answer, answer)
        path.unlink(missing_ok=True)
        return None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer; where it cannot be written, it is spoken again another time."""
        partial = self._folder / f".{key}.{uuid4()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(answer))
            partial.replace(self._path(key))
        except OSError as error:
            log.warning("sentence_cache_unwritable", folder=str(self._folder), error=str(error))
            with suppress(OSError):  # what is left of it is trimmed
                partial.unlink(missing_ok=True)

    def trim(self) -> None:
        """Remove what is too much."""
        files = []
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
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
