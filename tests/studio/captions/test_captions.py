from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.studio import picture_samples as samples
from tests.studio.frames import render_ass_script
from ytempire.studio.captions.document import Captions
from ytempire.studio.captions.drawing import draw
from ytempire.studio.captions.files import srt, vtt, write_srt, write_vtt
from ytempire.studio.captions.layout import build
from ytempire.studio.captions.segmentation import break_cost, break_words
from ytempire.studio.visuals.ass_script import AssScript
from ytempire.studio.visuals.layout import frame, scene_layout
from ytempire.studio.voice.document import Narration

SIZES = [(1920, 1080), (1080, 1920)]


def built(
    size: tuple[int, int] = (1920, 1080),
    lines: tuple[tuple[str, str, int], ...] = samples.LINES,
) -> tuple[Narration, Captions]:
    script = samples.script(lines)
    narration = samples.narration(script)
    return narration, build(narration, script, width=size[0], height=size[1], brand=samples.DARK)


class TestBuild:
    @pytest.mark.parametrize("size", SIZES)
    def test_build_shows_every_word_when_spoken(self, size: tuple[int, int]) -> None:
        narration, captions = built(size)
        spans = [(cue, span) for cue in captions.cues for span in cue.spans]
        assert [span.text for _, span in spans] == [word.text for word in narration.words]
        for (cue, span), word in zip(spans, narration.words, strict=True):
            assert span.start_s == word.start_s
            assert cue.start_s - 0.02 <= word.start_s <= cue.end_s

    @pytest.mark.parametrize("size", SIZES)
    def test_build_cues_start_with_first_word_without_overlap(self, size: tuple[int, int]) -> None:
        _, captions = built(size)
        for cue in captions.cues:
            assert abs(cue.start_s - cue.spans[0].start_s) <= 0.12
        for before, after in zip(captions.cues, captions.cues[1:], strict=False):
            assert before.end_s <= after.start_s

    @pytest.mark.parametrize("size", SIZES)
    def test_build_cues_have_two_lines_inside_caption_area(self, size: tuple[int, int]) -> None:
        _, captions = built(size)
        area = scene_layout(*size).captions
        for cue in captions.cues:
            assert 1 <= len(cue.lines) <= 2
            assert area.x0 - 8 <= cue.box[0] < cue.box[2] <= area.x1 + 8
            assert area.y0 - 8 <= cue.box[1] < cue.box[3] <= area.y1 + 8

    def test_build_tall_video_keeps_clear_of_app_buttons(self) -> None:
        _, captions = built((1080, 1920))
        assert max(cue.box[3] for cue in captions.cues) <= 1920 * 0.8
        assert max(cue.box[2] for cue in captions.cues) <= 1080 - 120

    def test_build_cues_last_at_least_700_ms(self) -> None:
        _, captions = built()
        assert min(cue.end_s - cue.start_s for cue in captions.cues) >= 0.7

    def test_build_lines_do_not_end_with_article(self) -> None:
        _, captions = built((1080, 1920))
        for cue in captions.cues:
            assert cue.lines[-1].split()[-1].lower() not in ("the", "a", "of")

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.text("abcdefghij'", min_size=1, max_size=40), min_size=1, max_size=30), st.sampled_from(SIZES))
    def test_build_any_words_fit_caption_area(self, words: list[str], size: tuple[int, int]) -> None:
        _, captions = built(size, (("hook", " ".join(words), -1),))
        area = scene_layout(*size).captions
        for cue in captions.cues:
            assert len(cue.lines) <= 2
            assert cue.box[0] >= area.x0 - 8
            assert cue.box[2] <= area.x1 + 8

    def test_break_cost_prefers_punctuation_to_conjunction(self) -> None:
        assert break_cost("water,", "and") < break_cost("water", "and") < break_cost("the", "water")

    @pytest.mark.parametrize(
        ("language", "article", "noun", "lead"),
        [
            ("es", "la", "mar", "pero"),
            ("fr", "les", "ponts", "mais"),
            ("it", "della", "pila", "ma"),
            ("pt", "das", "dunas", "mas"),
        ],
    )
    def test_break_cost_knows_words_of_language(self, language: str, article: str, noun: str, lead: str) -> None:
        words = break_words(language)
        assert break_cost(noun, lead, words) < break_cost(noun, noun, words) < break_cost(article, noun, words)

    def test_break_cost_number_in_groups_is_kept_together(self) -> None:
        assert break_cost("22", "000") > break_cost("years", "ago")


class TestDraw:
    @pytest.mark.parametrize("size", [(640, 360), (360, 640)])
    def test_draw_stays_in_box_and_marks_spoken_word(self, size: tuple[int, int], tmp_path: Path) -> None:
        _, captions = built(size)
        cue = captions.cues[0]
        ass_script = AssScript(*size, frames=frame(cue.end_s))
        draw(captions, ass_script, samples.DARK)
        frames = render_ass_script(ass_script, tmp_path)
        lit = np.argwhere(frames[frame(cue.start_s) :].max(axis=0) > 30)
        (top, left), (bottom, right) = lit.min(axis=0), lit.max(axis=0)
        assert left >= cue.box[0] - 1
        assert top >= cue.box[1] - 1
        assert right <= cue.box[2] + 1
        assert bottom <= cue.box[3] + 1
        first, second = (frames[frame(span.start_s) + 2] for span in cue.spans[:2])
        assert np.abs(first.astype(int) - second).max() > 40


class TestFiles:
    def test_srt_has_numbered_cues_with_times(self) -> None:
        _, captions = built()
        text = srt(captions)
        assert text.startswith("1\n00:00:00,300 --> ")
        times = re.findall(r"(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})", text)
        assert len(times) == len(captions.cues)
        assert all(start < end for start, end in times)

    def test_vtt_escapes_markup(self) -> None:
        _, captions = built(lines=(("hook", "Is a < b & c?", -1),))
        assert "a &lt; b &amp; c?" in vtt(captions)
        assert vtt(captions).startswith("WEBVTT\n\n00:00:00.300 --> ")

    def test_srt_and_vtt_files_are_written_whole(self, tmp_path: Path) -> None:
        _, captions = built()
        assert write_srt(captions, tmp_path / "c.srt").read_text("utf-8") == srt(captions)
        assert write_vtt(captions, tmp_path / "c.vtt").read_text("utf-8") == vtt(captions)
        assert sorted(file.name for file in tmp_path.iterdir()) == ["c.srt", "c.vtt"]
