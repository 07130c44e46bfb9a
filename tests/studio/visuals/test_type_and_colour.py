"""Type is measured as libass sets it, and colours stand out as much as they must."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from tests.studio import picture_samples as samples
from tests.studio.frames import render_ass_script
from ytempire.channels.persona import Brand
from ytempire.kit.errors import InvalidInput
from ytempire.studio.emoji import without_emoji
from ytempire.studio.visuals.ass_script import AssScript, type_at
from ytempire.studio.visuals.palette import contrast, palette, parse, readable
from ytempire.studio.visuals.typefaces import FONTS, families, family, fit, runs, width, wrap

SIGNS = (Path(__file__).parents[2] / "data/faults/10-signs.md").read_text("utf-8")
EMOJI = ["🏨", "👨‍👩‍👧", "❤️", "🇩🇪", "⭐", "👍🏽", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"]
HEX = st.from_regex(r"\A#[0-9a-f]{6}\Z")


class TestTypefaces:
    @pytest.mark.parametrize("name", sorted(families()))
    def test_libass_text_has_measured_position_and_width(self, name: str, tmp_path: Path) -> None:
        face = family(name).display
        ass_script = AssScript(640, 360, 1)
        ass_script.put(0, 0, 1, type_at("Hm 471", face, 80, 100, 200, (255, 255, 255)))
        ink = np.argwhere(render_ass_script(ass_script, tmp_path)[0] > 128)
        top, left = ink.min(axis=0)
        bottom, right = ink.max(axis=0)
        canvas = Image.new("L", (640, 360))
        ImageDraw.Draw(canvas).text(
            (100, 200), "Hm 471", fill=255, anchor="ls", font=ImageFont.truetype(FONTS / face.file, 80)
        )
        expected = np.argwhere(np.asarray(canvas) > 128)
        assert (top, left) == pytest.approx(tuple(expected.min(axis=0)), abs=1.5)
        assert (bottom, right) == pytest.approx(tuple(expected.max(axis=0)), abs=1.5)

    @pytest.mark.parametrize("name", sorted(families()))
    def test_digits_are_tabular(self, name: str) -> None:
        faces = family(name)
        for face in (faces.display, faces.strong):
            widths = [width(digit * 10, face, 100) for digit in "0123456789"]
            assert max(widths) - min(widths) < 6  # per ten figures at 100 px: no jitter that an eye could see

    def test_family_unknown_is_refused_naming_bundled_fonts(self) -> None:
        with pytest.raises(InvalidInput, match="Inter"):
            family("Comic Sans")

    @pytest.mark.parametrize(
        ("text", "name"),
        [("你好", "Droid Sans Fallback"), ("مرحبا", "Noto Sans Arabic"), ("नमस्ते", "Noto Sans Devanagari")],
    )
    def test_runs_of_other_scripts_use_fallback_font(self, text: str, name: str) -> None:
        found = runs(f"Tide {text}", family("Inter").strong)
        assert [face.name for face, _ in found] == ["Inter Bold", name]

    @pytest.mark.parametrize("name", sorted(families()))
    def test_runs_use_font_containing_each_character(self, name: str) -> None:
        for face in (family(name).display, family(name).strong, family(name).plain):
            found = runs(SIGNS, face)
            assert "".join(piece for _, piece in found) == without_emoji(SIGNS).replace("\n", " ")
            for part, piece in found:
                drawn = TTFont(FONTS / part.file).getBestCmap()
                assert not [sign for sign in piece if ord(sign) not in drawn], part.name

    @pytest.mark.parametrize("name", ["Newsreader", "Space Grotesk"])
    @pytest.mark.parametrize("text", ["★★★★★", "✓ → ≤", "Αθήνα", "Москва", "שלום", "الماء", "你好"])
    def test_libass_fallback_characters_have_measured_width(self, name: str, text: str, tmp_path: Path) -> None:
        """No font of the machine is there: a box, or another font, would be wider or narrower."""
        face = family(name).strong
        ass_script = AssScript(640, 200, 1)
        ass_script.put(0, 0, 1, type_at(f"H{text}H", face, 60, 40, 120, (255, 255, 255)))
        columns = np.flatnonzero((render_ass_script(ass_script, tmp_path)[0] > 128).any(axis=0))
        bare = width(f"H{text}H", face, 60) - width("HH", face, 60)
        alone = AssScript(640, 200, 1)
        alone.put(0, 0, 1, type_at("HH", face, 60, 40, 120, (255, 255, 255)))
        beside = np.flatnonzero((render_ass_script(alone, tmp_path)[0] > 128).any(axis=0))
        assert np.ptp(columns) - np.ptp(beside) == pytest.approx(bare, abs=3)

    @pytest.mark.parametrize("text", [*EMOJI, "ไทย", "\ue000", "\ufffe"])
    @pytest.mark.parametrize("name", sorted(families()))
    def test_runs_omit_characters_of_no_font(self, name: str, text: str) -> None:
        face = family(name).strong
        assert runs(text, face) == []
        assert width(text, face, 60, 0.1) == 0
        assert runs(f"At sea{text}.", face) == [(face, "At sea.")]
        assert wrap(f"At sea {text} again", face, 60, 5_000) == ["At sea again"]
        assert type_at(text, face, 60, 0, 0, (255, 255, 255)).endswith("}")

    @pytest.mark.parametrize(
        ("text", "name"),
        [("Αθήνα", "Inter Bold"), ("₿", "Inter Bold"), ("★", "DejaVu Sans Bold"), ("ქარ", "DejaVu Sans Bold")],
    )
    def test_runs_take_character_from_first_font_containing(self, text: str, name: str) -> None:
        face = family("Newsreader").strong
        assert [part.name for part, _ in runs(f"A {text}", face)] == [face.name, name]

    def test_runs_treat_any_space_as_space(self) -> None:
        face = family("Newsreader").strong
        assert runs("12\u202f000\u00a0m\tor so", face) == [(face, "12 000 m or so")]

    def test_runs_keep_keycap_digits_and_text_symbols(self) -> None:
        assert "".join(piece for _, piece in runs("3️⃣ ❤︎", family("Inter").strong)) == "3 ❤"

    @given(
        st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=120).filter(str.strip),
        st.floats(120, 900),
        st.floats(60, 400),
    )
    def test_fit_text_stays_within_limits(self, text: str, limit: float, height: float) -> None:
        setting = fit(text, family("Inter").display, largest=120, limit=limit, height=height)
        assert setting.px < 8 or (setting.width <= limit and setting.height <= height)

    def test_wrap_lines_are_even(self) -> None:
        lines = wrap("The pull of the Moon on Earth", family("Inter").display, 60, 620)
        assert len(lines) == 2
        assert abs(len(lines[0]) - len(lines[1])) <= 5


class TestPalette:
    @given(HEX, HEX)
    def test_readable_reaches_requested_contrast(self, colour: str, ground: str) -> None:
        moved = readable(parse(colour), parse(ground), least=4.5)
        assert contrast(moved, parse(ground)) >= 4.49

    @pytest.mark.parametrize("brand", [samples.DARK, samples.LIGHT, samples.BOLD])
    def test_palette_text_has_contrast_on_every_ground(self, brand: Brand) -> None:
        colours = palette(brand)
        for ground in (colours.ground, colours.glow, colours.surface):
            for ink in (colours.text, colours.muted, colours.accent):
                assert contrast(ink, ground) >= 4.5
        assert contrast(colours.on_accent, colours.accent) >= 4.5
