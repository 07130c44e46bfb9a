"""The pipeline that events come in by, for the tests of measuring."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Database
from ytempire.analytics.deliveries import Deliveries


@pytest.fixture
async def deliveries(database: Database) -> AsyncIterator[Deliveries]:
    async with Deliveries(database.app_url, application="test") as one:
        yield one
