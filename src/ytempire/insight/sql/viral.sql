-- How well a video does beside the others.

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
