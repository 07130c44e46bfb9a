"""What every step is given and what it returns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from ytempire.channels.persona import Persona
from ytempire.channels.strategy import Strategy
from ytempire.costs.service import PaidCallGate
from ytempire.embeddings.embedding import Embedder
from ytempire.kit.database import Sessions
from ytempire.production.run_options import Options
from ytempire.production.template_rendering import TemplateSnapshot
from ytempire.settings import Settings

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class StepContext:
    """`work` is a folder of this attempt alone, removed after it. `progress` takes 0..1."""

    run_id: UUID
    video_id: UUID
    channel_id: UUID
    options: Options
    source_name: str
    source_sha256: str
    persona: Persona
    strategy: Strategy
    template_snapshot: TemplateSnapshot | None
    settings: Settings
    sessions: Sessions
    gate: PaidCallGate
    embedder: Embedder
    work: Path
    models: Path  # a folder for files of models, which steps share
    inputs: Mapping[str, Path]  # artifacts of earlier steps by name, checked just now
    progress: Callable[[float], None]

    def read(self, name: str, model: type[M]) -> M:
        """An earlier step's document."""
        return model.model_validate_json(self.inputs[name].read_bytes())

    def write(self, name: str, document: BaseModel) -> Artifact:
        """A document of this step."""
        return self.write_json(name, document.model_dump(mode="json"))

    def write_json(self, name: str, data: Any) -> Artifact:
        path = self.work / name
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        return Artifact(path, "application/json")


@dataclass(frozen=True)
class Artifact:
    path: Path
    media_type: str


@dataclass(frozen=True)
class StepResult:
    """What a step made and found.

    `refusals`: why the video is not acceptable; the run then ends as refused. `warnings`: what is not as it was set up,
    in sentences for the run's log.
    """

    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    provider: str = "local"
    evidence: Mapping[str, Any] = field(default_factory=dict)
    video: Mapping[str, Any] = field(default_factory=dict)  # columns of core.videos that are known from now on
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    embedding: tuple[float, ...] | None = None  # of the whole script, kept to notice a near-duplicate later
