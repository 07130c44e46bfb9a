-- Which state may follow which, and the rules of the business that hold between tables (rule A7). Errors are written for
-- whoever sees them on a page; P0001 becomes a 409 with this sentence.

-- Arguments: what the row is called, then one `from>to,to` for each state that may be left; `>to` is how a row begins.
CREATE OR REPLACE FUNCTION core.guard_state() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR place IN 1..TG_NARGS - 1 LOOP
        IF split_part(TG_ARGV[place], '>', 1) = coalesce(OLD.status, '')
           AND NEW.status = ANY (string_to_array(split_part(TG_ARGV[place], '>', 2), ',')) THEN
            RETURN NEW;
        END IF;
    END LOOP;
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION '% does not begin as %.', TG_ARGV[0], NEW.status;
    END IF;
    RAISE EXCEPTION '% that is % cannot become %.', TG_ARGV[0], OLD.status, NEW.status;
END $$;

DO $states$
DECLARE
    guarded record;
    arguments text;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('videos', ARRAY['A video', '>draft,generating', 'draft>generating,archived,removed', 'generating>ready,failed',
            'failed>generating,archived,removed', 'ready>generating,scheduled,published,archived,removed',
            'scheduled>ready,published,failed,archived,removed', 'published>ready,archived,removed',
            'archived>ready,failed,published,removed']),
        ('runs', ARRAY['A run', '>pending', 'pending>running,failed,cancelled',
            'running>completed,failed,refused,cancelled', 'completed>running', 'failed>running', 'refused>running',
            'cancelled>running']),
        ('run_steps', ARRAY['A step', '>pending', 'pending>running,failed,cancelled',
            'running>pending,completed,failed,refused,cancelled', 'completed>pending', 'failed>pending',
            'refused>pending', 'cancelled>pending']),
        ('channels', ARRAY['A channel', 'active>paused,suspended,archived', 'paused>active,suspended,archived',
            'suspended>active,paused,archived', 'archived>active,paused']),
        ('channel_connections', ARRAY['A connection', '>connected', 'connected>expiring,expired,revoked',
            'expiring>connected,expired,revoked', 'expired>connected,revoked', 'revoked>connected']),
        ('publications', ARRAY['A publication', '>planned', 'planned>uploading,failed',
            'uploading>processing,unknown,failed', 'unknown>uploading,processing,failed', 'processing>live,failed,removed',
            'live>removed,gone', 'gone>live']),
        ('publication_edits', ARRAY['A change', '>awaiting_confirmation,planned', 'awaiting_confirmation>planned', 'planned>done,failed,conflict']),
        ('users', ARRAY['An account', 'active>suspended,deleted', 'suspended>active,deleted'])
    ) AS states(name, arguments)
    LOOP
        SELECT string_agg(quote_literal(one), ', ' ORDER BY place) INTO arguments
        FROM unnest(guarded.arguments) WITH ORDINALITY AS a(one, place);
        EXECUTE format('CREATE OR REPLACE TRIGGER guard_state BEFORE UPDATE OF status ON core.%I FOR EACH ROW'
                       ' WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION core.guard_state(%s)',
                       guarded.name, arguments);
        IF guarded.arguments[2] LIKE '>%' THEN
            -- the owner may bring in what was made elsewhere
            EXECUTE format('CREATE OR REPLACE TRIGGER guard_beginning BEFORE INSERT ON core.%I FOR EACH ROW'
                           ' WHEN (current_user = ''ytempire_app'') EXECUTE FUNCTION core.guard_state(%s)',
                           guarded.name, arguments);
        END IF;
    END LOOP;
END
$states$;

-- When a row was last changed: later each time, whatever the clock did, so that two versions never look the same.
CREATE OR REPLACE FUNCTION core.set_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := greatest(now(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END $$;
DO $updated$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['categories', 'personas', 'channels', 'templates', 'credentials', 'videos', 'youtube_projects',
                               'channel_connections', 'channel_automation', 'publications'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON core.%I FOR EACH ROW'
                       ' EXECUTE FUNCTION core.set_updated_at()', name);
    END LOOP;
END
$updated$;

-- Videos belong to active channels. The channel's row is held until the transaction ends, so that it cannot be suspended
-- between this look and the commit; the owner's right is needed for that, since whoever may write videos may not
-- change the channel.
CREATE OR REPLACE FUNCTION core.require_active_channel(channel_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    channel record;
BEGIN
    SELECT c.name, c.status INTO channel FROM core.channels c WHERE c.id = require_active_channel.channel_id
        AND (core.sees_all() OR session_user <> 'ytempire_app' OR c.id = ANY (core.channel_ids('write')))
    FOR SHARE;
    -- a channel that is not there, or not theirs, is refused by the foreign key and the policies in their own words
    IF FOUND AND channel.status <> 'active' THEN
        RAISE EXCEPTION 'The channel “%” is %: activate it first.', channel.name, channel.status;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION core.is_missing_at_youtube(video uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM core.publications p WHERE p.video_id = video AND p.status = 'gone')
       AND NOT EXISTS (SELECT FROM core.publications p WHERE p.video_id = video AND p.status IN ('processing', 'live'))
$$;

CREATE OR REPLACE FUNCTION core.guard_video() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status IN ('draft', 'generating', 'scheduled')
       AND (TG_OP = 'INSERT' OR NEW.status IS DISTINCT FROM OLD.status) THEN
        PERFORM core.require_active_channel(NEW.channel_id);
    END IF;
    -- the table's check asks for it too, but takes a duration that is null
    IF NEW.status IN ('ready', 'scheduled', 'published') AND coalesce(NEW.duration_seconds, 0) <= 0 THEN
        RAISE EXCEPTION 'A video without a duration cannot be %.', NEW.status;
    END IF;
    IF NEW.status = 'scheduled' AND NEW.scheduled_at <= now()
       AND (TG_OP = 'INSERT' OR (NEW.status, NEW.scheduled_at) IS DISTINCT FROM (OLD.status, OLD.scheduled_at)) THEN
        RAISE EXCEPTION 'A video cannot be scheduled for a time that is past.';
    END IF;
    -- one that was gone from YouTube may be back while it lies in the archive
    IF NEW.published_at IS NOT NULL AND NEW.status <> 'published' AND (TG_OP = 'INSERT' OR OLD.published_at IS NULL)
       AND NOT (NEW.status = 'archived' AND EXISTS (
           SELECT FROM core.publications p WHERE p.video_id = NEW.id AND p.status = 'live')) THEN
        RAISE EXCEPTION 'When a video was published is said as it becomes published.';
    END IF;
    -- what YouTube has not any more, and not on our word, may be published again
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at
       AND NOT (NEW.published_at IS NULL AND core.is_missing_at_youtube(NEW.id)) THEN
        RAISE EXCEPTION 'When a video was published is set once.';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'ready' AND NEW.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'A video that is at YouTube cannot become ready again.';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'archived' AND NEW.status <> 'removed' AND NEW.status <> 'archived'
       AND (NEW.status = 'published') <> (OLD.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'A video comes back from the archive as what it was.';
    END IF;
    -- what is on its way to YouTube stays what it is, and its time is known there; who stops a channel is not asked
    IF TG_OP = 'UPDATE' AND OLD.status IN ('ready', 'scheduled')
       AND (NEW.status IN ('generating', 'archived', 'removed') OR OLD.status = 'scheduled'
            AND NEW.status IN ('ready', 'scheduled') AND NEW.scheduled_at IS DISTINCT FROM OLD.scheduled_at
            AND EXISTS (SELECT FROM core.channels c WHERE c.id = NEW.channel_id AND c.status IN ('active', 'paused')))
       AND EXISTS (SELECT FROM core.publications p WHERE p.video_id = NEW.id
               AND p.status NOT IN ('live', 'failed', 'removed', 'gone')
           -- one that is moved was moved first
           AND NOT (p.status IN ('planned', 'processing') AND NEW.status = 'scheduled' AND p.publish_at IS NOT DISTINCT FROM NEW.scheduled_at)) THEN
        RAISE EXCEPTION 'This video is on its way to YouTube: cancel its publication, or wait for its end.';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_video
BEFORE INSERT OR UPDATE OF status, scheduled_at, published_at, duration_seconds ON core.videos FOR EACH ROW EXECUTE FUNCTION core.guard_video();

CREATE OR REPLACE FUNCTION core.prevent_published_video_deletion() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A published video is never deleted: mark it removed.';
END $$;
CREATE OR REPLACE TRIGGER prevent_published_video_deletion BEFORE DELETE ON core.videos
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION core.prevent_published_video_deletion();

-- Nor does a run begin, or begin again, on a channel that is not active. One under way is not asked again: it locks run and
-- then channel, and whoever suspends the channel locks the other way round, and cancels it.
CREATE OR REPLACE FUNCTION core.guard_run() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status IN ('pending', 'running') AND (TG_OP = 'INSERT' OR OLD.status NOT IN ('pending', 'running')) THEN
        PERFORM core.require_active_channel(NEW.channel_id);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_run BEFORE INSERT OR UPDATE OF status ON core.runs
FOR EACH ROW EXECUTE FUNCTION core.guard_run();

-- Suspending a channel, or archiving it, stops its videos: runs are cancelled (a step under way hears of it at its next
-- heartbeat), and what was scheduled is only ready again.
CREATE OR REPLACE FUNCTION core.cancel_channel_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cancelled uuid[];
BEGIN
    -- in the order in which everything else locks them: run, step, video
    SELECT coalesce(array_agg(id), '{}') INTO cancelled FROM (
        SELECT id FROM core.runs WHERE channel_id = NEW.id AND status IN ('pending', 'running')
        ORDER BY id FOR UPDATE) AS active;
    UPDATE core.runs SET status = 'cancelled', completed_at = clock_timestamp() WHERE id = ANY (cancelled);
    UPDATE core.run_steps SET status = 'cancelled' WHERE run_id = ANY (cancelled) AND status = 'pending';
    INSERT INTO core.run_logs (run_id, event, message)
    SELECT id, 'run_cancelled', format('The channel was %s.', NEW.status) FROM unnest(cancelled) AS run(id);
    UPDATE core.videos SET status = 'failed' WHERE channel_id = NEW.id AND status = 'generating';
    UPDATE core.videos SET status = 'ready', scheduled_at = NULL WHERE channel_id = NEW.id AND status = 'scheduled';
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER cancel_channel_work AFTER UPDATE OF status ON core.channels
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('suspended', 'archived'))
EXECUTE FUNCTION core.cancel_channel_work();
