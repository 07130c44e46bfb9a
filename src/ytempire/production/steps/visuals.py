"""Visuals: decide what is shown for each thing that is said."""

from __future__ import annotations

from collections import Counter

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production.run_options import FRAME
from ytempire.production.steps.base import StepContext, StepResult
from ytempire.studio.script_document import Script
from ytempire.studio.visuals.images import ImageFolder
from ytempire.studio.visuals.planner import plan
from ytempire.studio.voice.document import Narration


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    narration = context.read("narration.json", Narration)
    width, height = FRAME[context.options.format]
    folder = context.settings.production.images
    images = ImageFolder(folder) if folder else None
    storyboard = await run_in_metered_thread(
        plan, script, narration, brand=context.persona.brand, width=width, height=height, images=images
    )
    kinds = Counter(scene.kind for scene in storyboard.scenes)
    return StepResult(
        artifacts={"storyboard.json": context.write("storyboard.json", storyboard)},
        provider="drawn" if not kinds["picture"] else "drawn, own images",
        evidence={
            "scenes": len(storyboard.scenes),
            "kinds": dict(kinds),
            **({"pictures_passed_over": images.skipped} if images and images.skipped else {}),
        },
    )
