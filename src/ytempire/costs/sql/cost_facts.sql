-- Money: a budget's warning or stop. Without a channel it is of the whole installation.
CREATE OR REPLACE FUNCTION core.record_cost_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event('cost_' || NEW.kind, NEW.channel_id, NEW.id,
                              jsonb_build_object('scope', NEW.scope, 'message', NEW.message));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_cost_event AFTER INSERT ON core.cost_alerts
FOR EACH ROW EXECUTE FUNCTION core.record_cost_event();
