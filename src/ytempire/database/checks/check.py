"""Define what every check is given and gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlalchemy import MetaData

from ytempire.database import models
from ytempire.database.catalog import Card, catalog
from ytempire.database.code_files import code_files

Status = Literal["ok", "warning", "critical"]
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class CheckResult:
    """One thing that was found. A problem is wrong now; a warning will be, or costs something."""

    check: str
    status: Status
    detail: str
    remedy: str | None = None

    def document(self) -> dict[str, str | None]:
        return {"check": self.check, "status": self.status, "detail": self.detail, "remedy": self.remedy}


@dataclass(frozen=True)
class Limits:
    """From where something counts."""

    # a report of the month uses its indexes once a month
    unused_after: timedelta = timedelta(days=30)
    # below this many rows the planner reads the whole table, whatever indexes there are
    unused_rows: int = 10_000
    # half of a relation being air is normal churn while it is small
    bloat_bytes: int = 50_000_000
    bloat_share: float = 0.5
    # autovacuum looks at a table after 50 changed rows; by then it should have come
    unanalysed_rows: int = 100
    unanalysed_parent_rows: int = 10_000  # its partitions have statistics of their own
    # an operational query has 10 ms, an analytical one 500 ms (DESIGN: numbers to hold)
    slow_mean: timedelta = timedelta(milliseconds=500)
    # what ran a few times says more about those times, a cold cache or a busy machine, than about itself
    slow_calls: int = 10
    slow_shown: int = 5


@dataclass(frozen=True)
class Target:
    """What is examined, and what it is held against."""

    connection: Connection
    owner_url: str
    now: datetime
    limits: Limits = field(default_factory=Limits)
    metadata: MetaData = field(default_factory=lambda: models.metadata)
    cards: Mapping[str, Card] = field(default_factory=catalog)
    code: Mapping[str, Path] = field(default_factory=code_files)


Check = Callable[[Target], Iterable[CheckResult]]


def is_well(findings: Iterable[CheckResult]) -> bool:
    """Tell whether nothing is wrong now; warnings are allowed."""
    return all(finding.status != "critical" for finding in findings)
