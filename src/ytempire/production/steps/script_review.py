"""Script review: score the script against its source, and look whether it says what its channel avoids, before anything
is spent on voice and pictures.
"""

from __future__ import annotations

from decimal import Decimal

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production.review.policy import RUN_AGAIN_HINT, blocked_phrase_matches
from ytempire.production.script.scoring import PASSING, score
from ytempire.production.source.document import SourceText
from ytempire.production.steps.base import StepContext, StepResult
from ytempire.studio.script_document import Script


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    source = context.read("source.json", SourceText)
    script_score = await run_in_metered_thread(
        score, script, source, words_per_minute=context.persona.voice.words_per_minute
    )
    refusals: tuple[str, ...] = ()
    if script_score.score < PASSING:
        refusals = (f"The script scores {script_score.score:.2f}; {PASSING} is needed.", *script_score.reasons)
    matches = blocked_phrase_matches(script.texts_by_place(), context.strategy.avoid)
    if matches:
        refusals += (*(match.sentence for match in matches), RUN_AGAIN_HINT)
    return StepResult(
        artifacts={"script_score.json": context.write("script_score.json", script_score)},
        provider="scorer",
        evidence={
            "score": script_score.score,
            "parts": script_score.parts,
            "avoided": [match.phrase for match in matches],
        },
        video={"script_score": Decimal(str(round(script_score.score, 3)))},
        refusals=refusals,
    )
