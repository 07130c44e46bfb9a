-- What goes on just now: how well young videos do.

-- Videos that were published in the last seven days (made, where nobody said yet when they were published) and measured
-- in this clock hour or the one before, with the rights of whoever asks: `trend_rank` is their place among what one sees.
-- "The hour" is what this clock hour has so far, and as much of the one before as is missing of sixty minutes, as if it
-- had been spread evenly: at a quarter past, three quarters of the hour before. Exact within it are the live counters.
-- Who is told of a viral video looks for it in another way (insight/viral.py), with the same hour.
DROP VIEW IF EXISTS analytics.realtime_metrics, analytics.young_videos;
CREATE VIEW analytics.realtime_metrics WITH (security_invoker = true) AS
WITH clock AS (
    SELECT date_trunc('hour', now(), 'UTC') AS this_hour,
           1 - extract(epoch FROM now() - date_trunc('hour', now(), 'UTC')) / 3600 AS share_before
), young AS MATERIALIZED (
    SELECT v.id AS video_id, v.channel_id, c.name AS channel_name, v.title, v.published_at,
           coalesce(v.published_at, v.created_at) AS begun_at
    FROM core.videos v JOIN core.channels c ON c.id = v.channel_id
    WHERE coalesce(v.published_at, v.created_at) > now() - interval '7 days' AND v.status <> 'removed'
), unmerged AS MATERIALIZED (
    -- once for all videos, and not for each
    SELECT d.video_id,
           count(*) FILTER (WHERE d.hour >= clock.this_hour - interval '1 hour') AS hours,
           sum(d.views * part.share) AS views, sum(d.likes * part.share) AS likes,
           sum(d.comments * part.share) AS comments, sum(d.shares * part.share) AS shares,
           sum(d.views) FILTER (WHERE d.day >= (young.begun_at AT TIME ZONE 'UTC')::date - 1) AS life_views
    FROM metrics.unmerged_videos d JOIN young USING (video_id) CROSS JOIN clock
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.hour >= clock.this_hour THEN 1
                    WHEN d.hour >= clock.this_hour - interval '1 hour' THEN clock.share_before ELSE 0 END AS share
    ) AS part
    GROUP BY 1
), young_videos AS (
    SELECT y.video_id, y.channel_id, y.channel_name, y.title, y.published_at,
           round(coalesce(merged.views, 0) + coalesce(u.views, 0))::bigint AS hour_views,
           round(coalesce(merged.likes, 0) + coalesce(u.likes, 0))::bigint AS hour_likes,
           round(coalesce(merged.comments, 0) + coalesce(u.comments, 0))::bigint AS hour_comments,
           round(coalesce(merged.shares, 0) + coalesce(u.shares, 0))::bigint AS hour_shares,
           -- a video of two minutes has no rate an hour yet
           round((life.views + coalesce(u.life_views, 0))
                 / greatest(extract(epoch FROM now() - y.begun_at) / 3600, 1), 3) AS views_per_hour_lifetime
    FROM young y CROSS JOIN clock
    LEFT JOIN unmerged u ON u.video_id = y.video_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS hours, sum(h.views * part.share) AS views, sum(h.likes * part.share) AS likes,
               sum(h.comments * part.share) AS comments, sum(h.shares * part.share) AS shares
        FROM metrics.merged_video_hourly h
        CROSS JOIN LATERAL (
            SELECT CASE WHEN h.hour >= clock.this_hour THEN 1 ELSE clock.share_before END AS share
        ) AS part
        WHERE h.channel_id = y.channel_id AND h.video_id = y.video_id
          AND h.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
    ) AS merged
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(d.views), 0) AS views FROM metrics.merged_video_daily d
        WHERE d.channel_id = y.channel_id AND d.video_id = y.video_id
          -- a day earlier, since the channel's own day may have begun before UTC's; the rest is of no interest
          AND d.day >= (y.begun_at AT TIME ZONE 'UTC')::date - 1
    ) AS life
    WHERE merged.hours > 0 OR u.hours > 0
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY hour_views DESC, video_id) AS trend_rank FROM young_videos
)
SELECT video_id, channel_id, channel_name, title, published_at, hour_views, hour_likes, hour_comments,
       hour_shares, views_per_hour_lifetime, trend_rank,
       core.performance_tier(trend_rank, hour_views, views_per_hour_lifetime) AS tier
FROM ranked;
