"""Open, renew and close alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import bindparam

from ytempire.kit.database import AsyncSession
from ytempire.kit.severity import Severity

_OPEN = text(
    "SELECT core.open_alert(:rule, :key, :channel_id, :severity, :title, :message, :link, :data, :seen_at,"
    " :expires_after)"
).bindparams(bindparam("data", type_=JSONB))
_CLOSE = text("SELECT core.close_alerts(:rule, :key, '{}', :seen_at)")


@dataclass(frozen=True)
class AlertCondition:
    """Something that is wrong. `key` says where: the same each time, so no number that changes is part of it."""

    rule: str
    key: str
    title: str
    """What is wrong, one sentence or two."""
    message: str
    """Why, and what to do about it."""
    channel_id: UUID | None = None
    """Whose owner must know; None: it is of the installation, for its administrators."""
    severity: Severity | None = None
    """None: the rule's."""
    link: str | None = None
    """Where on the page it leads."""
    expires_after: timedelta | None = None
    """Of a rule whose alerts expire, if it is over sooner or later than the rule says."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Its numbers and names, for whoever makes other text of it."""


async def open_alert(session: AsyncSession, condition: AlertCondition, now: datetime) -> bool:
    """Open an alert, or renew the one that is open; whether it is new. Needs the platform's session."""
    return await session.scalar(_OPEN, {**vars(condition), "data": dict(condition.data), "seen_at": now}) is not None


async def close_alert(session: AsyncSession, rule: str, key: str, now: datetime) -> None:
    """Close an alert; nothing happens where none is open. Needs the platform's session."""
    await session.execute(_CLOSE, {"rule": rule, "key": key, "seen_at": now})


def open_alert_as_owner(connection: psycopg.Connection[Any], condition: AlertCondition, now: datetime) -> None:
    """Open an alert, or renew the one that is open; for maintenance, whose connection is the owner's."""
    connection.execute(
        "SELECT core.open_alert(%(rule)s, %(key)s, %(channel_id)s, %(severity)s, %(title)s, %(message)s, %(link)s,"
        " %(data)s, %(seen_at)s, %(expires_after)s)",
        {**vars(condition), "data": Jsonb(dict(condition.data)), "seen_at": now},
    )


def close_alert_as_owner(connection: psycopg.Connection[Any], rule: str, key: str, now: datetime) -> None:
    """Close an alert; nothing happens where none is open."""
    connection.execute("SELECT core.close_alerts(%s, %s, '{}', %s)", [rule, key, now])


def settle_alerts_as_owner(
    connection: psycopg.Connection[Any], rule: str, conditions: Iterable[AlertCondition], now: datetime
) -> None:
    """Open or renew all that is wrong now by `rule`, and close what was before and is no more. In one transaction."""
    with connection.transaction():
        still_wrong = []
        for condition in conditions:
            open_alert_as_owner(connection, condition, now)
            still_wrong.append(condition.key)
        connection.execute("SELECT core.close_alerts(%s, NULL, %s::text[], %s)", [rule, still_wrong, now])
