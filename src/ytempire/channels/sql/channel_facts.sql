-- Channels: added, and the states that a person gave them.
CREATE OR REPLACE FUNCTION core.record_channel_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event(CASE TG_OP WHEN 'INSERT' THEN 'channel_added' ELSE 'channel_' || NEW.status END, NEW.id,
                              NEW.id, jsonb_build_object('name', NEW.name));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_channel_event_on_insert AFTER INSERT ON core.channels
FOR EACH ROW EXECUTE FUNCTION core.record_channel_event();
CREATE OR REPLACE TRIGGER record_channel_event_on_update AFTER UPDATE OF status ON core.channels
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.record_channel_event();
