"""Short, small renders, looked at as a player would: length, streams, loudness, colours, captions in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.studio import picture_samples as samples
from ytempire.kit.errors import InvalidInput
from ytempire.kit.processes import Cancelled, Meter, metered, run
from ytempire.studio.captions.document import Captions
from ytempire.studio.captions.layout import build
from ytempire.studio.render.encode import RenderReport, render
from ytempire.studio.render.ffmpeg import ffmpeg
from ytempire.studio.visuals.palette import parse
from ytempire.studio.visuals.planner import plan
from ytempire.studio.visuals.scenes import Storyboard
from ytempire.studio.voice.document import Narration

LINES = (
    ("hook", "Why does the sea rise twice a day?", -1),
    ("heading", "The Moon", 0),
    ("body", "The solid ground rises by about 20 centimeters.", 0),
    ("close", "Earth turns through two bulges.", -1),
)


def prepared(folder: Path, size: tuple[int, int] = (640, 360)) -> tuple[Storyboard, Captions, Path, Narration]:
    script = samples.script(LINES)
    narration = samples.narration(script)
    storyboard = plan(script, narration, brand=samples.DARK, width=size[0], height=size[1])
    captions = build(narration, script, width=size[0], height=size[1], brand=samples.DARK)
    return storyboard, captions, samples.hum(narration, folder / "voice.wav"), narration


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, RenderReport, Narration, list[float]]]:
    folder = tmp_path_factory.mktemp('it\'s: a "folder", [1] 100%')
    storyboard, captions, voice, narration = prepared(folder)
    seen: list[float] = []
    out = folder / "video.mp4"
    report = render(storyboard, captions, voice_wav=voice, brand=samples.DARK, out=out, on_progress=seen.append)
    return out, report, narration, seen


def described(file: Path) -> str:
    return run([ffmpeg(), "-hide_banner", "-i", file], check=False).stderr


def measured(file: Path) -> str:
    return run(
        [ffmpeg(), "-hide_banner", "-nostats", "-i", file, "-af", "ebur128=peak=true", "-vn", "-f", "null", "-"]
    ).stderr


class TestRender:
    def test_render_streams_match_youtube_recommendation(
        self, rendered: tuple[Path, RenderReport, Narration, list[float]]
    ) -> None:
        text = described(rendered[0])
        assert re.search(r"Video: h264 \(High\).*yuv420p\(tv, bt709, progressive\), 640x360.* 30 fps", text)
        assert re.search(r"Audio: aac \(LC\).*48000 Hz, stereo", text)

    def test_render_picture_and_sound_have_planned_length(
        self, rendered: tuple[Path, RenderReport, Narration, list[float]]
    ) -> None:
        file, report, narration, _ = rendered
        frames = run([ffmpeg(), "-v", "error", "-i", file, "-map", "0:v", "-f", "framemd5", "-"]).stdout.splitlines()
        count = sum(not line.startswith(b"#") for line in frames)
        assert count == report.frames == round(narration.duration_s * 30)
        samples_read = (
            len(run([ffmpeg(), "-v", "error", "-i", file, "-map", "0:a", "-ac", "1", "-f", "s16le", "-"]).stdout) / 2
        )
        assert abs(samples_read / 48_000 - count / 30) < 0.05

    def test_render_has_target_loudness_and_true_peak(
        self, rendered: tuple[Path, RenderReport, Narration, list[float]]
    ) -> None:
        text = measured(rendered[0]).split("Summary:")[-1]
        loudness = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", text)[0])
        peak = float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", text)[0])
        assert loudness == pytest.approx(-14, abs=0.5)
        assert peak <= -1.2

    def test_render_puts_index_first(self, rendered: tuple[Path, RenderReport, Narration, list[float]]) -> None:
        data = rendered[0].read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")

    def test_render_uses_brand_colours(self, rendered: tuple[Path, RenderReport, Narration, list[float]]) -> None:
        raw = run(
            [
                ffmpeg(),
                "-v",
                "error",
                "-ss",
                "2",
                "-i",
                rendered[0],
                "-frames:v",
                "1",
                "-vf",
                "scale=in_color_matrix=bt709:out_range=pc,format=rgb24",
                "-f",
                "rawvideo",
                "-",
            ]
        ).stdout
        pixels = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3).astype(int)
        accent = np.abs(pixels - np.array(parse(samples.DARK.accent))).max(axis=1)
        assert (accent <= 10).sum() > 150  # the hook's second line, the progress line, the ring

    def test_render_progress_rises_to_one(self, rendered: tuple[Path, RenderReport, Narration, list[float]]) -> None:
        seen = rendered[3]
        assert seen == sorted(seen)
        assert seen[-1] == 1.0
        assert len(seen) > 3

    def test_render_leaves_no_other_files(self, rendered: tuple[Path, RenderReport, Narration, list[float]]) -> None:
        assert sorted(file.name for file in rendered[0].parent.iterdir()) == ["video.mp4", "voice.wav"]

    def test_render_report_counts_cpu_and_memory(
        self, rendered: tuple[Path, RenderReport, Narration, list[float]]
    ) -> None:
        report = rendered[1]
        assert 0 < report.drawing_cpu_s < report.cpu_s
        assert 20e6 < report.peak_bytes < 1e9

    def test_render_cancelled_leaves_no_files(self, tmp_path: Path) -> None:
        storyboard, captions, voice, _ = prepared(tmp_path)
        meter = Meter()

        def stop_midway(share: float) -> None:
            if share > 0.1:
                meter.stop.set()

        with metered(meter), pytest.raises(Cancelled):
            render(
                storyboard,
                captions,
                voice_wav=voice,
                brand=samples.DARK,
                out=tmp_path / "v.mp4",
                on_progress=stop_midway,
            )
        assert [file.name for file in tmp_path.iterdir()] == ["voice.wav"]

    def test_render_tall_video_has_tall_size(self, tmp_path: Path) -> None:
        storyboard, captions, voice, _ = prepared(tmp_path, (360, 640))
        render(
            storyboard,
            captions,
            voice_wav=voice,
            brand=samples.BOLD,
            out=tmp_path / "v.mp4",
            on_progress=lambda share: None,
        )
        assert "360x640" in described(tmp_path / "v.mp4")

    def test_render_with_silent_voice_file_is_refused(self, tmp_path: Path) -> None:
        storyboard, captions, voice, narration = prepared(tmp_path)
        silent = samples.hum(narration.model_copy(update={"words": narration.words[:1]}), tmp_path / "silent.wav")
        silent.write_bytes(silent.read_bytes()[:44] + bytes(200_000))
        with pytest.raises(InvalidInput, match="silent"):
            render(
                storyboard,
                captions,
                voice_wav=silent,
                brand=samples.DARK,
                out=tmp_path / "v.mp4",
                on_progress=lambda share: None,
            )
        assert voice.exists()
        assert not (tmp_path / "v.mp4").exists()
