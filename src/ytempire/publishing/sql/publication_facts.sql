-- Publications: requested, live, failed, in doubt, gone from YouTube.
CREATE OR REPLACE FUNCTION core.record_publication_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video text;
BEGIN
    SELECT v.title INTO video FROM core.videos v WHERE v.id = NEW.video_id;
    PERFORM core.record_event(
        'publication_' || CASE NEW.status WHEN 'planned' THEN 'requested' WHEN 'gone' THEN 'missing' ELSE NEW.status END,
        NEW.channel_id, NEW.id, jsonb_strip_nulls(jsonb_build_object(
            'title', video, 'video_id', NEW.video_id, 'is_sandbox', NEW.is_sandbox,
            'youtube_video_id', NEW.youtube_video_id, 'reason', NEW.last_error ->> 'message',
            'reason_code', NEW.last_error ->> 'reason')));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_publication_event_on_insert AFTER INSERT ON core.publications
FOR EACH ROW EXECUTE FUNCTION core.record_publication_event();
CREATE OR REPLACE TRIGGER record_publication_event_on_update AFTER UPDATE OF status ON core.publications
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('live', 'failed', 'unknown', 'gone'))
EXECUTE FUNCTION core.record_publication_event();

-- What was edited at YouTube by hand: the fields that show something new.
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
                              jsonb_build_object('title', video, 'video_id', NEW.video_id, 'is_sandbox', NEW.is_sandbox,
                                                 'fields', fields, 'youtube_video_id', NEW.youtube_video_id));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_remote_edit_event AFTER UPDATE OF remote_edits ON core.publications
FOR EACH ROW WHEN (NEW.remote_edits IS DISTINCT FROM OLD.remote_edits) EXECUTE FUNCTION core.record_remote_edit_event();

-- Edits and deletions that were requested here, and what became of them. Of the publication's subject: in order with it.
CREATE OR REPLACE FUNCTION core.record_publication_edit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    video record;
BEGIN
    SELECT v.id, v.title, p.is_sandbox, p.youtube_video_id INTO video
    FROM core.publications p JOIN core.videos v ON v.id = p.video_id WHERE p.id = NEW.publication_id;
    PERFORM core.record_event('publication_' || NEW.kind || '_' || NEW.status, NEW.channel_id, NEW.publication_id,
                              jsonb_strip_nulls(jsonb_build_object(
                                  'title', video.title, 'video_id', video.id, 'is_sandbox', video.is_sandbox,
                                  'youtube_video_id', video.youtube_video_id,
                                  'reason', coalesce(NEW.reason, NEW.last_error ->> 'message'),
                                  'error', NEW.last_error ->> 'message')));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_publication_edit_event_on_insert AFTER INSERT ON core.publication_edits
FOR EACH ROW EXECUTE FUNCTION core.record_publication_edit_event();
CREATE OR REPLACE TRIGGER record_publication_edit_event_on_update AFTER UPDATE OF status ON core.publication_edits
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.record_publication_edit_event();

-- A publication or an edit that waits for a person. No event: it is the same trouble at each try. Where the consent has
-- ended, the connection's own fact tells.
CREATE OR REPLACE FUNCTION core.record_action_required() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_fact('publication_action_required', p.channel_id, p.id, jsonb_strip_nulls(jsonb_build_object(
        'title', v.title, 'video_id', v.id, 'is_sandbox', p.is_sandbox,
        'reason', NEW.last_error ->> 'message', 'hint', NEW.last_error ->> 'hint')))
    FROM core.publications p JOIN core.videos v ON v.id = p.video_id
    JOIN core.channel_connections k ON k.channel_id = p.channel_id AND k.status IN ('connected', 'expiring')
    WHERE p.id = (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'publications' THEN 'id' ELSE 'publication_id' END)::uuid;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_action_required AFTER UPDATE OF last_error ON core.publications
FOR EACH ROW WHEN (NEW.last_error ->> 'for_person' = 'true') EXECUTE FUNCTION core.record_action_required();
CREATE OR REPLACE TRIGGER record_action_required AFTER UPDATE OF last_error ON core.publication_edits
FOR EACH ROW WHEN (NEW.last_error ->> 'for_person' = 'true') EXECUTE FUNCTION core.record_action_required();
