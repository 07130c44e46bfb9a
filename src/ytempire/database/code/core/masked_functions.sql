-- What queries ask about whoever they are for, of an analyst: they see every channel and may change none. With the
-- analyst's own rights, which are those on masked views.
CREATE OR REPLACE FUNCTION masked.sees_all() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT false';

CREATE OR REPLACE FUNCTION masked.current_user_id() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION masked.channel_ids(level text) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE level WHEN 'read' THEN (SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM masked.channels)
           ELSE '{}' END
$$;

-- Of these the same text serves, about masked views: an analyst's counterparts are made from them.
DO $counterparts$
DECLARE
    name text;
    contract record;
BEGIN
    -- of tables, which the views' owner may read: a view within a view would ask for the analyst's own rights
    FOR contract IN SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'metrics'::regnamespace AND c.relkind = 'v' LOOP
        EXECUTE format('CREATE OR REPLACE VIEW masked.%I WITH (security_barrier = true) AS %s', contract.relname,
                       pg_get_viewdef(contract.oid));
        EXECUTE format('GRANT SELECT ON masked.%I TO ytempire_analytics', contract.relname);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['performance_tier', 'channel_midnight'] LOOP
        EXECUTE (SELECT regexp_replace(pg_get_functiondef(('core.' || name)::regproc), '\m(core|analytics|metrics)\.', 'masked.', 'g'));
    END LOOP;
    EXECUTE 'CREATE OR REPLACE VIEW masked.realtime_metrics WITH (security_barrier = true) AS '
        || regexp_replace(pg_get_viewdef('analytics.realtime_metrics'::regclass), '\m(core|analytics|metrics)\.', 'masked.', 'g');
END
$counterparts$;
GRANT SELECT ON masked.realtime_metrics TO ytempire_analytics;

-- Where a query asks for people or for files beside what it is about, there are none.
DROP VIEW IF EXISTS masked.users, masked.run_artifacts;
CREATE VIEW masked.users AS SELECT * FROM core.users WHERE false;
CREATE VIEW masked.run_artifacts AS SELECT * FROM core.run_artifacts WHERE false;
GRANT SELECT ON masked.users, masked.run_artifacts TO ytempire_analytics;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA masked FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA masked TO ytempire_analytics;
