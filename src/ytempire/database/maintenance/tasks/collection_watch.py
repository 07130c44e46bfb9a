"""Channels of which no numbers come from YouTube any more, whyever: also where no worker runs that could say so."""

from __future__ import annotations

from ytempire.collection.decisions import PROBLEM
from ytempire.collection.gaps import EXPECTED, NO_WORKER
from ytempire.database.maintenance import alerts
from ytempire.database.maintenance.alerts import AlertCondition
from ytempire.database.maintenance.context import TaskContext

_STALE_CHANNELS = f"""
    SELECT c.id, c.name, m.counters_read_at, m.last_error ->> 'message'
    FROM core.channel_collections m JOIN core.channels c ON c.id = m.channel_id
        JOIN core.channel_connections k ON k.channel_id = m.channel_id
    WHERE m.counters_due_at < %s AND {EXPECTED}
    ORDER BY c.id"""  # noqa: S608  # a constant of ours


def check_stale_collection(context: TaskContext) -> None:
    silent = context.connection.execute(_STALE_CHANNELS, [context.now - PROBLEM]).fetchall()
    context.record(silent=len(silent))
    alerts.settle(context.lock_connection, "measurement", [_wrong(*row) for row in silent], context.now)


def _wrong(channel_id: object, name: str, read_at: object, why: str | None) -> AlertCondition:
    since = f"since {read_at:%Y-%m-%d %H:%M} UTC" if read_at else "yet"
    return AlertCondition(
        f"measurement/{channel_id}",
        "critical",
        f"No numbers of “{name}” have come from YouTube {since}. {why or NO_WORKER}",
        f'ytempire collect --channel "{name}" says what is wrong. Nothing is lost: the next reading has it all.',
    )
