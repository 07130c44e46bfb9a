"""What every part of the sandbox needs: its store, its clock, its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ytempire.sandbox.clock import Clock
from ytempire.sandbox.server import Connections
from ytempire.sandbox.store import Store
from ytempire.settings import Sandbox


@dataclass
class SandboxContext:
    store: Store
    clock: Clock
    settings: Sandbox
    connections: Connections = field(default_factory=Connections)

    @classmethod
    def open(cls, folder: Path, settings: Sandbox) -> SandboxContext:
        store = Store(folder, seed=settings.seed)
        return cls(store, Clock(store), settings)
