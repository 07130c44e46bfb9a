from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.studio import picture_samples as samples
from ytempire.kit.errors import InvalidInput
from ytempire.studio.render import music
from ytempire.studio.render.mix import envelope, loudness_steps


class TestLoop:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_music_loop_joins_without_click(self, seed: int) -> None:
        loop = music.loop(seed)
        steps = np.abs(np.diff(np.vstack([loop, loop[:1]]), axis=0)).max(axis=1)
        assert steps[-1] <= np.quantile(steps, 0.999)
        assert steps.max() < 0.25

    def test_music_loop_varies_in_level_and_harmony(self) -> None:
        loop = music.loop(4)
        seconds = loop[: len(loop) // music.RATE * music.RATE].reshape(-1, music.RATE, 2)
        level = np.sqrt((seconds**2).mean(axis=(1, 2)))
        assert 1.1 < level.max() / level.min() < 12
        spectra = np.abs(np.fft.rfft(seconds[:, :, 0], axis=1))
        loudest = spectra.argmax(axis=1)
        assert len(set(loudest.tolist())) >= 4  # the harmony moves

    def test_music_loop_is_reproducible_by_seed(self) -> None:
        assert music.compose(1) != music.compose(2)
        assert np.array_equal(music.loop(9), music.loop(9))


class TestEnvelope:
    def test_envelope_dips_under_speech_and_swells_in_pauses(self) -> None:
        steps = np.concatenate([np.zeros(50), np.full(150, 0.2), np.zeros(50), np.full(150, 0.2), np.zeros(100)])
        gains = envelope(steps, 10.0)
        assert gains[100:170].max() == pytest.approx(1.0, abs=0.02)
        assert gains[225] > 1.3
        assert gains[300:370].max() == pytest.approx(1.0, abs=0.02)
        assert gains[0] == 0
        assert gains[-1] < 0.05

    def test_envelope_ignores_gap_between_words(self) -> None:
        steps = np.concatenate([np.full(100, 0.2), np.zeros(12), np.full(100, 0.2)])
        gains = envelope(steps, 4.2)
        assert gains[90:120].max() == pytest.approx(1.0, abs=0.02)

    def test_loudness_steps_are_20_ms(self, tmp_path: Path) -> None:
        narration = samples.narration(samples.script((("hook", "One word more", -1),)))
        steps = loudness_steps(samples.hum(narration, tmp_path / "v.wav"))
        assert len(steps) == pytest.approx(narration.duration_s / 0.02, abs=1)
        assert steps[2] == 0
        assert steps[round((narration.words[0].start_s + 0.1) / 0.02)] > 0.05

    def test_loudness_steps_of_invalid_wav_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "v.wav").write_bytes(b"RIFF of nothing")
        with pytest.raises(InvalidInput, match="cannot be read"):
            loudness_steps(tmp_path / "v.wav")
