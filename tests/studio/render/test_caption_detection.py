"""Captions as they are seen: a long word stays inside, and what lies outside is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.studio import picture_samples as samples
from tests.studio.frames import render_ass_script
from ytempire.channels.persona import Brand
from ytempire.production.review.captions import ReviewedCue, caption_checks
from ytempire.studio.captions.document import Captions
from ytempire.studio.captions.drawing import draw
from ytempire.studio.captions.files import srt, vtt
from ytempire.studio.captions.layout import build
from ytempire.studio.render.caption_detection import NOTHING, caption_boxes
from ytempire.studio.visuals.ass_script import AssScript
from ytempire.studio.visuals.layout import frame, scene_layout
from ytempire.studio.voice.document import Narration

FAULTS = Path(__file__).parents[2] / "data/faults"
NAME = next(word for word in (FAULTS / "07-long-word.txt").read_text().split() if len(word) > 50)
ADDRESS = "https://www.example.org/a/very/long/address/that/nobody/would/type/by/hand?and=it&goes=on&and=on"
SIZES = [(1920, 1080), (1080, 1920)]


def built(size: tuple[int, int], said: str, brand: Brand = samples.DARK) -> tuple[Narration, Captions]:
    script = samples.script((("hook", said, -1),))
    narration = samples.narration(script)
    return narration, build(narration, script, width=size[0], height=size[1], brand=brand)


def safe(narration: Narration, captions: Captions, boxes: list[tuple[float, float, float, float]]) -> bool:
    cues = [ReviewedCue(cue.start_s, cue.end_s, cue.lines, box) for cue, box in zip(captions.cues, boxes, strict=True)]
    checks = caption_checks(cues, narration, width=captions.width, height=captions.height)
    return next(check.ok for check in checks if check.name == "caption_safe_area")


@pytest.mark.parametrize("brand", [samples.DARK, samples.LIGHT, samples.BOLD], ids=["dark", "light", "bold"])
@pytest.mark.parametrize("word", [NAME, ADDRESS], ids=["name", "address"])
@pytest.mark.parametrize("size", SIZES)
def test_caption_boxes_of_long_word_stay_inside_area(size: tuple[int, int], word: str, brand: Brand) -> None:
    narration, captions = built(size, f"The village of {word} has a station.", brand)
    area = scene_layout(*size).captions
    boxes = caption_boxes(captions, brand)
    assert safe(narration, captions, boxes)
    for cue, (x0, y0, x1, y1) in zip(captions.cues, boxes, strict=True):
        assert area.x0 - 8 <= x0 < x1 <= area.x1 + 8
        assert cue.box[1] - 2 <= y0 < y1 <= cue.box[3] + 2
        assert x1 - x0 >= 0.95 * (cue.spans[0].x1 - cue.spans[0].x0)


def test_caption_boxes_marker_covers_long_word(tmp_path: Path) -> None:
    """Drawn alone and marked, nothing of the word stands out of its marker: the box seen is the marker's."""
    _, captions = built((1080, 1920), NAME)
    (cue,) = captions.cues
    ((x0, _, x1, _),) = caption_boxes(captions, samples.DARK)
    pad = cue.px * 0.13
    assert (x0, x1) == pytest.approx((cue.spans[0].x0 - pad, cue.spans[0].x1 + pad), abs=2)
    ass_script = AssScript(1080, 1920, frames=frame(cue.end_s))
    draw(captions, ass_script, samples.DARK)
    seen = np.argwhere(render_ass_script(ass_script, tmp_path)[frame(cue.start_s) + 4] > 30)
    assert (seen.min(axis=0)[1], seen.max(axis=0)[1]) == pytest.approx((x0, x1), abs=2)


@pytest.mark.parametrize("size", SIZES)
def test_caption_boxes_outside_area_are_detected(size: tuple[int, int]) -> None:
    narration, captions = built(size, f"The village of {NAME} has a station.")
    too_large = captions.model_copy(
        update={"cues": tuple(cue.model_copy(update={"px": captions.px * 1.6}) for cue in captions.cues)}
    )
    assert safe(narration, too_large, [cue.box for cue in too_large.cues])
    assert not safe(narration, too_large, caption_boxes(too_large, samples.DARK))


def test_caption_boxes_of_invisible_caption_are_detected() -> None:
    narration, captions = built((1080, 1920), "The village has a station.")
    cues = (cue.model_copy(update={"baselines": tuple(9_000.0 for _ in cue.baselines)}) for cue in captions.cues)
    gone = captions.model_copy(update={"cues": tuple(cues)})
    boxes = caption_boxes(gone, samples.LIGHT)
    assert boxes == [NOTHING] * len(captions.cues)
    assert not safe(narration, gone, boxes)


@pytest.mark.parametrize("brand", [samples.LIGHT, samples.BOLD], ids=["light", "bold"])
@pytest.mark.parametrize("size", SIZES)
def test_caption_boxes_of_symbols_match_and_files_keep_symbols(size: tuple[int, int], brand: Brand) -> None:
    said = "Guests from Αθήνα and Москва write Спасибо ❤️ under ★★★★★ on it. 🏨"
    narration, captions = built(size, said, brand)
    assert safe(narration, captions, caption_boxes(captions, brand))
    for cue, (x0, _, x1, _) in zip(captions.cues, caption_boxes(captions, brand), strict=True):
        assert cue.box[0] - cue.px * 0.13 <= x0 < x1 <= cue.box[2] + cue.px * 0.13  # a marker may stand out so far
    assert {"❤️", "★★★★★", "🏨"} <= set(srt(captions).split())
    assert {"❤️", "★★★★★", "🏨"} <= set(vtt(captions).split())


@pytest.mark.parametrize("size", SIZES)
def test_caption_of_emoji_alone_is_empty_and_no_fault(size: tuple[int, int]) -> None:
    narration, captions = built(size, "🏨 ❤️")
    boxes = caption_boxes(captions, samples.DARK)
    assert boxes == [cue.box for cue in captions.cues]
    assert safe(narration, captions, boxes)
