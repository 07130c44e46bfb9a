from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import procrastinate
import pytest

from tests.conftest import Database
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[procrastinate.App]:
    async with open_queue(database.worker_url).open_async() as queue:
        yield queue


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "objects")
