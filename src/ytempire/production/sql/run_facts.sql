-- Runs: requested, and how they ended. Deferred to the commit, when the step's reason is written too.
CREATE OR REPLACE FUNCTION core.record_run_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video text;
    reason text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM core.record_event('run_requested', NEW.channel_id, NEW.id, '{}');
        RETURN NULL;
    END IF;
    SELECT v.title INTO video FROM core.videos v WHERE v.id = NEW.video_id;
    SELECT s.error ->> 'message' INTO reason FROM core.run_steps s
    WHERE s.run_id = NEW.id AND s.status IN ('failed', 'refused') ORDER BY s.position LIMIT 1;
    PERFORM core.record_event('run_' || NEW.status, NEW.channel_id, NEW.id, jsonb_strip_nulls(jsonb_build_object(
        'title', video, 'reason', reason, 'requested_by', NEW.requested_by)));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_run_event_on_insert AFTER INSERT ON core.runs
FOR EACH ROW EXECUTE FUNCTION core.record_run_event();
DROP TRIGGER IF EXISTS record_run_event_on_update ON core.runs;
CREATE CONSTRAINT TRIGGER record_run_event_on_update AFTER UPDATE OF status ON core.runs DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
                   AND NEW.status IN ('completed', 'failed', 'refused', 'cancelled'))
EXECUTE FUNCTION core.record_run_event();
