"""The default voice: Kokoro-82M in a process of its own, with word times from its own durations."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ytempire.kit.processes import ProgramFailed, run, run_in_metered_thread
from ytempire.studio.voice.engine import Samples, Utterance, WordSpan, sentence_rates
from ytempire.studio.voice.kokoro.model_files import HOST, ModelFiles, discard, model_files
from ytempire.studio.voice.kokoro.phonemes import phonemize
from ytempire.studio.voice.kokoro.sentence_cache import Answer, Order, SentenceCache, cache_key
from ytempire.studio.voice.kokoro.styles import MAX_SYMBOLS, load_styles
from ytempire.studio.voice.kokoro.token_runs import FRAME_S, SAMPLE_RATE, TokenRun, token_runs
from ytempire.studio.voice.kokoro.voices import VOICES, language_of, spoken_language
from ytempire.studio.voice.text_normalization import read_aloud
from ytempire.studio.voice.word_timing import with_silent_tokens

THREADS = 2
CACHE_FOLDER = "sentences"  # in that of the models
TIMEOUT_S = 1800.0
NATURAL_RATE = 148  # words a minute of a voice whose own rate nobody measured
SLOWEST, FASTEST = 0.7, 1.4
FADE_S = 0.2  # the end of a sentence's last word that is too soft to be heard


@dataclass(frozen=True)
class KokoroLengths:
    """How long sentences sound at any pace. `frames` are exact, of each run of each sentence."""

    runs: Sequence[Sequence[tuple[TokenRun, Sequence[float]]]]
    natural_rate: float

    def seconds(self, words_per_minute: float, paces: Sequence[float] = ()) -> list[float]:
        """From the first sound of each sentence to its last one."""
        speeds = _speeds(sentence_rates(words_per_minute, paces, len(self.runs)), self.natural_rate)
        return [
            sum(_heard_s(token_run, frames, speed) for token_run, frames in sentence)
            for sentence, speed in zip(self.runs, speeds, strict=True)
        ]


def _heard_s(token_run: TokenRun, exact: Sequence[float], speed: float) -> float:
    frames = [max(1, round(length / speed)) for length in exact]
    spans = token_run.spans(frames)
    return max(0.0, spans[-1].end_s - spans[0].start_s - FADE_S) if spans else 0.0


class KokoroVoice:
    """Sentences one by one, each with a style for its length."""

    name = "kokoro"
    is_paid = False

    def __init__(
        self,
        voice: str,
        *,
        models: Path,
        own_model: Path | None = None,
        pronunciations: Mapping[str, str] | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> None:
        """`voice` is a name of VOICES or the path of a file; in the folder `models` the model's files are made.

        `on_progress` gets the share of what is to be spoken that is done, 0..1, after each sentence.

        Raises VoiceUnavailable for an unknown voice.
        """
        self.voice = Path(voice).stem
        self._language, self._read_in = language_of(voice), spoken_language(voice)
        self._styles = load_styles(voice)
        self._models, self._own_model = models, own_model
        self._pronunciations = dict(pronunciations or {})
        self._on_progress = on_progress
        card = VOICES.get(voice)
        self._natural_rate = card.words_per_minute if card else NATURAL_RATE

    async def lengths(self, sentences: Sequence[str]) -> KokoroLengths:
        """Return how long the sentences sound, at a hundredth of the cost of speaking them."""
        return await run_in_metered_thread(self._lengths, list(sentences))

    async def speak(
        self, sentences: Sequence[str], *, words_per_minute: int, paces: Sequence[float] = ()
    ) -> list[Utterance]:
        """Raises VoiceUnavailable where the model is not there. The same lengths each time.

        What was said before with this voice at this pace comes from the cache.
        """
        rates = sentence_rates(words_per_minute, paces, len(sentences))
        return await run_in_metered_thread(self._speak, list(sentences), rates)

    def _lengths(self, sentences: Sequence[str]) -> KokoroLengths:
        runs = self._token_runs(self._read(sentences))
        orders = [self._order(token_run) for token_run in _flat(runs)]
        answers = iter(self._run_model("lengths", orders))
        return KokoroLengths(
            [[(token_run, next(answers)["frames"]) for token_run in sentence] for sentence in runs], self._natural_rate
        )

    def _speak(self, sentences: Sequence[str], rates: Sequence[float]) -> list[Utterance]:
        tokens = self._read(sentences)
        runs = self._token_runs(tokens)
        speeds = _speeds(rates, self._natural_rate)
        orders = [
            self._order(token_run) | {"speed": speed}
            for sentence, speed in zip(runs, speeds, strict=True)
            for token_run in sentence
        ]
        answers = iter(self._spoken(orders))
        return [
            _joined([(token_run, next(answers)) for token_run in sentence], len(displayed))
            for sentence, displayed in zip(runs, tokens, strict=True)
        ]

    def _spoken(self, orders: Sequence[Order]) -> list[Answer]:
        """The sound of each order: of those that are not in the cache the model's, which goes there at once."""
        cache = SentenceCache(self._models / CACHE_FOLDER)
        sha256 = self._files().sha256
        keys = [cache_key(sha256, order) for order in orders]
        answers = {key: answer for key in dict.fromkeys(keys) if (answer := cache.get(key)) is not None}
        missing = {key: order for key, order in zip(keys, orders, strict=True) if key not in answers}

        def take(answer: Answer) -> None:
            key = waiting.pop(0)
            answers[key] = answer
            cache.put(key, answer)
            if self._on_progress is not None:
                self._on_progress(1 - len(waiting) / len(missing))

        waiting = list(missing)
        if missing:
            self._run_model("model", list(missing.values()), take)
            cache.trim()
        return [answers[key] for key in keys]

    def _order(self, token_run: TokenRun) -> Order:
        style = self._styles[min(len(token_run.tokens), MAX_SYMBOLS - 1)]
        return {"tokens": token_run.tokens, "style": style.tolist()}

    def _files(self) -> ModelFiles:
        return model_files(self._models, self._own_model)

    def _read(self, sentences: Sequence[str]) -> list[list[str]]:
        """What is said for each displayed token, "" where one has no sound."""
        read = (
            read_aloud(sentence, language=self._read_in, pronunciations=self._pronunciations) for sentence in sentences
        )
        return [[token.spoken for token in tokens] for tokens in read]

    def _token_runs(self, tokens: Sequence[Sequence[str]]) -> list[list[TokenRun]]:
        return [token_runs(words) for words in phonemize(tokens, self._language)]

    def _run_model(
        self, which: Literal["model", "lengths"], orders: Sequence[Order], take: Callable[[Answer], None] | None = None
    ) -> list[Answer]:
        """What the model, or its part for lengths, answers to each order; `take` has each as soon as it is there.

        Raises VoiceUnavailable where the model is none that can be run.
        """
        files = self._files()
        path = files.model if which == "model" else files.lengths
        try:
            return _run_host(path, orders, lengths=which == "lengths", take=take)
        except ProgramFailed as error:
            raise discard(files, self._own_model, error) from error


def _run_host(
    model: Path, orders: Sequence[Order], *, lengths: bool, take: Callable[[Answer], None] | None
) -> list[Answer]:
    order = {"model": str(model), "lengths": lengths, "threads": THREADS, "sentences": orders}
    answers: list[Answer] = []

    def read(line: bytes) -> None:
        answers.append(json.loads(line))
        if take is not None:
            take(answers[-1])

    run([sys.executable, "-I", HOST], stdin=json.dumps(order).encode(), on_stdout=read, timeout_s=TIMEOUT_S)
    return answers


def _flat(runs: Sequence[Sequence[TokenRun]]) -> list[TokenRun]:
    return [token_run for sentence in runs for token_run in sentence]


def _speeds(rates: Sequence[float], natural_rate: float) -> list[float]:
    return [round(min(max(rate / natural_rate, SLOWEST), FASTEST), 4) for rate in rates]


def _joined(answers: Sequence[tuple[TokenRun, Answer]], tokens: int) -> Utterance:
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
    return Utterance(SAMPLE_RATE, samples, with_silent_tokens(words, tokens), "engine")
