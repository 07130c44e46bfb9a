-- Events and notifications, written in the transaction of what they tell. The functions are the owner's: what they write
-- is for people whom whoever acts may not see.

CREATE OR REPLACE FUNCTION core.record_event(kind text, channel_id uuid, row_id uuid, data jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO core.event_log (kind, channel_id, row_id, data) VALUES (kind, channel_id, row_id, data)
$$;

-- Runs: ordered, and how they ended. Deferred to the commit, when the step's reason is written too.
CREATE OR REPLACE FUNCTION core.record_run_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video text;
    reason text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM core.record_event('run_requested', NEW.channel_id, NEW.id, '{}');
        RETURN NULL;
    END IF;
    SELECT v.title INTO video FROM core.videos v WHERE v.id = NEW.video_id;
    SELECT s.error ->> 'message' INTO reason FROM core.run_steps s
    WHERE s.run_id = NEW.id AND s.status IN ('failed', 'refused') ORDER BY s.position LIMIT 1;
    PERFORM core.record_event('run_' || NEW.status, NEW.channel_id, NEW.id,
                      jsonb_strip_nulls(jsonb_build_object('title', video, 'reason', reason)));
    IF NEW.status <> 'cancelled' THEN
        -- whose channel it is, and who ordered it unless they may not see it any more
        INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
        SELECT DISTINCT person, 'run_' || NEW.status,
               CASE NEW.status WHEN 'completed' THEN 'success' WHEN 'refused' THEN 'warning' ELSE 'error' END,
               format(CASE NEW.status WHEN 'completed' THEN '“%s” is ready' WHEN 'refused'
                      THEN '“%s” was refused by the review' ELSE '“%s” could not be made' END, video),
               coalesce(reason, ''), '/runs/' || NEW.id
        FROM core.channels c, unnest(ARRAY[NEW.requested_by, c.owner_id]) AS person
        WHERE c.id = NEW.channel_id AND person <> '00000000-0000-7000-8000-000000000001'
          AND (person = c.owner_id
               OR EXISTS (SELECT FROM core.permissions p WHERE p.user_id = person AND p.channel_id = c.id)
               OR EXISTS (SELECT FROM core.users u WHERE u.id = person AND u.role = 'admin'));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_run_event_on_insert AFTER INSERT ON core.runs
FOR EACH ROW EXECUTE FUNCTION core.record_run_event();
DROP TRIGGER IF EXISTS record_run_event_on_update ON core.runs;
CREATE CONSTRAINT TRIGGER record_run_event_on_update AFTER UPDATE OF status ON core.runs DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
                   AND NEW.status IN ('completed', 'failed', 'refused', 'cancelled'))
EXECUTE FUNCTION core.record_run_event();

-- Channels and videos: added, and the states that a person gave them.
CREATE OR REPLACE FUNCTION core.record_state_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'channels' THEN
        PERFORM core.record_event(CASE TG_OP WHEN 'INSERT' THEN 'channel_added' ELSE 'channel_' || NEW.status END, NEW.id,
                          NEW.id, jsonb_build_object('name', NEW.name));
    ELSE
        PERFORM core.record_event('video_' || NEW.status, NEW.channel_id, NEW.id, jsonb_build_object('title', NEW.title));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_state_event_on_insert AFTER INSERT ON core.channels
FOR EACH ROW EXECUTE FUNCTION core.record_state_event();
CREATE OR REPLACE TRIGGER record_state_event_on_update AFTER UPDATE OF status ON core.channels
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.record_state_event();
CREATE OR REPLACE TRIGGER record_state_event_on_update AFTER UPDATE OF status ON core.videos
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
                   AND NEW.status IN ('scheduled', 'published', 'archived', 'removed'))
EXECUTE FUNCTION core.record_state_event();

-- Money: a limit that was reached concerns the channel's owner; one of the whole installation, the administrators.
CREATE OR REPLACE FUNCTION core.record_cost_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event('cost_' || NEW.kind, NEW.channel_id, NEW.id,
                      jsonb_build_object('scope', NEW.scope, 'message', NEW.message));
    INSERT INTO core.notifications (user_id, kind, severity, title, message)
    SELECT u.id, 'cost_' || NEW.kind, CASE NEW.kind WHEN 'stop' THEN 'error' ELSE 'warning' END,
           CASE NEW.kind WHEN 'stop' THEN 'A cost limit stopped a paid call' ELSE 'A cost warning was reached' END,
           NEW.message
    FROM core.users u LEFT JOIN core.channels c ON c.id = NEW.channel_id
    WHERE u.status = 'active' AND CASE WHEN c.id IS NULL THEN u.role = 'admin' ELSE u.id = c.owner_id END;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_cost_event AFTER INSERT ON core.cost_alerts
FOR EACH ROW EXECUTE FUNCTION core.record_cost_event();

-- Connections: made, about to end, ended. An end is told before it comes and when it comes, once each, since each is a
-- change of state.
CREATE OR REPLACE FUNCTION core.record_connection_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    channel record;
BEGIN
    SELECT c.name, c.owner_id INTO channel FROM core.channels c WHERE c.id = NEW.channel_id;
    PERFORM core.record_event('connection_' || NEW.status, NEW.channel_id, NEW.channel_id,
                      jsonb_build_object('name', channel.name, 'title', NEW.title, 'is_sandbox', NEW.is_sandbox));
    IF NEW.status <> 'connected' THEN
        INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
        SELECT u.id, 'connection_' || NEW.status, CASE NEW.status WHEN 'expired' THEN 'error' ELSE 'warning' END,
               CASE WHEN NEW.is_sandbox THEN '[sandbox] ' ELSE '' END
                   || format(CASE NEW.status WHEN 'expiring' THEN 'YouTube''s consent for “%s” ends soon'
                             WHEN 'expired' THEN 'YouTube''s consent for “%s” has ended'
                             ELSE '“%s” is not connected to YouTube any more' END, channel.name),
               CASE NEW.status WHEN 'expiring'
                   THEN format('It ends at %s UTC. Connect the channel again before that; nothing is lost.',
                               to_char(NEW.refresh_expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))
                   ELSE 'Nothing is published or measured until you connect the channel again; nothing is lost.' END,
               '/channels/' || NEW.channel_id
        FROM core.users u WHERE u.id = channel.owner_id AND u.status = 'active';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_connection_event_on_insert AFTER INSERT ON core.channel_connections
FOR EACH ROW EXECUTE FUNCTION core.record_connection_event();
CREATE OR REPLACE TRIGGER record_connection_event_on_update AFTER UPDATE OF status ON core.channel_connections
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.record_connection_event();

-- Publications: ordered, there, failed, in doubt. Whose channel it is hears of an end, and of a doubt once a day.
CREATE OR REPLACE FUNCTION core.record_publication_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video text;
    here text := '/videos/' || NEW.video_id;
    kind text := 'publication_' || CASE NEW.status WHEN 'planned' THEN 'requested' WHEN 'gone' THEN 'missing' ELSE NEW.status END;
BEGIN
    SELECT v.title INTO video FROM core.videos v WHERE v.id = NEW.video_id;
    PERFORM core.record_event(kind, NEW.channel_id, NEW.id,
                      jsonb_strip_nulls(jsonb_build_object('title', video, 'is_sandbox', NEW.is_sandbox,
                          'youtube_video_id', NEW.youtube_video_id, 'reason', NEW.last_error ->> 'message')));
    -- who takes something back knows it
    IF NEW.status IN ('live', 'failed', 'unknown', 'gone') AND NEW.last_error ->> 'reason' IS DISTINCT FROM 'cancelled' THEN
        INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
        SELECT u.id, kind,
               CASE NEW.status WHEN 'live' THEN 'success' WHEN 'failed' THEN 'error' ELSE 'warning' END,
               CASE WHEN NEW.is_sandbox THEN '[sandbox] ' ELSE '' END
                   || format(CASE NEW.status WHEN 'live' THEN '“%s” is on YouTube'
                             WHEN 'failed' THEN '“%s” could not be published'
                             WHEN 'gone' THEN '“%s” is not on YouTube any more'
                             ELSE 'Whether “%s” reached YouTube is being asked' END, video),
               CASE NEW.status WHEN 'gone' THEN 'Somebody deleted it there. It can be published again from its page.'
                   ELSE coalesce(NEW.last_error ->> 'message', '') END, here
        FROM core.channels c JOIN core.users u ON u.id = c.owner_id
        WHERE c.id = NEW.channel_id AND u.status = 'active'
          AND NOT (NEW.status = 'unknown' AND EXISTS (
              SELECT FROM core.notifications n WHERE n.user_id = u.id AND n.kind = 'publication_unknown'
                AND n.link = here AND n.created_at > now() - interval '1 day'));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_publication_event_on_insert AFTER INSERT ON core.publications
FOR EACH ROW EXECUTE FUNCTION core.record_publication_event();
CREATE OR REPLACE TRIGGER record_publication_event_on_update AFTER UPDATE OF status ON core.publications
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('live', 'failed', 'unknown', 'gone'))
EXECUTE FUNCTION core.record_publication_event();

-- What was edited at YouTube by hand: whose channel it is hears once of each field that shows something new.
CREATE OR REPLACE FUNCTION core.record_remote_edit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video text;
    fields text;
BEGIN
    SELECT string_agg(replace(key, '_', ' '), ', ' ORDER BY key) INTO fields
    FROM jsonb_each(NEW.remote_edits) AS now WHERE now.value IS DISTINCT FROM OLD.remote_edits -> now.key;
    IF fields IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT v.title INTO video FROM core.videos v WHERE v.id = NEW.video_id;
    PERFORM core.record_event('publication_edited_remotely', NEW.channel_id, NEW.id,
                      jsonb_build_object('title', video, 'is_sandbox', NEW.is_sandbox, 'fields', fields,
                          'youtube_video_id', NEW.youtube_video_id));
    INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
    SELECT u.id, 'publication_edited_remotely', 'warning',
           CASE WHEN NEW.is_sandbox THEN '[sandbox] ' ELSE '' END || format('“%s” was edited at YouTube', video),
           format('Edited there: %s. It stays so until you choose on its page whose is kept.', fields),
           '/videos/' || NEW.video_id
    FROM core.channels c JOIN core.users u ON u.id = c.owner_id WHERE c.id = NEW.channel_id AND u.status = 'active';
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_remote_edit_event AFTER UPDATE OF remote_edits ON core.publications
FOR EACH ROW WHEN (NEW.remote_edits IS DISTINCT FROM OLD.remote_edits) EXECUTE FUNCTION core.record_remote_edit_event();

-- Changes of what YouTube has. Whose channel it is hears of a deletion, and of what YouTube refused.
CREATE OR REPLACE FUNCTION core.record_publication_edit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video record;
    event text := 'publication_' || NEW.kind || '_' || NEW.status;
BEGIN
    SELECT v.id, v.title, p.is_sandbox, p.youtube_video_id INTO video
    FROM core.publications p JOIN core.videos v ON v.id = p.video_id WHERE p.id = NEW.publication_id;
    PERFORM core.record_event(event, NEW.channel_id, NEW.publication_id,
                      jsonb_strip_nulls(jsonb_build_object('title', video.title, 'is_sandbox', video.is_sandbox,
                          'youtube_video_id', video.youtube_video_id, 'reason',
                          coalesce(NEW.reason, NEW.last_error ->> 'message'))));
    IF NEW.status IN ('failed', 'conflict') OR event = 'publication_deletion_done' THEN
        INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
        SELECT u.id, event, CASE NEW.status WHEN 'failed' THEN 'error' ELSE 'warning' END,
               CASE WHEN video.is_sandbox THEN '[sandbox] ' ELSE '' END
                   || format(CASE event WHEN 'publication_deletion_done' THEN '“%s” was deleted at YouTube'
                             WHEN 'publication_deletion_failed' THEN '“%s” could not be deleted at YouTube'
                             WHEN 'publication_update_conflict' THEN '“%s” was edited at YouTube too: whose is kept?'
                             ELSE '“%s” could not be changed at YouTube' END, video.title),
               coalesce(NEW.last_error ->> 'message', NEW.reason, ''), '/videos/' || video.id
        FROM core.channels c JOIN core.users u ON u.id = c.owner_id
        WHERE c.id = NEW.channel_id AND u.status = 'active';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_publication_edit_event_on_insert AFTER INSERT ON core.publication_edits
FOR EACH ROW EXECUTE FUNCTION core.record_publication_edit_event();
CREATE OR REPLACE TRIGGER record_publication_edit_event_on_update AFTER UPDATE OF status ON core.publication_edits
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.record_publication_edit_event();

-- What waits for a person, a publication or a change: whose channel it is hears what to do. Once a day of the same
-- trouble, since one of the API project's stops every video. An end of the consent is told above.
CREATE OR REPLACE FUNCTION core.record_action_required() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said text := concat_ws(' ', NEW.last_error ->> 'message', NEW.last_error ->> 'hint');
BEGIN
    INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
    SELECT u.id, 'publication_action_required', 'warning',
           CASE WHEN p.is_sandbox THEN '[sandbox] ' ELSE '' END || format('“%s” waits for you', v.title), said,
           '/videos/' || v.id
    FROM core.publications p JOIN core.videos v ON v.id = p.video_id
    JOIN core.channels c ON c.id = p.channel_id JOIN core.users u ON u.id = c.owner_id
    JOIN core.channel_connections k ON k.channel_id = c.id AND k.status IN ('connected', 'expiring')
    WHERE p.id = (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'publications' THEN 'id' ELSE 'publication_id' END)::uuid
      AND u.status = 'active'
      AND NOT EXISTS (SELECT FROM core.notifications n WHERE n.user_id = u.id AND n.kind = 'publication_action_required'
                        AND n.message = said AND n.created_at > now() - interval '1 day');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_action_required AFTER UPDATE OF last_error ON core.publications
FOR EACH ROW WHEN (NEW.last_error ->> 'for_person' = 'true') EXECUTE FUNCTION core.record_action_required();
CREATE OR REPLACE TRIGGER record_action_required AFTER UPDATE OF last_error ON core.publication_edits
FOR EACH ROW WHEN (NEW.last_error ->> 'for_person' = 'true') EXECUTE FUNCTION core.record_action_required();

-- Measurement: a gap is told once, when it is long.
CREATE OR REPLACE FUNCTION core.record_gap_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event('collection_late', NEW.channel_id, NEW.id, jsonb_build_object('reason', NEW.reason));
    INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
    SELECT u.id, 'collection_late', 'warning', format('No numbers of “%s” have come from YouTube since %s UTC', c.name,
               to_char(NEW.since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')),
           NEW.reason || ' What is missing now comes with the next reading.', '/channels/' || NEW.channel_id
    FROM core.channels c JOIN core.users u ON u.id = c.owner_id
    WHERE c.id = NEW.channel_id AND u.status = 'active';
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_gap_event AFTER UPDATE OF notified_at ON core.collection_gaps
FOR EACH ROW WHEN (OLD.notified_at IS NULL AND NEW.notified_at IS NOT NULL) EXECUTE FUNCTION core.record_gap_event();

-- The system: what is wrong with it concerns the administrators.
CREATE OR REPLACE FUNCTION core.record_alert_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    BEGIN
        PERFORM core.record_event('alert_opened', NULL, NEW.id, jsonb_build_object('key', NEW.key, 'message', NEW.message));
    EXCEPTION WHEN check_violation THEN
        -- no month for it: this very alert may be the one that says so, and is told without the log
        RAISE WARNING 'The alert % is not in the event log, which has no partition for this moment.', NEW.key;
    END;
    INSERT INTO core.notifications (user_id, kind, severity, title, message, link)
    SELECT id, 'alert_opened', CASE NEW.severity WHEN 'critical' THEN 'error' ELSE 'warning' END, NEW.message, NEW.remedy,
           '/administration/database'
    FROM core.users WHERE role = 'admin' AND status = 'active';
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_alert_event AFTER INSERT ON core.system_alerts
FOR EACH ROW EXECUTE FUNCTION core.record_alert_event();
