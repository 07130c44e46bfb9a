-- The queue as people see it, with the rights of whoever asks. Made anew, since columns of a view cannot be exchanged.
DROP VIEW IF EXISTS core.job_queue;
CREATE VIEW core.job_queue WITH (security_invoker = true) AS
SELECT j.id, j.task_name::text AS job_type, j.queue_name::text AS resource, -j.priority AS priority,
       CASE j.status::text WHEN 'todo' THEN 'pending' WHEN 'doing' THEN 'processing' WHEN 'succeeded' THEN 'completed'
                           WHEN 'failed' THEN 'failed' ELSE 'cancelled' END AS status,
       j.attempts, j.scheduled_at AS scheduled_for, j.worker_id, s.channel_id, s.video_id,
       CASE j.task_name WHEN 'production.run_step' THEN (j.args ->> 'run_id')::uuid END AS run_id,
       j.args ->> 'step' AS step
FROM jobs.procrastinate_jobs j CROSS JOIN LATERAL core.job_scope(j.task_name, j.args) s
WHERE s.channel_id IS NOT NULL;
