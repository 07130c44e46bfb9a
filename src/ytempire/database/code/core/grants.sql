-- What the application role may do. Applied after every migration, since "ALL TABLES" means those of today.
GRANT USAGE ON SCHEMA core, ml, jobs TO ytempire_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA core, ml, jobs TO ytempire_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA core, ml, jobs TO ytempire_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA core, jobs TO ytempire_app;

-- The ledger and the log of a run are only ever added to.
REVOKE UPDATE, DELETE ON core.costs, core.workflow_logs FROM ytempire_app;
-- What the schema is, only migrations change.
REVOKE INSERT, UPDATE, DELETE ON core.alembic_version, core.applied_code FROM ytempire_app;
