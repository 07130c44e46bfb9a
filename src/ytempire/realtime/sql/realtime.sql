-- What goes on just now: how well young videos do.

-- Videos that were published in the last seven days (made, where nobody said yet when they were published) and measured
-- in this clock hour or the one before, with the rights of whoever asks: `trend_rank` is their place among what one sees.
-- "The hour" is what this clock hour has so far, and as much of the one before as is missing of sixty minutes, as if it
-- had been spread evenly: at a quarter past, three quarters of the hour before. Exact within it are the live counters.
-- Who is told of a viral video looks for it in another way (insight/viral.py), with the same hour.
DROP VIEW IF EXISTS analytics.realtime_metrics, analytics.young_videos;
CREATE VIEW analytics.realtime_metrics WITH (security_invoker = true) AS
WITH young_videos AS (
    SELECT v.id AS video_id, v.channel_id, c.name AS channel_name, v.title, v.published_at, hour.*,
           -- a video of two minutes has no rate an hour yet
           round(life.views / greatest(extract(epoch FROM now() - coalesce(v.published_at, v.created_at)) / 3600, 1), 3)
               AS views_per_hour_lifetime
    FROM core.videos v
    JOIN core.channels c ON c.id = v.channel_id
    CROSS JOIN LATERAL (
        SELECT round(sum(h.views * part.share))::bigint AS hour_views,
               round(sum(h.likes * part.share))::bigint AS hour_likes,
               round(sum(h.comments * part.share))::bigint AS hour_comments,
               round(sum(h.shares * part.share))::bigint AS hour_shares
        FROM metrics.video_hourly h
        CROSS JOIN LATERAL (
            SELECT CASE WHEN h.hour >= date_trunc('hour', now(), 'UTC') THEN 1
                        ELSE 1 - extract(epoch FROM now() - date_trunc('hour', now(), 'UTC')) / 3600 END AS share
        ) AS part
        WHERE h.channel_id = v.channel_id AND h.video_id = v.id
          AND h.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
        HAVING count(*) > 0
    ) AS hour
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(d.views), 0) AS views FROM metrics.video_daily d
        WHERE d.channel_id = v.channel_id AND d.video_id = v.id
          -- a day earlier, since the channel's own day may have begun before UTC's; the rest is of no interest
          AND d.day >= (coalesce(v.published_at, v.created_at) AT TIME ZONE 'UTC')::date - 1
    ) AS life
    WHERE coalesce(v.published_at, v.created_at) > now() - interval '7 days' AND v.status <> 'removed'
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY hour_views DESC, video_id) AS trend_rank FROM young_videos
)
SELECT video_id, channel_id, channel_name, title, published_at, hour_views, hour_likes, hour_comments,
       hour_shares, views_per_hour_lifetime, trend_rank,
       core.performance_tier(trend_rank, hour_views, views_per_hour_lifetime) AS tier
FROM ranked;
