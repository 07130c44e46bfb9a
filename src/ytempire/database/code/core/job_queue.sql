-- The queue as people see it, with the rights of whoever asks. Made anew, since columns of a view cannot be exchanged.
DROP VIEW IF EXISTS core.job_queue;
CREATE VIEW core.job_queue WITH (security_invoker = true) AS
SELECT j.id, j.task_name::text AS job_type, j.queue_name::text AS resource, -j.priority AS priority,
       CASE j.status::text WHEN 'todo' THEN 'pending' WHEN 'doing' THEN 'processing' WHEN 'succeeded' THEN 'completed'
                           WHEN 'failed' THEN 'failed' ELSE 'cancelled' END AS status,
       j.attempts, j.scheduled_at AS scheduled_for, j.worker_id, w.id AS workflow_id, j.args ->> 'step' AS step,
       w.channel_id
FROM jobs.procrastinate_jobs j
-- compared as a uuid, so that the run is found by its key and not by reading all of them
JOIN core.workflows w ON w.id = (j.args ->> 'workflow_id')::uuid;
