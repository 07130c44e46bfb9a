from __future__ import annotations

from pathlib import Path

from tests.production import picture_samples as samples
from ytempire.kit.processes import run
from ytempire.production.captions.building import build
from ytempire.production.render.encode import render
from ytempire.production.render.ffmpeg import ffmpeg
from ytempire.production.render.graph import CHANGE, plates
from ytempire.production.visuals.planner import plan
from ytempire.production.visuals.scenes import Motif, Storyboard

_SCENES = 20


def busy() -> Storyboard:
    """More changes of the background than may be soft, one every half second."""
    scenes = tuple(
        Motif(start_s=i / 2, end_s=(i + 1) / 2, line=i, phrase="High tide", form="statement") for i in range(_SCENES)
    )
    return Storyboard(
        scenes=scenes, width=320, height=180, duration_s=_SCENES / 2, seed=1, transitions=("fade",) * (_SCENES - 1)
    )


def test_only_so_many_changes_are_soft() -> None:
    found = plates(busy())
    assert len(found) == _SCENES
    assert sum(plate.change_frames == CHANGE for plate in found) == 12
    assert {plate.change_frames for plate in found[1:]} == {1, CHANGE}


def test_few_changes_are_all_soft() -> None:
    script = samples.script()
    found = plates(plan(script, samples.narration(script), brand=samples.DARK, width=320, height=180))
    assert found[0].change is None
    assert {plate.change_frames for plate in found[1:]} == {CHANGE}


def test_a_busy_video_keeps_its_length(tmp_path: Path) -> None:
    script = samples.script((("hook", "Why does the sea rise twice a day, and not once, as one would think?", -1),))
    narration = samples.narration(script).model_copy(update={"duration_s": _SCENES / 2})
    captions = build(narration, script, width=320, height=180, brand=samples.DARK)
    voice = samples.hum(narration, tmp_path / "voice.wav")
    report = render(
        busy(), captions, voice_wav=voice, brand=samples.DARK, out=tmp_path / "v.mp4", on_progress=lambda share: None
    )
    listed = run(
        [ffmpeg(), "-v", "error", "-i", tmp_path / "v.mp4", "-map", "0:v", "-f", "framemd5", "-"]
    ).stdout.splitlines()
    assert sum(not line.startswith(b"#") for line in listed) == report.frames == _SCENES / 2 * 30
