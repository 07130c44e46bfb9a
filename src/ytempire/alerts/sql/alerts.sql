-- Opening and closing alerts. With the rights of whoever calls: row-level security lets the platform and the owner of the
-- database write alerts, and nobody else.

-- Open an alert, or renew the one that is open; returns the id of an alert that is new. NULL: it was open, or its rule is
-- disabled. Of a rule whose alerts expire, an open one stays as it is. `severity` and `expires_after` NULL: the
-- rule's.
CREATE OR REPLACE FUNCTION core.open_alert(
    rule_name text, alert_key text, channel_id uuid, severity text, title text, message text, link text, data jsonb,
    seen_at timestamptz, expires_after interval DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    declared core.alert_rules;
    opened uuid;
BEGIN
    -- whoever disables the rule waits for this transaction, and closes what it opens
    SELECT * INTO STRICT declared FROM core.alert_rules r WHERE r.name = open_alert.rule_name FOR SHARE;
    IF NOT declared.is_enabled THEN
        RETURN NULL;
    END IF;
    UPDATE core.alerts a SET closed_at = a.expires_at
    WHERE a.rule = open_alert.rule_name AND a.key = open_alert.alert_key AND a.closed_at IS NULL
      AND a.expires_at <= open_alert.seen_at;
    INSERT INTO core.alerts (rule, key, channel_id, severity, title, message, link, data, opened_at, last_seen_at, expires_at)
    VALUES (open_alert.rule_name, open_alert.alert_key, open_alert.channel_id,
            coalesce(open_alert.severity, declared.severity), open_alert.title, open_alert.message, open_alert.link,
            open_alert.data, open_alert.seen_at, open_alert.seen_at, 
            open_alert.seen_at + coalesce(open_alert.expires_after, declared.expires_after))
    ON CONFLICT (rule, key) WHERE closed_at IS NULL DO NOTHING
    RETURNING id INTO opened;
    IF opened IS NULL AND declared.expires_after IS NULL THEN
        UPDATE core.alerts a
        SET severity = coalesce(open_alert.severity, declared.severity), title = open_alert.title,
            message = open_alert.message, link = open_alert.link, data = open_alert.data,
            last_seen_at = greatest(a.last_seen_at, open_alert.seen_at)  -- the clock may have gone back
        WHERE a.rule = open_alert.rule_name AND a.key = open_alert.alert_key AND a.closed_at IS NULL;
    END IF;
    RETURN opened;
END $$;

-- Close the open alerts of a rule: that of one key, or with NULL all whose key is not among `still_wrong`.
CREATE OR REPLACE FUNCTION core.close_alerts(rule_name text, alert_key text, still_wrong text[], seen_at timestamptz)
RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE core.alerts SET closed_at = greatest(opened_at, close_alerts.seen_at)
    WHERE rule = close_alerts.rule_name AND closed_at IS NULL
      AND CASE WHEN close_alerts.alert_key IS NULL THEN key <> ALL (close_alerts.still_wrong)
               ELSE key = close_alerts.alert_key END;
$$;

-- An alert that opens, becomes more severe or closes is a fact, and an entry of the event log.
CREATE OR REPLACE FUNCTION core.record_alert_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind text := CASE WHEN NEW.closed_at IS NOT NULL THEN 'alert_closed' WHEN TG_OP = 'INSERT' THEN 'alert_opened'
                      ELSE 'alert_escalated' END;
    data jsonb := NEW.data || jsonb_build_object('rule', NEW.rule, 'key', NEW.key, 'severity', NEW.severity,
                                                 'title', NEW.title, 'message', NEW.message, 'link', NEW.link);
BEGIN
    BEGIN
        PERFORM core.record_event(kind, NEW.channel_id, NEW.id, data);
    EXCEPTION WHEN check_violation THEN
        -- no month for it: this very alert may be the one that says so, and is told without the log
        RAISE WARNING 'The alert % (%) is not in the event log, which has no partition for this moment.', NEW.rule, NEW.key;
        PERFORM core.record_fact(kind, NEW.channel_id, NEW.id, data);
    END;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_opened_alert AFTER INSERT ON core.alerts
FOR EACH ROW WHEN (NEW.closed_at IS NULL) EXECUTE FUNCTION core.record_alert_event();
CREATE OR REPLACE TRIGGER record_escalated_alert AFTER UPDATE OF severity ON core.alerts
FOR EACH ROW WHEN (NEW.closed_at IS NULL AND array_position(ARRAY['info', 'success', 'warning', 'critical'], NEW.severity)
                   > array_position(ARRAY['info', 'success', 'warning', 'critical'], OLD.severity))
EXECUTE FUNCTION core.record_alert_event();
CREATE OR REPLACE TRIGGER record_closed_alert AFTER UPDATE OF closed_at ON core.alerts
FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION core.record_alert_event();
