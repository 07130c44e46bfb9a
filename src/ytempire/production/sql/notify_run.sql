-- A change of a run or a step tells listeners in the same commit: `run_changed`, payload = the run's id and its
-- channel's, so that only those hear of it who may see the channel.
-- Heartbeats and progress do not count as a change: they come several times a second.
CREATE OR REPLACE FUNCTION core.notify_run() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('run_changed', w.id || ' ' || w.channel_id)
    FROM core.runs w
    WHERE w.id = CASE TG_TABLE_NAME WHEN 'runs' THEN (to_jsonb(NEW) ->> 'id')::uuid
                                    ELSE (to_jsonb(NEW) ->> 'run_id')::uuid END;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER runs_notify
AFTER INSERT OR UPDATE OF status ON core.runs
FOR EACH ROW EXECUTE FUNCTION core.notify_run();

CREATE OR REPLACE TRIGGER run_steps_notify
AFTER UPDATE OF status ON core.run_steps
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.notify_run();
