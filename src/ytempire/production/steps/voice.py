"""Voice: speak the script with the persona's engine; word times come with it."""

from __future__ import annotations

from uuid import UUID

from ytempire.channels.voice_consents import require_consent
from ytempire.production.steps.base import Artifact, StepContext, StepResult
from ytempire.studio.script_document import Script
from ytempire.studio.voice.engine import CloningEngine, VoiceEngine
from ytempire.studio.voice.engine_factory import create_engine
from ytempire.studio.voice.fallback import narrate_or_fall_back
from ytempire.studio.voice.voice_language import ChosenVoice, require_voice_of, voice_for


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    chosen = _chosen_voice(context, script.language)
    choice = chosen.choice
    engine = create_engine(
        choice,
        context.settings.speech,
        context.gate,
        models=context.models,
        language=script.language,
        on_progress=context.progress,
    )
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
            **({} if chosen.instead_of is None else {"voice": chosen.instead_of}),
            **({} if consent_id is None else {"voice_consent": str(consent_id)}),
        },
    )


def _chosen_voice(context: StepContext, language: str) -> ChosenVoice:
    """The voice that was asked for; else the persona's, or another one of its engine where that speaks no such text."""
    choice = context.persona.voice
    if context.options.voice is None:
        return voice_for(choice, language, context.settings.speech)
    require_voice_of(choice.engine, context.options.voice, language)
    return ChosenVoice(choice.model_copy(update={"voice": context.options.voice}), None)


async def _require_consent(context: StepContext, engine: VoiceEngine) -> UUID | None:
    """Before anything is paid for; None: the voice is nobody's."""
    if not isinstance(engine, CloningEngine) or not await engine.is_clone():
        return None
    async with context.sessions.begin() as session:
        return await require_consent(session, context.channel_id, engine.name, engine.voice)
