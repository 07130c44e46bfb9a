-- How well a video does beside the others, and who is told of one that goes far beyond them.

-- The tier of a video, from its place among those that one sees. The documents give places alone; in a small
-- installation the third of three videos would be viral with two views, so a place counts only from so many views on:
--   viral       among the first 3, and as many views in the hour as make a video `performing` over its life
--   trending    among the first 10, and a tenth of that
--   performing  more than 1,000 views an hour since it was published
CREATE OR REPLACE FUNCTION core.performance_tier(place bigint, hour_views bigint, views_per_hour_lifetime numeric)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN place <= 3 AND hour_views >= 1000 THEN 'viral'
            WHEN place <= 10 AND hour_views >= 100 THEN 'trending'
            WHEN views_per_hour_lifetime > 1000 THEN 'performing'
            ELSE 'normal' END;

-- A video that goes viral is told once an hour: the table's constraint lets nobody say it twice.
CREATE OR REPLACE FUNCTION core.record_viral_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM core.record_event('video_viral', NEW.channel_id, NEW.video_id,
                              jsonb_build_object('title', v.title, 'hour_views', NEW.hour_views))
    FROM core.videos v WHERE v.id = NEW.video_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER record_viral_event AFTER INSERT ON analytics.viral_alerts
FOR EACH ROW EXECUTE FUNCTION core.record_viral_event();
