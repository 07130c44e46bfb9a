from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.production.script.texts import PERSONA, bees
from ytempire.embeddings.embedding import Embedder
from ytempire.kit.processes import Cancelled, Meter, metered
from ytempire.production.script.extractive import write
from ytempire.studio.script_document import Script
from ytempire.studio.voice.document import Narration
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.mastering import RECORDED, band_levels, master, measure_sound
from ytempire.studio.voice.narration import narrate
from ytempire.studio.voice.speech_bounds import FRAME_S, envelope

Samples = NDArray[np.float32]
RATE = PERSONA.voice.words_per_minute


@pytest.fixture(scope="module")
def script(embedder: Embedder) -> Script:
    return write(bees(), seconds=40, persona=PERSONA, embed=embedder.embed)


@pytest.fixture(scope="module")
def narrated(script: Script, tmp_path_factory: pytest.TempPathFactory) -> tuple[Narration, Path]:
    target = tmp_path_factory.mktemp("voice") / "voice.wav"
    return asyncio.run(narrate(script, words_per_minute=RATE, engine=EspeakVoice(), out_wav=target)), target


def _samples(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float32) / 32768


async def test_narration_file_has_stated_length_on_whole_frame(
    narrated: tuple[Narration, Path], script: Script
) -> None:
    narration, file = narrated
    assert len(_samples(file)) == round(narration.duration_s * 48_000)
    assert narration.duration_s * 30 == pytest.approx(round(narration.duration_s * 30), abs=1e-6)
    assert narration.duration_s == pytest.approx(script.planned_s, rel=0.05)
    assert [one.name for one in file.parent.iterdir()] == ["voice.wav"]


async def test_narration_has_target_loudness_and_peak(narrated: tuple[Narration, Path]) -> None:
    loudness = measure_sound(narrated[1])
    assert loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert loudness.true_peak_db <= -3.0


def test_master_of_recorded_voice_keeps_its_emphasis(tmp_path: Path) -> None:
    """Half of the lines are 5 dB louder: what a narration of the default voice has, measured as 4 LU."""
    rate, chance = 24_000, np.random.default_rng(1)
    syllables = 0.5 + 0.5 * np.sin(np.arange(24 * rate) * 2 * np.pi * 4 / rate)
    sound = (0.1 * syllables * chance.standard_normal(24 * rate)).astype(np.float32)
    emphasis = np.where(np.arange(len(sound)) // (4 * rate) % 2, 0.75, 1.33).astype(np.float32)
    target = tmp_path / "voice.wav"
    loudness = master(sound, rate, tone=RECORDED, duration_s=24, target=target, emphasis=emphasis)
    assert 3.0 <= loudness.range_lu <= 6.0
    assert measure_sound(target) == loudness
    assert loudness.integrated_lufs == pytest.approx(-16, abs=0.2)


async def test_narration_words_follow_script_and_begin_at_sound(
    narrated: tuple[Narration, Path], script: Script
) -> None:
    narration, file = narrated
    assert [word.text for word in narration.words] == [token for line in script.lines for token in line.text.split()]
    starts = np.array([word.start_s for word in narration.words])
    assert (np.diff(starts) >= 0).all()
    level = envelope(_samples(file), 48_000)
    quiet = level < level.max() * 10 ** (-42 / 20)
    onsets = [
        frame * FRAME_S
        for frame in range(16, len(level))
        if not quiet[frame] and quiet[frame - 16 : frame].all() and level[frame : frame + 6].max() > level.max() * 0.016
    ]
    assert len(onsets) >= len(script.lines) - 1
    errors = [float(np.abs(starts - onset).min()) for onset in onsets]
    assert max(errors) <= 0.12
    assert float(np.median(errors)) <= 0.02


async def test_narration_pauses_and_edges_have_planned_length(narrated: tuple[Narration, Path], script: Script) -> None:
    narration, _ = narrated
    assert narration.lines[0].start_s == pytest.approx(0.4, abs=0.02)
    assert 1.4 <= narration.duration_s - narration.lines[-1].end_s <= 1.6
    for before, after in zip(narration.lines, narration.lines[1:], strict=False):
        pause = after.start_s - before.end_s
        same = script.lines[before.line].section == script.lines[after.line].section >= 0
        assert (0.2 <= pause <= 0.5) if same else (0.45 <= pause <= 0.85)  # a breath before a section


async def test_narration_spectrum_is_near_human_speech(narrated: tuple[Narration, Path]) -> None:
    """Within 6 dB of the spectrum of human speech in every band; the raw "+f3" is 8.8 dB off at 4-7 kHz."""
    natural = (-6.2, -2.1, -9.5, -17.8, -21.4, -23.5)
    assert np.abs(np.array(band_levels(_samples(narrated[1]), 48_000)) - natural).max() < 6.5


async def test_narration_reports_real_length_when_plan_is_missed(script: Script, tmp_path: Path) -> None:
    longer = script.model_copy(update={"planned_s": 70.0})
    narration = await narrate(longer, words_per_minute=RATE, engine=EspeakVoice(), out_wav=tmp_path / "voice.wav")
    assert 40 < narration.duration_s < 50


async def test_narrate_cancelled_leaves_no_files(script: Script, tmp_path: Path) -> None:
    meter = Meter()
    meter.stop.set()
    with metered(meter), pytest.raises(Cancelled):
        await narrate(
            script,
            words_per_minute=RATE,
            engine=EspeakVoice(),
            out_wav=tmp_path / "voice.wav",
        )
    assert not (tmp_path / "voice.wav").exists()


async def test_narrate_meters_programs(script: Script, tmp_path: Path) -> None:
    short = script.model_copy(update={"lines": script.lines[:2], "planned_s": 10.0})
    with metered(Meter()) as meter:
        await narrate(short, words_per_minute=RATE, engine=EspeakVoice(), out_wav=tmp_path / "voice.wav")
    assert meter.cpu_s > 0.05
