-- Enqueueing is open to the application, in its own transaction; the queue's tables are not. The library's function does
-- it as the owner.
ALTER FUNCTION jobs.procrastinate_defer_jobs_v1(jobs.procrastinate_job_to_defer_v1[])
    SECURITY DEFINER SET search_path = jobs, pg_temp;

-- Of what runs as the owner, whoever asks is still known by the transaction's subject: jobs only for channels that they may
-- write to. The worker's own connection gives jobs back as it must.
CREATE OR REPLACE FUNCTION core.guard_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF session_user = 'ytempire_app' AND NOT core.sees_all()
       AND (SELECT s.channel_id = ANY (core.channel_ids('write')) FROM core.job_scope(NEW.task_name, NEW.args) s)
           IS NOT TRUE THEN
        RAISE EXCEPTION 'A job belongs to a channel that its sender may write to.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_job BEFORE INSERT ON jobs.procrastinate_jobs
FOR EACH ROW EXECUTE FUNCTION core.guard_job();
