"""Voice: speak the script with the persona's engine; word times come with it."""

from __future__ import annotations

from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.studio.script_document import Script
from ytempire.studio.voice.engine_factory import create_engine
from ytempire.studio.voice.narration import narrate


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    choice = context.persona.voice
    if context.options.voice:
        choice = choice.model_copy(update={"voice": context.options.voice})
    engine = create_engine(choice, context.settings.speech, context.gate)
    out = context.work / "voice.wav"
    persona = context.persona.model_copy(update={"voice": choice})
    narration = await narrate(script, persona=persona, engine=engine, out_wav=out)
    return StepResult(
        artifacts={
            "narration.json": context.write("narration.json", narration),
            "voice.wav": Artifact(out, "audio/wav"),
        },
        provider=f"{narration.engine} {narration.voice}",
        evidence={"duration_s": narration.duration_s, "words": len(narration.words), "timing": narration.timing},
    )
