-- A channel's days are those of its time zone: when that changes, what is summed by day is made anew. Its writer waits
-- meanwhile, so that nothing is added to sums of other days (rebuilds.py).

-- OR REPLACE cannot take a parameter more.
DROP FUNCTION IF EXISTS analytics.shard_of(uuid);

-- By its last byte; `sharding.shard_of` is the same.
CREATE OR REPLACE FUNCTION analytics.shard_of(channel_id uuid, shards integer) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN get_byte(uuid_send(channel_id), 15) % shards;

-- Holds the shard of a channel until the transaction ends. 5242 is SHARD_LOCK. Whoever changes the number of shards holds
-- all of them, so what is read after the lock still holds.
CREATE OR REPLACE FUNCTION analytics.lock_channel(channel_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    locked integer;
    present integer;
BEGIN
    SELECT s.shards INTO present FROM analytics.ingest_state s;
    WHILE locked IS DISTINCT FROM present LOOP
        locked := present;
        PERFORM pg_advisory_xact_lock(5242, analytics.shard_of(channel_id, locked));
        SELECT s.shards INTO present FROM analytics.ingest_state s;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION analytics.request_rebuild() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM analytics.lock_channel(NEW.id);
    INSERT INTO analytics.rebuilds (channel_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER request_rebuild AFTER UPDATE OF time_zone ON core.channels
FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION analytics.request_rebuild();
