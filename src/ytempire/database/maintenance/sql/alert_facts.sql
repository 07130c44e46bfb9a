-- What is wrong with the system.
CREATE OR REPLACE FUNCTION core.record_alert_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    data jsonb := jsonb_build_object('key', NEW.key, 'severity', NEW.severity, 'message', NEW.message, 'remedy', NEW.remedy);
BEGIN
    BEGIN
        PERFORM core.record_event('alert_opened', NULL, NEW.id, data);
    EXCEPTION WHEN check_violation THEN
        -- no month for it: this very alert may be the one that says so, and is told without the log
        RAISE WARNING 'The alert % is not in the event log, which has no partition for this moment.', NEW.key;
        PERFORM core.record_fact('alert_opened', NULL, NEW.id, data);
    END;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_alert_event AFTER INSERT ON core.system_alerts
FOR EACH ROW EXECUTE FUNCTION core.record_alert_event();
