"""Create the partitioned table of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Database
from tests.database.partitions.readings import Connection, open_owner


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with open_owner(database) as connection:
        connection.execute("""
            CREATE TABLE core.readings (
                id uuid NOT NULL DEFAULT core.new_id(), run_id uuid REFERENCES core.runs,
                at timestamptz NOT NULL, value int CHECK (value >= 0), PRIMARY KEY (id, at)
            ) PARTITION BY RANGE (at);
            CREATE INDEX ON core.readings USING brin (at)""")
        yield connection
