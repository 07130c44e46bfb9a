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
    ip_address inet,
    database_role text NOT NULL DEFAULT session_user,
    changed text[] NOT NULL,   -- the columns, secret ones included
    old jsonb,                 -- of these columns; personal values as salted digests, secrets not at all
    new jsonb,
    PRIMARY KEY (occurred_at, id)
) PARTITION BY RANGE (occurred_at);

-- Of the version before: its name for this column, in both tables and the view over them.
DO $renamed$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'audit.changes'::regclass AND attname = 'address') THEN
        ALTER TABLE audit.changes RENAME COLUMN address TO ip_address;
        ALTER TABLE archive.changes RENAME COLUMN address TO ip_address;
        ALTER VIEW audit.trail RENAME COLUMN address TO ip_address;
    END IF;
END
$renamed$;

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

-- Lines that are older than 90 days lie here: the same lines, out of the way of those that are written. The schema is
-- ours too, since a schema's owner may drop what is in it; the owner of migrations puts its own old partitions beside.
CREATE TABLE IF NOT EXISTS archive.changes (LIKE audit.changes INCLUDING ALL) PARTITION BY RANGE (occurred_at);

-- The whole trail. Who reads it needs the right to both tables, and sees of each what its policy shows.
CREATE OR REPLACE VIEW audit.trail WITH (security_invoker = true) AS
    SELECT * FROM audit.changes UNION ALL SELECT * FROM archive.changes;

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
    personals text[] := string_to_array(TG_ARGV[2], ',');
    noise text[] := string_to_array(TG_ARGV[4], ',');
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    present jsonb := CASE WHEN TG_OP = 'DELETE' THEN before ELSE after END;  -- every column: an update has all twice
    columns text[];
    left_out text[];
    row_key text;
    change uuid := gen_random_uuid();
    salt uuid;
    at timestamptz := clock_timestamp();
    old_values jsonb;
    new_values jsonb;
    personal_old jsonb;
    personal_new jsonb;
BEGIN
    SELECT array_agg(name ORDER BY name) FILTER (WHERE is_worth_a_line), array_agg(name) FILTER (WHERE NOT is_worth_a_line)
    INTO columns, left_out
    FROM (SELECT name, before -> name IS DISTINCT FROM after -> name AND NOT name = ANY (noise) AS is_worth_a_line
          FROM jsonb_object_keys(present) AS name) AS each_column;
    IF columns IS NULL THEN
        RETURN NULL;
    END IF;
    left_out := left_out || string_to_array(TG_ARGV[1], ',') || personals;
    IF TG_OP <> 'INSERT' THEN
        old_values := before - left_out;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_values := after - left_out;
    END IF;
    IF columns && personals THEN
        SELECT jsonb_object_agg(key, value) INTO personal_old FROM jsonb_each(before)
        WHERE key = ANY (columns) AND key = ANY (personals);
        SELECT jsonb_object_agg(key, value) INTO personal_new FROM jsonb_each(after)
        WHERE key = ANY (columns) AND key = ANY (personals);
        salt := gen_random_uuid();
        old_values := old_values || coalesce(audit.digests(personal_old, salt), '{}');
        new_values := new_values || coalesce(audit.digests(personal_new, salt), '{}');
        INSERT INTO audit.personal_values (change_id, occurred_at, person_id, salt, old, new)
        VALUES (change, at, (present ->> TG_ARGV[3])::uuid, salt, personal_old, personal_new);
    END IF;
    IF strpos(TG_ARGV[0], ',') = 0 THEN
        row_key := present ->> TG_ARGV[0];
    ELSE
        SELECT string_agg(present ->> key, ':' ORDER BY place) INTO row_key
        FROM unnest(string_to_array(TG_ARGV[0], ',')) WITH ORDINALITY AS k(key, place);
    END IF;

    INSERT INTO audit.changes (id, occurred_at, table_name, row_key, action, user_id, role, session_id, request_id,
                               ip_address, changed, old, new)
    VALUES (change, at, TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, row_key, lower(TG_OP),
            nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.role', true), ''),
            nullif(current_setting('app.session_id', true), '')::uuid,
            nullif(current_setting('app.request_id', true), ''),
            nullif(current_setting('app.ip_address', true), '')::inet, columns, old_values, new_values);
    RETURN NULL;
END $$;

-- Makes this month's partition and the next three; the names of those that were missing. Made apart and attached, so
-- that nobody who writes is locked out.
DROP FUNCTION IF EXISTS audit.ensure_partitions();
CREATE OR REPLACE FUNCTION audit.make_partitions() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    month timestamptz := date_trunc('month', now(), 'UTC');
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.partitions'));
    FOR ahead IN 0..3 LOOP
        name := 'changes_y' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM');
        IF to_regclass('audit.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE audit.%I (LIKE audit.changes INCLUDING ALL EXCLUDING INDEXES)', name);
            EXECUTE format('ALTER TABLE audit.changes ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)', name,
                           month, ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
            RETURN NEXT name;
        END IF;
        month := ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    END LOOP;
END $$;
SELECT audit.make_partitions();

-- The partitions of `parent` with their ends.
CREATE OR REPLACE FUNCTION audit.partitions_of(parent regclass)
RETURNS TABLE (name text, lower timestamptz, upper timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.relname::text, ends[1]::timestamptz, ends[2]::timestamptz
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''(.+)''\) TO \(''(.+)''\)') AS ends
    WHERE i.inhparent = parent ORDER BY 3
$$;

-- Moves months that are wholly older than 90 days to the archive, and drops those that are wholly older than 7 years
-- with their personal values; what it did. The ages are fixed here and the clock is the server's, so that whoever may
-- call this cannot make a younger line go.
DROP FUNCTION IF EXISTS audit.put_away();
CREATE OR REPLACE FUNCTION audit.archive_old_changes() RETURNS TABLE (action text, partition text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    old record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit.partitions'));
    FOR old IN SELECT * FROM audit.partitions_of('audit.changes') p WHERE p.upper <= now() - interval '90 days' LOOP
        -- read through for the archive's bounds now, and not while everybody who writes waits for the detach
        EXECUTE format('ALTER TABLE audit.%I ADD CONSTRAINT in_month CHECK (occurred_at >= %L AND occurred_at < %L)',
                       old.name, old.lower, old.upper);
        EXECUTE format('ALTER TABLE audit.changes DETACH PARTITION audit.%I', old.name);
        EXECUTE format('ALTER TABLE audit.%I SET SCHEMA archive', old.name);
        EXECUTE format('ALTER TABLE archive.changes ATTACH PARTITION archive.%I FOR VALUES FROM (%L) TO (%L)',
                       old.name, old.lower, old.upper);
        EXECUTE format('ALTER TABLE archive.%I DROP CONSTRAINT in_month', old.name);
        RETURN QUERY SELECT 'archived', old.name;
    END LOOP;
    FOR old IN SELECT * FROM audit.partitions_of('archive.changes') p WHERE p.upper <= now() - interval '7 years' LOOP
        EXECUTE format('DROP TABLE archive.%I', old.name);
        DELETE FROM audit.personal_values v WHERE v.occurred_at < old.upper;
        RETURN QUERY SELECT 'dropped', old.name;
    END LOOP;
END $$;

-- Statistics over all months, which autovacuum never makes.
CREATE OR REPLACE FUNCTION audit.analyse() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
BEGIN
    ANALYZE audit.changes;
    ANALYZE archive.changes;
    ANALYZE audit.personal_values;
END $$;

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
    -- where they came from; what they did, and under which id, stays
    UPDATE audit.changes SET ip_address = NULL WHERE user_id = person AND ip_address IS NOT NULL;
    UPDATE archive.changes SET ip_address = NULL WHERE user_id = person AND ip_address IS NOT NULL;
    RETURN erased;
END $$;

-- Administrators read the trail through the application; nobody writes it but the trigger.
ALTER TABLE audit.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.personal_values ENABLE ROW LEVEL SECURITY;
ALTER TABLE archive.changes ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS administrators_read ON audit.changes;
CREATE POLICY administrators_read ON audit.changes FOR SELECT TO ytempire_app
    USING (current_setting('app.role', true) = 'admin');
DROP POLICY IF EXISTS administrators_read ON audit.personal_values;
CREATE POLICY administrators_read ON audit.personal_values FOR SELECT TO ytempire_app
    USING (current_setting('app.role', true) = 'admin');
DROP POLICY IF EXISTS administrators_read ON archive.changes;
CREATE POLICY administrators_read ON archive.changes FOR SELECT TO ytempire_app
    USING (current_setting('app.role', true) = 'admin');
GRANT USAGE ON SCHEMA audit TO ytempire_app, ytempire_owner, ytempire_worker;
GRANT USAGE ON SCHEMA archive TO ytempire_app, ytempire_owner;
GRANT CREATE ON SCHEMA archive TO ytempire_owner;
GRANT SELECT ON audit.changes, audit.personal_values, archive.changes, audit.trail TO ytempire_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
-- Who may attach the trigger may write lines; that is migrations' business.
GRANT EXECUTE ON FUNCTION audit.record_change() TO ytempire_owner;
GRANT EXECUTE ON FUNCTION audit.erase_person(uuid) TO ytempire_app;
GRANT EXECUTE ON FUNCTION audit.make_partitions(), audit.archive_old_changes(), audit.analyse() TO ytempire_owner;
