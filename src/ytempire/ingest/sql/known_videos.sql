-- Writers of events remember which videos they found (known_videos.py), for as long as this version is the same.
CREATE OR REPLACE FUNCTION analytics.forget_known_videos() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE analytics.ingest_state SET videos_version = gen_random_uuid();
    RETURN NULL;
END $$;
-- A video that comes makes nothing untrue. Once for a statement: each change waits for the one before it.
CREATE OR REPLACE TRIGGER forget_known_videos AFTER DELETE OR UPDATE OF id, channel_id ON core.videos
FOR EACH STATEMENT EXECUTE FUNCTION analytics.forget_known_videos();
CREATE OR REPLACE TRIGGER forget_known_videos_of_truncated AFTER TRUNCATE ON core.videos
FOR EACH STATEMENT EXECUTE FUNCTION analytics.forget_known_videos();
