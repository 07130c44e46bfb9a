"""The order of the steps, what each needs and which slot it takes. Light to import: what orders a run does no work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Resource = Literal["cpu", "gpu", "network"]
SOURCE_STEP = "request"  # not a step that runs: the source is stored when the run is ordered


@dataclass(frozen=True)
class Step:
    """A step by name. `needs` are artifacts of earlier steps, checked before the step begins."""

    name: str
    needs: tuple[str, ...]
    resource: Resource = "cpu"


STEPS: tuple[Step, ...] = (
    Step("research", ("source",)),
    Step("script", ("source.json",)),
    Step("script_review", ("script.json", "source.json")),
    Step("voice", ("script.json",)),
    Step("visuals", ("script.json", "narration.json")),
    Step("captions", ("script.json", "narration.json")),
    Step("assemble", ("storyboard.json", "captions.json", "voice.wav")),
    Step("thumbnails", ("script.json", "storyboard.json")),
    Step("final_review", ("script.json", "script_score.json", "narration.json", "captions.json", "video.mp4")),
)
_BY_NAME = {step.name: step for step in STEPS}


def get_step(name: str) -> Step:
    return _BY_NAME[name]


def step_after(name: str) -> Step | None:
    position = STEPS.index(_BY_NAME[name]) + 1
    return STEPS[position] if position < len(STEPS) else None
