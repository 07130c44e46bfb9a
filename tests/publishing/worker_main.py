"""A worker in another process: `python -m tests.publishing.worker_main` makes one attempt, or fills the calendar."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from ytempire.database.models import metadata
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM
from ytempire.publishing.auto_scheduler import AutoScheduler
from ytempire.publishing.upload.attempt import upload
from ytempire.publishing.worker_runtime import PublishingRuntime
from ytempire.youtube.service import YouTube


async def main(asked: dict[str, Any]) -> None:
    assert "core.users" in metadata.tables  # that other packages' tables are known, as in the worker
    engine = connect(asked["database_url"], pool_size=5)
    platform, keys = sessions_of(engine, SYSTEM), KeyRing.from_file(Path(asked["keys"]))
    async with (
        open_queue(asked["worker_url"]).open_async() as queue,
        YouTube(platform, keys) as youtube,
    ):
        if asked["do"] == "fill":
            await AutoScheduler(youtube, queue).run_once()
            return
        lease_duration = timedelta(seconds=asked["lease_s"])
        runtime = PublishingRuntime(
            platform, queue, ObjectStore(Path(asked["store"])), keys, youtube, lease_duration / 5, lease_duration
        )
        await upload(runtime, UUID(asked["publication_id"]))
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
