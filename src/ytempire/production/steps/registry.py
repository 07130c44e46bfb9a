"""What each step does. Only the worker imports this: it brings the drawing, speaking and encoding code with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

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
from ytempire.production.steps.base import StepContext, StepResult
from ytempire.production.steps.sequence import STEPS

Act = Callable[[StepContext], Coroutine[Any, Any, StepResult]]

ACTS: dict[str, Act] = {
    "research": research.act,
    "script": script.act,
    "script_review": script_review.act,
    "voice": voice.act,
    "visuals": visuals.act,
    "captions": captions.act,
    "assemble": assemble.act,
    "thumbnails": thumbnails.act,
    "final_review": final_review.act,
}
assert list(ACTS) == [step.name for step in STEPS]
