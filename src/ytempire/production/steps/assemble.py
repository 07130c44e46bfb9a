"""Assemble: draw, mix and encode the video in one pass."""

from __future__ import annotations

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production.run_options import FRAME
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.studio.captions.document import Captions
from ytempire.studio.render.encode import render
from ytempire.studio.visuals.scenes import Storyboard


async def act(context: StepContext) -> StepResult:
    out = context.work / "video.mp4"
    report = await run_in_metered_thread(
        render,
        context.read("storyboard.json", Storyboard),
        context.read("captions.json", Captions),
        voice_wav=context.inputs["voice.wav"],
        brand=context.persona.brand,
        out=out,
        on_progress=context.progress,
    )
    width, height = FRAME[context.options.format]
    return StepResult(
        artifacts={"video.mp4": Artifact(out, "video/mp4")},
        provider="ffmpeg",
        evidence={"frames": report.frames, "peak_mb": round(report.peak_bytes / 1e6), "gain_db": report.gain_db},
        video={"width": width, "height": height},
    )
