-- What each role may do, before row-level security says with which rows. Applied after every migration, since "ALL
-- TABLES" means those of today.
REVOKE ALL ON ALL TABLES IN SCHEMA core, analytics, metrics, staging, ml, jobs FROM ytempire_app, ytempire_analytics, ytempire_etl,
    ytempire_ingest;
GRANT USAGE ON SCHEMA core, analytics, metrics, staging, ml, jobs TO ytempire_app;
GRANT SELECT ON ALL TABLES IN SCHEMA metrics TO ytempire_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA core, analytics, staging, ml TO ytempire_app;

-- Whoever connects as an analyst chooses the settings that policies read, so nothing but masked columns may ever be
-- granted here; those come with the masked views. An analyst's own account is the platform's to show (accounts/http).
GRANT USAGE ON SCHEMA core TO ytempire_analytics;

-- The queue: the application enqueues (through the library's function, which runs as the owner) and looks at its own
-- jobs; only the worker takes them.
GRANT SELECT ON jobs.procrastinate_jobs TO ytempire_app;
GRANT USAGE ON SCHEMA jobs TO ytempire_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO ytempire_worker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs TO ytempire_worker;

-- Functions are everybody's when they are made, and many of ours work with the owner's rights: each role gets what it
-- calls, analysts none. A trigger's function is nobody's, since whoever may execute it may attach it to a temporary table
-- of theirs and have it act on rows that they made up; one that is attached asks for no right.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA core, analytics, jobs FROM PUBLIC, ytempire_app, ytempire_worker;
DO $functions$
DECLARE
    called record;
BEGIN
    FOR called IN
        SELECT oid::regprocedure AS function, pronamespace = 'jobs'::regnamespace AS is_of_the_queue FROM pg_proc
        WHERE pronamespace IN ('core'::regnamespace, 'analytics'::regnamespace, 'jobs'::regnamespace) AND prokind = 'f'
          AND prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ytempire_app', called.function);
        IF called.is_of_the_queue THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ytempire_worker', called.function);
        END IF;
    END LOOP;
END
$functions$;

-- The ledger and the log of a run are only ever added to.
REVOKE UPDATE, DELETE ON core.cost_lines, core.run_logs, core.video_versions FROM ytempire_app;
-- What a speaker agreed to stays as it was recorded, and may be revoked.
REVOKE UPDATE, DELETE ON core.voice_consents FROM ytempire_app;
GRANT UPDATE (revoked_at, revoked_by) ON core.voice_consents TO ytempire_app;
-- Its log would go with a run, and what a video said with a video that has none.
REVOKE DELETE ON core.runs FROM ytempire_app;
-- What happened, happened; of a notification only that it was read is new.
REVOKE UPDATE, DELETE ON core.event_log, core.api_requests, core.notifications FROM ytempire_app;
-- Triggers alone write facts; the relay says how their delivery goes, and removes them.
REVOKE INSERT, UPDATE ON core.outbox FROM ytempire_app;
GRANT UPDATE (attempts, next_try_at, error, blocked_at) ON core.outbox TO ytempire_app;
REVOKE INSERT, UPDATE, DELETE ON core.outbox_subscribers FROM ytempire_app;
GRANT UPDATE (read_at) ON core.notifications TO ytempire_app;
-- Triggers alone tell, and learn words.
REVOKE INSERT, UPDATE, DELETE ON core.search_vocabulary FROM ytempire_app;
REVOKE EXECUTE ON FUNCTION core.record_event(text, uuid, uuid, jsonb), core.record_fact(text, uuid, uuid, jsonb) FROM ytempire_app;
-- What the schema is, only migrations change.
REVOKE INSERT, UPDATE, DELETE ON core.alembic_version, core.applied_code FROM ytempire_app;
-- What was done to the database only its owner says.
REVOKE INSERT, UPDATE, DELETE ON core.maintenance_log FROM ytempire_app;
-- Rules are declared in the code; an alert stays until it is too old.
REVOKE INSERT, UPDATE, DELETE ON core.alert_rules FROM ytempire_app;
GRANT UPDATE (is_enabled) ON core.alert_rules TO ytempire_app;
REVOKE DELETE ON core.alerts FROM ytempire_app;
-- What was delivered, was delivered.
REVOKE UPDATE, DELETE ON analytics.ingest_batches, analytics.ingest_batch_shards FROM ytempire_app;
-- A trigger says that there are other videos; how many shards there are only the owner says.
REVOKE INSERT, UPDATE, DELETE ON analytics.ingest_state FROM ytempire_app;
-- There are as many segments as there are; their state is the platform's.
REVOKE INSERT, DELETE ON analytics.delta_segments FROM ytempire_app;
-- A trigger alone asks for it.
REVOKE INSERT, UPDATE ON analytics.rebuilds FROM ytempire_app;
-- Of a call of YouTube only how it ended is new.
REVOKE UPDATE, DELETE ON core.youtube_calls FROM ytempire_app;
GRANT UPDATE (outcome, reason, settled_at) ON core.youtube_calls TO ytempire_app;
-- A connection ends by its state; the row says which YouTube channel this channel is.
REVOKE DELETE ON core.channel_connections FROM ytempire_app;

-- COPY knows no row-level security. The writer of events asks first whose they are, and becomes for the COPY a role that
-- may add rows to the partitions of the series, and do nothing else.
GRANT USAGE ON SCHEMA analytics TO ytempire_ingest;
DO $series$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid FROM pg_inherits
                WHERE inhparent IN ('analytics.video_metrics'::regclass, 'analytics.video_deltas'::regclass) LOOP
        EXECUTE format('GRANT INSERT ON %s TO ytempire_ingest', leaf);
    END LOOP;
END
$series$;
