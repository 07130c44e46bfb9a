"""Research: read the source text into blocks, with its credit and licence."""

from __future__ import annotations

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production.source.reader import parse_source
from ytempire.production.steps.base import StepContext, StepResult


async def act(context: StepContext) -> StepResult:
    data = context.inputs["source"].read_bytes()
    source = await run_in_metered_thread(
        parse_source, data, name=context.source_name, language=context.options.language
    )
    return StepResult(
        artifacts={"source.json": context.write("source.json", source)},
        provider="reader",
        evidence={
            "title": source.title,
            "words": source.words,
            "language": source.language,
            "attribution": source.attribution,
            "licence": source.licence,
        },
    )
