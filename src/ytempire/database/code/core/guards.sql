-- What somebody may not change in a row that is theirs.

-- One's own account: name and time zone. Role, state, address and everything that opens the account are the platform's to
-- change; this is asked before the unique index is, so that nobody learns which addresses exist.
CREATE OR REPLACE FUNCTION core.guard_user() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user = 'ytempire_app' AND NOT core.sees_all()
       AND (to_jsonb(NEW) - ARRAY['full_name', 'time_zone', 'updated_at'])
           IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['full_name', 'time_zone', 'updated_at']) THEN
        RAISE EXCEPTION 'Of your own account only the name and the time zone can be changed here.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_user BEFORE UPDATE ON core.users
FOR EACH ROW EXECUTE FUNCTION core.guard_user();

-- Nobody makes a channel another person's, or takes part in making themselves its owner.
CREATE OR REPLACE FUNCTION core.guard_channel_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_user = 'ytempire_app' AND NOT core.sees_all() THEN
        RAISE EXCEPTION 'Only an administrator can give a channel to another owner.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_channel_owner BEFORE UPDATE OF owner_id ON core.channels
FOR EACH ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id) EXECUTE FUNCTION core.guard_channel_owner();

-- A run keeps whose it is and what it makes: the worker acts with the rights of who ordered it.
CREATE OR REPLACE FUNCTION core.guard_run_identity() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A run keeps its channel, its video and who ordered it.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE TRIGGER guard_run_identity BEFORE UPDATE OF requested_by, channel_id, video_id ON core.runs
FOR EACH ROW WHEN ((OLD.requested_by, OLD.channel_id, OLD.video_id)
                   IS DISTINCT FROM (NEW.requested_by, NEW.channel_id, NEW.video_id))
EXECUTE FUNCTION core.guard_run_identity();

-- A video stays on its channel: what it cost and what it said lie there, and the other may be one that takes no videos.
CREATE OR REPLACE FUNCTION core.guard_video_channel() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A video stays on its channel.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE TRIGGER guard_video_channel BEFORE UPDATE OF channel_id ON core.videos
FOR EACH ROW WHEN (OLD.channel_id IS DISTINCT FROM NEW.channel_id) EXECUTE FUNCTION core.guard_video_channel();
