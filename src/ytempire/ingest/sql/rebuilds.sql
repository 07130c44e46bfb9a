-- A channel's days are those of its time zone: when that changes, what is summed by day is made anew. Its writer waits
-- meanwhile, so that nothing is added to sums of other days (rebuilds.py).

-- By its last byte; `analytics.sharding.shard_of` is the same, and 2 and 5242 are SHARDS and SHARD_LOCK there.
CREATE OR REPLACE FUNCTION analytics.shard_of(channel_id uuid) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN get_byte(uuid_send(channel_id), 15) % 2;

CREATE OR REPLACE FUNCTION analytics.request_rebuild() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(5242, analytics.shard_of(NEW.id));
    INSERT INTO analytics.rebuilds (channel_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER request_rebuild AFTER UPDATE OF time_zone ON core.channels
FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION analytics.request_rebuild();
