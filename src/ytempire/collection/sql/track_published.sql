-- What is live at YouTube is measured from then on: its first reading is due at once. In the transaction that makes it
-- live, so that no video is forgotten; the owner's right, since whoever publishes does not write measurements.
CREATE OR REPLACE FUNCTION core.track_published_video() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO core.channel_collections (channel_id) VALUES (NEW.channel_id)
    ON CONFLICT (channel_id) DO UPDATE SET next_at = least(channel_collections.next_at, now());
    -- in the order in which collecting locks them; a video that is published again has counters that begin with nothing; what came before them has happened
    INSERT INTO core.video_counters AS c (video_id, channel_id, youtube_video_id)
    VALUES (NEW.video_id, NEW.channel_id, NEW.youtube_video_id)
    ON CONFLICT (video_id) DO UPDATE SET youtube_video_id = excluded.youtube_video_id, tracked_since = now(), ingested = true,
        views = 0, likes = 0, comments = 0, previous_views = 0, previous_likes = 0, previous_comments = 0, read_at = now(),
        missing_since = NULL, poll_interval_seconds = 300, next_at = now()
    WHERE c.youtube_video_id <> excluded.youtube_video_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER track_published_video AFTER UPDATE OF status ON core.publications
FOR EACH ROW WHEN (NEW.status = 'live' AND OLD.status IS DISTINCT FROM 'live') EXECUTE FUNCTION core.track_published_video();
CREATE OR REPLACE TRIGGER track_imported_video AFTER INSERT ON core.publications
FOR EACH ROW WHEN (NEW.status = 'live') EXECUTE FUNCTION core.track_published_video();
