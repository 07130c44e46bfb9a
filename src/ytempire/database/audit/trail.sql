-- The audit trail. `pg_temp` stands last in every search path: unnamed it would come first, and somebody's temporary
-- type would run as the owner of a function. Runs as ytempire_audit, which owns all of it: neither the application nor the migrations' owner can
-- change or remove what is written here. Safe to run again.
CREATE TABLE IF NOT EXISTS audit.changes (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    table_name text NOT NULL,
    row_key text NOT NULL,
    action text NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
    user_id uuid,          -- who; null: nobody said, as in a migration
    role text,
    session_id uuid,
    request_id text,
    address inet,
    database_role text NOT NULL DEFAULT session_user,
    changed text[] NOT NULL,   -- the columns, secret ones included
    old jsonb,                 -- of these columns; personal values as salted digests, secrets not at all
    new jsonb,
    PRIMARY KEY (occurred_at, id)
) PARTITION BY RANGE (occurred_at);

-- serves: the history of one row, newest first
CREATE INDEX IF NOT EXISTS changes_row_idx ON audit.changes (table_name, row_key, occurred_at DESC);
-- serves: what one person did
CREATE INDEX IF NOT EXISTS changes_user_idx ON audit.changes (user_id, occurred_at DESC);

-- The readable personal values of a change. Erasing a person removes their rows here; the digests stay and say nothing
-- without the salt.
CREATE TABLE IF NOT EXISTS audit.personal_values (
    change_id uuid PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    person_id uuid,
    salt uuid NOT NULL,
    old jsonb,
    new jsonb
);
-- serves: erasing a person
CREATE INDEX IF NOT EXISTS personal_values_person_id_idx ON audit.personal_values (person_id);
-- serves: removing what belongs to archived partitions
CREATE INDEX IF NOT EXISTS personal_values_occurred_at_idx ON audit.personal_values (occurred_at);

-- A digest for each personal value; `salt` makes equal values of two changes differ.
CREATE OR REPLACE FUNCTION audit.digests(personal jsonb, salt uuid) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_object_agg(key, jsonb_build_object(
        'digest', encode(sha256(convert_to(salt::text || value::text, 'UTF8')), 'hex')))
    FROM jsonb_each(personal) WHERE value <> 'null'::jsonb
$$;

-- Trigger arguments: key columns, secret columns, personal columns, the column that names the person, columns whose
-- change alone is not worth a line; lists with commas, '' for none.
CREATE OR REPLACE FUNCTION audit.record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    keys text[] := string_to_array(TG_ARGV[0], ',');
    secrets text[] := string_to_array(TG_ARGV[1], ',');
    personals text[] := string_to_array(TG_ARGV[2], ',');
    noise text[] := string_to_array(TG_ARGV[4], ',');
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    present jsonb := CASE WHEN TG_OP = 'DELETE' THEN before ELSE after END;
    columns text[];
    change uuid := gen_random_uuid();
    salt uuid := gen_random_uuid();
    at timestamptz := clock_timestamp();
    personal_old jsonb;
    personal_new jsonb;
BEGIN
    SELECT array_agg(name ORDER BY name) INTO columns
    FROM (SELECT jsonb_object_keys(before) UNION SELECT jsonb_object_keys(after)) AS all_columns(name)
    WHERE before -> name IS DISTINCT FROM after -> name AND NOT name = ANY (noise);
    IF columns IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT jsonb_object_agg(key, value) INTO personal_old FROM jsonb_each(before)
    WHERE key = ANY (columns) AND key = ANY (personals);
    SELECT jsonb_object_agg(key, value) INTO personal_new FROM jsonb_each(after)
    WHERE key = ANY (columns) AND key = ANY (personals);

    INSERT INTO audit.changes (id, occurred_at, table_name, row_key, action, user_id, role, session_id, request_id,
                               address, changed, old, new)
    SELECT change, at, TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
           (SELECT string_agg(present ->> key, ':' ORDER BY place) FROM unnest(keys) WITH ORDINALITY AS k(key, place)),
           lower(TG_OP),
           nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.role', true), ''),
           nullif(current_setting('app.session_id', true), '')::uuid,
           nullif(current_setting('app.request_id', true), ''),
           nullif(current_setting('app.address', true), '')::inet, columns,
           CASE WHEN TG_OP <> 'INSERT' THEN coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(before)
               WHERE key = ANY (columns) AND NOT key = ANY (secrets || personals)), '{}')
               || coalesce(audit.digests(personal_old, salt), '{}') END,
           CASE WHEN TG_OP <> 'DELETE' THEN coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(after)
               WHERE key = ANY (columns) AND NOT key = ANY (secrets || personals)), '{}')
               || coalesce(audit.digests(personal_new, salt), '{}') END;
    IF personal_old IS NOT NULL OR personal_new IS NOT NULL THEN
        INSERT INTO audit.personal_values (change_id, occurred_at, person_id, salt, old, new)
        VALUES (change, at, (present ->> TG_ARGV[3])::uuid, salt, personal_old, personal_new);
    END IF;
    RETURN NULL;
END $$;

-- Makes this month's partition and the next three; how many were missing.
CREATE OR REPLACE FUNCTION audit.ensure_partitions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    month timestamptz := date_trunc('month', now(), 'UTC');
    made integer := 0;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
    FOR ahead IN 0..3 LOOP
        name := 'changes_y' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM');
        IF to_regclass('audit.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.changes FOR VALUES FROM (%L) TO (%L)', name,
                           month, ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
            made := made + 1;
        END IF;
        month := ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    END LOOP;
    RETURN made;
END $$;
SELECT audit.ensure_partitions();

-- Removes a person's readable values from the trail; how many changes they were in. The lines themselves stay.
CREATE OR REPLACE FUNCTION audit.erase_person(person uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erased integer;
BEGIN
    IF current_setting('app.role', true) IS DISTINCT FROM 'admin'
       AND current_setting('app.role', true) IS DISTINCT FROM 'service' THEN
        RAISE EXCEPTION 'Only an administrator may erase a person from the trail.' USING ERRCODE = '42501';
    END IF;
    DELETE FROM audit.personal_values WHERE person_id = person;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END $$;

-- Administrators read the trail through the application; nobody writes it but the trigger.
ALTER TABLE audit.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.personal_values ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS administrators_read ON audit.changes;
CREATE POLICY administrators_read ON audit.changes FOR SELECT TO ytempire_app
    USING (current_setting('app.role', true) = 'admin');
DROP POLICY IF EXISTS administrators_read ON audit.personal_values;
CREATE POLICY administrators_read ON audit.personal_values FOR SELECT TO ytempire_app
    USING (current_setting('app.role', true) = 'admin');
GRANT USAGE ON SCHEMA audit TO ytempire_app, ytempire_owner, ytempire_worker;
GRANT SELECT ON audit.changes, audit.personal_values TO ytempire_app;
-- Who may attach the trigger may write lines; that is migrations' business.
REVOKE ALL ON FUNCTION audit.record_change(), audit.erase_person(uuid), audit.ensure_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.record_change() TO ytempire_owner;
GRANT EXECUTE ON FUNCTION audit.erase_person(uuid) TO ytempire_app;
GRANT EXECUTE ON FUNCTION audit.ensure_partitions() TO ytempire_app, ytempire_owner, ytempire_worker;
