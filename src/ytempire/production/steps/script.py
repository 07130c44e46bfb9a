"""Script: a language model's where one is set up, else the extractive writer's."""

from __future__ import annotations

from ytempire.kit.processes import in_thread
from ytempire.production.script import extractive
from ytempire.production.script.llm import write_with_model
from ytempire.production.script.metadata import topics_first
from ytempire.production.script.openai_model import configured_model
from ytempire.production.source.document import SourceText
from ytempire.production.steps.base import StepContext, StepResult


async def act(context: StepContext) -> StepResult:
    source = context.read("source.json", SourceText)
    embed, seconds, persona, strategy = (
        context.embedder.embed,
        context.options.seconds,
        context.persona,
        context.strategy,
    )
    model = await configured_model(context.settings.language_model, context.gate)
    if model is None:
        script = await in_thread(extractive.write, source, seconds=seconds, persona=persona, embed=embed)
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
            "drafts": attempts,
            "text": [line.text for line in script.lines],
        },
        video={"title": script.title, "script": "\n".join(line.text for line in script.lines)},
    )
