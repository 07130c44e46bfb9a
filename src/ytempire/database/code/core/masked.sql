-- Made from the catalog by `make dictionary`; change the cards, not this file.
-- The whole of it: what masked_functions.sql makes of these views, it makes anew after them.
DROP SCHEMA IF EXISTS masked CASCADE;
CREATE SCHEMA masked;
GRANT USAGE ON SCHEMA masked TO ytempire_analytics;

CREATE VIEW masked.daily_report_views WITH (security_barrier = true) AS
SELECT channel_id, day, video_id, views, likes, comments, views_counted, digest, fetched_at
FROM analytics.daily_report_views;
GRANT SELECT ON masked.daily_report_views TO ytempire_analytics;

CREATE VIEW masked.video_breakdowns WITH (security_barrier = true) AS
SELECT channel_id, video_id, timestamp, dimensions, members, views, watch_time_minutes
FROM analytics.video_breakdowns;
GRANT SELECT ON masked.video_breakdowns TO ytempire_analytics;

CREATE VIEW masked.api_requests WITH (security_barrier = true) AS
SELECT occurred_at, id, request_id, CASE WHEN false THEN user_id END AS user_id, CASE WHEN false THEN api_key_id END AS api_key_id, method, route, status, duration_us
FROM core.api_requests;
GRANT SELECT ON masked.api_requests TO ytempire_analytics;

CREATE VIEW masked.categories WITH (security_barrier = true) AS
SELECT slug, name, description, cpm_usd, competition, growth, created_at, updated_at
FROM core.categories;
GRANT SELECT ON masked.categories TO ytempire_analytics;

CREATE VIEW masked.channel_automation WITH (security_barrier = true) AS
SELECT channel_id, videos_per_day, auto_publish, consent_at, CASE WHEN false THEN consent_by END AS consent_by, consent_version, updated_at
FROM core.channel_automation;
GRANT SELECT ON masked.channel_automation TO ytempire_analytics;

CREATE VIEW masked.channel_collections WITH (security_barrier = true) AS
SELECT channel_id, next_at, lease_token, heartbeat_at, retry_count, reports_retry_count, CASE WHEN false THEN reports_error END AS reports_error, attempted_at, CASE WHEN false THEN last_error END AS last_error, counters_read_at, counters_due_at, reports_read_at, reports_next_at, created_at
FROM core.channel_collections;
GRANT SELECT ON masked.channel_collections TO ytempire_analytics;

CREATE VIEW masked.channel_connections WITH (security_barrier = true) AS
SELECT channel_id, project_id, is_sandbox, status, youtube_channel_id, title, handle, thumbnail_url, description, country, default_language, uploads_playlist_id, scopes, token_expires_at, CASE WHEN false THEN refresh_expires_at END AS refresh_expires_at, connected_at, CASE WHEN false THEN connected_by END AS connected_by, checked_at, CASE WHEN false THEN last_error END AS last_error, subscriber_count, view_count, video_count, fetched_at, updated_at
FROM core.channel_connections;
GRANT SELECT ON masked.channel_connections TO ytempire_analytics;

CREATE VIEW masked.channels WITH (security_barrier = true) AS
SELECT id, CASE WHEN false THEN owner_id END AS owner_id, name, status, time_zone, description, category, persona_id, strategy, created_at, updated_at
FROM core.channels;
GRANT SELECT ON masked.channels TO ytempire_analytics;

CREATE VIEW masked.collection_gaps WITH (security_barrier = true) AS
SELECT id, channel_id, since, until, reason
FROM core.collection_gaps;
GRANT SELECT ON masked.collection_gaps TO ytempire_analytics;

CREATE VIEW masked.cost_lines WITH (security_barrier = true) AS
SELECT id, reservation_id, video_id, channel_id, run_id, step, attempt, service, item, outcome, usage, amount_usd, occurred_at
FROM core.cost_lines;
GRANT SELECT ON masked.cost_lines TO ytempire_analytics;

CREATE VIEW masked.event_log WITH (security_barrier = true) AS
SELECT occurred_at, id, kind, channel_id, CASE WHEN false THEN user_id END AS user_id, row_id, CASE WHEN false THEN data END AS data
FROM core.event_log;
GRANT SELECT ON masked.event_log TO ytempire_analytics;

CREATE VIEW masked.personas WITH (security_barrier = true) AS
SELECT id, CASE WHEN false THEN owner_id END AS owner_id, name, definition, created_at, updated_at
FROM core.personas;
GRANT SELECT ON masked.personas TO ytempire_analytics;

CREATE VIEW masked.publications WITH (security_barrier = true) AS
SELECT id, video_id, channel_id, is_sandbox, CASE WHEN false THEN requested_by END AS requested_by, is_automatic, idempotency_key, status, thumbnail_status, captions_status, privacy, publish_at, category_id, made_for_kids, synthetic_media, licence, marker, file_sha256, size_bytes, CASE WHEN false THEN session_uri END AS session_uri, bytes_sent, last_chunk_at, youtube_video_id, youtube_privacy, CASE WHEN false THEN last_sent END AS last_sent, CASE WHEN false THEN baseline END AS baseline, baseline_at, CASE WHEN false THEN remote_edits END AS remote_edits, remote_edits_seen_at, attempt_number, retry_count, lease_token, heartbeat_at, next_try_at, CASE WHEN false THEN last_error END AS last_error, created_at, started_at, processed_at, live_at, updated_at
FROM core.publications;
GRANT SELECT ON masked.publications TO ytempire_analytics;

CREATE VIEW masked.publishing_slots WITH (security_barrier = true) AS
SELECT channel_id, weekday, local_time
FROM core.publishing_slots;
GRANT SELECT ON masked.publishing_slots TO ytempire_analytics;

CREATE VIEW masked.report_days WITH (security_barrier = true) AS
SELECT channel_id, day, ends_at, read_count, read_at, has_revenue, next_at
FROM core.report_days;
GRANT SELECT ON masked.report_days TO ytempire_analytics;

CREATE VIEW masked.run_steps WITH (security_barrier = true) AS
SELECT run_id, name, position, status, attempts, uncounted_attempts, lease_token, job_id, heartbeat_at, progress, provider, started_at, completed_at, wall_seconds, cpu_seconds, peak_bytes, CASE WHEN false THEN evidence END AS evidence, CASE WHEN false THEN error END AS error
FROM core.run_steps;
GRANT SELECT ON masked.run_steps TO ytempire_analytics;

CREATE VIEW masked.runs WITH (security_barrier = true) AS
SELECT id, type, status, priority, channel_id, video_id, CASE WHEN false THEN requested_by END AS requested_by, CASE WHEN false THEN request END AS request, CASE WHEN false THEN idempotency_key END AS idempotency_key, created_at, started_at, completed_at
FROM core.runs;
GRANT SELECT ON masked.runs TO ytempire_analytics;

CREATE VIEW masked.video_counters WITH (security_barrier = true) AS
SELECT video_id, channel_id, youtube_video_id, views, likes, comments, previous_views, previous_likes, previous_comments, read_at, ingested, tracked_since, missing_since, poll_interval_seconds, next_at, created_at
FROM core.video_counters;
GRANT SELECT ON masked.video_counters TO ytempire_analytics;

CREATE VIEW masked.videos WITH (security_barrier = true) AS
SELECT id, channel_id, status, title, description, tags, chapters, language, format, width, height, duration_seconds, CASE WHEN false THEN script END AS script, CASE WHEN false THEN scheduled_at END AS scheduled_at, published_at, thumbnail, CASE WHEN false THEN search END AS search, script_score, created_at, updated_at
FROM core.videos;
GRANT SELECT ON masked.videos TO ytempire_analytics;

CREATE VIEW masked.youtube_calls WITH (security_barrier = true) AS
SELECT id, project_id, channel_id, bucket, day, method, units, reserved_at, outcome, reason, settled_at
FROM core.youtube_calls;
GRANT SELECT ON masked.youtube_calls TO ytempire_analytics;
