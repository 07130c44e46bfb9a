"""Script: a language model's where one is set up, else the extractive writer's."""

from __future__ import annotations

from ytempire.channels.persona import Persona
from ytempire.kit.processes import run_in_metered_thread
from ytempire.language.names import english_name
from ytempire.production.script import extractive
from ytempire.production.script.llm import LanguageModel, write_with_model
from ytempire.production.script.metadata import topics_first
from ytempire.production.script.sign_off import sign_off_lines
from ytempire.production.source.document import SourceText
from ytempire.production.steps.base import StepContext, StepResult
from ytempire.studio.script_document import Script


async def act(context: StepContext) -> StepResult:
    source = context.read("source.json", SourceText)
    embed, seconds, persona, strategy = (
        context.embedder.embed,
        context.options.seconds,
        context.persona,
        context.strategy,
    )
    model = await _model_of(context)
    if model is None:
        script = await run_in_metered_thread(extractive.write, source, seconds=seconds, persona=persona, embed=embed)
        attempts = 1
    else:
        script, _, attempts = await write_with_model(
            source, seconds=seconds, persona=persona, strategy=strategy, model=model, embed=embed
        )
    script = script.model_copy(update={"tags": topics_first(script, strategy.topics)})
    return StepResult(
        artifacts={"script.json": context.write("script.json", script)},
        provider=script.writer,
        evidence={
            "lines": len(script.lines),
            "sections": [section.heading for section in script.sections],
            "planned_s": script.planned_s,
            "asked_s": script.asked_s,
            "shortfall": script.shortfall,
            "drafts": attempts,
            "text": [line.text for line in script.lines],
            **_left_out(script, persona),
        },
        video={"title": script.title, "script": "\n".join(line.text for line in script.lines)},
    )


def _left_out(script: Script, persona: Persona) -> dict[str, str]:
    """What a script does not say although its channel always does."""
    if not persona.sign_off.strip() or sign_off_lines(persona, script.language):
        return {}
    return {"sign_off": f"Left out: “{persona.sign_off.strip()}” is not in {english_name(script.language)}."}


async def _model_of(context: StepContext) -> LanguageModel | None:
    """The model that the operator set up. Raises InvalidInput where it has no address."""
    if context.settings.language_model.model is None:
        return None  # here too, since the library takes 0.8 s to import
    from ytempire.production.script.openai_model import configured_model  # noqa: PLC0415  # as said

    return await configured_model(context.settings.language_model, context.gate)
