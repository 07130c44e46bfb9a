-- Videos: the states that a person, or their publication, gave them.
CREATE OR REPLACE FUNCTION core.record_video_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event('video_' || NEW.status, NEW.channel_id, NEW.id, jsonb_build_object('title', NEW.title));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_video_event AFTER UPDATE OF status ON core.videos
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
                   AND NEW.status IN ('scheduled', 'published', 'archived', 'removed'))
EXECUTE FUNCTION core.record_video_event();
