"""Voice: speak the script with the persona's engine; word times come with it."""

from __future__ import annotations

from uuid import UUID

from ytempire.channels.voice_consents import require_consent
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.studio.script_document import Script
from ytempire.studio.voice.engine import CloningEngine, VoiceEngine
from ytempire.studio.voice.engine_factory import create_engine
from ytempire.studio.voice.fallback import narrate_or_fall_back


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    choice = context.persona.voice
    if context.options.voice:
        choice = choice.model_copy(update={"voice": context.options.voice})
    engine = create_engine(choice, context.settings.speech, context.gate, models=context.models)
    consent_id = await _require_consent(context, engine)
    out = context.work / "voice.wav"
    narration = await narrate_or_fall_back(script, choice=choice, engine=engine, out_wav=out)
    return StepResult(
        artifacts={
            "narration.json": context.write("narration.json", narration),
            "voice.wav": Artifact(out, "audio/wav"),
        },
        provider=f"{narration.engine} {narration.voice}",
        warnings=() if narration.fallback is None else (f"Not spoken by the chosen voice. {narration.fallback}",),
        evidence={
            "duration_s": narration.duration_s,
            "words": len(narration.words),
            "timing": narration.timing,
            "voice_fallback": narration.fallback,
            **({} if consent_id is None else {"voice_consent": str(consent_id)}),
        },
    )


async def _require_consent(context: StepContext, engine: VoiceEngine) -> UUID | None:
    """Before anything is paid for; None: the voice is nobody's."""
    if not isinstance(engine, CloningEngine) or not await engine.is_clone():
        return None
    async with context.sessions.begin() as session:
        return await require_consent(session, context.channel_id, engine.name, engine.voice)
