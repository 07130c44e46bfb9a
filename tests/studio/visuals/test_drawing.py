"""Every kind of scene, with short and far too long texts: nothing leaves the stage or touches the captions' area."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from tests.studio import picture_samples as samples
from tests.studio.frames import render_ass_script
from ytempire.channels.persona import Brand
from ytempire.studio.visuals import backgrounds
from ytempire.studio.visuals.ass_script import AssScript, escape, shape_at
from ytempire.studio.visuals.drawing import draw_scene
from ytempire.studio.visuals.drawing.canvas import Canvas
from ytempire.studio.visuals.layout import scene_layout
from ytempire.studio.visuals.motion import Life, ease_out
from ytempire.studio.visuals.palette import palette
from ytempire.studio.visuals.paths import circle, rectangle
from ytempire.studio.visuals.picture_layer import PlacedPicture
from ytempire.studio.visuals.scenes import (
    Close,
    Comparison,
    Definition,
    Diagram,
    EndCard,
    Hook,
    Item,
    Items,
    Motif,
    Number,
    Picture,
    Quantity,
    Quote,
    Scene,
    SectionTitle,
    Thing,
    Timeline,
    TimelineEvent,
)
from ytempire.studio.visuals.typefaces import family

SHORT = "High tide"
LONG = "Electroencephalographically remarkable countermeasures notwithstanding international thunderstorm preparedness"
WHEN = {"start_s": 0.0, "end_s": 3.0, "line": 1}
WAVE, SUN = "1f30a", "2600"
THINGS = (Thing(drawing=WAVE, at_s=0.1), Thing(drawing=SUN, at_s=0.5), Thing(drawing=WAVE, at_s=2.9))


def scenes(text: str) -> list[Scene]:
    def item(i: int, drawing: str | None = WAVE) -> Item:
        return Item(text=text, at_s=0.2 * i, drawing=drawing)

    return [
        Hook(**WHEN, first=text, second=text, second_at_s=0.4),
        Hook(**WHEN, first=text, second=text, second_at_s=0.4, drawing=WAVE),
        SectionTitle(**WHEN, number=12, count=14, heading=text),
        *(
            Number(
                **WHEN,
                value=123456789,
                decimals=1,
                prefix="~$",
                suffix=" million",
                meaning=text,
                form=form,
                share=share,
                at_s=0.2,
                leads=leads,
            )
            for form, share, leads in (("plain", None, True), ("ring", 0.6, False), ("bar", 0.3, False))
        ),
        Number(**WHEN, value=1811, decimals=0, prefix="", suffix="", meaning=text, form="year", at_s=0.2),
        *(
            Comparison(
                **WHEN,
                title=text,
                rows=tuple(
                    Quantity(label=text, value=10.0 + 50 * i, shown=f"{10 + 50 * i:,} million", at_s=0.1)
                    for i in range(count)
                ),
            )
            for count in (2, 4)
        ),
        *(
            Items(**WHEN, title=text, items=tuple(item(i, drawn) for i in range(count)), form=form)  # type: ignore[arg-type]
            for count, form, drawn in ((3, "rows", None), (5, "rows", WAVE), (4, "cards", WAVE))
        ),
        *(
            Timeline(
                **WHEN, moments=tuple(TimelineEvent(when=f"18{i}0", what=text, at_s=0.2 * i) for i in range(count))
            )
            for count in (2, 4)
        ),
        Quote(**WHEN, text=text, source=text),
        Definition(**WHEN, term=text, meaning=text, meaning_at_s=0.4),
        *(
            Diagram(**WHEN, form=form, link="produces", boxes=tuple(item(i, drawn) for i in range(count)))  # type: ignore[arg-type]
            for form, count, drawn in (
                ("chain", 2, SUN),
                ("chain", 4, None),
                ("cycle", 5, None),
                ("parts", 3, SUN),
                ("parts", 5, None),
            )
        ),
        Picture(**WHEN, file=Path("picture.jpg"), phrase=text),
        *(
            Motif(**WHEN, phrase=text, form=form, layout=layout, things=THINGS[:count])  # type: ignore[arg-type]
            for form, layout, count in (
                ("beside", "left", 1),
                ("beside", "right", 1),
                ("statement", "left", 0),
                ("statement", "centre", 0),
                ("split", "left", 1),
                ("split", "right", 1),
                ("row", "centre", 2),
                ("row", "centre", 3),
            )
        ),
        Close(**WHEN, text=text),
        EndCard(**WHEN, title=text, words=text, source=text),
        EndCard(**WHEN, title=text, words=text, source=text, drawing=SUN),
    ]


@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_draw_scene_stays_inside_stage(size: tuple[int, int], text: str, tmp_path: Path) -> None:
    place = scene_layout(*size)
    all_scenes = scenes(text)
    # One script for all: each scene has ten frames of its own, looked at when everything in it has arrived.
    ass_script = AssScript(*size, frames=len(all_scenes) * 10)
    for i, scene in enumerate(all_scenes):
        settled = AssScript(*size, frames=90)
        canvas = Canvas(settled, place, palette(samples.DARK), family("Inter"))
        draw_scene(scene, canvas, Life(0, 90))
        assert all(_is_on_stage(picture, size) for picture in canvas.pictures), f"{scene.kind}: {canvas.pictures}"
        for start, end, layer, mark in settled._marks:
            if start <= 75 < end:
                ass_script.put(layer, i * 10, i * 10 + 10, mark)
    frames = render_ass_script(ass_script, tmp_path)[5::10]
    margin = 0.045 * size[0]
    for scene, picture in zip(all_scenes, frames, strict=True):
        lit = np.argwhere(picture > 24)
        assert len(lit) > 200, f"{scene.kind} draws nothing"
        bottom, right = lit.max(axis=0)
        top, left = lit.min(axis=0)
        assert bottom < place.captions.y0, f"{scene.kind} reaches the captions"
        assert top > 4, f"{scene.kind} reaches the progress line"
        assert left >= margin, f"{scene.kind} leaves the stage on the left"
        if scene.kind != "timeline":  # its line runs on into the future, off the frame
            assert right <= size[0] - margin, f"{scene.kind} leaves the stage on the right"


def _is_on_stage(picture: PlacedPicture, size: tuple[int, int]) -> bool:
    half, margin = picture.side / 2, 0.03 * size[0]
    inside = margin <= picture.x - half and picture.x + half <= size[0] - margin and picture.y - half > 4
    return inside and picture.y + half < scene_layout(*size).captions.y0 and 0 <= picture.start < picture.end - 20


def test_draw_scene_without_optional_parts_is_drawn(tmp_path: Path) -> None:
    rows = tuple(Quantity(label="Mills", value=value, shown=str(value), at_s=0.1) for value in (2, 5))
    items = tuple(Item(text="Coal", at_s=0.1) for _ in range(2))
    bare: list[Scene] = [
        Hook(**WHEN, first="Why?", second="", second_at_s=0.1),
        Number(**WHEN, value=5, decimals=0, prefix="", suffix="", meaning="", form="plain", at_s=0.1),
        Comparison(**WHEN, title="", rows=rows),
        Items(**WHEN, title="", items=items),
        Quote(**WHEN, text="So be it", source=""),
        Diagram(**WHEN, form="chain", link="", boxes=items),
        EndCard(**WHEN, title="Tides", words="Goodbye", source=""),
    ]
    for scene in bare:
        ass_script = AssScript(640, 360, frames=90)
        draw_scene(
            scene, Canvas(ass_script, scene_layout(640, 360), palette(samples.DARK), family("Inter")), Life(0, 90)
        )
        assert (render_ass_script(ass_script, tmp_path)[75] > 24).sum() > 200


class TestSheet:
    def test_play_has_mark_per_frame_only_while_moving(self, tmp_path: Path) -> None:
        ass_script = AssScript(64, 36, 12)
        ass_script.play(
            0,
            0,
            12,
            lambda frame: shape_at(rectangle(0, 0, 4, 36), (255, 255, 255), x=min(frame, 4) * 10.0),
            moving=[range(4)],
        )
        frames = render_ass_script(ass_script, tmp_path)
        lefts = [int(np.argwhere(picture.max(axis=0) > 128).min()) for picture in frames]
        assert lefts == [0, 10, 20, 30, *[40] * 8]
        assert (tmp_path / "sheet.ass").read_text().count("Dialogue") == 5

    def test_escape_removes_ass_tags(self) -> None:
        assert escape("a{\\b1}b\\Nc") == "a(/b1)b/Nc"

    def test_shape_at_is_centred_on_origin(self, tmp_path: Path) -> None:
        ass_script = AssScript(64, 36, 1)
        ass_script.put(0, 0, 1, shape_at(circle(0, 0, 10), (255, 255, 255), x=30, y=18))
        lit = np.argwhere(render_ass_script(ass_script, tmp_path)[0] > 128)
        assert tuple(lit.mean(axis=0)) == pytest.approx((17.5, 29.5), abs=0.6)


class TestMotion:
    def test_ease_out_slows_down(self) -> None:
        steps = [ease_out(i / 10) for i in range(11)]
        speeds = [b - a for a, b in itertools.pairwise(steps)]
        assert speeds == sorted(speeds, reverse=True)
        assert steps[-1] == 1

    def test_delayed_life_keeps_time_for_entrance(self) -> None:
        life = Life(100, 130).delayed(500)
        assert life.start + life.enter + life.leave <= 130


class TestPlates:
    @pytest.mark.parametrize("brand", [samples.DARK, samples.LIGHT, samples.BOLD])
    def test_background_is_low_contrast_and_brand_coloured(self, brand: Brand, tmp_path: Path) -> None:
        size = backgrounds.draw(brand, 640, 360, seed=3, variant=1, file=tmp_path / "plate.yuv")
        data = np.frombuffer((tmp_path / "plate.yuv").read_bytes(), dtype=np.uint8)
        assert len(data) == size.width * size.height * 3 // 2
        luma = data[: size.width * size.height].astype(float)
        assert luma.std() < 30
        assert (luma.mean() < 80) == palette(brand).is_dark

    def test_background_is_reproducible_by_seed(self, tmp_path: Path) -> None:
        for name in ("a.yuv", "b.yuv"):
            backgrounds.draw(samples.DARK, 320, 180, seed=5, variant=2, file=tmp_path / name)
        assert (tmp_path / "a.yuv").read_bytes() == (tmp_path / "b.yuv").read_bytes()
