-- A change of a run or a step tells listeners in the same commit: `workflow_changed`, payload = the run's id and its
-- channel's, so that only those hear of it who may see the channel.
-- Heartbeats and progress do not count as a change: they come several times a second.
CREATE OR REPLACE FUNCTION core.notify_workflow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('workflow_changed', w.id || ' ' || w.channel_id)
    FROM core.workflows w
    WHERE w.id = CASE TG_TABLE_NAME WHEN 'workflows' THEN (to_jsonb(NEW) ->> 'id')::uuid
                                    ELSE (to_jsonb(NEW) ->> 'workflow_id')::uuid END;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER workflows_notify
AFTER INSERT OR UPDATE OF status ON core.workflows
FOR EACH ROW EXECUTE FUNCTION core.notify_workflow();

CREATE OR REPLACE TRIGGER workflow_steps_notify
AFTER UPDATE OF status ON core.workflow_steps
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.notify_workflow();
