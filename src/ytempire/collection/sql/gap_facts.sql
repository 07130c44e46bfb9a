-- A gap of measurements is told once, when it is long.
CREATE OR REPLACE FUNCTION core.record_gap_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event('collection_late', NEW.channel_id, NEW.id, jsonb_build_object(
        'name', c.name, 'since', NEW.since, 'reason', NEW.reason))
    FROM core.channels c WHERE c.id = NEW.channel_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_gap_event AFTER UPDATE OF notified_at ON core.collection_gaps
FOR EACH ROW WHEN (OLD.notified_at IS NULL AND NEW.notified_at IS NOT NULL) EXECUTE FUNCTION core.record_gap_event();
