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

from ytempire.studio.voice.engine import Utterance
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.openai_speech import OpenAiVoice
from ytempire.studio.voice.piper import PiperVoice
from ytempire.studio.voice.speech_bounds import trimmed
from ytempire.studio.voice.wav import SoundUnreadable, decode_sound

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
    async def test_openai_voice_aligns_words_to_sound(self) -> None:
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

    async def test_openai_voice_cuts_surrounding_silence(self) -> None:
        service = LocalService()
        (said,) = await OpenAiVoice(service).speak(SENTENCES[:1], words_per_minute=158)
        assert said.duration_s == pytest.approx(service.truth[0].duration_s, abs=0.05)
        assert said.words[0].start_s < 0.05

    async def test_openai_voice_sends_text_as_read_aloud(self) -> None:
        service = LocalService()
        await OpenAiVoice(service, voice="nova").speak(SENTENCES[:2], words_per_minute=165)
        assert service.asked[1] == (
            "A strong colony eats more than twenty kilograms of honey between October and March.",
            "nova",
            1.0,
        )


class TestDecodeSound:
    def test_decode_sound_reads_raw_pcm(self) -> None:
        samples, rate = decode_sound(struct.pack("<h", 16384) * 24_000)
        assert rate == 24_000
        assert samples.mean() == pytest.approx(0.5, abs=1e-3)

    def test_decode_sound_stereo_floats_become_mono(self) -> None:
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
    def test_decode_sound_other_data_is_refused(self, data: bytes) -> None:
        with pytest.raises(SoundUnreadable):
            decode_sound(data)


FAULTS = Path(__file__).parents[2] / "data/faults"
SENTENCE = "A pump moves water."
TONE = (np.sin(np.arange(24_000) / 20) * 0.5).astype(np.float32)
PACKED = np.random.default_rng(2).bytes(40_000)  # what any compressed sound looks like behind its head


def _faulty(name: str) -> bytes:
    return (FAULTS / name).read_bytes()


class TestAnswersThatAreNoSound:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (_faulty("08-voice-answer.mp3.bin"), "MP3"),
            *((b"\xff" + bytes([second]) + b"\x90\x64" + PACKED, "MP3") for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3)),
            (b"ID3\x04" + PACKED, "MP3"),
            (b"\xff\xf1\x50\x80" + PACKED, "AAC"),
            (b"\xff\xf9\x50\x80" + PACKED, "AAC"),
            (b"\0\0\0\x1cftypM4A " + PACKED, "M4A"),
            (b"OggS\0\x02" + PACKED, "Ogg"),
            (b"fLaC\0\0" + PACKED, "FLAC"),
            (b"\x1a\x45\xdf\xa3" + PACKED, "WebM"),
            (b"FORM\0\0\0\0AIFF" + PACKED, "AIFF"),
            (b"RIFF\0\0\0\0AVI " + PACKED, "RIFF file that is no WAV"),
            (b"\n\n  <!doctype html><p>Bad gateway" + b" " * 50_000, "HTML"),
            (b"\xef\xbb\xbf<html>" + b"gone " * 9_000, "HTML"),
            ("<html>gone".encode("utf-16") * 3_000, "HTML"),
            (b' {"error": "quota"}' * 2_000, "JSON"),
            (b"[1, 2]" * 5_000, "JSON"),
            (_faulty("08-voice-answer-error.txt.bin"), "text"),
            ("Модель занята. ".encode() * 2_000, "text"),
            ("Zu groß: Überlast. ".encode("latin-1") * 2_000, "text"),
            ("The model is busy. ".encode("utf-16-le") * 2_000, "text"),
            (b"", "nothing"),
            (PACKED, "noise"),
            (PACKED + b"\0", "odd number"),
            (b"RIFF\0\0\0\0WAVEfmt ", "broken WAV"),
            (PACKED[:100] + _wav(TONE, 24_000), "behind other bytes"),
            (_wav(TONE, 24_000)[:-20_000], "cut off"),
            (_faulty("09-wav-empty.wav"), "no sound at all"),
            (_wav(np.zeros(24_000), 24_000), "silence"),
            (bytes(48_000), "silence"),
            (_wav(TONE[:1_000], 24_000), "too short"),
            (_wav(np.tile(TONE, 40), 24_000), "too long"),
            (_wav(TONE, 24_000) + _wav(TONE, 16_000), "different rates"),
            (_wav(TONE, 24_000) + (TONE * 32_767).astype("<i2").tobytes(), "goes on behind the end"),
        ],
    )
    def test_decode_sound_unreadable_names_kind_and_sentence(self, data: bytes, kind: str) -> None:
        with pytest.raises(SoundUnreadable) as error:
            decode_sound(data, SENTENCE)
        assert kind in error.value.message
        assert f"“{SENTENCE}”" in error.value.message

    async def test_openai_voice_unreadable_answer_names_sentence(self) -> None:
        async def request(*, text: str, voice: str, speed: float) -> bytes:
            return _faulty("09-wav-empty.wav")

        with pytest.raises(SoundUnreadable, match="Glaciers hold 69 percent"):
            await OpenAiVoice(request).speak(SENTENCES[2:], words_per_minute=158)

    async def test_decode_sound_accepts_raw_speech_samples(self) -> None:
        (said,) = await EspeakVoice().speak(SENTENCES[:1], words_per_minute=158)
        samples, _ = decode_sound((said.samples * 32_767).astype("<i2").tobytes(), SENTENCES[0])
        assert len(samples) == len(said.samples)

    @pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFDB])
    def test_decode_sound_streamed_wav_is_read_whole(self, size: int) -> None:
        data = bytearray(_faulty("09-wav-length-zero.wav"))
        data[40:44] = struct.pack("<I", size)
        samples, rate = decode_sound(bytes(data), SENTENCE)
        assert len(samples) / rate == 1.0

    def test_decode_sound_ignores_chunks_after_samples(self) -> None:
        notes = b"LIST" + struct.pack("<I", 2_000) + bytes(2_000)
        assert len(decode_sound(_wav(TONE, 24_000) + notes, SENTENCE)[0]) == len(TONE)
        with pytest.raises(SoundUnreadable, match="no sound at all"):
            decode_sound(_faulty("09-wav-empty.wav") + notes, SENTENCE)

    @pytest.mark.parametrize("lie", [False, True])
    def test_decode_sound_two_files_in_one_answer_are_joined(self, lie: bool) -> None:
        samples, _ = decode_sound(_wav(TONE, 24_000, lie=lie) + _wav(TONE, 24_000, lie=lie), SENTENCE)
        assert len(samples) == 2 * len(TONE)


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

    async def test_piper_voice_runs_program_with_configured_voice(self, voice: Path, program: list[str | Path]) -> None:
        engine = PiperVoice(voice, command=program)
        slow, fast = [(await engine.speak(["Bees fly at 12 °C."], words_per_minute=rate))[0] for rate in (120, 170)]
        assert (engine.name, engine.voice) == ("piper", "amy")
        assert slow.sample_rate == 22_050
        assert slow.duration_s / fast.duration_s == pytest.approx(170 / 120, rel=0.03)
        assert len(slow.words) == 5

    def test_piper_voice_missing_file_is_named(self, tmp_path: Path, program: list[str | Path]) -> None:
        with pytest.raises(VoiceUnavailable) as caught:
            PiperVoice(tmp_path / "none.onnx", command=program)
        assert "none.onnx" in caught.value.message

    def test_piper_voice_missing_configuration_is_named(self, voice: Path, program: list[str | Path]) -> None:
        voice.with_name("amy.onnx.json").unlink()
        with pytest.raises(VoiceUnavailable) as caught:
            PiperVoice(voice, command=program)
        assert "amy.onnx.json" in caught.value.message
