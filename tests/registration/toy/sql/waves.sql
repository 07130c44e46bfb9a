CREATE OR REPLACE VIEW analytics.waves WITH (security_invoker = true) AS
SELECT id AS channel_id FROM core.channels WHERE description = 'wave';

CREATE OR REPLACE FUNCTION analytics.notify_wave() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('wave_made', NEW.id::text);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER notify_wave AFTER UPDATE OF description ON core.channels
FOR EACH ROW WHEN (NEW.description = 'wave') EXECUTE FUNCTION analytics.notify_wave();
