"""A text that is spoken by itself, and the samples of voices."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from ytempire.kit.errors import InvalidInput
from ytempire.settings import Speech
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.kokoro.voices import VOICES
from ytempire.studio.voice.mastering import TARGET_LUFS, measure_sound
from ytempire.studio.voice.sample_speaker import find_sample
from ytempire.studio.voice.spoken_text import speak_text
from ytempire.studio.voice.voice_list import ListedVoice, list_engines
from ytempire.studio.voice.voice_samples import SHIPPED, TEXTS, sample_sentences, shipped_sample

SENTENCES = ["Every river remembers its stones.", "It carries them slowly."]


def voice_named(name: str) -> ListedVoice:
    [voice] = [voice for listed in list_engines(Speech()) for voice in listed.voices if voice.voice == name]
    return voice


async def test_speak_text_writes_mastered_wav_with_pause_between_sentences(tmp_path: Path) -> None:
    target = tmp_path / "voice.wav"
    duration_s = await speak_text(SENTENCES, engine=EspeakVoice(), words_per_minute=158, out_wav=target)
    with wave.open(str(target)) as file:
        assert (file.getframerate(), file.getnchannels()) == (48_000, 1)
        assert file.getnframes() / 48_000 == pytest.approx(duration_s, abs=0.001)
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    assert 2.5 < duration_s < 5
    level = np.abs(samples[: len(samples) // 480 * 480].reshape(-1, 480)).max(axis=1)
    silent = "".join("_" if value < 100 else "x" for value in level[10:-10]).split("x")
    assert max(map(len, silent)) >= 25  # frames of 10 ms
    assert measure_sound(target).integrated_lufs == pytest.approx(TARGET_LUFS, abs=1)


@pytest.mark.parametrize("text", ["", "…", "🙂"])
async def test_speak_text_without_words_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput, match="no word"):
        await speak_text([text], engine=EspeakVoice(), words_per_minute=158, out_wav=tmp_path / "voice.wav")
    with pytest.raises(InvalidInput, match="no word"):
        await speak_text([], engine=EspeakVoice(), words_per_minute=158, out_wav=tmp_path / "voice.wav")
    assert list(tmp_path.iterdir()) == []


def test_every_kokoro_voice_ships_a_sample_and_nothing_else_does() -> None:
    assert {file.name for file in SHIPPED.glob("*.mp3")} == {shipped_sample(name).name for name in VOICES}
    for name in VOICES:
        file = shipped_sample(name)
        assert 25_000 < file.stat().st_size < 45_000
        assert measure_sound(file).integrated_lufs == pytest.approx(TARGET_LUFS, abs=1)


def test_sample_sentences_are_two_in_the_language_of_each_voice() -> None:
    assert {card.language.partition("-")[0] for card in VOICES.values()} == set(TEXTS)
    for card in VOICES.values():
        first, second = sample_sentences(card.language)
        assert f"{first} {second}" == TEXTS[card.language[:2]]


async def test_find_sample_of_kokoro_is_the_shipped_one(tmp_path: Path) -> None:
    assert await find_sample(voice_named("bf_emma"), folder=tmp_path) == shipped_sample("bf_emma")
    assert list(tmp_path.iterdir()) == []


async def test_find_sample_of_espeak_is_spoken_once_and_kept(tmp_path: Path) -> None:
    voice = voice_named("en-gb-scotland+f4")
    first, second = await asyncio.gather(*[find_sample(voice, folder=tmp_path / "samples") for _ in range(2)])
    assert first == second
    assert first is not None
    assert [file.name for file in (tmp_path / "samples").iterdir()] == [first.name]
    written = first.stat().st_mtime_ns
    assert await find_sample(voice, folder=tmp_path / "samples") == first
    assert first.stat().st_mtime_ns == written
    assert measure_sound(first).integrated_lufs == pytest.approx(TARGET_LUFS, abs=1)
