"""Script review: score the script against its source, and look whether it says what its channel avoids, before anything
is spent on voice and pictures.
"""

from __future__ import annotations

from decimal import Decimal

from ytempire.kit.processes import in_thread
from ytempire.production.review.policy import ORDER_ANEW, avoided_matches
from ytempire.production.script.document import Script
from ytempire.production.script.scoring import PASSING, score
from ytempire.production.source.document import SourceText
from ytempire.production.steps.base import StepContext, StepResult


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    source = context.read("source.json", SourceText)
    found = await in_thread(score, script, source, context.embedder.embed)
    refusals: tuple[str, ...] = ()
    if found.score < PASSING:
        refusals = (f"The script scores {found.score:.2f}; {PASSING} is needed.", *found.reasons)
    avoided = avoided_matches(script.said(), context.strategy.avoid)
    if avoided:
        refusals += (*(one.sentence for one in avoided), ORDER_ANEW)
    return StepResult(
        artifacts={"script_score.json": context.write("script_score.json", found)},
        provider="scorer",
        evidence={"score": found.score, "parts": found.parts, "avoided": [one.phrase for one in avoided]},
        video={"script_score": Decimal(str(round(found.score, 3)))},
        refusals=refusals,
    )
