"""Channels of which no numbers come from YouTube any more, whyever: also where no worker runs that could say so."""

from __future__ import annotations

from ytempire.database.maintenance import alerts
from ytempire.database.maintenance.alerts import Wrong
from ytempire.database.maintenance.job import Job
from ytempire.measurement.decisions import PROBLEM
from ytempire.measurement.gaps import EXPECTED, NOBODY

_SILENT = f"""
    SELECT c.id, c.name, m.counters_read_at, m.last_error ->> 'message'
    FROM core.channel_measurements m JOIN core.channels c ON c.id = m.channel_id
        JOIN core.channel_connections k ON k.channel_id = m.channel_id
    WHERE m.counters_due_at < %s AND {EXPECTED}
    ORDER BY c.id"""  # noqa: S608  # a constant of ours


def look_for_silence(job: Job) -> None:
    silent = job.connection.execute(_SILENT, [job.now - PROBLEM]).fetchall()
    job.note(silent=len(silent))
    alerts.settle(job.keeper, "measurement", [_wrong(*row) for row in silent], job.now)


def _wrong(channel_id: object, name: str, read_at: object, why: str | None) -> Wrong:
    since = f"since {read_at:%Y-%m-%d %H:%M} UTC" if read_at else "yet"
    return Wrong(
        f"measurement/{channel_id}",
        "problem",
        f"No numbers of “{name}” have come from YouTube {since}. {why or NOBODY}",
        f'ytempire measure --channel "{name}" says what is wrong. Nothing is lost: the next reading has it all.',
    )
