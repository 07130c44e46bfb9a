"""What the worker's process offers to the jobs and periodic tasks of the domains."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import procrastinate
import valkey.asyncio

from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore
from ytempire.registration.domain import Domain
from ytempire.settings import Settings

T = TypeVar("T")
APPLICATION = "ytempire-worker"
"""The name of the worker's connections to the database."""


@dataclass
class WorkerContext:
    """One for each worker process."""

    settings: Settings
    domains: Sequence[Domain]
    database_url: str
    queue: procrastinate.App
    sessions: Sessions  # the platform's own
    cache: valkey.asyncio.Valkey
    keys: KeyRing
    store: ObjectStore
    work: Path  # the folder of files of attempts under way
    models: Path  # the folder of models of machine learning
    resources: AsyncExitStack
    _shared: dict[object, Any] = field(default_factory=dict)
    _stop_callbacks: list[Callable[[], None]] = field(default_factory=list)

    async def shared(self, open_resource: Callable[[WorkerContext], Awaitable[AbstractAsyncContextManager[T]]]) -> T:
        """Return the one resource of this process that `open_resource` opens: at first use, until the worker ends."""
        if open_resource not in self._shared:
            self._shared[open_resource] = await self.resources.enter_async_context(await open_resource(self))
        resource: T = self._shared[open_resource]
        return resource

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the worker is asked to stop, before its jobs are waited for."""
        self._stop_callbacks.append(callback)

    def stop(self) -> None:
        """Tell every domain that the worker is asked to stop."""
        for callback in self._stop_callbacks:
            callback()
