"""Render a storyboard with its captions and voice into one MP4 file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ytempire.channels.persona import Brand
from ytempire.kit.logs import get_logger
from ytempire.kit.processes import CompletedProgram, current_meter, run
from ytempire.studio.captions import drawing as captions_drawing
from ytempire.studio.captions.document import Captions
from ytempire.studio.render import graph as graphs
from ytempire.studio.render.ffmpeg import ffmpeg
from ytempire.studio.render.fonts import fonts_in
from ytempire.studio.render.mix import Mix, mix
from ytempire.studio.visuals import backgrounds, drawing
from ytempire.studio.visuals.ass_script import EVERY_LAYER, AssScript
from ytempire.studio.visuals.drawing.canvas import UNDER_PICTURES
from ytempire.studio.visuals.images import UnreadablePicture
from ytempire.studio.visuals.layout import FPS, frame
from ytempire.studio.visuals.picture_layer import PlacedPicture, write_clip
from ytempire.studio.visuals.scenes import Storyboard

log = get_logger(__name__)
# What we ship; the bench encodes its floor with the same.
X264 = (
    "-c:v",
    "libx264",
    "-preset",
    "medium",
    "-crf",
    "18",
    "-rc-lookahead",
    "30",
    "-profile:v",
    "high",
    "-pix_fmt",
    "yuv420p",
    "-g",
    str(2 * FPS),
    "-bf",
    "2",
    "-color_range",
    "tv",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-colorspace",
    "bt709",
)
_MAPPED = ("-map", "[picture]", "-map", "[sound]")
_MP4 = ("-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact")
_AAC = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")


@dataclass(frozen=True)
class RenderReport:
    """What a render used. `cpu_s` is all of it: drawing in this thread and every program run."""

    cpu_s: float
    drawing_cpu_s: float
    wall_s: float
    peak_bytes: int  # of the largest program run
    frames: int
    gain_db: float
    voice_lufs: float


def render(
    storyboard: Storyboard,
    captions: Captions,
    *,
    voice_wav: Path,
    brand: Brand,
    out: Path,
    on_progress: Callable[[float], None],
) -> RenderReport:
    """Write `out` whole or not at all; `on_progress` gets the share done, 0..1.

    Blocking. Raises Cancelled when the context's meter says stop, ProgramFailed when ffmpeg fails, InvalidInput for a
    voice that cannot be used. A folder beside `out` holds what is needed meanwhile and is removed.
    """
    started, thread_started = time.monotonic(), time.thread_time()
    with _prepared(storyboard, captions, voice_wav=voice_wav, brand=brand, out=out, on_progress=on_progress) as job:
        drawing_cpu = time.thread_time() - thread_started
        finished = _run_graph(job, voice_wav, (*_MAPPED, *X264, *_AAC, *_MP4, "video.mp4"), on_progress)
        (job.folder / "video.mp4").replace(out)
    on_progress(1.0)
    return RenderReport(
        cpu_s=drawing_cpu + finished.cpu_s,
        drawing_cpu_s=drawing_cpu,
        wall_s=time.monotonic() - started,
        peak_bytes=finished.peak_bytes,
        frames=job.frames,
        gain_db=job.mix.gain_db,
        voice_lufs=job.mix.voice_lufs,
    )


def write_frames(storyboard: Storyboard, captions: Captions, *, voice_wav: Path, brand: Brand, out: Path) -> None:
    """Write the very frames that `render` hands to the encoder, raw yuv420p: 3.1 MB each at 1080p. For the bench."""
    with _prepared(
        storyboard, captions, voice_wav=voice_wav, brand=brand, out=out, on_progress=lambda share: None
    ) as job:
        raw = ("-map", "[picture]", "-pix_fmt", "yuv420p", "-f", "rawvideo", "frames.yuv")
        _run_graph(job, voice_wav, (*raw, "-map", "[sound]", "-f", "null", "-"), lambda share: None)
        (job.folder / "frames.yuv").replace(out)


@dataclass(frozen=True)
class _Job:
    """A folder with all that the graph reads."""

    folder: Path
    backgrounds: list[graphs.Background]
    pictures: list[PlacedPicture]
    size: tuple[int, int]
    mix: Mix
    frames: int


@contextmanager
def _prepared(
    storyboard: Storyboard,
    captions: Captions,
    *,
    voice_wav: Path,
    brand: Brand,
    out: Path,
    on_progress: Callable[[float], None],
) -> Iterator[_Job]:
    """Draw the ASS script and the backgrounds and mix the bed into a folder beside `out`, removed at the end."""
    folder = out.parent / f".{out.name}.render"
    shutil.rmtree(folder, ignore_errors=True)  # left by a render that was killed
    folder.mkdir(parents=True)
    try:
        frames = frame(storyboard.duration_s)
        ass_script = AssScript(storyboard.width, storyboard.height, frames)
        pictures = drawing.draw(storyboard, ass_script, brand)
        captions_drawing.draw(captions, ass_script, brand)
        ass_script.write(folder / "under.ass", layers=range(UNDER_PICTURES))
        ass_script.write(folder / "sheet.ass", layers=range(UNDER_PICTURES, EVERY_LAYER.stop))
        for number, placed in enumerate(pictures):
            current_meter().check()
            write_clip(placed, folder / f"clip{number:03d}.yuv")
        planned = graphs.backgrounds_of(storyboard)
        size = _draw_backgrounds(planned, storyboard, brand, folder)
        on_progress(0.04)
        ticks = tuple(scene.start_s for scene in storyboard.scenes if scene.kind == "section")
        mixed = mix(voice_wav, seed=storyboard.seed, duration_s=storyboard.duration_s, ticks_s=ticks, folder=folder)
        on_progress(0.08)
        (folder / "graph.txt").write_text(
            graphs.graph(planned, pictures, storyboard, gain_db=mixed.gain_db), encoding="utf-8"
        )
        yield _Job(folder, planned, pictures, size, mixed, frames)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _draw_backgrounds(
    planned: list[graphs.Background], storyboard: Storyboard, brand: Brand, folder: Path
) -> tuple[int, int]:
    size = backgrounds.oversize(storyboard.width, storyboard.height)
    for i, background in enumerate(planned):
        current_meter().check()
        _draw_background(background, i, storyboard, brand, folder / f"plate{i:02d}.yuv")
    return size.width, size.height


def _draw_background(
    background: graphs.Background, number: int, storyboard: Storyboard, brand: Brand, file: Path
) -> None:
    """The operator's picture, or a background of the brand: also where the picture is gone since it was chosen."""
    width, height, seed = storyboard.width, storyboard.height, storyboard.seed
    if background.picture is not None:
        try:
            backgrounds.draw_picture(background.picture, brand, width, height, seed=seed, file=file)
        except UnreadablePicture as error:
            log.warning("image_skipped", file=str(background.picture), because=str(error))
        else:
            return
    backgrounds.draw(brand, width, height, seed=seed, variant=number, file=file, panel=background.panel)


def _run_graph(
    job: _Job, voice_wav: Path, output: tuple[str, ...], on_progress: Callable[[float], None]
) -> CompletedProgram:
    def report(line: bytes) -> None:
        if line.startswith(b"frame="):
            on_progress(min(0.99, 0.08 + 0.91 * int(line[6:]) / job.frames))

    # Run inside the folder: names in the graph need no escaping then, whatever the folder's own name holds.
    fonts_only = fonts_in(job.folder)
    command: list[str | Path] = [
        ffmpeg(),
        *("-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress", "pipe:1", "-y"),
        *graphs.inputs(job.backgrounds, job.size),
        *graphs.picture_inputs(job.pictures),
        *("-i", f"file:{voice_wav.resolve()}", "-i", "bed.wav", "-/filter_complex", "graph.txt"),
        *output,
    ]
    return run(command, cwd=job.folder, env=fonts_only, on_stdout=report)
