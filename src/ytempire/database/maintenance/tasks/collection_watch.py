"""Channels of which no numbers come from YouTube any more, whyever: also where no worker runs that could say so."""

from __future__ import annotations

from datetime import UTC, datetime

from ytempire.alerts.open_alerts import AlertCondition, settle_alerts_as_owner
from ytempire.collection.decisions import PROBLEM
from ytempire.collection.gaps import EXPECTED, NO_WORKER
from ytempire.database.maintenance.context import TaskContext

_STALE_CHANNELS = f"""
    SELECT c.id, c.name, m.counters_read_at, m.last_error ->> 'message'
    FROM core.channel_collections m JOIN core.channels c ON c.id = m.channel_id
        JOIN core.channel_connections k ON k.channel_id = m.channel_id
    WHERE m.counters_due_at < %s AND {EXPECTED}
    ORDER BY c.id"""  # noqa: S608  # a constant of ours

_EXPECTED_CHANNELS = f"""
    SELECT c.id FROM core.channels c JOIN core.channel_connections k ON k.channel_id = c.id
        JOIN core.channel_collections m ON m.channel_id = c.id
    WHERE {EXPECTED} AND m.counters_due_at IS NOT NULL"""  # noqa: S608  # a constant of ours


def check_stale_collection(context: TaskContext) -> None:
    silent = context.connection.execute(_STALE_CHANNELS, [context.now - PROBLEM]).fetchall()
    context.record(silent=len(silent))
    _close_alerts_of_stopped_channels(context)
    settle_alerts_as_owner(context.lock_connection, "collection_stopped", [_wrong(*row) for row in silent], context.now)


def _close_alerts_of_stopped_channels(context: TaskContext) -> None:
    """Close what the collector opened for channels that are stopped since, or have nothing to read any more."""
    expected = [str(key) for (key,) in context.connection.execute(_EXPECTED_CHANNELS).fetchall()]
    context.lock_connection.execute(
        "SELECT core.close_alerts('collection_late', NULL, %s::text[], %s)", [expected, context.now]
    )


def _wrong(channel_id: object, name: str, read_at: datetime | None, why: str | None) -> AlertCondition:
    since = f"since {read_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if read_at else "yet"
    return AlertCondition(
        "collection_stopped",
        str(channel_id),
        f"No numbers of “{name}” have come from YouTube {since}. {why or NO_WORKER}",
        f'ytempire collect --channel "{name}" says what is wrong. Nothing is lost: the next reading has it all.',
        link=f"/channels/{channel_id}",
    )
