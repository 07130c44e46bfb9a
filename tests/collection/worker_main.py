"""A worker in another process: `python -m tests.collection.worker_main` collects what is due, once."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from ytempire.collection.collection_attempt import CollectorRuntime
from ytempire.collection.collector import collect_due
from ytempire.database.models import metadata
from ytempire.ingest.ingestor import Ingestor
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.subject import SYSTEM
from ytempire.youtube.service import YouTube


async def main(asked: dict[str, Any]) -> None:
    assert "core.users" in metadata.tables  # that other packages' tables are known, as in the worker
    engine = connect(asked["database_url"], pool_size=5)
    platform, keys = sessions_of(engine, SYSTEM), KeyRing.from_file(Path(asked["keys"]))
    async with (
        YouTube(platform, keys) as youtube,
        Ingestor(asked["database_url"], application="elsewhere") as ingestor,
    ):
        lease = timedelta(seconds=asked["lease_s"])
        await collect_due(CollectorRuntime(platform, youtube, ingestor, lease / 5, lease))
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
