-- An event: an entry of the log, and a fact for whoever subscribes. The owner's, as triggers are of rows that whoever acts
-- may not see.
CREATE OR REPLACE FUNCTION core.record_event(kind text, channel_id uuid, row_id uuid, data jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO core.event_log (kind, channel_id, row_id, data) VALUES (kind, channel_id, row_id, data);
    PERFORM core.record_fact(kind, channel_id, row_id, data);
END $$;
