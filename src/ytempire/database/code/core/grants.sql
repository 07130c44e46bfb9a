-- What each role may do, before row-level security says with which rows. Applied after every migration, since "ALL
-- TABLES" means those of today.
REVOKE ALL ON ALL TABLES IN SCHEMA core, ml, jobs FROM ytempire_app, ytempire_analytics, ytempire_etl;
GRANT USAGE ON SCHEMA core, ml, jobs TO ytempire_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA core, ml TO ytempire_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA core, jobs TO ytempire_app;

-- Whoever connects as an analyst chooses the settings that policies read, so nothing but masked columns may ever be
-- granted here; those come with the masked views. An analyst's own account is the platform's to show (accounts/http).
GRANT USAGE ON SCHEMA core TO ytempire_analytics;

-- The queue: the application enqueues (through the library's function, which runs as the owner) and looks at its own
-- jobs; only the worker takes them.
GRANT SELECT ON jobs.procrastinate_jobs TO ytempire_app;
GRANT USAGE ON SCHEMA jobs TO ytempire_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO ytempire_worker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs TO ytempire_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO ytempire_worker;

-- The ledger and the log of a run are only ever added to.
REVOKE UPDATE, DELETE ON core.costs, core.workflow_logs, core.video_versions FROM ytempire_app;
-- What happened, happened; of a notification only that it was read is new.
REVOKE UPDATE, DELETE ON core.event_log, core.api_requests, core.notifications FROM ytempire_app;
GRANT UPDATE (read_at) ON core.notifications TO ytempire_app;
-- Triggers alone tell, and learn words.
REVOKE INSERT, UPDATE, DELETE ON core.vocabulary FROM ytempire_app;
REVOKE EXECUTE ON FUNCTION core.tell(text, uuid, uuid, jsonb) FROM PUBLIC, ytempire_app;
-- What the schema is, only migrations change.
REVOKE INSERT, UPDATE, DELETE ON core.alembic_version, core.applied_code FROM ytempire_app;
-- What was done to the database, and what is wrong with it, only its owner says.
REVOKE INSERT, UPDATE, DELETE ON core.maintenance_log, core.system_alerts FROM ytempire_app;
