"""Alerts: opened when something is wrong, renewed while it is, closed when it is gone. By key, one open at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg

Severity = Literal["warning", "critical"]


@dataclass(frozen=True)
class AlertCondition:
    """`key` is who found it, a slash, and where: the same each time, so no number that changes is part of it."""

    key: str
    severity: Severity
    message: str
    remedy: str


def raise_alert(connection: psycopg.Connection[Any], wrong: AlertCondition, now: datetime) -> None:
    """Open an alert, or renew the one that is open."""
    connection.execute(
        """
        INSERT INTO core.system_alerts (key, severity, message, remedy, opened_at, last_seen_at)
        VALUES (%(key)s, %(severity)s, %(message)s, %(remedy)s, %(now)s, %(now)s)
        ON CONFLICT (key) WHERE closed_at IS NULL DO UPDATE
        SET severity = EXCLUDED.severity, message = EXCLUDED.message, remedy = EXCLUDED.remedy,
            -- the clock may have gone back
            last_seen_at = greatest(system_alerts.last_seen_at, EXCLUDED.last_seen_at)""",
        {**vars(wrong), "now": now},
    )


def close_alert(connection: psycopg.Connection[Any], key: str, now: datetime) -> None:
    """It is gone; nothing happens where none is open."""
    connection.execute(
        "UPDATE core.system_alerts SET closed_at = greatest(opened_at, %s) WHERE key = %s AND closed_at IS NULL",
        [now, key],
    )


def settle(connection: psycopg.Connection[Any], finder: str, wrong: Iterable[AlertCondition], now: datetime) -> None:
    """All that `finder` sees wrong now; what it saw before and sees no more is closed. In one transaction."""
    with connection.transaction():
        seen = []
        for one in wrong:
            raise_alert(connection, one, now)
            seen.append(one.key)
        connection.execute(
            "UPDATE core.system_alerts SET closed_at = greatest(opened_at, %s)"
            " WHERE starts_with(key, %s) AND closed_at IS NULL AND NOT key = ANY (%s)",
            [now, f"{finder}/", seen],
        )
