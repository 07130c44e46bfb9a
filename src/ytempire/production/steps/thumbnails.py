"""Thumbnails: three different ideas."""

from __future__ import annotations

from ytempire.kit.processes import in_thread
from ytempire.production.script.document import Script
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.production.thumbnail.making import make
from ytempire.production.visuals.scenes import Storyboard


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    storyboard = context.read("storyboard.json", Storyboard)
    paths = await in_thread(make, script, storyboard, brand=context.persona.brand, out_dir=context.work)
    return StepResult(
        artifacts={
            f"thumbnail-{number}.jpg": Artifact(path, "image/jpeg") for number, path in enumerate(paths, start=1)
        },
        provider="drawn",
    )
