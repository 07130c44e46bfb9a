"""Jobs that came to an end. Those that were done are deleted by the worker; the others are kept to be looked at."""

from __future__ import annotations

from datetime import timedelta

from ytempire.database.maintenance.context import TaskContext

# A run keeps its own account of what failed; the job is only looked at when the queue itself is in question.
RETENTION = timedelta(days=30)


def remove_ended_jobs(context: TaskContext) -> None:
    """Failed, cancelled and aborted ones, 30 days after their last event."""
    removed = context.connection.execute(
        """
        DELETE FROM jobs.procrastinate_jobs j
        WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS (
            SELECT FROM jobs.procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)""",
        [context.now - RETENTION],
    ).rowcount
    context.record(removed=removed)
