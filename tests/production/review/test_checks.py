from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.production.review.videos import HEIGHT, LENGTH_S, WIDTH, make_video
from ytempire.production.review.captions import ReviewedCue, caption_checks
from ytempire.production.review.checks import Expected, Review, review_file, script_vector
from ytempire.production.review.policy import blocked_phrase_matches
from ytempire.studio.script_document import Line, Script, ScriptScore, Section
from ytempire.studio.voice.document import Narration, SpokenLine, Word

TEXTS = ("Bees shiver to keep warm.", "Their honey burns slowly.")
WORDS = tuple(
    Word(text=text, start_s=0.5 + index * 0.5, end_s=0.9 + index * 0.5, line=0 if index < 5 else 1)
    for index, text in enumerate(" ".join(TEXTS).split())
)
NARRATION = Narration(
    duration_s=LENGTH_S,
    words=WORDS,
    lines=(SpokenLine(line=0, start_s=0.5, end_s=3), SpokenLine(line=1, start_s=3, end_s=5)),
    engine="espeak",
    voice="v",
    timing="engine",
)
SCRIPT = Script(
    title="Warm bees",
    description="How bees keep warm.",
    tags=("bees",),
    language="en",
    lines=(Line(text=TEXTS[0], role="hook", section=-1), Line(text=TEXTS[1], role="close", section=-1)),
    sections=(Section(heading="Warmth", first_line=0, last_line=0),),
    key_terms=("bees",),
    target_seconds=8,
    planned_s=8,
    writer="extractive",
)
SCORE = ScriptScore(score=0.9, parts={"hook": 0.9}, reasons=())
BOX = (60.0, 120.0, 260.0, 165.0)
CUES = (
    ReviewedCue(0.5, 2.9, ("Bees shiver to", "keep warm."), BOX),
    ReviewedCue(3.0, 5.0, ("Their honey burns", "slowly."), BOX),
)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("review") / "video.mp4")


def _review(video: Path, **changes: Any) -> Review:
    given: dict[str, Any] = {
        "script": SCRIPT,
        "score": SCORE,
        "narration": NARRATION,
        "cues": CUES,
        "expected": Expected(WIDTH, HEIGHT),
    }
    return review_file(video, **{**given, **changes})


def _failed(review: Review) -> set[str]:
    return {check.name for check in review.checks if not check.ok}


def test_review_good_video_passes_all_checks(video: Path) -> None:
    review = _review(video)
    assert _failed(review) == set()
    assert review.ok
    assert review.reasons == ()
    assert json.loads(review.model_dump_json())["checks"][0]["name"] == "length"
    assert len({check.name for check in review.checks}) == len(review.checks) >= 18


@pytest.mark.parametrize(
    ("spoiled", "names"),
    [
        ({"picture": "drawbox=c=black:t=fill:enable='between(t,2,3)'"}, {"black_frames"}),
        ({"picture": "loop=loop=130:size=1:start=60,setpts=N/30/TB,trim=duration=8"}, {"frozen_frames"}),
        ({"sound": "volume=0:enable='between(t,3,6)'"}, {"silence"}),
        ({"gain_db": -8.0}, {"loudness"}),
        ({"audio_s": 7.5}, {"av_sync"}),
        ({"length_s": 6.0}, {"length"}),
        ({"faststart": False}, {"faststart"}),
        ({"picture": "scale=400:-2"}, {"resolution"}),
        ({"encoder": ("-profile:v", "baseline", "-pix_fmt", "yuv420p")}, {"video_format"}),
    ],
)
def test_review_file_fault_is_refused_by_check_name(tmp_path: Path, spoiled: dict[str, Any], names: set[str]) -> None:
    review = _review(make_video(tmp_path / "v.mp4", **spoiled))
    assert _failed(review) == names
    assert not review.ok
    assert len(review.reasons) == len(names)
    assert all(reason.endswith(".") for reason in review.reasons)


def test_review_clipping_sound_is_refused(tmp_path: Path) -> None:
    review = _review(make_video(tmp_path / "v.mp4", sound="volume=15dB"))
    assert {"loudness", "true_peak"} <= _failed(review)


class TestCaptions:
    @pytest.mark.parametrize(
        ("cues", "name"),
        [
            ((replace(CUES[0], start_s=0.7), CUES[1]), "caption_timing"),
            ((replace(CUES[0], word_starts_s=(0.5, 1.0, 1.5, 2.2, 2.5)), CUES[1]), "caption_timing"),
            ((replace(CUES[0], lines=("Bees", "shiver to", "keep warm.")), CUES[1]), "caption_lines"),
            ((replace(CUES[0], end_s=3.4), CUES[1]), "caption_lines"),
            ((replace(CUES[0], box=(2.0, 120.0, 260.0, 165.0)), CUES[1]), "caption_safe_area"),
            ((replace(CUES[0], box=(60.0, 120.0, 260.0, 178.0)), CUES[1]), "caption_safe_area"),
            ((replace(CUES[0], lines=("Bees tremble to", "keep warm.")), CUES[1]), "caption_words"),
            (CUES[:1], "caption_words"),
        ],
    )
    def test_review_caption_fault_is_refused_by_check_name(
        self, video: Path, cues: tuple[ReviewedCue, ...], name: str
    ) -> None:
        assert _failed(_review(video, cues=cues)) == {name}

    @pytest.mark.parametrize(("seconds", "readable"), [(1.6, False), (3.0, True)])
    def test_review_reading_speed_is_measured_over_three_seconds(self, seconds: float, readable: bool) -> None:
        """A quick cue between slow ones is fine; a run of quick ones is not."""
        text = "twenty-four characters x"
        lengths = [seconds / 2 if index in {1, 2, 3, 4} else 3.0 for index in range(6)]
        starts = [sum(lengths[:index]) for index in range(6)]
        cues = [ReviewedCue(start, start + length, (text,), BOX) for start, length in zip(starts, lengths, strict=True)]
        found = {check.name: check for check in caption_checks(cues, NARRATION, width=WIDTH, height=HEIGHT)}
        assert found["caption_speed"].ok is readable
        lone = [
            replace(cue, end_s=cue.start_s + 0.9) if index == 0 else cue
            for index, cue in enumerate(cues[:1] + cues[5:])
        ]
        speed = {check.name: check for check in caption_checks(lone, NARRATION, width=WIDTH, height=HEIGHT)}[
            "caption_speed"
        ]
        assert speed.ok

    def test_review_upright_captions_over_app_buttons_are_refused(self, tmp_path: Path) -> None:
        upright = make_video(tmp_path / "v.mp4", picture="transpose=1")
        cues = tuple(replace(cue, box=(20.0, 240.0, 160.0, 270.0)) for cue in CUES)
        found = _failed(_review(upright, expected=Expected(HEIGHT, WIDTH), cues=cues))
        assert found == {"caption_safe_area"}


class TestScript:
    def test_review_low_script_score_is_refused_with_reasons(self, video: Path) -> None:
        low = ScriptScore(score=0.6, parts={}, reasons=("The hook is longer than 22 words.",))
        review = _review(video, score=low)
        assert _failed(review) == {"script_score"}
        assert "longer than 22 words" in review.reasons[0]

    def test_review_overlong_sentences_are_refused(self, video: Path) -> None:
        lines = (SCRIPT.lines[0], SCRIPT.lines[1].model_copy(update={"text": "word " * 33}))
        review = _review(video, script=SCRIPT.model_copy(update={"lines": lines}))
        # nobody has spoken them
        assert _failed(review) == {"readability", "narrated_words"}
        assert review.reasons[0] == "1 lines of the script have words without a time."

    def test_review_policy_words_in_title_or_tags_are_refused(self, video: Path) -> None:
        for changed in ({"title": "Get rich quick with bees"}, {"tags": ("miracle cure",)}):
            review = _review(video, script=SCRIPT.model_copy(update=changed))
            assert _failed(review) == {"policy"}


class TestNearDuplicate:
    def test_review_near_duplicate_is_refused(self, video: Path) -> None:
        vector = script_vector(np.eye(4, dtype=np.float32)[:2])
        other = script_vector(np.eye(4, dtype=np.float32)[2:])
        assert _review(video, vector=vector, earlier={"Other": other}).ok
        review = _review(video, vector=vector, earlier={"Other": other, "Bees last week": vector})
        assert _failed(review) == {"near_duplicate"}
        assert "Bees last week" in review.reasons[0]


def test_review_avoided_phrase_is_refused(video: Path) -> None:
    review = _review(video, avoided=blocked_phrase_matches(SCRIPT.texts_by_place(), ["honey burns"]))
    assert _failed(review) == {"avoided_words"}
    (reason,) = review.reasons
    assert reason.startswith(
        "The channel avoids “honey burns”, and the script has it: “Bees shiver to keep warm. Their"
    )
