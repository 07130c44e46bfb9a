from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.studio import picture_samples as samples
from ytempire.channels.persona import Brand
from ytempire.studio.script_document import Script
from ytempire.studio.thumbnail.drawing import draw, draw_all
from ytempire.studio.thumbnail.ideas import Idea, ideas
from ytempire.studio.visuals.planner import plan
from ytempire.studio.visuals.scenes import Storyboard


def prepared(script: Script) -> tuple[Script, Storyboard]:
    return script, plan(script, samples.narration(script), brand=samples.DARK, width=1920, height=1080)


class TestIdeas:
    def test_ideas_are_three_looks_of_four_words_at_most(self) -> None:
        found = ideas(*prepared(samples.script()))
        assert len(found) == len({idea.look for idea in found}) == 3
        assert all(1 <= idea.words <= 4 for idea in found)
        assert found[0].look == "number"
        assert found[0].big == "~20 cm"

    def test_ideas_do_not_repeat_title(self) -> None:
        script, storyboard = prepared(samples.script(title="Spring tides"))
        assert "spring tides" not in {idea.big.lower() for idea in ideas(script, storyboard)}

    def test_ideas_of_empty_text_are_three_looks(self) -> None:
        script = samples.script((("hook", "So it goes on and on.", -1), ("close", "That is all.", -1)), title="It")
        script = script.model_copy(update={"key_terms": ()})
        found = ideas(*prepared(script))
        assert len({idea.look for idea in found}) == 3


class TestMake:
    @pytest.mark.parametrize("brand", [samples.DARK, samples.LIGHT, samples.BOLD])
    def test_draw_all_writes_three_files_of_right_size(self, brand: Brand, tmp_path: Path) -> None:
        paths = draw_all(*prepared(samples.script()), brand=brand, out_dir=tmp_path)
        assert [path.name for path in paths] == ["thumbnail-1.jpg", "thumbnail-2.jpg", "thumbnail-3.jpg"]
        assert sorted(file.name for file in tmp_path.iterdir()) == [path.name for path in paths]
        for path in paths:
            assert path.stat().st_size < 2_000_000
            with Image.open(path) as image:
                assert image.size == (1280, 720)

    @pytest.mark.parametrize(
        "idea",
        [
            Idea("number", "7", "years", "1f30a"),
            Idea("number", "~$123.5 million", "spent", "1f30a"),
            Idea("headline", "Extraordinary counterweights explained", "", "1f30a"),
            Idea("thing", "Tidal bulges everywhere today", "", "1f30a"),
            Idea("contrast", "Warm water", "Cold air", "2600", "2744"),
            Idea("words", "Thunderstorm preparedness", "", "1f30a"),
        ],
        ids=lambda idea: f"{idea.look} {len(idea.big)}",
    )
    def test_draw_keeps_lower_right_corner_empty(self, idea: Idea) -> None:
        image = np.asarray(draw(idea, samples.DARK, variant=1), dtype=int)
        corner = image[610:, 1010:]
        assert (corner.max(axis=(0, 1)) - corner.min(axis=(0, 1))).max() < 40  # no more than the glow's slope
        assert image.std() > 25

    @pytest.mark.parametrize("brand", [samples.LIGHT, samples.BOLD])
    def test_draw_symbols_missing_in_brand_font_are_no_boxes(self, brand: Brand) -> None:
        def drawn(words: str) -> np.ndarray:
            return np.asarray(draw(Idea("words", words, "", "1f30a"), brand, variant=1).convert("L"), dtype=int)

        assert np.array_equal(drawn("Sea 🏨 tides"), drawn("Sea tides"))
        assert np.array_equal(drawn("Sea tides ❤️"), drawn("Sea tides"))
        box, star, other = drawn("Sea \uffff"), drawn("Sea ★"), drawn("Sea ✓")
        assert not np.array_equal(star, other)
        assert not np.array_equal(star, box)

    def test_draw_words_are_legible_at_160_px(self) -> None:
        idea = Idea("words", "Spring tides", "", "1f30a")
        small = np.asarray(draw(idea, samples.DARK, variant=1).resize((160, 90)).convert("L"), dtype=int)
        lit = np.argwhere(small > 150)
        assert np.ptp(lit[:, 0]) > 30  # two lines of capitals, each far above the 6 px that can still be read
        assert np.ptp(lit[:, 1]) > 60
