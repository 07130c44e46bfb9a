-- Deltas: sums of videos that lie beside the rollups until they are merged (deltas.py, delta_merger.py).

-- Sums of block ranges, by which one channel's rows are found. Only the table's owner may ask for them.
CREATE OR REPLACE FUNCTION analytics.summarize_deltas(segment integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM brin_summarize_new_values(format('analytics.video_deltas_%s_channel_id_idx', segment)::regclass);
END $$;

-- Empties segments that are merged, so that they can be used again. Not while somebody's snapshot is older than the merge:
-- TRUNCATE would take from them what their rollups do not have yet. Whoever reads just now is not waited for.
CREATE OR REPLACE FUNCTION analytics.free_segments() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    oldest integer;
    merged record;
BEGIN
    IF NOT pg_has_role('pg_read_all_stats', 'USAGE') THEN
        RETURN;  -- the snapshots of others are not to be seen
    END IF;
    SELECT max(age(held.xmin)) INTO oldest FROM (
        -- of standbys and backups as a whole, which are in no database, and of this one
        SELECT backend_xmin AS xmin FROM pg_stat_activity WHERE datname IS NULL OR datname = current_database()
        UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()
        UNION ALL SELECT xmin FROM pg_replication_slots
    ) AS held;
    FOR merged IN
        SELECT s.id FROM analytics.delta_segments s
        WHERE s.status = 'merged' AND age(s.merged_by::xid8::xid) > coalesce(oldest, 0) ORDER BY s.id FOR UPDATE SKIP LOCKED
    LOOP
        BEGIN
            EXECUTE format('LOCK TABLE analytics.video_deltas_%s IN ACCESS EXCLUSIVE MODE NOWAIT', merged.id);
            EXECUTE format('TRUNCATE analytics.video_deltas_%s', merged.id);
            UPDATE analytics.delta_segments SET status = 'free', merged_by = NULL WHERE id = merged.id;
        EXCEPTION WHEN lock_not_available THEN
            NULL;  -- the next time
        END;
    END LOOP;
END $$;

-- A rebuild has taken rows of these segments into the rollups by itself: what their writers remember is not true any more.
CREATE OR REPLACE FUNCTION analytics.mark_segments_changed(segments integer[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    UPDATE analytics.delta_segments SET is_changed = true WHERE id = ANY (segments);
END;
