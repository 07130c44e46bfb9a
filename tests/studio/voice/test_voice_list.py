"""The list of voices: what each engine has, and what to set up where it cannot speak."""

from __future__ import annotations

import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr

from ytempire.channels.persona import EngineName, VoiceChoice
from ytempire.settings import Speech
from ytempire.studio.voice import voice_list
from ytempire.studio.voice.known_voices import require_known_voice
from ytempire.studio.voice.kokoro.voices import VOICES
from ytempire.studio.voice.openai_voices import NAMES, voice_names
from ytempire.studio.voice.voice_list import ENGINES, ListedEngine, list_engines


def engine_of(name: str, speech: Speech | None = None) -> ListedEngine:
    [listed] = [listed for listed in list_engines(speech or Speech()) if listed.engine == name]
    return listed


def test_list_engines_has_every_engine_of_personas_once() -> None:
    assert sorted(ENGINES) == sorted(get_args(EngineName))
    assert [listed.engine for listed in list_engines(Speech())] == list(ENGINES)


def test_list_engines_kokoro_has_all_voices_and_one_default() -> None:
    listed = engine_of("kokoro")
    assert [voice.voice for voice in listed.voices] == list(VOICES)
    assert [voice.voice for voice in listed.voices if voice.is_default] == ["af_heart"]
    assert all(voice.has_sample and voice.language and voice.gender for voice in listed.voices)


def test_list_engines_espeak_voices_are_of_our_languages_and_known_to_it() -> None:
    listed = engine_of("espeak")
    assert (listed.available, listed.hint) == (True, None)
    assert listed.voices[0].voice == "en-us+Reed"
    assert [voice.is_default for voice in listed.voices] == [True, *[False] * (len(listed.voices) - 1)]
    languages = [voice.language for voice in listed.voices]
    groups = [language for language, _ in groupby(languages)]
    assert groups == ["en-US", "en-029", "en-GB", "es", "es-419", "fr-BE", "fr-CH", "fr-FR", "it", "pt", "pt-BR"]
    for voice in listed.voices:
        require_known_voice("espeak", voice.voice)


def test_list_engines_voices_fit_into_personas() -> None:
    for listed in list_engines(Speech(api_key=SecretStr("key"))):
        for voice in listed.voices:
            assert VoiceChoice(engine=voice.engine, voice=voice.voice).voice == voice.voice


def test_list_engines_without_kokoro_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(voice_list, "are_parts_installed", lambda: False)
    listed = engine_of("kokoro")
    assert not listed.available
    assert "make setup" in str(listed.hint)
    assert {(voice.available, voice.hint) for voice in listed.voices} == {(False, listed.hint)}
    assert "KOKORO_MODEL" in str(engine_of("kokoro", Speech(kokoro_model=tmp_path / "away.onnx")).hint)
    own = tmp_path / "own.onnx"
    own.touch()
    assert engine_of("kokoro", Speech(kokoro_model=own)).available


def test_list_engines_openai_has_documented_voices_where_a_key_is_set() -> None:
    listed = engine_of("openai")
    assert (listed.available, listed.voices) == (False, ())
    assert "YTEMPIRE_SPEECH__API_KEY" in str(listed.hint)
    listed = engine_of("openai", Speech(api_key=SecretStr("key"), voice="nova"))
    assert {voice.voice for voice in listed.voices} == set(NAMES)
    assert [voice.voice for voice in listed.voices if voice.is_default] == ["nova"]
    assert not any(voice.has_sample or voice.language or voice.gender for voice in listed.voices)
    assert "verse" not in voice_names("tts-1-hd")


def test_list_engines_other_speech_service_has_only_its_set_voice() -> None:
    listed = engine_of("openai", Speech(base_url="http://127.0.0.1:9/v1", voice="thorsten"))
    assert [(voice.voice, voice.is_default) for voice in listed.voices] == [("thorsten", True)]
    assert listed.available


def test_list_engines_piper_has_configured_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "piper is not installed" in str(engine_of("piper").hint)
    monkeypatch.setattr(voice_list, "_is_piper_installed", lambda: True)
    assert (engine_of("piper").voices, "PIPER_VOICE" in str(engine_of("piper").hint)) == ((), True)
    file = tmp_path / "en_US-lessac-medium.onnx"
    file.touch()
    speech = Speech(piper_voice=file)
    assert engine_of("piper", speech).hint == "Put en_US-lessac-medium.onnx.json beside en_US-lessac-medium.onnx."
    config = tmp_path / "en_US-lessac-medium.onnx.json"
    for text, language in (("{", None), ("[]", None), ('{"language": {"code": "en_US"}}', "en-US")):
        config.write_text(text)
        [voice] = engine_of("piper", speech).voices
        assert (voice.voice, voice.label, voice.language) == (str(file), "en_US-lessac-medium", language)
        assert (voice.available, voice.is_default) == (True, True)


def test_voice_list_imports_no_numpy() -> None:
    source = "import sys, ytempire.studio.voice.voice_list; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", source], check=False).returncode == 0
