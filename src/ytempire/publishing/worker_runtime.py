"""Hold what the worker process offers to uploads and edits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import procrastinate

from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore
from ytempire.youtube.service import YouTube


@dataclass
class PublishingRuntime:
    """What the worker process offers to uploads and edits; one for each process."""

    sessions: Sessions  # the platform's own
    queue: procrastinate.App
    store: ObjectStore
    keys: KeyRing
    youtube: YouTube
    heartbeat: timedelta
    lease_duration: timedelta
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
