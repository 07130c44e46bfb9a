-- Made from the catalog by `make dictionary`; change the cards, not this file.
-- The whole of it: what masked_functions.sql makes of these views, it makes anew after them.
DROP SCHEMA IF EXISTS masked CASCADE;
CREATE SCHEMA masked;
GRANT USAGE ON SCHEMA masked TO ytempire_analytics;

CREATE VIEW masked.channel_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, day, dimension, members, events, views, watch_time_minutes
FROM analytics.channel_breakdowns;
GRANT SELECT ON masked.channel_breakdowns TO ytempire_analytics;

CREATE VIEW masked.channel_falls WITH (security_barrier = true) AS
SELECT channel_id, day, views, likes, comments, shares, estimated_revenue_usd, noted_at
FROM analytics.channel_falls;
GRANT SELECT ON masked.channel_falls TO ytempire_analytics;

CREATE VIEW masked.channel_hours WITH (security_barrier = true) AS
SELECT channel_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.channel_hours;
GRANT SELECT ON masked.channel_hours TO ytempire_analytics;

CREATE VIEW masked.daily_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, video_id, day, dimensions, members, events, views, watch_time_minutes
FROM analytics.daily_breakdowns;
GRANT SELECT ON masked.daily_breakdowns TO ytempire_analytics;

CREATE VIEW masked.daily_channel_metrics WITH (security_barrier = true) AS
SELECT channel_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.daily_channel_metrics;
GRANT SELECT ON masked.daily_channel_metrics TO ytempire_analytics;

CREATE VIEW masked.reported_daily WITH (security_barrier = true) AS
SELECT channel_id, day, video_id, views, likes, comments, views_counted, digest, fetched_at
FROM analytics.reported_daily;
GRANT SELECT ON masked.reported_daily TO ytempire_analytics;

CREATE VIEW masked.video_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, video_id, timestamp, dimensions, members, views, watch_time_minutes
FROM analytics.video_breakdowns;
GRANT SELECT ON masked.video_breakdowns TO ytempire_analytics;

CREATE VIEW masked.video_days WITH (security_barrier = true) AS
SELECT channel_id, video_id, day, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.video_days;
GRANT SELECT ON masked.video_days TO ytempire_analytics;

CREATE VIEW masked.video_hours WITH (security_barrier = true) AS
SELECT channel_id, video_id, hour, events, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, estimated_revenue_usd, estimated_ad_revenue_usd, viewed_seconds, viewed_percent, clicks
FROM analytics.video_hours;
GRANT SELECT ON masked.video_hours TO ytempire_analytics;

CREATE VIEW masked.video_metrics WITH (security_barrier = true) AS
SELECT channel_id, video_id, timestamp, batch_id, breakdowns_digest, views, likes, dislikes, comments, shares, subscribers_gained, subscribers_lost, impressions, averages_of, watch_time_minutes, average_view_duration, average_percentage_viewed, estimated_revenue_usd, estimated_ad_revenue_usd, click_through_rate, whole_day
FROM analytics.video_metrics;
GRANT SELECT ON masked.video_metrics TO ytempire_analytics;

CREATE VIEW masked.api_requests WITH (security_barrier = true) AS
SELECT occurred_at, id, request_id, CASE WHEN false THEN user_id END AS user_id, CASE WHEN false THEN api_key_id END AS api_key_id, method, route, status, duration_us
FROM core.api_requests;
GRANT SELECT ON masked.api_requests TO ytempire_analytics;

CREATE VIEW masked.categories WITH (security_barrier = true) AS
SELECT slug, name, description, cpm_usd, competition, growth, created_at, updated_at
FROM core.categories;
GRANT SELECT ON masked.categories TO ytempire_analytics;

CREATE VIEW masked.channel_automation WITH (security_barrier = true) AS
SELECT channel_id, videos_per_day, publish_by_itself, consent_at, CASE WHEN false THEN consent_by END AS consent_by, consent_version, updated_at
FROM core.channel_automation;
GRANT SELECT ON masked.channel_automation TO ytempire_analytics;

CREATE VIEW masked.channel_connections WITH (security_barrier = true) AS
SELECT channel_id, project_id, is_sandbox, status, youtube_channel_id, title, handle, thumbnail_url, description, country, default_language, uploads_playlist_id, scopes, token_expires_at, CASE WHEN false THEN refresh_expires_at END AS refresh_expires_at, connected_at, CASE WHEN false THEN connected_by END AS connected_by, checked_at, CASE WHEN false THEN last_error END AS last_error, subscriber_count, view_count, video_count, fetched_at, updated_at
FROM core.channel_connections;
GRANT SELECT ON masked.channel_connections TO ytempire_analytics;

CREATE VIEW masked.channel_measurements WITH (security_barrier = true) AS
SELECT channel_id, next_at, claim, heartbeat_at, waits, reports_waits, CASE WHEN false THEN reports_error END AS reports_error, tried_at, CASE WHEN false THEN last_error END AS last_error, counters_read_at, counters_due_at, reports_read_at, reports_next_at, created_at
FROM core.channel_measurements;
GRANT SELECT ON masked.channel_measurements TO ytempire_analytics;

CREATE VIEW masked.channels WITH (security_barrier = true) AS
SELECT id, CASE WHEN false THEN owner_id END AS owner_id, name, status, time_zone, description, category, persona_id, strategy, created_at, updated_at
FROM core.channels;
GRANT SELECT ON masked.channels TO ytempire_analytics;

CREATE VIEW masked.costs WITH (security_barrier = true) AS
SELECT id, reservation_id, video_id, channel_id, workflow_id, step, attempt, service, item, outcome, usage, amount_usd, occurred_at
FROM core.costs;
GRANT SELECT ON masked.costs TO ytempire_analytics;

CREATE VIEW masked.event_log WITH (security_barrier = true) AS
SELECT occurred_at, id, kind, channel_id, CASE WHEN false THEN user_id END AS user_id, row_id, CASE WHEN false THEN data END AS data
FROM core.event_log;
GRANT SELECT ON masked.event_log TO ytempire_analytics;

CREATE VIEW masked.measurement_gaps WITH (security_barrier = true) AS
SELECT id, channel_id, since, until, reason, told_at
FROM core.measurement_gaps;
GRANT SELECT ON masked.measurement_gaps TO ytempire_analytics;

CREATE VIEW masked.personas WITH (security_barrier = true) AS
SELECT id, CASE WHEN false THEN owner_id END AS owner_id, name, definition, created_at, updated_at
FROM core.personas;
GRANT SELECT ON masked.personas TO ytempire_analytics;

CREATE VIEW masked.publications WITH (security_barrier = true) AS
SELECT id, video_id, channel_id, is_sandbox, CASE WHEN false THEN ordered_by END AS ordered_by, is_automatic, idempotency_key, status, thumbnail_status, captions_status, privacy, publish_at, category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes, CASE WHEN false THEN session_address END AS session_address, bytes_sent, last_piece_at, youtube_video_id, youtube_privacy, CASE WHEN false THEN sent END AS sent, CASE WHEN false THEN baseline END AS baseline, baseline_at, CASE WHEN false THEN edits END AS edits, edits_seen_at, attempt, waits, claim, heartbeat_at, next_try_at, CASE WHEN false THEN last_error END AS last_error, created_at, started_at, processed_at, live_at, updated_at
FROM core.publications;
GRANT SELECT ON masked.publications TO ytempire_analytics;

CREATE VIEW masked.report_days WITH (security_barrier = true) AS
SELECT channel_id, day, ends_at, reads, read_at, has_revenue, next_at
FROM core.report_days;
GRANT SELECT ON masked.report_days TO ytempire_analytics;

CREATE VIEW masked.schedule_slots WITH (security_barrier = true) AS
SELECT channel_id, weekday, local_time
FROM core.schedule_slots;
GRANT SELECT ON masked.schedule_slots TO ytempire_analytics;

CREATE VIEW masked.video_counters WITH (security_barrier = true) AS
SELECT video_id, channel_id, youtube_video_id, views, likes, comments, views_before, likes_before, comments_before, read_at, delivered, since, missing_since, every_seconds, next_at, created_at
FROM core.video_counters;
GRANT SELECT ON masked.video_counters TO ytempire_analytics;

CREATE VIEW masked.videos WITH (security_barrier = true) AS
SELECT id, channel_id, status, title, description, tags, chapters, language, format, width, height, duration_seconds, CASE WHEN false THEN script END AS script, CASE WHEN false THEN scheduled_at END AS scheduled_at, published_at, thumbnail, CASE WHEN false THEN search END AS search, script_score, created_at, updated_at
FROM core.videos;
GRANT SELECT ON masked.videos TO ytempire_analytics;

CREATE VIEW masked.workflow_steps WITH (security_barrier = true) AS
SELECT workflow_id, name, position, status, attempts, forgiven, claim, job_id, heartbeat_at, progress, provider, started_at, completed_at, act_seconds, cpu_seconds, peak_bytes, CASE WHEN false THEN evidence END AS evidence, CASE WHEN false THEN error END AS error
FROM core.workflow_steps;
GRANT SELECT ON masked.workflow_steps TO ytempire_analytics;

CREATE VIEW masked.workflows WITH (security_barrier = true) AS
SELECT id, type, status, priority, channel_id, video_id, CASE WHEN false THEN requested_by END AS requested_by, CASE WHEN false THEN request END AS request, CASE WHEN false THEN idempotency_key END AS idempotency_key, created_at, started_at, completed_at
FROM core.workflows;
GRANT SELECT ON masked.workflows TO ytempire_analytics;

CREATE VIEW masked.youtube_calls WITH (security_barrier = true) AS
SELECT id, project_id, channel_id, bucket, day, method, units, reserved_at, outcome, reason, settled_at
FROM core.youtube_calls;
GRANT SELECT ON masked.youtube_calls TO ytempire_analytics;
