"""Voices that give no word times: a speech service answering with WAV or PCM, and piper as a program."""

from __future__ import annotations

import io
import struct
import sys
import textwrap
import wave
from pathlib import Path

import numpy as np
import pytest

from ytempire.production.voice.engine import Utterance
from ytempire.production.voice.errors import VoiceUnavailable
from ytempire.production.voice.espeak import EspeakVoice
from ytempire.production.voice.openai_speech import OpenAiVoice
from ytempire.production.voice.piper import PiperVoice
from ytempire.production.voice.sound import trimmed
from ytempire.production.voice.wav import SoundUnreadable, decode_sound

SENTENCES = [
    "In the middle of the cluster, bees shiver, and each of them burns honey for warmth.",
    "A strong colony eats more than 20 kilograms of honey between October and March.",
    "Glaciers hold 69 percent of the fresh water on Earth.",
]


def _wav(samples: np.ndarray, rate: int, *, lie: bool = False) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    data = bytearray(target.getvalue())
    if lie:  # a streaming service does not know the size when it writes the header
        data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    return bytes(data)


class LocalService:
    """Answers as a speech service does, with the sound of another engine and silence around it."""

    def __init__(self, *, lie: bool = False) -> None:
        self.asked: list[tuple[str, str, float]] = []
        self.truth: list[Utterance] = []
        self._lie = lie

    async def __call__(self, *, text: str, voice: str, speed: float) -> bytes:
        self.asked.append((text, voice, speed))
        (said,) = await EspeakVoice().speak([SENTENCES[len(self.truth)]], words_per_minute=158)
        said = trimmed(said)
        self.truth.append(said)
        silence = np.zeros(said.sample_rate // 5, dtype=np.float32)
        return _wav(np.concatenate([silence, said.samples, silence]), said.sample_rate, lie=self._lie)


class TestOpenAiVoice:
    async def test_words_are_aligned_to_the_sound(self) -> None:
        service = LocalService(lie=True)
        spoken = await OpenAiVoice(service, voice="nova").speak(SENTENCES, words_per_minute=158)
        errors = [
            abs(mine.start_s - theirs.start_s)
            for said, truth in zip(spoken, service.truth, strict=True)
            for mine, theirs in zip(said.words, truth.words, strict=True)
        ]
        assert [len(said.words) for said in spoken] == [len(sentence.split()) for sentence in SENTENCES]
        assert float(np.mean(errors)) < 0.08
        assert float(np.percentile(errors, 90)) < 0.2
        assert all(said.timing == "aligned" for said in spoken)

    async def test_silence_around_is_cut(self) -> None:
        service = LocalService()
        (said,) = await OpenAiVoice(service).speak(SENTENCES[:1], words_per_minute=158)
        assert said.duration_s == pytest.approx(service.truth[0].duration_s, abs=0.05)
        assert said.words[0].start_s < 0.05

    async def test_text_is_sent_as_it_is_read(self) -> None:
        service = LocalService()
        await OpenAiVoice(service, voice="nova").speak(SENTENCES[:2], words_per_minute=165)
        assert service.asked[1] == (
            "A strong colony eats more than twenty kilograms of honey between October and March.",
            "nova",
            1.0,
        )


class TestDecodeSound:
    def test_bare_samples(self) -> None:
        samples, rate = decode_sound(struct.pack("<h", 16384) * 24_000)
        assert rate == 24_000
        assert samples.mean() == pytest.approx(0.5, abs=1e-3)

    def test_stereo_floats_become_mono(self) -> None:
        body = np.tile(np.array([0.5, -0.25], dtype="<f4"), 1000).tobytes()
        header = (
            b"RIFF"
            + struct.pack("<I", 36 + len(body))
            + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 3, 2, 44_100, 352_800, 8, 32)
        )
        samples, rate = decode_sound(header + b"data" + struct.pack("<I", len(body)) + body)
        assert (rate, len(samples)) == (44_100, 1000)
        assert samples.mean() == pytest.approx(0.125, abs=1e-4)

    @pytest.mark.parametrize(
        "data", [b'{"error": "quota"}' * 200, b"ID3" + bytes(5000), b"\xff\xfb" + bytes(5000), b"RIFF\0\0\0\0WAVE", b""]
    )
    def test_other_answers_are_refused(self, data: bytes) -> None:
        with pytest.raises(SoundUnreadable):
            decode_sound(data)


class TestPiper:
    @pytest.fixture
    def voice(self, tmp_path: Path) -> Path:
        file = tmp_path / "amy.onnx"
        file.write_bytes(b"weights")
        file.with_name("amy.onnx.json").write_text('{"inference": {"length_scale": 1.2}}')
        return file

    @pytest.fixture
    def program(self, tmp_path: Path) -> list[str | Path]:
        """Speaks piper's command line: text on standard input, a WAV whose length follows the length scale."""
        script = tmp_path / "piper.py"
        script.write_text(
            textwrap.dedent("""
            import argparse, math, struct, sys, wave
            parser = argparse.ArgumentParser()
            for name in ("--model", "--output_file", "--length_scale"):
                parser.add_argument(name, required=True)
            order = parser.parse_args()
            text = sys.stdin.read()
            count = int(len(text) * 1000 * float(order.length_scale))
            with wave.open(order.output_file, "wb") as file:
                file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)
                file.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i / 9))) for i in range(count)))
        """)
        )
        return [sys.executable, script]

    async def test_runs_the_program_with_the_operators_voice(self, voice: Path, program: list[str | Path]) -> None:
        engine = PiperVoice(voice, command=program)
        slow, fast = [(await engine.speak(["Bees fly at 12 °C."], words_per_minute=rate))[0] for rate in (120, 170)]
        assert (engine.name, engine.voice) == ("piper", "amy")
        assert slow.sample_rate == 22_050
        assert slow.duration_s / fast.duration_s == pytest.approx(170 / 120, rel=0.03)
        assert len(slow.words) == 5

    def test_a_missing_voice_file_is_named(self, tmp_path: Path, program: list[str | Path]) -> None:
        with pytest.raises(VoiceUnavailable) as caught:
            PiperVoice(tmp_path / "none.onnx", command=program)
        assert "none.onnx" in caught.value.message

    def test_a_missing_configuration_is_named(self, voice: Path, program: list[str | Path]) -> None:
        voice.with_name("amy.onnx.json").unlink()
        with pytest.raises(VoiceUnavailable) as caught:
            PiperVoice(voice, command=program)
        assert "amy.onnx.json" in caught.value.message
