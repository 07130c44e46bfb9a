"""piper with the operator's own voice file, as a program of its own (`piper-tts`, the extra `tts`)."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ytempire.kit.processes import current_meter, run, run_in_metered_thread
from ytempire.studio.voice.engine import Utterance, sentence_rates
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.piper_voices import piper_config, piper_language
from ytempire.studio.voice.speech_bounds import trimmed
from ytempire.studio.voice.text_normalization import read_aloud, spoken_text
from ytempire.studio.voice.wav import decode_sound
from ytempire.studio.voice.word_timing import align

NATURAL_RATE = 170  # words a minute of most published voices at length scale 1
TIMEOUT_S = 600.0


class PiperVoice:
    """`voice` is the path of an .onnx voice file with its .onnx.json beside it."""

    name = "piper"
    is_paid = False

    def __init__(
        self,
        voice: str | Path,
        *,
        command: Sequence[str | Path] | None = None,
        pronunciations: Mapping[str, str] | None = None,
    ) -> None:
        """`command` starts piper; by default the module of the extra `tts`. Raises VoiceUnavailable with what to do."""
        self._model = Path(voice)
        self.voice = self._model.stem
        if command is None and importlib.util.find_spec("piper") is None:
            raise VoiceUnavailable(
                "The voice engine piper is not installed.", hint="Run: uv sync --extra kokoro --extra tts"
            )
        if not self._model.is_file():
            raise VoiceUnavailable(
                f"There is no piper voice file {self._model}.", hint="Give the path of an .onnx voice file."
            )
        if not self._config.is_file():
            raise VoiceUnavailable(
                f"The piper voice {self._model.name} has no {self._config.name} beside it.",
                hint="Put both files of the voice into one folder.",
            )
        code = piper_language(self._model) or "en"  # as are those whose description does not say
        self._language = code.partition("-")[0]
        self._command = list(command or [sys.executable, "-m", "piper"])
        self._pronunciations = dict(pronunciations or {})

    @property
    def _config(self) -> Path:
        return piper_config(self._model)

    async def speak(
        self, sentences: Sequence[str], *, words_per_minute: int, paces: Sequence[float] = ()
    ) -> list[Utterance]:
        """One run of piper per sentence, so that each has its own sound to align words to."""
        return await run_in_metered_thread(
            self._speak, sentences, sentence_rates(words_per_minute, paces, len(sentences))
        )

    def _speak(self, sentences: Sequence[str], rates: Sequence[float]) -> list[Utterance]:
        config = json.loads(self._config.read_text(encoding="utf-8"))
        usual = float(config.get("inference", {}).get("length_scale", 1.0))
        with tempfile.TemporaryDirectory() as folder:
            utterances = []
            for sentence, rate in zip(sentences, rates, strict=True):
                current_meter().check()
                utterances.append(self._synthesize(sentence, usual * NATURAL_RATE / rate, Path(folder) / "said.wav"))
            return utterances

    def _synthesize(self, sentence: str, scale: float, target: Path) -> Utterance:
        tokens = read_aloud(sentence, language=self._language, pronunciations=self._pronunciations)
        run(
            [*self._command, "--model", self._model, "--output_file", target, "--length_scale", f"{scale:.3f}"],
            stdin=spoken_text(tokens).encode(),
            timeout_s=TIMEOUT_S,
        )
        samples, rate = decode_sound(target.read_bytes(), sentence)
        return trimmed(Utterance(rate, samples, align(samples, rate, tokens), "aligned"))
