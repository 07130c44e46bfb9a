"""The work of each task, by its name in the schedule."""

from collections.abc import Callable, Mapping

from ytempire.database.maintenance.job import Job
from ytempire.database.maintenance.tasks import (
    doctor,
    freezing,
    indexes,
    measurement,
    partitions,
    queue,
    retention,
    statistics,
    trail,
)

Work = Callable[[Job], None]

WORK: Mapping[str, Work] = {
    "partitions": partitions.keep,
    "trail": trail.put_away,
    "retention": retention.remove_old_rows,
    "queue": queue.remove_ended_jobs,
    "statistics": statistics.analyse,
    "indexes": indexes.rebuild,
    "measurement": measurement.look_for_silence,
    "doctor": doctor.examine,
    "freezing": freezing.freeze,
}
