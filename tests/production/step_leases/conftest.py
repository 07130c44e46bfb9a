"""Order a run, of which these tests claim steps."""

from __future__ import annotations

from uuid import UUID

import procrastinate
import pytest

from tests.production.factories import start
from ytempire.kit.database import Sessions
from ytempire.kit.storage import ObjectStore


@pytest.fixture
async def run_id(sessions: Sessions, queue: procrastinate.App, store: ObjectStore) -> UUID:
    return (await start(sessions, queue, store)).id
