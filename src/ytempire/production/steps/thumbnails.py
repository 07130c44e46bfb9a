"""Thumbnails: three different ideas."""

from __future__ import annotations

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.studio.script_document import Script
from ytempire.studio.thumbnail.drawing import draw_all
from ytempire.studio.visuals.scenes import Storyboard


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    storyboard = context.read("storyboard.json", Storyboard)
    paths = await run_in_metered_thread(draw_all, script, storyboard, brand=context.persona.brand, out_dir=context.work)
    return StepResult(
        artifacts={
            f"thumbnail-{number}.jpg": Artifact(path, "image/jpeg") for number, path in enumerate(paths, start=1)
        },
        provider="drawn",
    )
