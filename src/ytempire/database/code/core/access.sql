-- `pg_temp` stands last in every search path: unnamed it would come first, and somebody's temporary type would run as
-- the owner of a function.

-- Who the transaction acts for, and which channels they may use. Policies call these inside a scalar subquery, so that
-- each runs once for a statement and not for every row.

CREATE OR REPLACE FUNCTION core.current_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

-- Begins a transaction for somebody and returns their role. A session is looked up, so that one which was revoked, or
-- whose person was suspended or given another role, counts from the next transaction on. `service` stays `service`: the
-- platform acts in that person's name.
CREATE OR REPLACE FUNCTION core.enter(user_id uuid, role text, session_id uuid, request_id text, address text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    present text;
BEGIN
    IF session_id IS NOT NULL THEN
        SELECT u.role INTO present FROM core.sessions s JOIN core.users u ON u.id = s.user_id
        WHERE s.id = enter.session_id AND s.user_id = enter.user_id AND s.revoked_at IS NULL AND s.expires_at > now()
          AND u.status = 'active';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'This session has ended.' USING ERRCODE = 'invalid_authorization_specification';
        END IF;
        IF role <> 'service' THEN
            role := present;
        END IF;
    END IF;
    -- `true`: until the transaction ends, so that a pooled connection carries nobody's name to the next one
    PERFORM set_config('app.user_id', user_id::text, true), set_config('app.role', role, true),
            set_config('app.session_id', coalesce(session_id::text, ''), true),
            set_config('app.request_id', coalesce(request_id, ''), true),
            set_config('app.address', coalesce(address, ''), true);
    RETURN role;
END $$;

-- Administrators and the platform itself see every tenant; both need a user to be set.
CREATE OR REPLACE FUNCTION core.sees_all() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT core.current_user_id() IS NOT NULL AND current_setting('app.role', true) IN ('admin', 'service') $$;

CREATE OR REPLACE FUNCTION core.is_service() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT core.current_user_id() IS NOT NULL AND current_setting('app.role', true) = 'service' $$;

-- Channels that the subject owns, or was granted at `level` or above. The function is the owner's, so that policies on
-- channels and permissions can use it without asking themselves.
CREATE OR REPLACE FUNCTION core.channel_ids(level text) RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT c.id FROM core.channels c
        WHERE c.owner_id = core.current_user_id() AND current_setting('app.role', true) = 'operator'
        UNION
        SELECT p.channel_id FROM core.permissions p
        WHERE p.user_id = core.current_user_id() AND current_setting('app.role', true) = 'operator'
          AND array_position(ARRAY['read', 'write', 'admin'], p.level)
              >= array_position(ARRAY['read', 'write', 'admin'], channel_ids.level)
    ) AS mine
$$;
