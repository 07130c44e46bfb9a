-- The contract of `ingest`: what other domains read of measurements. What lies behind these views may change, their columns
-- only with a migration, which drops the view with what reads it and takes the files of both out of core.applied_code.
-- With the rights of whoever asks.

-- What happened to one video in the interval that ends at `timestamp`.
CREATE OR REPLACE VIEW metrics.video_metrics WITH (security_invoker = true) AS
SELECT
    channel_id, video_id, "timestamp", views, likes, dislikes, comments, shares, subscribers_gained,
    subscribers_lost, impressions, averages_basis_views, watch_time_minutes, average_view_duration,
    average_percentage_viewed, estimated_revenue_usd, estimated_ad_revenue_usd, click_through_rate, whole_day
FROM analytics.video_metrics;

-- Sums by video and hour of UTC, without what is of a whole day. Deltas that are not merged yet lie beside the rest, so a
-- video has several rows of an hour: whoever reads adds them up. A merge says in its transaction how far it has come, so
-- every snapshot has each of them once.
CREATE OR REPLACE VIEW metrics.video_hourly WITH (security_invoker = true) AS
SELECT
    channel_id, video_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_hourly
UNION ALL
SELECT
    channel_id, video_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_deltas d
JOIN analytics.delta_segments s
    ON s.id = d.segment AND s.status IN ('open', 'closed') AND d.channel_id >= s.merged_below;

-- Sums by video and day of the channel's time zone; several rows of a day, as above.
CREATE OR REPLACE VIEW metrics.video_daily WITH (security_invoker = true) AS
SELECT
    channel_id, video_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_daily
UNION ALL
SELECT
    channel_id, video_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_deltas d
JOIN analytics.delta_segments s
    ON s.id = d.segment AND s.status IN ('open', 'closed') AND d.channel_id >= s.merged_below;

-- The parts of both, for whoever asks for many videos one by one: what is merged is found by its key, and the rest is best
-- added up once for all of them.
CREATE OR REPLACE VIEW metrics.merged_video_hourly WITH (security_invoker = true) AS
SELECT
    channel_id, video_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_hourly;

CREATE OR REPLACE VIEW metrics.merged_video_daily WITH (security_invoker = true) AS
SELECT
    channel_id, video_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_daily;

CREATE OR REPLACE VIEW metrics.unmerged_videos WITH (security_invoker = true) AS
SELECT
    channel_id, video_id, hour, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.video_deltas d
JOIN analytics.delta_segments s
    ON s.id = d.segment AND s.status IN ('open', 'closed') AND d.channel_id >= s.merged_below;

-- Sums by channel and hour.
CREATE OR REPLACE VIEW metrics.channel_hourly WITH (security_invoker = true) AS
SELECT
    channel_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.channel_hourly;

-- Sums by channel and day.
CREATE OR REPLACE VIEW metrics.channel_daily WITH (security_invoker = true) AS
SELECT
    channel_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost,
    impressions, averages_basis_views, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd,
    viewed_seconds, viewed_percent, clicks
FROM analytics.channel_daily;

-- At least what corrections took away of a channel on a day: a video may have so much more than its channel.
CREATE OR REPLACE VIEW metrics.channel_corrections WITH (security_invoker = true) AS
SELECT
    channel_id, day, views, likes, comments, shares, estimated_revenue_usd
FROM analytics.channel_corrections;

-- Views and minutes by what they came from, who watched, on what: one row for each member of a dimension.
CREATE OR REPLACE VIEW metrics.video_breakdown_daily WITH (security_invoker = true) AS
SELECT packed.channel_id, packed.video_id, packed.day, part.dimension, part.member, part.events, part.views,
    part.watch_time_minutes
FROM analytics.video_breakdown_daily packed,
    unnest(packed.dimensions, packed.members, packed.events, packed.views, packed.watch_time_minutes)
        AS part(dimension, member, events, views, watch_time_minutes);

-- The same over all videos of a channel.
CREATE OR REPLACE VIEW metrics.channel_breakdown_daily WITH (security_invoker = true) AS
SELECT packed.channel_id, packed.day, packed.dimension, part.member, part.events, part.views, part.watch_time_minutes
FROM analytics.channel_breakdown_daily packed,
    unnest(packed.members, packed.events, packed.views, packed.watch_time_minutes)
        AS part(member, events, views, watch_time_minutes);
