"""What `voices` lists and says, and its errors: one sentence, a status, and nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.forked_process import ytempire
from ytempire.runtime.home import Home
from ytempire.studio.voice.kokoro.voices import VOICES


def voices(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YTEMPIRE_")}
    return ytempire("voices", *arguments, environment={**environment, "YTEMPIRE_HOME": str(home), **settings})


def listed(home: Path, *arguments: str, **settings: str) -> list[dict[str, Any]]:
    done = voices(home, "list", *arguments, "--json", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    items: list[dict[str, Any]] = json.loads(done.stdout)["items"]
    assert not home.exists()
    return items


class TestList:
    def test_list_shows_voices_and_what_to_set_up(self, tmp_path: Path) -> None:
        done = voices(tmp_path / "home", "list")
        assert done.returncode == 0
        for text in ("bf_emma", "f4 (Scotland)", "pt-BR", "! openai: Set YTEMPIRE_SPEECH__API_KEY"):
            assert text in done.stdout
        assert not (tmp_path / "home").exists()

    def test_list_of_engine_and_language(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        assert [voice["voice"] for voice in listed(home, "--engine", "kokoro")] == list(VOICES)
        italian = listed(home, "--language", "it")
        assert [voice["voice"] for voice in italian] == ["if_sara", "im_nicola", "it+Reed", "it+f4"]
        english = {voice["language"] for voice in listed(home, "--language", "EN", "--engine", "kokoro")}
        assert english == {"en-US", "en-GB"}
        assert [voice["voice"] for voice in listed(home, "--language", "pt_BR")] == [
            "pf_dora",
            "pm_alex",
            "pt-br+Reed",
            "pt-br+f4",
        ]
        assert listed(home, "--language", "xx") == []

    def test_list_has_service_voices_where_one_is_set_up(self, tmp_path: Path) -> None:
        key = {"YTEMPIRE_SPEECH__API_KEY": "secret-key"}
        items = listed(tmp_path / "home", "--engine", "openai", **key)
        assert {voice["available"] for voice in items} == {True}
        assert "alloy" in {voice["voice"] for voice in items}

    async def test_list_counts_service_that_is_set_on_the_page(
        self, database: Database, cache_url: str, server_home: Home
    ) -> None:
        settings = settings_for(database, cache_url, server_home.root)
        async with client_of(settings, person="admin") as admin:
            for key, value in (("speech.base_url", "http://127.0.0.1:9/v1"), ("speech.voice", "thorsten")):
                assert (await admin.put(f"/api/v1/settings/{key}", json={"value": value})).status_code == 204
        urls = {"YTEMPIRE_DATABASE__URL": database.app_url, "YTEMPIRE_CACHE__URL": cache_url}
        done = voices(server_home.root, "list", "--engine", "openai", "--json", **urls)
        assert (done.returncode, done.stderr) == (0, "")
        assert [voice["voice"] for voice in json.loads(done.stdout)["items"]] == ["thorsten"]

    def test_list_of_unknown_engine_names_the_known(self, tmp_path: Path) -> None:
        done = voices(tmp_path / "home", "list", "--engine", "festival")
        assert done.returncode == 2
        assert "kokoro, espeak, openai, elevenlabs, google, piper" in done.stderr


class TestSay:
    def test_say_writes_wav_and_says_where(self, tmp_path: Path, server_home: Home) -> None:
        target = tmp_path / "new folder" / "voice.wav"
        arguments = ("--engine", "espeak", "--voice", "en+f4", "--words-per-minute", "180", "--out", str(target))
        done = voices(server_home.root, "say", "Rivers remember. They tell it slowly.", *arguments, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        document = json.loads(done.stdout)
        with wave.open(str(target)) as file:
            seconds = file.getnframes() / file.getframerate()
        assert document == {
            "path": str(target), "seconds": pytest.approx(seconds, abs=0.01), "engine": "espeak", "voice": "en+f4"
        }  # fmt: skip
        again = voices(server_home.root, "say", "Rivers remember.", "--engine", "espeak", "--out", str(target))
        assert again.returncode == 0
        assert str(target) in again.stdout
        assert "espeak, en-us+Reed" in again.stdout

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (("--engine", "festival"), "Unknown voice engine “festival”"),
            (("--engine", "espeak", "--voice", "nobody"), 'espeak-ng has no voice "nobody"'),
            (("--voice", "nobody"), 'Kokoro has no voice "nobody"'),
            (("--engine", "kokoro", "--voice", "af_mine.bin"), "There is no Kokoro voice file af_mine.bin"),
            (("--engine", "openai"), "speaks only in runs"),
            (("--engine", "piper"), "no voice file is named"),
            (("--out", "voice.mp3"), "does not end in .wav"),
            (("--out", "taken/voice.wav"), "taken is a file"),
            (("--out", "folder.wav"), "is a folder"),
        ],
    )
    def test_say_what_cannot_be_done_exits_with_message(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], expected: str
    ) -> None:
        (tmp_path / "taken").touch()
        (tmp_path / "folder.wav").mkdir()
        monkeypatch.chdir(tmp_path)
        done = voices(tmp_path / "home", "say", "Rivers remember.", "--out", "voice.wav", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert expected in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) <= 2
        assert {path.name for path in tmp_path.iterdir()} == {"taken", "folder.wav"}

    def test_say_text_without_words_writes_nothing(self, tmp_path: Path, server_home: Home) -> None:
        done = voices(server_home.root, "say", "…", "--out", str(tmp_path / "voice.wav"), "--json")
        assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "invalid_input")
        assert not (tmp_path / "voice.wav").exists()
