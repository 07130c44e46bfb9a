"""Jobs that came to an end. Those that were done are deleted by the worker; the others are kept to be looked at."""

from __future__ import annotations

from datetime import timedelta

from ytempire.database.maintenance.job import Job

# A run keeps its own account of what failed; the job is only looked at when the queue itself is in question.
KEPT = timedelta(days=30)


def remove_ended_jobs(job: Job) -> None:
    """Failed, cancelled and aborted ones, 30 days after their last event."""
    removed = job.connection.execute(
        """
        DELETE FROM jobs.procrastinate_jobs j
        WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS (
            SELECT FROM jobs.procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)""",
        [job.now - KEPT],
    ).rowcount
    job.note(removed=removed)
