"""The worker process: runs the jobs and periodic tasks that domains declare, and recovers what dead workers left."""
