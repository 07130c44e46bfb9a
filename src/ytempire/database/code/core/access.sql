-- `pg_temp` stands last in every search path: unnamed it would come first, and somebody's temporary type would run as
-- the owner of a function.

-- Who the transaction acts for, and which channels they may use. Policies call these inside a scalar subquery, so that
-- each runs once for a statement and not for every row. Those that only read a setting have a body that is parsed here,
-- whatever the search path of the caller; without a SET of its own it becomes a part of the statement, and costs it a
-- tenth: a statement asks for each table that it names.

CREATE OR REPLACE FUNCTION core.current_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.user_id', true), '')::uuid;

-- Begins a transaction for somebody and returns their role. A session is looked up, so that one which was revoked, or
-- whose person was suspended or given another role, counts from the next transaction on. `service` stays `service`: the
-- platform acts in that person's name. Their channels are looked up here, once, and not by every policy: those that they
-- own, and those that they were granted at each level or above.
CREATE OR REPLACE FUNCTION core.set_subject(user_id uuid, role text, session_id uuid, request_id text, ip_address text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    present text;
    readable uuid[];
    writable uuid[];
    administered uuid[];
BEGIN
    IF session_id IS NOT NULL THEN
        SELECT u.role INTO present FROM core.sessions s JOIN core.users u ON u.id = s.user_id
        WHERE s.id = set_subject.session_id AND s.user_id = set_subject.user_id AND s.revoked_at IS NULL AND s.expires_at > now()
          AND u.status = 'active';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'This session has ended.' USING ERRCODE = 'invalid_authorization_specification';
        END IF;
        -- the token says which tables are asked: without a new one somebody made an analyst would be refused everywhere
        IF (role = 'analyst') <> (present = 'analyst') AND role <> 'service' THEN
            RAISE EXCEPTION 'Your role was changed.' USING ERRCODE = 'invalid_authorization_specification';
        END IF;
        IF role <> 'service' THEN
            role := present;
        END IF;
    END IF;
    IF role = 'operator' THEN
        SELECT array_agg(DISTINCT mine.id), array_agg(DISTINCT mine.id) FILTER (WHERE mine.level IN ('write', 'admin')),
               array_agg(DISTINCT mine.id) FILTER (WHERE mine.level = 'admin')
        INTO readable, writable, administered
        FROM (
            SELECT c.id, 'admin' AS level FROM core.channels c WHERE c.owner_id = set_subject.user_id
            UNION ALL
            SELECT p.channel_id, p.level FROM core.permissions p WHERE p.user_id = set_subject.user_id
        ) AS mine;
    END IF;
    -- `true`: until the transaction ends, so that a pooled connection carries nobody's name to the next one
    PERFORM set_config('app.user_id', user_id::text, true), set_config('app.role', role, true),
            set_config('app.session_id', coalesce(session_id::text, ''), true),
            set_config('app.request_id', coalesce(request_id, ''), true),
            set_config('app.ip_address', coalesce(ip_address, ''), true),
            set_config('app.channels_read', coalesce(readable, '{}')::text, true),
            set_config('app.channels_write', coalesce(writable, '{}')::text, true),
            set_config('app.channels_admin', coalesce(administered, '{}')::text, true);
    RETURN role;
END $$;

-- Administrators and the platform itself see every tenant; both need a user to be set.
CREATE OR REPLACE FUNCTION core.sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN core.current_user_id() IS NOT NULL AND current_setting('app.role', true) IN ('admin', 'service');

CREATE OR REPLACE FUNCTION core.is_service() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN core.current_user_id() IS NOT NULL AND current_setting('app.role', true) = 'service';

-- Channels that the subject owns, or was granted at `level` or above: `read`, `write` or `admin`. Nobody's are none.
CREATE OR REPLACE FUNCTION core.channel_ids(level text) RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.channels_' || level, true), ''), '{}')::uuid[];

-- A channel that somebody makes is theirs at once, and not from their next transaction on.
CREATE OR REPLACE FUNCTION core.add_owned_channel() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    level text;
BEGIN
    FOREACH level IN ARRAY ARRAY['read', 'write', 'admin'] LOOP
        PERFORM set_config('app.channels_' || level, (core.channel_ids(level) || NEW.id)::text, true);
    END LOOP;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER add_owned_channel AFTER INSERT ON core.channels
FOR EACH ROW WHEN (NEW.owner_id = core.current_user_id() AND NOT core.sees_all()) EXECUTE FUNCTION core.add_owned_channel();

-- Whose a job of the queue is: the channel and the video that it works for. The one rule for who may enqueue it
-- (`core.guard_job`), who sees it (the policy of the queue) and what `core.job_queue` says of it. A task that is not named
-- here is the platform's alone. It looks with the owner's rights: whoever calls it compares the channel with their own.
CREATE OR REPLACE FUNCTION core.job_scope(task text, arguments jsonb, OUT channel_id uuid, OUT video_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE task
        WHEN 'production.run_step' THEN
            SELECT w.channel_id, w.video_id INTO channel_id, video_id FROM core.runs w
            WHERE w.id = (arguments ->> 'run_id')::uuid;
        WHEN 'publishing.upload_video' THEN
            SELECT p.channel_id, p.video_id INTO channel_id, video_id FROM core.publications p
            WHERE p.id = (arguments ->> 'publication_id')::uuid;
        WHEN 'publishing.edit_publication' THEN
            SELECT p.channel_id, p.video_id INTO channel_id, video_id
            FROM core.publication_edits e JOIN core.publications p ON p.id = e.publication_id
            WHERE e.id = (arguments ->> 'edit_id')::uuid;
        ELSE
            NULL;
    END CASE;
EXCEPTION WHEN invalid_text_representation THEN
    NULL;  -- no id, so nobody's
END $$;

-- When the present day of a channel began, by its own clocks; of one that is not there, the day of UTC.
CREATE OR REPLACE FUNCTION core.channel_midnight(channel uuid) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN (SELECT date_trunc('day', now(), coalesce((SELECT c.time_zone FROM core.channels c WHERE c.id = channel), 'UTC')));
