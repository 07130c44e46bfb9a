"""The default voice: Kokoro-82M in a process of its own, with word times from its own durations."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ytempire.kit.processes import run, run_in_metered_thread
from ytempire.studio.voice.engine import Samples, Utterance, WordSpan
from ytempire.studio.voice.kokoro.model_files import HOST, ModelFiles, model_files
from ytempire.studio.voice.kokoro.phonemes import phonemize
from ytempire.studio.voice.kokoro.styles import MAX_SYMBOLS, load_styles
from ytempire.studio.voice.kokoro.token_runs import FRAME_S, SAMPLE_RATE, TokenRun, token_runs
from ytempire.studio.voice.kokoro.voices import VOICES, language_of, spoken_language
from ytempire.studio.voice.text_normalization import read_aloud

THREADS = 2
TIMEOUT_S = 1800.0
NATURAL_RATE = 148  # words a minute of a voice whose own rate nobody measured
SLOWEST, FASTEST = 0.7, 1.4
FADE_S = 0.2  # the end of a sentence's last word that is too soft to be heard


@dataclass(frozen=True)
class KokoroLengths:
    """How long sentences sound at any pace. `frames` are exact, of each run of each sentence."""

    runs: Sequence[Sequence[tuple[TokenRun, Sequence[float]]]]
    natural_rate: float

    def seconds(self, words_per_minute: float) -> list[float]:
        """From the first sound of each sentence to its last one."""
        speed = _speed(words_per_minute, self.natural_rate)
        return [sum(_heard_s(token_run, frames, speed) for token_run, frames in sentence) for sentence in self.runs]


def _heard_s(token_run: TokenRun, exact: Sequence[float], speed: float) -> float:
    frames = [max(1, round(length / speed)) for length in exact]
    spans = token_run.spans(frames)
    return max(0.0, spans[-1].end_s - spans[0].start_s - FADE_S) if spans else 0.0


class KokoroVoice:
    """Sentences one by one, each with a style for its length."""

    name = "kokoro"

    def __init__(
        self,
        voice: str,
        *,
        models: Path,
        own_model: Path | None = None,
        pronunciations: Mapping[str, str] | None = None,
    ) -> None:
        """`voice` is a name of VOICES or the path of a file; in the folder `models` the model's files are made.

        Raises VoiceUnavailable for an unknown voice.
        """
        self.voice = Path(voice).stem
        self._language, self._read_in = language_of(voice), spoken_language(voice)
        self._styles = load_styles(voice)
        self._models, self._own_model = models, own_model
        self._pronunciations = dict(pronunciations or {})
        card = VOICES.get(voice)
        self._natural_rate = card.words_per_minute if card else NATURAL_RATE

    async def lengths(self, sentences: Sequence[str]) -> KokoroLengths:
        """Return how long the sentences sound, at a hundredth of the cost of speaking them."""
        return await run_in_metered_thread(self._lengths, list(sentences))

    async def speak(self, sentences: Sequence[str], *, words_per_minute: int) -> list[Utterance]:
        """Raises VoiceUnavailable where the model is not there. The same lengths each time."""
        return await run_in_metered_thread(self._speak, list(sentences), words_per_minute)

    def _lengths(self, sentences: Sequence[str]) -> KokoroLengths:
        runs = self._token_runs(sentences)
        files = self._files()
        answers = iter(self._run_model(files.lengths, _flat(runs), lengths=True))
        return KokoroLengths(
            [[(token_run, next(answers)["frames"]) for token_run in sentence] for sentence in runs], self._natural_rate
        )

    def _speak(self, sentences: Sequence[str], words_per_minute: int) -> list[Utterance]:
        runs = self._token_runs(sentences)
        speed = _speed(words_per_minute, self._natural_rate)
        answers = iter(self._run_model(self._files().model, _flat(runs), speed=speed))
        return [_joined([(token_run, next(answers)) for token_run in sentence]) for sentence in runs]

    def _files(self) -> ModelFiles:
        return model_files(self._models, self._own_model)

    def _token_runs(self, sentences: Sequence[str]) -> list[list[TokenRun]]:
        tokens = [
            [
                token.spoken
                for token in read_aloud(sentence, language=self._read_in, pronunciations=self._pronunciations)
            ]
            for sentence in sentences
        ]
        return [token_runs(words) for words in phonemize(tokens, self._language)]

    def _run_model(
        self, model: Path, runs: Sequence[TokenRun], *, speed: float = 1.0, lengths: bool = False
    ) -> list[dict[str, Any]]:
        order = {
            "model": str(model),
            "lengths": lengths,
            "threads": THREADS,
            "speed": speed,
            "sentences": [
                {
                    "tokens": token_run.tokens,
                    "style": self._styles[min(len(token_run.tokens), MAX_SYMBOLS - 1)].tolist(),
                }
                for token_run in runs
            ],
        }
        answers: list[dict[str, Any]] = []
        take: Callable[[bytes], None] = lambda line: answers.append(json.loads(line))  # noqa: E731
        run([sys.executable, "-I", HOST], stdin=json.dumps(order).encode(), on_stdout=take, timeout_s=TIMEOUT_S)
        return answers


def _flat(runs: Sequence[Sequence[TokenRun]]) -> list[TokenRun]:
    return [token_run for sentence in runs for token_run in sentence]


def _speed(words_per_minute: float, natural_rate: float) -> float:
    return min(max(words_per_minute / natural_rate, SLOWEST), FASTEST)


def _joined(answers: Sequence[tuple[TokenRun, Mapping[str, Any]]]) -> Utterance:
    sounds: list[Samples] = []
    words: list[WordSpan] = []
    place_s = 0.0
    for token_run, answer in answers:
        pcm = np.frombuffer(base64.b64decode(answer["samples"]), dtype="<i2")
        sounds.append(pcm.astype(np.float32) / 32768.0)
        words += [
            WordSpan(span.token, place_s + span.start_s, place_s + span.end_s)
            for span in token_run.spans(answer["frames"])
        ]
        place_s += len(pcm) / SAMPLE_RATE
    samples = np.concatenate(sounds) if sounds else np.zeros(round(FRAME_S * SAMPLE_RATE), dtype=np.float32)
    return Utterance(SAMPLE_RATE, samples, tuple(words), "engine")
