"""The work of each task, by its name in the schedule."""

from collections.abc import Callable, Mapping

from ytempire.database.maintenance.context import TaskContext
from ytempire.database.maintenance.tasks import (
    audit_trail,
    collection_watch,
    doctor,
    freeze_partitions,
    indexes,
    job_cleanup,
    partitions,
    retention,
    statistics,
)

TaskFunction = Callable[[TaskContext], None]

TASK_FUNCTIONS: Mapping[str, TaskFunction] = {
    "partitions": partitions.keep,
    "trail": audit_trail.archive_old_changes,
    "retention": retention.remove_old_rows,
    "queue": job_cleanup.remove_ended_jobs,
    "statistics": statistics.analyse,
    "indexes": indexes.rebuild,
    "measurement": collection_watch.check_stale_collection,
    "doctor": doctor.check_database,
    "freezing": freeze_partitions.freeze,
}
