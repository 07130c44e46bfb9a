"""Open the database of a test as its owner, as checks see it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Database
from tests.database.checks.findings import NOVEMBER, Connection
from ytempire.database.checks.check import Target
from ytempire.kit.database import conninfo


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database.owner_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def target(database: Database, owner: Connection) -> Target:
    return Target(owner, database.owner_url, NOVEMBER)
