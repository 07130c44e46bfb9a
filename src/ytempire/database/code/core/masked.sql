-- Made from the catalog by `make dictionary`; change the cards, not this file.
CREATE SCHEMA IF NOT EXISTS masked;
GRANT USAGE ON SCHEMA masked TO ytempire_analytics;

DROP VIEW IF EXISTS masked.channel_breakdowns;
CREATE VIEW masked.channel_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, day, dimension, members, events, views, watch_time_minutes
FROM analytics.channel_breakdowns;
GRANT SELECT ON masked.channel_breakdowns TO ytempire_analytics;

DROP VIEW IF EXISTS masked.channel_hours;
CREATE VIEW masked.channel_hours WITH (security_barrier = true) AS
SELECT channel_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.channel_hours;
GRANT SELECT ON masked.channel_hours TO ytempire_analytics;

DROP VIEW IF EXISTS masked.daily_breakdowns;
CREATE VIEW masked.daily_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, video_id, day, dimensions, members, events, views, watch_time_minutes
FROM analytics.daily_breakdowns;
GRANT SELECT ON masked.daily_breakdowns TO ytempire_analytics;

DROP VIEW IF EXISTS masked.daily_channel_metrics;
CREATE VIEW masked.daily_channel_metrics WITH (security_barrier = true) AS
SELECT channel_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.daily_channel_metrics;
GRANT SELECT ON masked.daily_channel_metrics TO ytempire_analytics;

DROP VIEW IF EXISTS masked.video_breakdowns;
CREATE VIEW masked.video_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, video_id, timestamp, dimensions, members, views, watch_time_minutes
FROM analytics.video_breakdowns;
GRANT SELECT ON masked.video_breakdowns TO ytempire_analytics;

DROP VIEW IF EXISTS masked.video_days;
CREATE VIEW masked.video_days WITH (security_barrier = true) AS
SELECT channel_id, video_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.video_days;
GRANT SELECT ON masked.video_days TO ytempire_analytics;

DROP VIEW IF EXISTS masked.video_hours;
CREATE VIEW masked.video_hours WITH (security_barrier = true) AS
SELECT channel_id, video_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.video_hours;
GRANT SELECT ON masked.video_hours TO ytempire_analytics;

DROP VIEW IF EXISTS masked.video_metrics;
CREATE VIEW masked.video_metrics WITH (security_barrier = true) AS
SELECT channel_id, video_id, timestamp, batch_id, breakdowns_digest, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, average_view_duration, average_percentage_viewed, estimated_revenue_usd, estimated_ad_revenue_usd, click_through_rate, whole_day
FROM analytics.video_metrics;
GRANT SELECT ON masked.video_metrics TO ytempire_analytics;

DROP VIEW IF EXISTS masked.api_requests;
CREATE VIEW masked.api_requests WITH (security_barrier = true) AS
SELECT occurred_at, id, request_id, method, route, status, duration_us
FROM core.api_requests;
GRANT SELECT ON masked.api_requests TO ytempire_analytics;

DROP VIEW IF EXISTS masked.categories;
CREATE VIEW masked.categories WITH (security_barrier = true) AS
SELECT slug, name, description, cpm_usd, competition, growth, created_at, updated_at
FROM core.categories;
GRANT SELECT ON masked.categories TO ytempire_analytics;

DROP VIEW IF EXISTS masked.channel_automation;
CREATE VIEW masked.channel_automation WITH (security_barrier = true) AS
SELECT channel_id, videos_per_day, publish_by_itself, consent_at, consent_version, updated_at
FROM core.channel_automation;
GRANT SELECT ON masked.channel_automation TO ytempire_analytics;

DROP VIEW IF EXISTS masked.channel_connections;
CREATE VIEW masked.channel_connections WITH (security_barrier = true) AS
SELECT channel_id, project_id, is_sandbox, status, youtube_channel_id, title, handle, thumbnail_url, description, country, default_language, uploads_playlist_id, scopes, token_expires_at, connected_at, checked_at, subscriber_count, view_count, video_count, fetched_at, updated_at
FROM core.channel_connections;
GRANT SELECT ON masked.channel_connections TO ytempire_analytics;

DROP VIEW IF EXISTS masked.channels;
CREATE VIEW masked.channels WITH (security_barrier = true) AS
SELECT id, name, status, time_zone, description, category, persona_id, created_at, updated_at
FROM core.channels;
GRANT SELECT ON masked.channels TO ytempire_analytics;

DROP VIEW IF EXISTS masked.costs;
CREATE VIEW masked.costs WITH (security_barrier = true) AS
SELECT id, reservation_id, video_id, channel_id, workflow_id, step, attempt, service, item, outcome, usage, amount_usd, occurred_at
FROM core.costs;
GRANT SELECT ON masked.costs TO ytempire_analytics;

DROP VIEW IF EXISTS masked.event_log;
CREATE VIEW masked.event_log WITH (security_barrier = true) AS
SELECT occurred_at, id, kind, channel_id, row_id
FROM core.event_log;
GRANT SELECT ON masked.event_log TO ytempire_analytics;

DROP VIEW IF EXISTS masked.schedule_slots;
CREATE VIEW masked.schedule_slots WITH (security_barrier = true) AS
SELECT channel_id, weekday, local_time
FROM core.schedule_slots;
GRANT SELECT ON masked.schedule_slots TO ytempire_analytics;

DROP VIEW IF EXISTS masked.videos;
CREATE VIEW masked.videos WITH (security_barrier = true) AS
SELECT id, channel_id, status, title, description, tags, chapters, language, format, width, height, duration_seconds, published_at, thumbnail, script_score, created_at, updated_at
FROM core.videos;
GRANT SELECT ON masked.videos TO ytempire_analytics;

DROP VIEW IF EXISTS masked.workflow_steps;
CREATE VIEW masked.workflow_steps WITH (security_barrier = true) AS
SELECT workflow_id, name, position, status, attempts, forgiven, claim, job_id, heartbeat_at, progress, provider, started_at, completed_at, act_seconds, cpu_seconds, peak_bytes
FROM core.workflow_steps;
GRANT SELECT ON masked.workflow_steps TO ytempire_analytics;

DROP VIEW IF EXISTS masked.workflows;
CREATE VIEW masked.workflows WITH (security_barrier = true) AS
SELECT id, type, status, priority, channel_id, video_id, created_at, started_at, completed_at
FROM core.workflows;
GRANT SELECT ON masked.workflows TO ytempire_analytics;

DROP VIEW IF EXISTS masked.youtube_calls;
CREATE VIEW masked.youtube_calls WITH (security_barrier = true) AS
SELECT id, project_id, channel_id, bucket, day, method, units, reserved_at, outcome, reason, settled_at
FROM core.youtube_calls;
GRANT SELECT ON masked.youtube_calls TO ytempire_analytics;
