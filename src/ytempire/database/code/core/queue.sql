-- Enqueueing is open to the application, in its own transaction; the queue's tables are not. The library's function does
-- it as the owner.
ALTER FUNCTION jobs.procrastinate_defer_jobs_v1(jobs.procrastinate_job_to_defer_v1[])
    SECURITY DEFINER SET search_path = jobs, pg_temp;

-- Of what runs as the owner, whoever asks is still known by the transaction's subject: jobs only for runs that they may
-- write. The worker's own connection gives jobs back as it must.
CREATE OR REPLACE FUNCTION core.guard_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF session_user = 'ytempire_app' AND NOT core.sees_all() AND NOT EXISTS (
        SELECT FROM core.workflows w
        WHERE w.id::text = NEW.args ->> 'workflow_id' AND w.channel_id = ANY (core.channel_ids('write'))) THEN
        RAISE EXCEPTION 'A job belongs to a run that its sender may write.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_job BEFORE INSERT ON jobs.procrastinate_jobs
FOR EACH ROW EXECUTE FUNCTION core.guard_job();
