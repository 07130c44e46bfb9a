"""The order of the steps."""

from __future__ import annotations

from ytempire.production.steps import (
    assemble,
    captions,
    final_review,
    research,
    script,
    script_review,
    thumbnails,
    visuals,
    voice,
)
from ytempire.production.steps.base import Step

STEPS: tuple[Step, ...] = (
    research.STEP, script.STEP, script_review.STEP, voice.STEP, visuals.STEP, captions.STEP, assemble.STEP,
    thumbnails.STEP, final_review.STEP,
)
_BY_NAME = {step.name: step for step in STEPS}


def step_named(name: str) -> Step:
    return _BY_NAME[name]


def step_after(name: str) -> Step | None:
    position = STEPS.index(_BY_NAME[name]) + 1
    return STEPS[position] if position < len(STEPS) else None
