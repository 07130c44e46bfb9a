-- What is live at YouTube is measured from then on: its first reading is due at once. In the transaction that makes it
-- live, so that no video is forgotten; the owner's right, since whoever publishes does not write measurements.
CREATE OR REPLACE FUNCTION core.measure_live() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO core.channel_measurements (channel_id) VALUES (NEW.channel_id)
    ON CONFLICT (channel_id) DO UPDATE SET next_at = least(channel_measurements.next_at, now());
    -- in the order in which collecting locks them; a video that is published again has counters that begin with nothing; what came before them has happened
    INSERT INTO core.video_counters AS c (video_id, channel_id, youtube_video_id)
    VALUES (NEW.video_id, NEW.channel_id, NEW.youtube_video_id)
    ON CONFLICT (video_id) DO UPDATE SET youtube_video_id = excluded.youtube_video_id, since = now(), delivered = true,
        views = 0, likes = 0, comments = 0, views_before = 0, likes_before = 0, comments_before = 0, read_at = now(),
        missing_since = NULL, every_seconds = 300, next_at = now()
    WHERE c.youtube_video_id <> excluded.youtube_video_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER measure_live AFTER UPDATE OF status ON core.publications
FOR EACH ROW WHEN (NEW.status = 'live' AND OLD.status IS DISTINCT FROM 'live') EXECUTE FUNCTION core.measure_live();
CREATE OR REPLACE TRIGGER measure_brought_in AFTER INSERT ON core.publications
FOR EACH ROW WHEN (NEW.status = 'live') EXECUTE FUNCTION core.measure_live();
