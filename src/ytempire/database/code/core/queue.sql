-- Enqueueing is open to the application, in its own transaction; the queue's tables are not. The library's function does
-- it as the owner.
ALTER FUNCTION jobs.procrastinate_defer_jobs_v1(jobs.procrastinate_job_to_defer_v1[])
    SECURITY DEFINER SET search_path = jobs, pg_temp;
