-- Connections: made, about to end, ended. Each is a change of state, so each is told once.
CREATE OR REPLACE FUNCTION core.record_connection_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
BEGIN
    SELECT c.name INTO name FROM core.channels c WHERE c.id = NEW.channel_id;
    PERFORM core.record_event('connection_' || NEW.status, NEW.channel_id, NEW.channel_id, jsonb_build_object(
        'name', name, 'title', NEW.title, 'is_sandbox', NEW.is_sandbox, 'refresh_expires_at', NEW.refresh_expires_at));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_connection_event_on_insert AFTER INSERT ON core.channel_connections
FOR EACH ROW EXECUTE FUNCTION core.record_connection_event();
CREATE OR REPLACE TRIGGER record_connection_event_on_update AFTER UPDATE OF status ON core.channel_connections
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.record_connection_event();
