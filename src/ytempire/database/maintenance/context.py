"""What a task is given: the database as its owner, a clock, the cards, and where it says what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from ytempire.database.catalog import Card
from ytempire.kit.errors import YtempireError

Connection = psycopg.Connection[Any]
HEALTH_PAGE = "/administration/database"  # where an alert of maintenance leads


class PartiallyCompleted(YtempireError):
    """Some of a task's tables could not be done; the others were, and the log says which."""

    code = "partially_completed"


@dataclass
class TaskContext:
    """One run. `connection` is the owner's, in autocommit, for the work; `lock_connection` holds the lock and logs.

    Notes are written at once and outside the work's transactions: a run that is killed has said what it did.
    """

    run_id: UUID
    connection: Connection
    lock_connection: Connection
    owner_url: str
    now: datetime
    cards: Mapping[str, Card]
    details: dict[str, Any] = field(default_factory=dict)

    def record(self, **details: object) -> None:
        """Say something of this run, in place of what was said under the same name."""
        self.details |= details
        self.lock_connection.execute(
            "UPDATE core.maintenance_log SET details = %s WHERE id = %s", [Jsonb(self.details), self.run_id]
        )

    def record_item(self, name: str, what: object) -> None:
        """Add one thing to a list."""
        self.record(**{name: [*self.details.get(name, []), what]})

    def record_failure(self, table: str, error: Exception) -> None:
        """This one could not be done; the task goes on with the others, and fails at its end."""
        self.record_item("failed", {"table": table, "error": str(error)})

    def require_all_done(self) -> None:
        """Raise PartiallyCompleted where there was a failure."""
        if failed := self.details.get("failed"):
            raise PartiallyCompleted(
                f"{len(failed)} could not be done, first of all {failed[0]['table']}: {failed[0]['error']}",
                hint="It is tried again by itself.",
            )
