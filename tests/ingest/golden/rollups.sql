-- tables of the session
CREATE TEMPORARY TABLE incoming_videos ("line" integer NOT NULL,
    "channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE corrections ("channel_id" uuid NOT NULL,
    "timestamp" timestamptz NOT NULL,
    "views" integer NOT NULL,
    "likes" integer NOT NULL,
    "comments" integer NOT NULL,
    "shares" integer NOT NULL,
    "estimated_revenue_usd" numeric(18, 6) NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE incoming ("line" integer NOT NULL,
    "channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "timestamp" timestamptz NOT NULL,
    "batch_id" uuid NOT NULL,
    "breakdowns_digest" bigint NOT NULL,
    "views" integer NOT NULL,
    "likes" integer NOT NULL,
    "dislikes" integer NOT NULL,
    "comments" integer NOT NULL,
    "shares" integer NOT NULL,
    "subscribers_gained" integer NOT NULL,
    "subscribers_lost" integer NOT NULL,
    "impressions" integer NOT NULL,
    "averages_basis_views" integer NOT NULL,
    "watch_time_minutes" numeric(18, 6) NOT NULL,
    "average_view_duration" numeric(18, 6) NOT NULL,
    "average_percentage_viewed" numeric(18, 6) NOT NULL,
    "estimated_revenue_usd" numeric(18, 6) NOT NULL,
    "estimated_ad_revenue_usd" numeric(18, 6) NOT NULL,
    "click_through_rate" numeric(18, 6) NOT NULL,
    "whole_day" boolean NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE redelivered ("line" integer NOT NULL,
    "channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "timestamp" timestamptz NOT NULL,
    "batch_id" uuid NOT NULL,
    "breakdowns_digest" bigint NOT NULL,
    "views" integer NOT NULL,
    "likes" integer NOT NULL,
    "dislikes" integer NOT NULL,
    "comments" integer NOT NULL,
    "shares" integer NOT NULL,
    "subscribers_gained" integer NOT NULL,
    "subscribers_lost" integer NOT NULL,
    "impressions" integer NOT NULL,
    "averages_basis_views" integer NOT NULL,
    "watch_time_minutes" numeric(18, 6) NOT NULL,
    "average_view_duration" numeric(18, 6) NOT NULL,
    "average_percentage_viewed" numeric(18, 6) NOT NULL,
    "estimated_revenue_usd" numeric(18, 6) NOT NULL,
    "estimated_ad_revenue_usd" numeric(18, 6) NOT NULL,
    "click_through_rate" numeric(18, 6) NOT NULL,
    "whole_day" boolean NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE incoming_parts ("channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "timestamp" timestamptz NOT NULL,
    "dimensions" text[] NOT NULL,
    "members" text[] NOT NULL,
    "views" integer[] NOT NULL,
    "watch_time_minutes" numeric(18, 6)[] NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE redelivered_parts ("channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "timestamp" timestamptz NOT NULL,
    "dimensions" text[] NOT NULL,
    "members" text[] NOT NULL,
    "views" integer[] NOT NULL,
    "watch_time_minutes" numeric(18, 6)[] NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE replaced (channel_id uuid,
    video_id uuid,
    "timestamp" timestamptz) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE summed_video_hourly ("channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "hour" timestamptz NOT NULL,
    "day" date NOT NULL,
    "events" bigint NOT NULL,
    "views" bigint NOT NULL,
    "likes" bigint NOT NULL,
    "dislikes" bigint NOT NULL,
    "comments" bigint NOT NULL,
    "shares" bigint NOT NULL,
    "subscribers_gained" bigint NOT NULL,
    "subscribers_lost" bigint NOT NULL,
    "impressions" bigint NOT NULL,
    "averages_basis_views" bigint NOT NULL,
    "watch_time_minutes" numeric(30, 6) NOT NULL,
    "estimated_revenue_usd" numeric(30, 6) NOT NULL,
    "estimated_ad_revenue_usd" numeric(30, 6) NOT NULL,
    "viewed_seconds" numeric(30, 6) NOT NULL,
    "viewed_percent" numeric(30, 6) NOT NULL,
    "clicks" numeric(30, 6) NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE summed_video_daily ("channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "day" date NOT NULL,
    "events" bigint NOT NULL,
    "views" bigint NOT NULL,
    "likes" bigint NOT NULL,
    "dislikes" bigint NOT NULL,
    "comments" bigint NOT NULL,
    "shares" bigint NOT NULL,
    "subscribers_gained" bigint NOT NULL,
    "subscribers_lost" bigint NOT NULL,
    "impressions" bigint NOT NULL,
    "averages_basis_views" bigint NOT NULL,
    "watch_time_minutes" numeric(30, 6) NOT NULL,
    "estimated_revenue_usd" numeric(30, 6) NOT NULL,
    "estimated_ad_revenue_usd" numeric(30, 6) NOT NULL,
    "viewed_seconds" numeric(30, 6) NOT NULL,
    "viewed_percent" numeric(30, 6) NOT NULL,
    "clicks" numeric(30, 6) NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE summed_channel_hourly ("channel_id" uuid NOT NULL,
    "hour" timestamptz NOT NULL,
    "day" date NOT NULL,
    "events" bigint NOT NULL,
    "views" bigint NOT NULL,
    "likes" bigint NOT NULL,
    "dislikes" bigint NOT NULL,
    "comments" bigint NOT NULL,
    "shares" bigint NOT NULL,
    "subscribers_gained" bigint NOT NULL,
    "subscribers_lost" bigint NOT NULL,
    "impressions" bigint NOT NULL,
    "averages_basis_views" bigint NOT NULL,
    "watch_time_minutes" numeric(30, 6) NOT NULL,
    "estimated_revenue_usd" numeric(30, 6) NOT NULL,
    "estimated_ad_revenue_usd" numeric(30, 6) NOT NULL,
    "viewed_seconds" numeric(30, 6) NOT NULL,
    "viewed_percent" numeric(30, 6) NOT NULL,
    "clicks" numeric(30, 6) NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE summed_channel_daily ("channel_id" uuid NOT NULL,
    "day" date NOT NULL,
    "events" bigint NOT NULL,
    "views" bigint NOT NULL,
    "likes" bigint NOT NULL,
    "dislikes" bigint NOT NULL,
    "comments" bigint NOT NULL,
    "shares" bigint NOT NULL,
    "subscribers_gained" bigint NOT NULL,
    "subscribers_lost" bigint NOT NULL,
    "impressions" bigint NOT NULL,
    "averages_basis_views" bigint NOT NULL,
    "watch_time_minutes" numeric(30, 6) NOT NULL,
    "estimated_revenue_usd" numeric(30, 6) NOT NULL,
    "estimated_ad_revenue_usd" numeric(30, 6) NOT NULL,
    "viewed_seconds" numeric(30, 6) NOT NULL,
    "viewed_percent" numeric(30, 6) NOT NULL,
    "clicks" numeric(30, 6) NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE summed_video_breakdown_daily ("channel_id" uuid NOT NULL,
    "video_id" uuid NOT NULL,
    "day" date NOT NULL,
    "dimensions" text[] NOT NULL,
    "members" text[] NOT NULL,
    "events" bigint[] NOT NULL,
    "views" bigint[] NOT NULL,
    "watch_time_minutes" numeric(30, 6)[] NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE summed_channel_breakdown_daily ("channel_id" uuid NOT NULL,
    "day" date NOT NULL,
    "dimension" text NOT NULL,
    "members" text[] NOT NULL,
    "events" bigint[] NOT NULL,
    "views" bigint[] NOT NULL,
    "watch_time_minutes" numeric(30, 6)[] NOT NULL) ON COMMIT DELETE ROWS;

-- analytics.video_hourly: add what the writer summed
INSERT INTO analytics.video_hourly AS kept (channel_id,
    video_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT channel_id,
    video_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks
  FROM summed_video_hourly
  ON CONFLICT (channel_id,
    video_id,
    hour) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks;

-- analytics.video_hourly: recount of one day
SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event 
  WHERE DAY
  AND NOT event.whole_day
  GROUP BY 1, 2, 3;

-- analytics.video_hourly: compare with a recount
SELECT count(*),
    coalesce(sum(coalesce(kept.events, 0) - coalesce(counted.events, 0)), 0),
    coalesce(sum(coalesce(kept.views, 0) - coalesce(counted.views, 0)), 0),
    coalesce(sum(coalesce(kept.likes, 0) - coalesce(counted.likes, 0)), 0),
    coalesce(sum(coalesce(kept.dislikes, 0) - coalesce(counted.dislikes, 0)), 0),
    coalesce(sum(coalesce(kept.comments, 0) - coalesce(counted.comments, 0)), 0),
    coalesce(sum(coalesce(kept.shares, 0) - coalesce(counted.shares, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_gained, 0) - coalesce(counted.subscribers_gained, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_lost, 0) - coalesce(counted.subscribers_lost, 0)), 0),
    coalesce(sum(coalesce(kept.impressions, 0) - coalesce(counted.impressions, 0)), 0),
    coalesce(sum(coalesce(kept.averages_basis_views, 0) - coalesce(counted.averages_basis_views, 0)), 0),
    coalesce(sum(coalesce(kept.watch_time_minutes, 0) - coalesce(counted.watch_time_minutes, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_revenue_usd, 0) - coalesce(counted.estimated_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_ad_revenue_usd, 0) - coalesce(counted.estimated_ad_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_seconds, 0) - coalesce(counted.viewed_seconds, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_percent, 0) - coalesce(counted.viewed_percent, 0)), 0),
    coalesce(sum(coalesce(kept.clicks, 0) - coalesce(counted.clicks, 0)), 0)
  FROM (SELECT channel_id,
    video_id,
    hour,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(likes)::bigint AS likes,
    sum(dislikes)::bigint AS dislikes,
    sum(comments)::bigint AS comments,
    sum(shares)::bigint AS shares,
    sum(subscribers_gained)::bigint AS subscribers_gained,
    sum(subscribers_lost)::bigint AS subscribers_lost,
    sum(impressions)::bigint AS impressions,
    sum(averages_basis_views)::bigint AS averages_basis_views,
    sum(watch_time_minutes) AS watch_time_minutes,
    sum(estimated_revenue_usd) AS estimated_revenue_usd,
    sum(estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(viewed_seconds) AS viewed_seconds,
    sum(viewed_percent) AS viewed_percent,
    sum(clicks) AS clicks
  FROM metrics.video_hourly
  WHERE channel_id = %(channel_id)s
  AND hour >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND hour < (%(until)s::timestamp AT TIME ZONE 'UTC')
  GROUP BY channel_id,
    video_id,
    hour) kept
  FULL JOIN (SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event 
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC')
  AND NOT event.whole_day
  GROUP BY 1, 2, 3) counted
  USING (channel_id,
    video_id,
    hour)
  WHERE (kept.events,
    kept.views,
    kept.likes,
    kept.dislikes,
    kept.comments,
    kept.shares,
    kept.subscribers_gained,
    kept.subscribers_lost,
    kept.impressions,
    kept.averages_basis_views,
    kept.watch_time_minutes,
    kept.estimated_revenue_usd,
    kept.estimated_ad_revenue_usd,
    kept.viewed_seconds,
    kept.viewed_percent,
    kept.clicks) IS DISTINCT
  FROM (counted.events,
    counted.views,
    counted.likes,
    counted.dislikes,
    counted.comments,
    counted.shares,
    counted.subscribers_gained,
    counted.subscribers_lost,
    counted.impressions,
    counted.averages_basis_views,
    counted.watch_time_minutes,
    counted.estimated_revenue_usd,
    counted.estimated_ad_revenue_usd,
    counted.viewed_seconds,
    counted.viewed_percent,
    counted.clicks);

-- analytics.video_hourly: rebuild, 1
DELETE
  FROM analytics.video_hourly
  WHERE channel_id = %(channel_id)s
  AND hour >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND hour < (%(until)s::timestamp AT TIME ZONE 'UTC');

-- analytics.video_hourly: rebuild, 2
INSERT INTO analytics.video_hourly (channel_id,
    video_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event 
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC')
  AND NOT event.whole_day
  GROUP BY 1, 2, 3;

-- analytics.video_hourly: remove empty rows
DELETE
  FROM analytics.video_hourly sums
  USING (SELECT DISTINCT channel_id,
    video_id
  FROM replaced) event
  WHERE (sums.channel_id,
    sums.video_id) = (event.channel_id,
    event.video_id)
  AND sums.events = '{}'
  AND sums.day BETWEEN %(since)s::date
  AND %(until)s::date;

-- analytics.video_daily: add what the writer summed
INSERT INTO analytics.video_daily AS kept (channel_id,
    video_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT channel_id,
    video_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks
  FROM summed_video_daily
  ON CONFLICT (channel_id,
    video_id,
    day) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks;

-- analytics.video_daily: recount of one day
SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE DAY
  AND true
  GROUP BY 1, 2, 3;

-- analytics.video_daily: compare with a recount
SELECT count(*),
    coalesce(sum(coalesce(kept.events, 0) - coalesce(counted.events, 0)), 0),
    coalesce(sum(coalesce(kept.views, 0) - coalesce(counted.views, 0)), 0),
    coalesce(sum(coalesce(kept.likes, 0) - coalesce(counted.likes, 0)), 0),
    coalesce(sum(coalesce(kept.dislikes, 0) - coalesce(counted.dislikes, 0)), 0),
    coalesce(sum(coalesce(kept.comments, 0) - coalesce(counted.comments, 0)), 0),
    coalesce(sum(coalesce(kept.shares, 0) - coalesce(counted.shares, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_gained, 0) - coalesce(counted.subscribers_gained, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_lost, 0) - coalesce(counted.subscribers_lost, 0)), 0),
    coalesce(sum(coalesce(kept.impressions, 0) - coalesce(counted.impressions, 0)), 0),
    coalesce(sum(coalesce(kept.averages_basis_views, 0) - coalesce(counted.averages_basis_views, 0)), 0),
    coalesce(sum(coalesce(kept.watch_time_minutes, 0) - coalesce(counted.watch_time_minutes, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_revenue_usd, 0) - coalesce(counted.estimated_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_ad_revenue_usd, 0) - coalesce(counted.estimated_ad_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_seconds, 0) - coalesce(counted.viewed_seconds, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_percent, 0) - coalesce(counted.viewed_percent, 0)), 0),
    coalesce(sum(coalesce(kept.clicks, 0) - coalesce(counted.clicks, 0)), 0)
  FROM (SELECT channel_id,
    video_id,
    day,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(likes)::bigint AS likes,
    sum(dislikes)::bigint AS dislikes,
    sum(comments)::bigint AS comments,
    sum(shares)::bigint AS shares,
    sum(subscribers_gained)::bigint AS subscribers_gained,
    sum(subscribers_lost)::bigint AS subscribers_lost,
    sum(impressions)::bigint AS impressions,
    sum(averages_basis_views)::bigint AS averages_basis_views,
    sum(watch_time_minutes) AS watch_time_minutes,
    sum(estimated_revenue_usd) AS estimated_revenue_usd,
    sum(estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(viewed_seconds) AS viewed_seconds,
    sum(viewed_percent) AS viewed_percent,
    sum(clicks) AS clicks
  FROM metrics.video_daily
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date
  GROUP BY channel_id,
    video_id,
    day) kept
  FULL JOIN (SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2, 3) counted
  USING (channel_id,
    video_id,
    day)
  WHERE (kept.events,
    kept.views,
    kept.likes,
    kept.dislikes,
    kept.comments,
    kept.shares,
    kept.subscribers_gained,
    kept.subscribers_lost,
    kept.impressions,
    kept.averages_basis_views,
    kept.watch_time_minutes,
    kept.estimated_revenue_usd,
    kept.estimated_ad_revenue_usd,
    kept.viewed_seconds,
    kept.viewed_percent,
    kept.clicks) IS DISTINCT
  FROM (counted.events,
    counted.views,
    counted.likes,
    counted.dislikes,
    counted.comments,
    counted.shares,
    counted.subscribers_gained,
    counted.subscribers_lost,
    counted.impressions,
    counted.averages_basis_views,
    counted.watch_time_minutes,
    counted.estimated_revenue_usd,
    counted.estimated_ad_revenue_usd,
    counted.viewed_seconds,
    counted.viewed_percent,
    counted.clicks);

-- analytics.video_daily: rebuild, 1
DELETE
  FROM analytics.video_daily
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date;

-- analytics.video_daily: rebuild, 2
INSERT INTO analytics.video_daily (channel_id,
    video_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2, 3;

-- analytics.video_daily: remove empty rows
DELETE
  FROM analytics.video_daily sums
  USING (SELECT DISTINCT channel_id,
    video_id
  FROM replaced) event
  WHERE (sums.channel_id,
    sums.video_id) = (event.channel_id,
    event.video_id)
  AND sums.events = '{}'
  AND sums.day BETWEEN %(since)s::date
  AND %(until)s::date;

-- analytics.channel_hourly: add what the writer summed
INSERT INTO analytics.channel_hourly AS kept (channel_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT channel_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks
  FROM summed_channel_hourly
  ON CONFLICT (channel_id,
    hour) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks;

-- analytics.channel_hourly: recount of one day
SELECT event.channel_id AS channel_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event 
  WHERE DAY
  AND NOT event.whole_day
  GROUP BY 1, 2;

-- analytics.channel_hourly: compare with a recount
SELECT count(*),
    coalesce(sum(coalesce(kept.events, 0) - coalesce(counted.events, 0)), 0),
    coalesce(sum(coalesce(kept.views, 0) - coalesce(counted.views, 0)), 0),
    coalesce(sum(coalesce(kept.likes, 0) - coalesce(counted.likes, 0)), 0),
    coalesce(sum(coalesce(kept.dislikes, 0) - coalesce(counted.dislikes, 0)), 0),
    coalesce(sum(coalesce(kept.comments, 0) - coalesce(counted.comments, 0)), 0),
    coalesce(sum(coalesce(kept.shares, 0) - coalesce(counted.shares, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_gained, 0) - coalesce(counted.subscribers_gained, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_lost, 0) - coalesce(counted.subscribers_lost, 0)), 0),
    coalesce(sum(coalesce(kept.impressions, 0) - coalesce(counted.impressions, 0)), 0),
    coalesce(sum(coalesce(kept.averages_basis_views, 0) - coalesce(counted.averages_basis_views, 0)), 0),
    coalesce(sum(coalesce(kept.watch_time_minutes, 0) - coalesce(counted.watch_time_minutes, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_revenue_usd, 0) - coalesce(counted.estimated_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_ad_revenue_usd, 0) - coalesce(counted.estimated_ad_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_seconds, 0) - coalesce(counted.viewed_seconds, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_percent, 0) - coalesce(counted.viewed_percent, 0)), 0),
    coalesce(sum(coalesce(kept.clicks, 0) - coalesce(counted.clicks, 0)), 0)
  FROM (SELECT channel_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks
  FROM analytics.channel_hourly
  WHERE channel_id = %(channel_id)s
  AND hour >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND hour < (%(until)s::timestamp AT TIME ZONE 'UTC')) kept
  FULL JOIN (SELECT event.channel_id AS channel_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event 
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC')
  AND NOT event.whole_day
  GROUP BY 1, 2) counted
  USING (channel_id,
    hour)
  WHERE (kept.events,
    kept.views,
    kept.likes,
    kept.dislikes,
    kept.comments,
    kept.shares,
    kept.subscribers_gained,
    kept.subscribers_lost,
    kept.impressions,
    kept.averages_basis_views,
    kept.watch_time_minutes,
    kept.estimated_revenue_usd,
    kept.estimated_ad_revenue_usd,
    kept.viewed_seconds,
    kept.viewed_percent,
    kept.clicks) IS DISTINCT
  FROM (counted.events,
    counted.views,
    counted.likes,
    counted.dislikes,
    counted.comments,
    counted.shares,
    counted.subscribers_gained,
    counted.subscribers_lost,
    counted.impressions,
    counted.averages_basis_views,
    counted.watch_time_minutes,
    counted.estimated_revenue_usd,
    counted.estimated_ad_revenue_usd,
    counted.viewed_seconds,
    counted.viewed_percent,
    counted.clicks);

-- analytics.channel_hourly: rebuild, 1
DELETE
  FROM analytics.channel_hourly
  WHERE channel_id = %(channel_id)s
  AND hour >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND hour < (%(until)s::timestamp AT TIME ZONE 'UTC');

-- analytics.channel_hourly: rebuild, 2
INSERT INTO analytics.channel_hourly (channel_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event 
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC')
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC')
  AND NOT event.whole_day
  GROUP BY 1, 2;

-- analytics.channel_hourly: remove empty rows
DELETE
  FROM analytics.channel_hourly sums
  USING (SELECT DISTINCT channel_id
  FROM replaced) event
  WHERE (sums.channel_id) = (event.channel_id)
  AND sums.events = '{}'
  AND sums.day BETWEEN %(since)s::date
  AND %(until)s::date;

-- analytics.channel_daily: add what the writer summed
INSERT INTO analytics.channel_daily AS kept (channel_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT channel_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks
  FROM summed_channel_daily
  ON CONFLICT (channel_id,
    day) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks;

-- analytics.channel_daily: recount of one day
SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE DAY
  AND true
  GROUP BY 1, 2;

-- analytics.channel_daily: compare with a recount
SELECT count(*),
    coalesce(sum(coalesce(kept.events, 0) - coalesce(counted.events, 0)), 0),
    coalesce(sum(coalesce(kept.views, 0) - coalesce(counted.views, 0)), 0),
    coalesce(sum(coalesce(kept.likes, 0) - coalesce(counted.likes, 0)), 0),
    coalesce(sum(coalesce(kept.dislikes, 0) - coalesce(counted.dislikes, 0)), 0),
    coalesce(sum(coalesce(kept.comments, 0) - coalesce(counted.comments, 0)), 0),
    coalesce(sum(coalesce(kept.shares, 0) - coalesce(counted.shares, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_gained, 0) - coalesce(counted.subscribers_gained, 0)), 0),
    coalesce(sum(coalesce(kept.subscribers_lost, 0) - coalesce(counted.subscribers_lost, 0)), 0),
    coalesce(sum(coalesce(kept.impressions, 0) - coalesce(counted.impressions, 0)), 0),
    coalesce(sum(coalesce(kept.averages_basis_views, 0) - coalesce(counted.averages_basis_views, 0)), 0),
    coalesce(sum(coalesce(kept.watch_time_minutes, 0) - coalesce(counted.watch_time_minutes, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_revenue_usd, 0) - coalesce(counted.estimated_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.estimated_ad_revenue_usd, 0) - coalesce(counted.estimated_ad_revenue_usd, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_seconds, 0) - coalesce(counted.viewed_seconds, 0)), 0),
    coalesce(sum(coalesce(kept.viewed_percent, 0) - coalesce(counted.viewed_percent, 0)), 0),
    coalesce(sum(coalesce(kept.clicks, 0) - coalesce(counted.clicks, 0)), 0)
  FROM (SELECT channel_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks
  FROM analytics.channel_daily
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date) kept
  FULL JOIN (SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2) counted
  USING (channel_id,
    day)
  WHERE (kept.events,
    kept.views,
    kept.likes,
    kept.dislikes,
    kept.comments,
    kept.shares,
    kept.subscribers_gained,
    kept.subscribers_lost,
    kept.impressions,
    kept.averages_basis_views,
    kept.watch_time_minutes,
    kept.estimated_revenue_usd,
    kept.estimated_ad_revenue_usd,
    kept.viewed_seconds,
    kept.viewed_percent,
    kept.clicks) IS DISTINCT
  FROM (counted.events,
    counted.views,
    counted.likes,
    counted.dislikes,
    counted.comments,
    counted.shares,
    counted.subscribers_gained,
    counted.subscribers_lost,
    counted.impressions,
    counted.averages_basis_views,
    counted.watch_time_minutes,
    counted.estimated_revenue_usd,
    counted.estimated_ad_revenue_usd,
    counted.viewed_seconds,
    counted.viewed_percent,
    counted.clicks);

-- analytics.channel_daily: rebuild, 1
DELETE
  FROM analytics.channel_daily
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date;

-- analytics.channel_daily: rebuild, 2
INSERT INTO analytics.channel_daily (channel_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.average_view_duration * event.averages_basis_views) AS viewed_seconds,
    sum(event.average_percentage_viewed * event.averages_basis_views) AS viewed_percent,
    sum(event.click_through_rate * event.impressions) AS clicks
  FROM analytics.video_metrics event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2;

-- analytics.channel_daily: remove empty rows
DELETE
  FROM analytics.channel_daily sums
  USING (SELECT DISTINCT channel_id
  FROM replaced) event
  WHERE (sums.channel_id) = (event.channel_id)
  AND sums.events = '{}'
  AND sums.day BETWEEN %(since)s::date
  AND %(until)s::date;

-- analytics.video_breakdown_daily: add what the writer summed
INSERT INTO analytics.video_breakdown_daily AS kept (channel_id,
    video_id,
    day,
    dimensions,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    day,
    dimensions,
    members,
    events,
    views,
    watch_time_minutes
  FROM summed_video_breakdown_daily
  ON CONFLICT (channel_id,
    video_id,
    day) DO UPDATE
  SET (dimensions,
    members,
    events,
    views,
    watch_time_minutes) = (SELECT *
  FROM (SELECT kept.dimensions,
    kept.members,
    array_agg(events + more_events),
    array_agg(views + more_views),
    array_agg(watch_time_minutes + more_watch_time_minutes)
  FROM unnest(kept.events,
    kept.views,
    kept.watch_time_minutes,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS pair(events,
    views,
    watch_time_minutes,
    more_events,
    more_views,
    more_watch_time_minutes)) AS added
  WHERE (kept.dimensions,
    kept.members) = (excluded.dimensions,
    excluded.members)
  AND 0 < ALL (excluded.events) UNION ALL SELECT *
  FROM (SELECT coalesce(array_agg(dimension),
    '{}'),
    coalesce(array_agg(member),
    '{}'),
    coalesce(array_agg(events),
    '{}'),
    coalesce(array_agg(views),
    '{}'),
    coalesce(array_agg(watch_time_minutes),
    '{}')
  FROM (SELECT dimension,
    member,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(watch_time_minutes) AS watch_time_minutes
  FROM (SELECT *
  FROM unnest(kept.dimensions,
    kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes) UNION ALL SELECT *
  FROM unnest(excluded.dimensions,
    excluded.members,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes)) AS members
  GROUP BY 1, 2 HAVING sum(events) <> 0
  ORDER BY 1, 2) AS members) AS merged
  WHERE NOT ((kept.dimensions,
    kept.members) = (excluded.dimensions,
    excluded.members)
  AND 0 < ALL (excluded.events)));

-- analytics.video_breakdown_daily: recount of one day
SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM analytics.video_breakdowns said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)) event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE DAY
  AND true
  GROUP BY 1, 2, 3, 4, 5;

-- analytics.video_breakdown_daily: compare with a recount
SELECT count(*),
    coalesce(sum(coalesce(kept.events, 0) - coalesce(counted.events, 0)), 0),
    coalesce(sum(coalesce(kept.views, 0) - coalesce(counted.views, 0)), 0),
    coalesce(sum(coalesce(kept.watch_time_minutes, 0) - coalesce(counted.watch_time_minutes, 0)), 0)
  FROM (SELECT channel_id,
    video_id,
    day,
    dimension,
    member,
    events,
    views,
    watch_time_minutes
  FROM (SELECT kept.channel_id,
    kept.video_id,
    kept.day,
    part.dimension,
    part.member,
    part.events,
    part.views,
    part.watch_time_minutes
  FROM analytics.video_breakdown_daily kept,
    unnest(kept.dimensions,
    kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes)
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date) AS one) kept
  FULL JOIN (SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM analytics.video_breakdowns said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)) event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2, 3, 4, 5) counted
  USING (channel_id,
    video_id,
    day,
    dimension,
    member)
  WHERE (kept.events,
    kept.views,
    kept.watch_time_minutes) IS DISTINCT
  FROM (counted.events,
    counted.views,
    counted.watch_time_minutes);

-- analytics.video_breakdown_daily: rebuild, 1
DELETE
  FROM analytics.video_breakdown_daily
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date;

-- analytics.video_breakdown_daily: rebuild, 2
INSERT INTO analytics.video_breakdown_daily (channel_id,
    video_id,
    day,
    dimensions,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    day,
    array_agg(dimension
  ORDER BY dimension,
    member),
    array_agg(member
  ORDER BY dimension,
    member),
    array_agg(events
  ORDER BY dimension,
    member),
    array_agg(views
  ORDER BY dimension,
    member),
    array_agg(watch_time_minutes
  ORDER BY dimension,
    member)
  FROM (SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM analytics.video_breakdowns said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)) event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2, 3, 4, 5) AS one
  GROUP BY channel_id,
    video_id,
    day;

-- analytics.video_breakdown_daily: remove empty rows
DELETE
  FROM analytics.video_breakdown_daily sums
  USING (SELECT DISTINCT channel_id,
    video_id
  FROM replaced) event
  WHERE (sums.channel_id,
    sums.video_id) = (event.channel_id,
    event.video_id)
  AND sums.events = '{}'
  AND sums.day BETWEEN %(since)s::date
  AND %(until)s::date;

-- analytics.channel_breakdown_daily: add what the writer summed
INSERT INTO analytics.channel_breakdown_daily AS kept (channel_id,
    day,
    dimension,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    day,
    dimension,
    members,
    events,
    views,
    watch_time_minutes
  FROM summed_channel_breakdown_daily
  ON CONFLICT (channel_id,
    day,
    dimension) DO UPDATE
  SET (members,
    events,
    views,
    watch_time_minutes) = (SELECT *
  FROM (SELECT kept.members,
    array_agg(events + more_events),
    array_agg(views + more_views),
    array_agg(watch_time_minutes + more_watch_time_minutes)
  FROM unnest(kept.events,
    kept.views,
    kept.watch_time_minutes,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS pair(events,
    views,
    watch_time_minutes,
    more_events,
    more_views,
    more_watch_time_minutes)) AS added
  WHERE (kept.members) = (excluded.members)
  AND 0 < ALL (excluded.events) UNION ALL SELECT *
  FROM (SELECT coalesce(array_agg(member),
    '{}'),
    coalesce(array_agg(events),
    '{}'),
    coalesce(array_agg(views),
    '{}'),
    coalesce(array_agg(watch_time_minutes),
    '{}')
  FROM (SELECT member,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(watch_time_minutes) AS watch_time_minutes
  FROM (SELECT *
  FROM unnest(kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes) UNION ALL SELECT *
  FROM unnest(excluded.members,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes)) AS members
  GROUP BY 1 HAVING sum(events) <> 0
  ORDER BY 1) AS members) AS merged
  WHERE NOT ((kept.members) = (excluded.members)
  AND 0 < ALL (excluded.events)));

-- analytics.channel_breakdown_daily: recount of one day
SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM analytics.video_breakdowns said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)) event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE DAY
  AND true
  GROUP BY 1, 2, 3, 4;

-- analytics.channel_breakdown_daily: compare with a recount
SELECT count(*),
    coalesce(sum(coalesce(kept.events, 0) - coalesce(counted.events, 0)), 0),
    coalesce(sum(coalesce(kept.views, 0) - coalesce(counted.views, 0)), 0),
    coalesce(sum(coalesce(kept.watch_time_minutes, 0) - coalesce(counted.watch_time_minutes, 0)), 0)
  FROM (SELECT channel_id,
    day,
    dimension,
    member,
    events,
    views,
    watch_time_minutes
  FROM (SELECT kept.channel_id,
    kept.day,
    kept.dimension,
    part.member,
    part.events,
    part.views,
    part.watch_time_minutes
  FROM analytics.channel_breakdown_daily kept,
    unnest(kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes)
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date) AS one) kept
  FULL JOIN (SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM analytics.video_breakdowns said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)) event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2, 3, 4) counted
  USING (channel_id,
    day,
    dimension,
    member)
  WHERE (kept.events,
    kept.views,
    kept.watch_time_minutes) IS DISTINCT
  FROM (counted.events,
    counted.views,
    counted.watch_time_minutes);

-- analytics.channel_breakdown_daily: rebuild, 1
DELETE
  FROM analytics.channel_breakdown_daily
  WHERE channel_id = %(channel_id)s
  AND day >= %(since)s::date
  AND day < %(until)s::date;

-- analytics.channel_breakdown_daily: rebuild, 2
INSERT INTO analytics.channel_breakdown_daily (channel_id,
    day,
    dimension,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    day,
    dimension,
    array_agg(member
  ORDER BY member),
    array_agg(events
  ORDER BY member),
    array_agg(views
  ORDER BY member),
    array_agg(watch_time_minutes
  ORDER BY member)
  FROM (SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(1)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM analytics.video_breakdowns said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)) event
  JOIN core.channels channel ON channel.id = event.channel_id
  WHERE event.channel_id = %(channel_id)s
  AND event."timestamp" >= (%(since)s::timestamp AT TIME ZONE 'UTC') - interval '1 day'
  AND event."timestamp" < (%(until)s::timestamp AT TIME ZONE 'UTC') + interval '1 day'
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date >= %(since)s::date
  AND (event."timestamp" AT TIME ZONE channel.time_zone)::date < %(until)s::date
  AND true
  GROUP BY 1, 2, 3, 4) AS one
  GROUP BY channel_id,
    day,
    dimension;

-- analytics.channel_breakdown_daily: remove empty rows
DELETE
  FROM analytics.channel_breakdown_daily sums
  USING (SELECT DISTINCT channel_id
  FROM replaced) event
  WHERE (sums.channel_id) = (event.channel_id)
  AND sums.events = '{}'
  AND sums.day BETWEEN %(since)s::date
  AND %(until)s::date;

-- insert new events
INSERT INTO analytics.video_metrics AS kept (channel_id,
    video_id,
    "timestamp",
    batch_id,
    breakdowns_digest,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    average_view_duration,
    average_percentage_viewed,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    click_through_rate,
    whole_day) SELECT channel_id,
    video_id,
    "timestamp",
    batch_id,
    breakdowns_digest,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    average_view_duration,
    average_percentage_viewed,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    click_through_rate,
    whole_day
  FROM incoming
  ON CONFLICT (channel_id,
    video_id,
    "timestamp") DO NOTHING;

-- insert their breakdowns
INSERT INTO analytics.video_breakdowns (channel_id,
    video_id,
    "timestamp",
    dimensions,
    members,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    "timestamp",
    dimensions,
    members,
    views,
    watch_time_minutes
  FROM incoming_parts;

-- add corrections
INSERT INTO analytics.channel_corrections AS kept (channel_id,
    day,
    views,
    likes,
    comments,
    shares,
    estimated_revenue_usd) SELECT event.channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date,
    sum(greatest(-event.views, 0))::bigint,
    sum(greatest(-event.likes, 0))::bigint,
    sum(greatest(-event.comments, 0))::bigint,
    sum(greatest(-event.shares, 0))::bigint,
    sum(greatest(-event.estimated_revenue_usd, 0))
  FROM corrections event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (channel_id,
    day) DO UPDATE
  SET views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    updated_at = now();

-- apply redelivered events, returns_old=False
WITH before AS MATERIALIZED (SELECT there.*
  FROM analytics.video_metrics there
  JOIN redelivered
  USING (channel_id,
    video_id,
    "timestamp")),
    put AS (INSERT INTO analytics.video_metrics AS kept (channel_id,
    video_id,
    "timestamp",
    batch_id,
    breakdowns_digest,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    average_view_duration,
    average_percentage_viewed,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    click_through_rate,
    whole_day) SELECT channel_id,
    video_id,
    "timestamp",
    batch_id,
    breakdowns_digest,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    average_view_duration,
    average_percentage_viewed,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    click_through_rate,
    whole_day
  FROM redelivered
  ON CONFLICT (channel_id,
    video_id,
    "timestamp") DO UPDATE
  SET batch_id = excluded.batch_id,
    breakdowns_digest = excluded.breakdowns_digest,
    views = excluded.views,
    likes = excluded.likes,
    dislikes = excluded.dislikes,
    comments = excluded.comments,
    shares = excluded.shares,
    subscribers_gained = excluded.subscribers_gained,
    subscribers_lost = excluded.subscribers_lost,
    impressions = excluded.impressions,
    averages_basis_views = excluded.averages_basis_views,
    watch_time_minutes = excluded.watch_time_minutes,
    average_view_duration = excluded.average_view_duration,
    average_percentage_viewed = excluded.average_percentage_viewed,
    estimated_revenue_usd = excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = excluded.estimated_ad_revenue_usd,
    click_through_rate = excluded.click_through_rate,
    whole_day = excluded.whole_day
  WHERE (kept.breakdowns_digest,
    kept.views,
    kept.likes,
    kept.dislikes,
    kept.comments,
    kept.shares,
    kept.subscribers_gained,
    kept.subscribers_lost,
    kept.impressions,
    kept.averages_basis_views,
    kept.watch_time_minutes,
    kept.average_view_duration,
    kept.average_percentage_viewed,
    kept.estimated_revenue_usd,
    kept.estimated_ad_revenue_usd,
    kept.click_through_rate,
    kept.whole_day) IS DISTINCT
  FROM (excluded.breakdowns_digest,
    excluded.views,
    excluded.likes,
    excluded.dislikes,
    excluded.comments,
    excluded.shares,
    excluded.subscribers_gained,
    excluded.subscribers_lost,
    excluded.impressions,
    excluded.averages_basis_views,
    excluded.watch_time_minutes,
    excluded.average_view_duration,
    excluded.average_percentage_viewed,
    excluded.estimated_revenue_usd,
    excluded.estimated_ad_revenue_usd,
    excluded.click_through_rate,
    excluded.whole_day) RETURNING kept.*),
    changed AS (SELECT new.channel_id,
    new.video_id,
    new."timestamp",
    old.breakdowns_digest AS digest_before, 0 AS events,
    new.whole_day,
    old.whole_day AS was_whole_day,
    (new.views)::bigint - (old.views) AS views,
    (new.likes)::bigint - (old.likes) AS likes,
    (new.dislikes)::bigint - (old.dislikes) AS dislikes,
    (new.comments)::bigint - (old.comments) AS comments,
    (new.shares)::bigint - (old.shares) AS shares,
    (new.subscribers_gained)::bigint - (old.subscribers_gained) AS subscribers_gained,
    (new.subscribers_lost)::bigint - (old.subscribers_lost) AS subscribers_lost,
    (new.impressions)::bigint - (old.impressions) AS impressions,
    (new.averages_basis_views)::bigint - (old.averages_basis_views) AS averages_basis_views,
    (new.watch_time_minutes) - (old.watch_time_minutes) AS watch_time_minutes,
    (new.estimated_revenue_usd) - (old.estimated_revenue_usd) AS estimated_revenue_usd,
    (new.estimated_ad_revenue_usd) - (old.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    (new.average_view_duration * new.averages_basis_views) - (old.average_view_duration * old.averages_basis_views) AS viewed_seconds,
    (new.average_percentage_viewed * new.averages_basis_views) - (old.average_percentage_viewed * old.averages_basis_views) AS viewed_percent,
    (new.click_through_rate * new.impressions) - (old.click_through_rate * old.impressions) AS clicks
  FROM put new
  LEFT JOIN before old
  USING (channel_id,
    video_id,
    "timestamp")),
    added_0 AS (INSERT INTO analytics.video_hourly AS kept (channel_id,
    video_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM (SELECT *
  FROM changed
  WHERE NOT (whole_day OR was_whole_day)) event 
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    video_id,
    hour) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    added_1 AS (INSERT INTO analytics.video_daily AS kept (channel_id,
    video_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    video_id,
    day) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    added_2 AS (INSERT INTO analytics.channel_hourly AS kept (channel_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM (SELECT *
  FROM changed
  WHERE NOT (whole_day OR was_whole_day)) event 
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (channel_id,
    hour) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    added_3 AS (INSERT INTO analytics.channel_daily AS kept (channel_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (channel_id,
    day) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    noted AS (INSERT INTO replaced (channel_id,
    video_id,
    "timestamp") SELECT channel_id,
    video_id,
    "timestamp"
  FROM changed
  WHERE digest_before <> 0) SELECT count(*),
    count(*) FILTER (WHERE digest_before <> 0),
    (
SELECT string_agg(uuid_send(channel_id) || uuid_send(video_id) || int8send(minute) || int8send(views)
|| int8send(likes) || int8send(comments) || int8send(shares),
    '')
FROM (SELECT channel_id,
    video_id,
    extract(epoch
  FROM date_trunc('minute',
    "timestamp"))::bigint AS minute,
sum(views)::bigint AS views,
    sum(likes)::bigint AS likes,
    sum(comments)::bigint AS comments,
sum(shares)::bigint AS shares
FROM changed
  WHERE "timestamp" >= now() - interval '10 minutes'
  AND NOT whole_day
GROUP BY 1, 2, 3) AS recent),
    (SELECT jsonb_agg(DISTINCT jsonb_build_array(channel_id,
    ("timestamp" AT TIME ZONE 'UTC')::date))
  FROM changed
  WHERE whole_day <> was_whole_day)
  FROM changed;

-- apply redelivered breakdowns, returns_old=False
WITH before AS MATERIALIZED (SELECT there.*
  FROM analytics.video_breakdowns there
  JOIN redelivered_parts
  USING (channel_id,
    video_id,
    "timestamp")),
    put AS (INSERT INTO analytics.video_breakdowns AS kept (channel_id,
    video_id,
    "timestamp",
    dimensions,
    members,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    "timestamp",
    dimensions,
    members,
    views,
    watch_time_minutes
  FROM redelivered_parts
  ON CONFLICT (channel_id,
    video_id,
    "timestamp") DO UPDATE
  SET dimensions = excluded.dimensions,
    members = excluded.members,
    views = excluded.views,
    watch_time_minutes = excluded.watch_time_minutes
  WHERE (kept.dimensions,
    kept.members,
    kept.views,
    kept.watch_time_minutes) IS DISTINCT
  FROM (excluded.dimensions,
    excluded.members,
    excluded.views,
    excluded.watch_time_minutes) RETURNING kept.*),
    came AS (SELECT new.channel_id,
    new.video_id,
    new."timestamp",
    new.dimensions,
    old.dimensions AS old_dimensions,
    new.members,
    old.members AS old_members,
    new.views,
    old.views AS old_views,
    new.watch_time_minutes,
    old.watch_time_minutes AS old_watch_time_minutes
  FROM put new
  LEFT JOIN before old
  USING (channel_id,
    video_id,
    "timestamp")),
    gone AS (DELETE
  FROM analytics.video_breakdowns part
  USING replaced event
  WHERE part.channel_id = event.channel_id
  AND part.video_id = event.video_id
  AND part."timestamp" = event."timestamp"
  AND NOT EXISTS (SELECT
  FROM redelivered_parts still
  WHERE still.channel_id = part.channel_id
  AND still.video_id = part.video_id
  AND still."timestamp" = part."timestamp") RETURNING part.*),
    changed AS (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM came said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes) UNION ALL SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    -1 AS events,
    -part.views AS views,
    -part.watch_time_minutes AS watch_time_minutes
  FROM came said,
    unnest(said.old_dimensions,
    said.old_members,
    said.old_views,
    said.old_watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes) UNION ALL SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    -1 AS events,
    -part.views AS views,
    -part.watch_time_minutes AS watch_time_minutes
  FROM gone said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)),
    added_0 AS (INSERT INTO analytics.video_breakdown_daily AS kept (channel_id,
    video_id,
    day,
    dimensions,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    day,
    array_agg(dimension
  ORDER BY dimension,
    member),
    array_agg(member
  ORDER BY dimension,
    member),
    array_agg(events
  ORDER BY dimension,
    member),
    array_agg(views
  ORDER BY dimension,
    member),
    array_agg(watch_time_minutes
  ORDER BY dimension,
    member)
  FROM (SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2, 3, 4, 5 HAVING sum(event.events) <> 0 OR sum(event.views) <> 0 OR sum(event.watch_time_minutes) <> 0) AS one
  GROUP BY channel_id,
    video_id,
    day
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    video_id,
    day) DO UPDATE
  SET (dimensions,
    members,
    events,
    views,
    watch_time_minutes) = (SELECT *
  FROM (SELECT kept.dimensions,
    kept.members,
    array_agg(events + more_events),
    array_agg(views + more_views),
    array_agg(watch_time_minutes + more_watch_time_minutes)
  FROM unnest(kept.events,
    kept.views,
    kept.watch_time_minutes,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS pair(events,
    views,
    watch_time_minutes,
    more_events,
    more_views,
    more_watch_time_minutes)) AS added
  WHERE (kept.dimensions,
    kept.members) = (excluded.dimensions,
    excluded.members)
  AND 0 < ALL (excluded.events) UNION ALL SELECT *
  FROM (SELECT coalesce(array_agg(dimension),
    '{}'),
    coalesce(array_agg(member),
    '{}'),
    coalesce(array_agg(events),
    '{}'),
    coalesce(array_agg(views),
    '{}'),
    coalesce(array_agg(watch_time_minutes),
    '{}')
  FROM (SELECT dimension,
    member,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(watch_time_minutes) AS watch_time_minutes
  FROM (SELECT *
  FROM unnest(kept.dimensions,
    kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes) UNION ALL SELECT *
  FROM unnest(excluded.dimensions,
    excluded.members,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes)) AS members
  GROUP BY 1, 2 HAVING sum(events) <> 0
  ORDER BY 1, 2) AS members) AS merged
  WHERE NOT ((kept.dimensions,
    kept.members) = (excluded.dimensions,
    excluded.members)
  AND 0 < ALL (excluded.events)))),
    added_1 AS (INSERT INTO analytics.channel_breakdown_daily AS kept (channel_id,
    day,
    dimension,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    day,
    dimension,
    array_agg(member
  ORDER BY member),
    array_agg(events
  ORDER BY member),
    array_agg(views
  ORDER BY member),
    array_agg(watch_time_minutes
  ORDER BY member)
  FROM (SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2, 3, 4 HAVING sum(event.events) <> 0 OR sum(event.views) <> 0 OR sum(event.watch_time_minutes) <> 0) AS one
  GROUP BY channel_id,
    day,
    dimension
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    day,
    dimension) DO UPDATE
  SET (members,
    events,
    views,
    watch_time_minutes) = (SELECT *
  FROM (SELECT kept.members,
    array_agg(events + more_events),
    array_agg(views + more_views),
    array_agg(watch_time_minutes + more_watch_time_minutes)
  FROM unnest(kept.events,
    kept.views,
    kept.watch_time_minutes,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS pair(events,
    views,
    watch_time_minutes,
    more_events,
    more_views,
    more_watch_time_minutes)) AS added
  WHERE (kept.members) = (excluded.members)
  AND 0 < ALL (excluded.events) UNION ALL SELECT *
  FROM (SELECT coalesce(array_agg(member),
    '{}'),
    coalesce(array_agg(events),
    '{}'),
    coalesce(array_agg(views),
    '{}'),
    coalesce(array_agg(watch_time_minutes),
    '{}')
  FROM (SELECT member,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(watch_time_minutes) AS watch_time_minutes
  FROM (SELECT *
  FROM unnest(kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes) UNION ALL SELECT *
  FROM unnest(excluded.members,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes)) AS members
  GROUP BY 1 HAVING sum(events) <> 0
  ORDER BY 1) AS members) AS merged
  WHERE NOT ((kept.members) = (excluded.members)
  AND 0 < ALL (excluded.events)))) SELECT;

-- apply redelivered events, returns_old=True
WITH changed AS (INSERT INTO analytics.video_metrics AS kept (channel_id,
    video_id,
    "timestamp",
    batch_id,
    breakdowns_digest,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    average_view_duration,
    average_percentage_viewed,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    click_through_rate,
    whole_day) SELECT channel_id,
    video_id,
    "timestamp",
    batch_id,
    breakdowns_digest,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    average_view_duration,
    average_percentage_viewed,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    click_through_rate,
    whole_day
  FROM redelivered
  ON CONFLICT (channel_id,
    video_id,
    "timestamp") DO UPDATE
  SET batch_id = excluded.batch_id,
    breakdowns_digest = excluded.breakdowns_digest,
    views = excluded.views,
    likes = excluded.likes,
    dislikes = excluded.dislikes,
    comments = excluded.comments,
    shares = excluded.shares,
    subscribers_gained = excluded.subscribers_gained,
    subscribers_lost = excluded.subscribers_lost,
    impressions = excluded.impressions,
    averages_basis_views = excluded.averages_basis_views,
    watch_time_minutes = excluded.watch_time_minutes,
    average_view_duration = excluded.average_view_duration,
    average_percentage_viewed = excluded.average_percentage_viewed,
    estimated_revenue_usd = excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = excluded.estimated_ad_revenue_usd,
    click_through_rate = excluded.click_through_rate,
    whole_day = excluded.whole_day
  WHERE (kept.breakdowns_digest,
    kept.views,
    kept.likes,
    kept.dislikes,
    kept.comments,
    kept.shares,
    kept.subscribers_gained,
    kept.subscribers_lost,
    kept.impressions,
    kept.averages_basis_views,
    kept.watch_time_minutes,
    kept.average_view_duration,
    kept.average_percentage_viewed,
    kept.estimated_revenue_usd,
    kept.estimated_ad_revenue_usd,
    kept.click_through_rate,
    kept.whole_day) IS DISTINCT
  FROM (excluded.breakdowns_digest,
    excluded.views,
    excluded.likes,
    excluded.dislikes,
    excluded.comments,
    excluded.shares,
    excluded.subscribers_gained,
    excluded.subscribers_lost,
    excluded.impressions,
    excluded.averages_basis_views,
    excluded.watch_time_minutes,
    excluded.average_view_duration,
    excluded.average_percentage_viewed,
    excluded.estimated_revenue_usd,
    excluded.estimated_ad_revenue_usd,
    excluded.click_through_rate,
    excluded.whole_day) RETURNING new.channel_id,
    new.video_id,
    new."timestamp",
    old.breakdowns_digest AS digest_before, 0 AS events,
    new.whole_day,
    old.whole_day AS was_whole_day,
    (new.views)::bigint - (old.views) AS views,
    (new.likes)::bigint - (old.likes) AS likes,
    (new.dislikes)::bigint - (old.dislikes) AS dislikes,
    (new.comments)::bigint - (old.comments) AS comments,
    (new.shares)::bigint - (old.shares) AS shares,
    (new.subscribers_gained)::bigint - (old.subscribers_gained) AS subscribers_gained,
    (new.subscribers_lost)::bigint - (old.subscribers_lost) AS subscribers_lost,
    (new.impressions)::bigint - (old.impressions) AS impressions,
    (new.averages_basis_views)::bigint - (old.averages_basis_views) AS averages_basis_views,
    (new.watch_time_minutes) - (old.watch_time_minutes) AS watch_time_minutes,
    (new.estimated_revenue_usd) - (old.estimated_revenue_usd) AS estimated_revenue_usd,
    (new.estimated_ad_revenue_usd) - (old.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    (new.average_view_duration * new.averages_basis_views) - (old.average_view_duration * old.averages_basis_views) AS viewed_seconds,
    (new.average_percentage_viewed * new.averages_basis_views) - (old.average_percentage_viewed * old.averages_basis_views) AS viewed_percent,
    (new.click_through_rate * new.impressions) - (old.click_through_rate * old.impressions) AS clicks),
    added_0 AS (INSERT INTO analytics.video_hourly AS kept (channel_id,
    video_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM (SELECT *
  FROM changed
  WHERE NOT (whole_day OR was_whole_day)) event 
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    video_id,
    hour) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    added_1 AS (INSERT INTO analytics.video_daily AS kept (channel_id,
    video_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    video_id,
    day) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    added_2 AS (INSERT INTO analytics.channel_hourly AS kept (channel_id,
    hour,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    date_trunc('hour',
    event."timestamp",
    'UTC') AS hour,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM (SELECT *
  FROM changed
  WHERE NOT (whole_day OR was_whole_day)) event 
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (channel_id,
    hour) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    added_3 AS (INSERT INTO analytics.channel_daily AS kept (channel_id,
    day,
    events,
    views,
    likes,
    dislikes,
    comments,
    shares,
    subscribers_gained,
    subscribers_lost,
    impressions,
    averages_basis_views,
    watch_time_minutes,
    estimated_revenue_usd,
    estimated_ad_revenue_usd,
    viewed_seconds,
    viewed_percent,
    clicks) SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.likes)::bigint AS likes,
    sum(event.dislikes)::bigint AS dislikes,
    sum(event.comments)::bigint AS comments,
    sum(event.shares)::bigint AS shares,
    sum(event.subscribers_gained)::bigint AS subscribers_gained,
    sum(event.subscribers_lost)::bigint AS subscribers_lost,
    sum(event.impressions)::bigint AS impressions,
    sum(event.averages_basis_views)::bigint AS averages_basis_views,
    sum(event.watch_time_minutes) AS watch_time_minutes,
    sum(event.estimated_revenue_usd) AS estimated_revenue_usd,
    sum(event.estimated_ad_revenue_usd) AS estimated_ad_revenue_usd,
    sum(event.viewed_seconds) AS viewed_seconds,
    sum(event.viewed_percent) AS viewed_percent,
    sum(event.clicks) AS clicks
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (channel_id,
    day) DO UPDATE
  SET events = kept.events + excluded.events,
    views = kept.views + excluded.views,
    likes = kept.likes + excluded.likes,
    dislikes = kept.dislikes + excluded.dislikes,
    comments = kept.comments + excluded.comments,
    shares = kept.shares + excluded.shares,
    subscribers_gained = kept.subscribers_gained + excluded.subscribers_gained,
    subscribers_lost = kept.subscribers_lost + excluded.subscribers_lost,
    impressions = kept.impressions + excluded.impressions,
    averages_basis_views = kept.averages_basis_views + excluded.averages_basis_views,
    watch_time_minutes = kept.watch_time_minutes + excluded.watch_time_minutes,
    estimated_revenue_usd = kept.estimated_revenue_usd + excluded.estimated_revenue_usd,
    estimated_ad_revenue_usd = kept.estimated_ad_revenue_usd + excluded.estimated_ad_revenue_usd,
    viewed_seconds = kept.viewed_seconds + excluded.viewed_seconds,
    viewed_percent = kept.viewed_percent + excluded.viewed_percent,
    clicks = kept.clicks + excluded.clicks),
    noted AS (INSERT INTO replaced (channel_id,
    video_id,
    "timestamp") SELECT channel_id,
    video_id,
    "timestamp"
  FROM changed
  WHERE digest_before <> 0) SELECT count(*),
    count(*) FILTER (WHERE digest_before <> 0),
    (
SELECT string_agg(uuid_send(channel_id) || uuid_send(video_id) || int8send(minute) || int8send(views)
|| int8send(likes) || int8send(comments) || int8send(shares),
    '')
FROM (SELECT channel_id,
    video_id,
    extract(epoch
  FROM date_trunc('minute',
    "timestamp"))::bigint AS minute,
sum(views)::bigint AS views,
    sum(likes)::bigint AS likes,
    sum(comments)::bigint AS comments,
sum(shares)::bigint AS shares
FROM changed
  WHERE "timestamp" >= now() - interval '10 minutes'
  AND NOT whole_day
GROUP BY 1, 2, 3) AS recent),
    (SELECT jsonb_agg(DISTINCT jsonb_build_array(channel_id,
    ("timestamp" AT TIME ZONE 'UTC')::date))
  FROM changed
  WHERE whole_day <> was_whole_day)
  FROM changed;

-- apply redelivered breakdowns, returns_old=True
WITH came AS (INSERT INTO analytics.video_breakdowns AS kept (channel_id,
    video_id,
    "timestamp",
    dimensions,
    members,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    "timestamp",
    dimensions,
    members,
    views,
    watch_time_minutes
  FROM redelivered_parts
  ON CONFLICT (channel_id,
    video_id,
    "timestamp") DO UPDATE
  SET dimensions = excluded.dimensions,
    members = excluded.members,
    views = excluded.views,
    watch_time_minutes = excluded.watch_time_minutes
  WHERE (kept.dimensions,
    kept.members,
    kept.views,
    kept.watch_time_minutes) IS DISTINCT
  FROM (excluded.dimensions,
    excluded.members,
    excluded.views,
    excluded.watch_time_minutes) RETURNING new.channel_id,
    new.video_id,
    new."timestamp",
    new.dimensions,
    old.dimensions AS old_dimensions,
    new.members,
    old.members AS old_members,
    new.views,
    old.views AS old_views,
    new.watch_time_minutes,
    old.watch_time_minutes AS old_watch_time_minutes),
    gone AS (DELETE
  FROM analytics.video_breakdowns part
  USING replaced event
  WHERE part.channel_id = event.channel_id
  AND part.video_id = event.video_id
  AND part."timestamp" = event."timestamp"
  AND NOT EXISTS (SELECT
  FROM redelivered_parts still
  WHERE still.channel_id = part.channel_id
  AND still.video_id = part.video_id
  AND still."timestamp" = part."timestamp") RETURNING part.*),
    changed AS (SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    +1 AS events,
    +part.views AS views,
    +part.watch_time_minutes AS watch_time_minutes
  FROM came said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes) UNION ALL SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    -1 AS events,
    -part.views AS views,
    -part.watch_time_minutes AS watch_time_minutes
  FROM came said,
    unnest(said.old_dimensions,
    said.old_members,
    said.old_views,
    said.old_watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes) UNION ALL SELECT channel_id,
    video_id,
    "timestamp",
    dimension,
    member,
    -1 AS events,
    -part.views AS views,
    -part.watch_time_minutes AS watch_time_minutes
  FROM gone said,
    unnest(said.dimensions,
    said.members,
    said.views,
    said.watch_time_minutes) AS part(dimension,
    member,
    views,
    watch_time_minutes)),
    added_0 AS (INSERT INTO analytics.video_breakdown_daily AS kept (channel_id,
    video_id,
    day,
    dimensions,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    video_id,
    day,
    array_agg(dimension
  ORDER BY dimension,
    member),
    array_agg(member
  ORDER BY dimension,
    member),
    array_agg(events
  ORDER BY dimension,
    member),
    array_agg(views
  ORDER BY dimension,
    member),
    array_agg(watch_time_minutes
  ORDER BY dimension,
    member)
  FROM (SELECT event.channel_id AS channel_id,
    event.video_id AS video_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2, 3, 4, 5 HAVING sum(event.events) <> 0 OR sum(event.views) <> 0 OR sum(event.watch_time_minutes) <> 0) AS one
  GROUP BY channel_id,
    video_id,
    day
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    video_id,
    day) DO UPDATE
  SET (dimensions,
    members,
    events,
    views,
    watch_time_minutes) = (SELECT *
  FROM (SELECT kept.dimensions,
    kept.members,
    array_agg(events + more_events),
    array_agg(views + more_views),
    array_agg(watch_time_minutes + more_watch_time_minutes)
  FROM unnest(kept.events,
    kept.views,
    kept.watch_time_minutes,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS pair(events,
    views,
    watch_time_minutes,
    more_events,
    more_views,
    more_watch_time_minutes)) AS added
  WHERE (kept.dimensions,
    kept.members) = (excluded.dimensions,
    excluded.members)
  AND 0 < ALL (excluded.events) UNION ALL SELECT *
  FROM (SELECT coalesce(array_agg(dimension),
    '{}'),
    coalesce(array_agg(member),
    '{}'),
    coalesce(array_agg(events),
    '{}'),
    coalesce(array_agg(views),
    '{}'),
    coalesce(array_agg(watch_time_minutes),
    '{}')
  FROM (SELECT dimension,
    member,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(watch_time_minutes) AS watch_time_minutes
  FROM (SELECT *
  FROM unnest(kept.dimensions,
    kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes) UNION ALL SELECT *
  FROM unnest(excluded.dimensions,
    excluded.members,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS part(dimension,
    member,
    events,
    views,
    watch_time_minutes)) AS members
  GROUP BY 1, 2 HAVING sum(events) <> 0
  ORDER BY 1, 2) AS members) AS merged
  WHERE NOT ((kept.dimensions,
    kept.members) = (excluded.dimensions,
    excluded.members)
  AND 0 < ALL (excluded.events)))),
    added_1 AS (INSERT INTO analytics.channel_breakdown_daily AS kept (channel_id,
    day,
    dimension,
    members,
    events,
    views,
    watch_time_minutes) SELECT channel_id,
    day,
    dimension,
    array_agg(member
  ORDER BY member),
    array_agg(events
  ORDER BY member),
    array_agg(views
  ORDER BY member),
    array_agg(watch_time_minutes
  ORDER BY member)
  FROM (SELECT event.channel_id AS channel_id,
    (event."timestamp" AT TIME ZONE channel.time_zone)::date AS day,
    event.dimension AS dimension,
    event.member AS member,
    sum(event.events)::bigint AS events,
    sum(event.views)::bigint AS views,
    sum(event.watch_time_minutes) AS watch_time_minutes
  FROM changed event
  JOIN core.channels channel ON channel.id = event.channel_id
  GROUP BY 1, 2, 3, 4 HAVING sum(event.events) <> 0 OR sum(event.views) <> 0 OR sum(event.watch_time_minutes) <> 0) AS one
  GROUP BY channel_id,
    day,
    dimension
  ORDER BY 1, 2, 3
  ON CONFLICT (channel_id,
    day,
    dimension) DO UPDATE
  SET (members,
    events,
    views,
    watch_time_minutes) = (SELECT *
  FROM (SELECT kept.members,
    array_agg(events + more_events),
    array_agg(views + more_views),
    array_agg(watch_time_minutes + more_watch_time_minutes)
  FROM unnest(kept.events,
    kept.views,
    kept.watch_time_minutes,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS pair(events,
    views,
    watch_time_minutes,
    more_events,
    more_views,
    more_watch_time_minutes)) AS added
  WHERE (kept.members) = (excluded.members)
  AND 0 < ALL (excluded.events) UNION ALL SELECT *
  FROM (SELECT coalesce(array_agg(member),
    '{}'),
    coalesce(array_agg(events),
    '{}'),
    coalesce(array_agg(views),
    '{}'),
    coalesce(array_agg(watch_time_minutes),
    '{}')
  FROM (SELECT member,
    sum(events)::bigint AS events,
    sum(views)::bigint AS views,
    sum(watch_time_minutes) AS watch_time_minutes
  FROM (SELECT *
  FROM unnest(kept.members,
    kept.events,
    kept.views,
    kept.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes) UNION ALL SELECT *
  FROM unnest(excluded.members,
    excluded.events,
    excluded.views,
    excluded.watch_time_minutes) AS part(member,
    events,
    views,
    watch_time_minutes)) AS members
  GROUP BY 1 HAVING sum(events) <> 0
  ORDER BY 1) AS members) AS merged
  WHERE NOT ((kept.members) = (excluded.members)
  AND 0 < ALL (excluded.events)))) SELECT;
