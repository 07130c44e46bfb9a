"""Captions: from word times, burned in later and as files."""

from __future__ import annotations

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production.run_options import FRAME
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.studio.captions.files import write_srt, write_vtt
from ytempire.studio.captions.layout import build
from ytempire.studio.script_document import Script
from ytempire.studio.voice.document import Narration


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    narration = context.read("narration.json", Narration)
    width, height = FRAME[context.options.format]
    captions = await run_in_metered_thread(
        build, narration, script, width=width, height=height, brand=context.persona.brand
    )
    srt = write_srt(captions, context.work / "captions.srt")
    vtt = write_vtt(captions, context.work / "captions.vtt")
    return StepResult(
        artifacts={
            "captions.json": context.write("captions.json", captions),
            "captions.srt": Artifact(srt, "application/x-subrip"),
            "captions.vtt": Artifact(vtt, "text/vtt"),
        },
        provider="word timings",
        evidence={"cues": len(captions.cues), "fastest_cps": round(captions.characters_per_second, 1)},
    )
