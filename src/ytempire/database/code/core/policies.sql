-- Row-level security of every table with somebody's data. `seen`, `added` and `changed` are conditions on a row of the
-- table; `added` is null where it is the same as `changed`. What hangs on a row of another table is seen with that row:
-- a condition's own questions are subject to that table's policy.
DO $policies$
DECLARE
    reads text := $$ANY ((SELECT core.channel_ids('read'))::uuid[])$$;
    writes text := $$ANY ((SELECT core.channel_ids('write'))::uuid[])$$;
    -- of many rows: a list of channels is searched from its beginning for each row, this once made into a table
    read_of_many text := $$IN (SELECT unnest(core.channel_ids('read')))$$;
    admins text := $$ANY ((SELECT core.channel_ids('admin'))::uuid[])$$;
    -- one row for one row; EXISTS would be planned as a table of all the runs that somebody may see
    of_run text := '(SELECT true FROM core.runs w WHERE w.id = run_id)';
    of_run_to_write text := '(SELECT true FROM core.runs w WHERE w.id = run_id AND w.channel_id = ' || writes || ')';
    of_video text := '(SELECT true FROM core.videos v WHERE v.id = video_id)';
    of_batch text := '(SELECT true FROM analytics.ingest_batches b WHERE b.id = batch_id)';
    me text := '(SELECT core.current_user_id())';
    guarded record;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        -- people: each their own; what only the platform may touch is `false` for everybody else
        ('core.users', 'id = ' || me, 'false', 'id = ' || me),
        ('core.sessions', 'user_id = ' || me, 'false', 'false'),
        ('core.refresh_tokens', 'false', 'false', 'false'),
        ('core.sign_in_failures', 'false', 'false', 'false'),
        ('core.account_tokens', 'false', 'false', 'false'),
        ('core.recovery_codes', 'user_id = ' || me, 'false', 'false'),
        ('core.api_keys', 'user_id = ' || me, 'user_id = ' || me, 'user_id = ' || me),
        ('core.signing_keys', 'false', 'false', 'false'),
        ('core.emails', 'false', 'false', 'false'),
        ('core.permissions', 'user_id = ' || me || ' OR channel_id = ' || admins, 'channel_id = ' || admins,
            'channel_id = ' || admins),
        -- channels and what belongs to them
        ('core.personas', 'owner_id = ' || me || ' OR EXISTS (SELECT FROM core.channels c WHERE c.persona_id ='
            ' personas.id)', NULL, 'owner_id = ' || me),
        ('core.templates', 'owner_id = ' || me || ' OR shared AND ' || me || ' IS NOT NULL', NULL,
            'owner_id = ' || me),
        ('core.categories', me || ' IS NOT NULL', NULL, 'false'),
        ('core.credentials', 'channel_id = ' || admins, NULL, 'channel_id = ' || admins),
        -- a run of whoever may make videos looks whether its voice may be used
        ('core.voice_consents', 'channel_id = ' || reads, 'recorded_by = ' || me || ' AND channel_id = ' || admins,
            'channel_id = ' || admins),
        -- `RETURNING` asks whether a new row may be seen before the trigger that makes it one of theirs
        ('core.channels', 'id = ' || reads || ' OR owner_id = ' || me, 'owner_id = ' || me, 'id = ' || admins),
        ('core.videos', 'channel_id = ' || reads, NULL, 'channel_id = ' || writes),
        ('core.search_vocabulary', 'false', 'false', 'false'),
        ('core.video_versions', 'channel_id = ' || reads, NULL, 'channel_id = ' || writes),
        ('core.runs', 'channel_id = ' || reads,
            'requested_by = ' || me || ' AND channel_id = ' || writes, 'channel_id = ' || writes),
        ('core.run_steps', of_run, NULL, of_run_to_write),
        ('core.run_logs', of_run, NULL, of_run_to_write),
        ('core.run_artifacts', of_run, NULL, of_run_to_write),
        ('ml.script_embeddings', of_video, NULL,
            '(SELECT true FROM core.videos v WHERE v.id = video_id AND v.channel_id = ' || writes || ')'),
        -- money: written by the gate and the books, which are the platform's; a line of one's own making would count
        ('core.cost_lines', 'channel_id = ' || reads, NULL, 'false'),
        ('core.cost_reservations', 'channel_id = ' || reads, NULL, 'false'),
        ('core.budgets', me || ' IS NOT NULL AND CASE WHEN scope = ''channel_day'' THEN subject::uuid = ' || reads
            || ' ELSE true END', NULL, 'CASE WHEN scope = ''channel_day'' THEN subject::uuid = ' || admins || ' ELSE false END'),
        ('core.prices', me || ' IS NOT NULL', NULL, 'false'),
        -- the journal: events are written by triggers, requests by the API; a notification is its reader's
        ('core.event_log', 'channel_id = ' || reads || ' OR channel_id IS NULL AND user_id = ' || me, 'false', 'false'),
        ('core.api_requests', 'user_id = ' || me, 'false', 'false'),
        ('core.notifications', 'user_id = ' || me, 'false', 'user_id = ' || me),
        ('core.notification_preferences', 'user_id = ' || me, NULL, 'user_id = ' || me),
        ('core.notification_deliveries',
            '(SELECT true FROM core.notifications n WHERE n.id = notification_id)', 'false', 'false'),
        ('core.alert_rules', me || ' IS NOT NULL', 'false', 'false'),
        -- whoever may change a channel may say that they look after its alerts
        ('core.alerts', 'channel_id = ' || reads, 'false', 'channel_id = ' || writes),
        ('core.outbox', 'false', 'false', 'false'),
        ('core.outbox_subscribers', 'false', 'false', 'false'),
        -- measurements: whoever may write to a channel may say what happened on it
        ('analytics.video_metrics', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.video_hourly', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.video_daily', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.channel_hourly', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.channel_daily', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.video_breakdowns', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.video_breakdown_daily', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.channel_breakdown_daily', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.channel_corrections', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.video_deltas', 'channel_id ' || read_of_many, NULL, 'channel_id = ' || writes),
        ('analytics.delta_segments', me || ' IS NOT NULL', 'false', 'false'),
        ('analytics.rebuilds', 'channel_id = ' || reads, 'false', 'channel_id = ' || writes),
        ('analytics.ingest_state', me || ' IS NOT NULL', 'false', 'false'),
        ('analytics.ingest_batches', 'user_id = ' || me, NULL, 'user_id = ' || me),
        ('analytics.ingest_batch_shards', of_batch, NULL, of_batch),
        ('staging.quarantine', 'user_id = ' || me, NULL, 'user_id = ' || me),
        -- YouTube: projects, quota and consents under way are the platform's, and so is what it found out about a channel;
        -- what a channel does by itself is its administrators' to say
        ('core.youtube_projects', 'false', 'false', 'false'),
        ('core.quota_usage', 'false', 'false', 'false'),
        ('core.oauth_states', 'false', 'false', 'false'),
        ('core.youtube_calls', 'channel_id = ' || reads, 'false', 'false'),
        ('core.channel_connections', 'channel_id = ' || reads, 'false', 'false'),
        ('core.channel_automation', 'channel_id = ' || reads, NULL, 'channel_id = ' || admins),
        ('core.publishing_slots', 'channel_id = ' || reads, NULL, 'channel_id = ' || admins),
        -- publications: ordered by whoever may change the channel's videos; the worker writes what becomes of them
        ('core.publications', 'channel_id = ' || reads, 'requested_by = ' || me || ' AND channel_id = ' || writes,
            'channel_id = ' || writes),
        ('core.publication_edits', 'channel_id = ' || reads, 'requested_by = ' || me || ' AND channel_id = ' || writes,
            'channel_id = ' || writes),
        -- measurement: the worker collects; whoever may see the channel sees how that is
        ('core.channel_collections', 'channel_id = ' || reads, 'false', 'false'),
        ('core.video_counters', 'channel_id = ' || reads, 'false', 'false'),
        ('core.report_days', 'channel_id = ' || reads, 'false', 'false'),
        ('core.collection_gaps', 'channel_id = ' || reads, 'false', 'false'),
        ('analytics.daily_report_views', 'channel_id = ' || reads, 'false', 'false'),
        -- configuration
        ('core.feature_flags', me || ' IS NOT NULL', NULL, 'false'),
        ('core.setting_overrides', 'false', NULL, 'false'),
        -- maintenance
        ('core.maintenance_log', 'false', NULL, 'false'),
        -- the queue
        ('jobs.procrastinate_jobs',
            '(SELECT s.channel_id FROM core.job_scope(task_name, args) s) = ' || reads, NULL, 'false'),
        ('jobs.procrastinate_events', 'false', NULL, 'false'),
        ('jobs.procrastinate_periodic_defers', 'false', NULL, 'false'),
        ('jobs.procrastinate_workers', 'false', NULL, 'false')
    ) AS rules(name, seen, added, changed)
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded.name);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded.name);
        EXECUTE format('DROP POLICY IF EXISTS owner_all ON %s', guarded.name);
        EXECUTE format('CREATE POLICY owner_all ON %s TO ytempire_owner USING (true) WITH CHECK (true)', guarded.name);
        EXECUTE format('DROP POLICY IF EXISTS worker_all ON %s', guarded.name);
        IF guarded.name LIKE 'jobs.%' THEN
            EXECUTE format('CREATE POLICY worker_all ON %s TO ytempire_worker USING (true) WITH CHECK (true)',
                           guarded.name);
        END IF;
        EXECUTE format('DROP POLICY IF EXISTS seen ON %s', guarded.name);
        EXECUTE format('CREATE POLICY seen ON %s FOR SELECT TO ytempire_app USING ((SELECT core.sees_all()) OR (%s))',
                       guarded.name, guarded.seen);
        EXECUTE format('DROP POLICY IF EXISTS added ON %s', guarded.name);
        EXECUTE format('CREATE POLICY added ON %s FOR INSERT TO ytempire_app'
                       ' WITH CHECK ((SELECT core.sees_all()) OR (%s))', guarded.name,
                       coalesce(guarded.added, guarded.changed));
        EXECUTE format('DROP POLICY IF EXISTS changed ON %s', guarded.name);
        EXECUTE format('CREATE POLICY changed ON %s FOR UPDATE TO ytempire_app'
                       ' USING ((SELECT core.sees_all()) OR (%s)) WITH CHECK ((SELECT core.sees_all()) OR (%s))',
                       guarded.name, guarded.changed, guarded.changed);
        EXECUTE format('DROP POLICY IF EXISTS removed ON %s', guarded.name);
        EXECUTE format('CREATE POLICY removed ON %s FOR DELETE TO ytempire_app'
                       ' USING ((SELECT core.sees_all()) OR (%s))', guarded.name, guarded.changed);
    END LOOP;
END
$policies$;
