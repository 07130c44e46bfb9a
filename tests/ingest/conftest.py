"""The pipeline that events come in by, for the tests of measuring."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Database
from ytempire.ingest.ingestor import Ingestor


@pytest.fixture
async def ingestor(database: Database) -> AsyncIterator[Ingestor]:
    async with Ingestor(database.app_url, application="test") as one:
        yield one


@pytest.fixture
async def others(database: Database) -> AsyncIterator[Ingestor]:
    """As another process has them."""
    async with Ingestor(database.app_url, application="test") as one:
        yield one
