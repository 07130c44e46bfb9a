from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio import picture_samples as samples
from ytempire.kit.processes import run
from ytempire.studio.captions.layout import build
from ytempire.studio.render.encode import render
from ytempire.studio.render.ffmpeg import ffmpeg
from ytempire.studio.render.graph import CHANGE, backgrounds_of
from ytempire.studio.visuals.planner import plan
from ytempire.studio.visuals.scenes import Motif, Storyboard

_SCENES = 20


def busy(each_s: float = 0.5) -> Storyboard:
    """A background that changes with every scene."""
    scenes = tuple(
        Motif(start_s=i * each_s, end_s=(i + 1) * each_s, line=i, phrase="High tide", form="statement")
        for i in range(_SCENES)
    )
    return Storyboard(
        scenes=scenes,
        width=320,
        height=180,
        duration_s=_SCENES * each_s,
        seed=1,
        transitions=("fade",) * (_SCENES - 1),
    )


def test_backgrounds_shorter_than_transition_are_cut() -> None:
    assert {background.change for background in backgrounds_of(busy(CHANGE / 30))} == {None}
    assert {background.change for background in backgrounds_of(busy(0.5))[1:]} == {"fade"}


def test_backgrounds_change_with_transition() -> None:
    script = samples.script()
    found = backgrounds_of(plan(script, samples.narration(script), brand=samples.DARK, width=320, height=180))
    assert found[0].change is None
    assert len(found) > 1
    assert all(background.change for background in found[1:])


@pytest.mark.parametrize("each_s", [0.2, 0.5])
def test_render_of_many_short_scenes_keeps_length(tmp_path: Path, each_s: float) -> None:
    seconds = _SCENES * each_s
    script = samples.script((("hook", "Why does the sea rise twice a day, and not once, as one would think?", -1),))
    narration = samples.narration(script).model_copy(update={"duration_s": seconds})
    captions = build(narration, script, width=320, height=180, brand=samples.DARK)
    voice = samples.hum(narration, tmp_path / "voice.wav")
    report = render(
        busy(each_s),
        captions,
        voice_wav=voice,
        brand=samples.DARK,
        out=tmp_path / "v.mp4",
        on_progress=lambda share: None,
    )
    listed = run(
        [ffmpeg(), "-v", "error", "-i", tmp_path / "v.mp4", "-map", "0:v", "-f", "framemd5", "-"]
    ).stdout.splitlines()
    assert sum(not line.startswith(b"#") for line in listed) == report.frames == seconds * 30
