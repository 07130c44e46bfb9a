"""Good sentences that a filter might pass over, and signs without a sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.production.script.texts import PERSONA
from tests.production.source_samples import fault, read, usable
from tests.studio import picture_samples as samples
from ytempire.production.review.captions import ReviewedCue, caption_checks
from ytempire.production.script.sentences import sentences_of
from ytempire.studio.captions.layout import build
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.narration import narrate


@pytest.mark.parametrize(
    "sentence",
    [
        "Sailors read a tide table before they leave.",
        "Ana Ruiz of the U.S. Army measured it in May.",
        "It opens at 9 a.m. and closes at 5 p.m. daily.",
    ],
)
def test_usable_sentence_with_table_word_or_abbreviation_is_kept(sentence: str) -> None:
    assert sentence in usable(fault("22-dropped-sentences.md"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Every figure a child draws hangs on the wall.",
        "The U.S. Navy and the U.K. Navy sailed home.",
        "The appendix a surgeon removes is small.",
        "J. R. R. Tolkien wrote the book at night.",
        "They wrote a chapter in a week.",
        "The U.S. Senate met on Friday.",
    ],
)
def test_usable_sentence_with_ambiguous_word_or_initials_is_kept(sentence: str) -> None:
    assert sentence in usable(read(sentence))


@pytest.mark.parametrize(
    ("sentence", "is_kept"),
    [
        ("Needs a battery of 9 volts or more.", False),
        ("Weighs less than a loaf of bread.", False),
        ("Runs Linux on most old laptops.", False),
        ("Needs change when a child grows up.", True),
        ("Runs of luck end sooner or later.", True),
    ],
)
def test_usable_note_without_subject_is_left_out(sentence: str, *, is_kept: bool) -> None:
    assert (sentence in usable(read(sentence))) is is_kept


@pytest.mark.parametrize(
    "sentence",
    ["Guests gave ★★★★★ ★★★★★ ★★★★★ ★★★★★ to it.", "The rope ~~~~~~~~~~~~ ~~~~~~~~~~~~ ~~~~~~~~~~~~ sags a bit."],
)
async def test_narration_of_silent_signs_keeps_caption_speed(sentence: str, tmp_path: Path) -> None:
    """Whatever mends it: the sentence without them, a longer caption, or another sentence."""
    lines = [line for one in sentences_of(read(sentence)) if one.usable for line in one.lines][:1]
    script = samples.script(tuple(("body", line, 0) for line in lines))
    narration = await narrate(
        script, words_per_minute=PERSONA.voice.words_per_minute, engine=EspeakVoice(), out_wav=tmp_path / "voice.wav"
    )
    captions = build(narration, script, width=1920, height=1080, brand=samples.DARK)
    cues = [ReviewedCue(cue.start_s, cue.end_s, cue.lines, cue.box) for cue in captions.cues]
    assert [check.name for check in caption_checks(cues, narration, width=1920, height=1080) if not check.ok] == []
